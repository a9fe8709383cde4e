package definition

// Resource is AWS's Resource with its methods. The root has no parent and no
// path part.
type Resource struct {
	ID       string `json:"id"`
	ParentID string `json:"parentId,omitempty"`
	PathPart string `json:"pathPart,omitempty"`
	Path     string `json:"path"`
	// Seq orders resources by insertion within their API.
	Seq     int64              `json:"seq,omitempty"`
	Methods map[string]*Method `json:"methods,omitempty"` // by HTTP verb or ANY
}
