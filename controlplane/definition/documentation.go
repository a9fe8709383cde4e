package definition

import "time"

// DocumentationPart is AWS's DocumentationPart.
type DocumentationPart struct {
	ID         string                `json:"id"`
	Location   DocumentationLocation `json:"location"`
	Properties string                `json:"properties"`
	Seq        int64                 `json:"seq,omitempty"`
}

// DocumentationLocation is AWS's DocumentationPartLocation.
type DocumentationLocation struct {
	Type       string `json:"type"`
	Path       string `json:"path,omitempty"`
	Method     string `json:"method,omitempty"`
	StatusCode string `json:"statusCode,omitempty"`
	Name       string `json:"name,omitempty"`
}

// DocumentationVersion is AWS's DocumentationVersion with the parts it froze.
type DocumentationVersion struct {
	Version     string               `json:"version"`
	Description string               `json:"description,omitempty"`
	CreatedDate time.Time            `json:"createdDate"`
	Parts       []*DocumentationPart `json:"parts,omitempty"`
}
