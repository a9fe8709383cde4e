package definition

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

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

// locationFields tells which members a location of a type may have, and whether
// it must have a name. (AWS's API reference, DocumentationPartLocation.)
type locationFields struct{ path, method, status, name bool }

func fieldsOfLocation(kind string) (locationFields, bool) {
	switch kind {
	case "API":
		return locationFields{}, true
	case "AUTHORIZER", "MODEL":
		return locationFields{name: true}, true
	case "RESOURCE":
		return locationFields{path: true}, true
	case "METHOD", "REQUEST_BODY":
		return locationFields{path: true, method: true}, true
	case "PATH_PARAMETER", "QUERY_PARAMETER", "REQUEST_HEADER":
		return locationFields{path: true, method: true, name: true}, true
	case "RESPONSE", "RESPONSE_BODY":
		return locationFields{path: true, method: true, status: true}, true
	case "RESPONSE_HEADER":
		return locationFields{path: true, method: true, status: true, name: true}, true
	default:
		return locationFields{}, false
	}
}

// Check holds a location against the members that AWS allows for its type.
func (l DocumentationLocation) Check() error {
	allowed, known := fieldsOfLocation(l.Type)
	if !known {
		return awserror.BadRequestf("Invalid Documentation part location type specified: %s", l.Type)
	}
	for _, member := range []struct {
		name, value string
		allowed     bool
	}{{"path", l.Path, allowed.path}, {"method", l.Method, allowed.method}, {"statusCode", l.StatusCode, allowed.status}, {"name", l.Name, allowed.name}} {
		if member.value != "" && !member.allowed {
			return awserror.BadRequestf("Documentation part location of type '%s' must not have '%s'", l.Type, member.name)
		}
	}
	if allowed.name && l.Name == "" {
		return awserror.BadRequestf("Documentation part location of type '%s' must have 'name'", l.Type)
	}
	return nil
}

// Full is a location with the defaults that AWS takes for absent members: the
// root path, any method, any status.
func (l DocumentationLocation) Full() DocumentationLocation {
	allowed, _ := fieldsOfLocation(l.Type)
	if allowed.path {
		l.Path = cmp.Or(l.Path, "/")
	}
	if allowed.method {
		l.Method = cmp.Or(l.Method, "*")
	}
	if allowed.status {
		l.StatusCode = cmp.Or(l.StatusCode, "*")
	}
	return l
}

func (l DocumentationLocation) describe() string {
	described := fmt.Sprintf("type '%s'", l.Type)
	for _, member := range [][2]string{{"path", l.Path}, {"method", l.Method}, {"statusCode", l.StatusCode}, {"name", l.Name}} {
		if member[1] != "" {
			described += fmt.Sprintf(", %s '%s'", member[0], member[1])
		}
	}
	return described
}

// AddDocumentationPart is CreateDocumentationPart. Each location is documented
// once.
func (a *API) AddDocumentationPart(location DocumentationLocation, properties, id string) (*DocumentationPart, error) {
	if err := location.Check(); err != nil {
		return nil, err
	}
	made := &DocumentationPart{ID: id, Location: location, Properties: properties}
	if err := made.Check(); err != nil {
		return nil, err
	}
	if a.documented(location) != nil {
		return nil, awserror.Conflictf("Documentation part already exists for the specified location: %s.", location.describe())
	}
	for _, part := range a.DocumentationParts {
		made.Seq = max(made.Seq, part.Seq+1)
	}
	if a.DocumentationParts == nil {
		a.DocumentationParts = map[string]*DocumentationPart{}
	}
	a.DocumentationParts[id] = made
	return made, nil
}

// documented gives the part of a location, nil when there is none.
func (a *API) documented(location DocumentationLocation) *DocumentationPart {
	for _, part := range a.DocumentationParts {
		if part.Location.Full() == location.Full() {
			return part
		}
	}
	return nil
}

// Check holds a part's properties against AWS's rules, after a change: a JSON
// object.
func (p *DocumentationPart) Check() error {
	if strings.TrimSpace(p.Properties) == "" {
		return awserror.NewBadRequest("Documentation part properties must be non-empty")
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal([]byte(p.Properties), &object); err != nil || object == nil {
		return awserror.NewBadRequest("Documentation part properties must be a JSON object")
	}
	return nil
}

// FindDocumentationPart is GetDocumentationPart.
func (a *API) FindDocumentationPart(id string) (*DocumentationPart, error) {
	if found := a.DocumentationParts[id]; found != nil {
		return found, nil
	}
	return nil, awserror.NewNotFound("Invalid Documentation part identifier specified")
}

// SortedDocumentationParts lists the parts in the order they were made.
func (a *API) SortedDocumentationParts() []*DocumentationPart {
	parts := sortedByKey(a.DocumentationParts)
	slices.SortStableFunc(parts, func(x, y *DocumentationPart) int { return cmp.Compare(x.Seq, y.Seq) })
	return parts
}

// PutDocumentationParts is ImportDocumentationParts: merge replaces the parts of
// the same locations, overwrite all. NewID makes ids. It gives the ids of the
// parts given, in their order.
func (a *API) PutDocumentationParts(parts []DocumentationPart, overwrite bool, newID func() string) ([]string, error) {
	if overwrite {
		a.DocumentationParts = nil
	}
	ids := make([]string, 0, len(parts))
	for _, part := range parts {
		if known := a.documented(part.Location); known != nil {
			changed := *known
			changed.Properties = part.Properties
			if err := changed.Check(); err != nil {
				return nil, err
			}
			a.DocumentationParts[known.ID] = &changed
			ids = append(ids, known.ID)
			continue
		}
		made, err := a.AddDocumentationPart(part.Location, part.Properties, newID())
		if err != nil {
			return nil, err
		}
		ids = append(ids, made.ID)
	}
	return ids, nil
}

// AddDocumentationVersion is CreateDocumentationVersion: it freezes the parts of
// now and, when a stage is named, publishes the version there.
func (a *API) AddDocumentationVersion(version, description, stage string, now time.Time) (*DocumentationVersion, error) {
	if strings.TrimSpace(version) == "" {
		return nil, awserror.NewBadRequest("Documentation version must be non-empty")
	}
	if a.DocumentationVersions[version] != nil {
		return nil, awserror.NewConflict("Documentation version already exists")
	}
	made := &DocumentationVersion{Version: version, Description: description, CreatedDate: now}
	for _, part := range a.SortedDocumentationParts() {
		frozen := *part
		made.Parts = append(made.Parts, &frozen)
	}
	if stage != "" {
		published := a.Stages[stage]
		if published == nil {
			return nil, awserror.NewNotFound("Invalid stage identifier specified")
		}
		changed := *published
		changed.DocumentationVersion, changed.LastUpdatedDate = version, now
		a.Stages[stage] = &changed
	}
	if a.DocumentationVersions == nil {
		a.DocumentationVersions = map[string]*DocumentationVersion{}
	}
	a.DocumentationVersions[version] = made
	return made, nil
}

// FindDocumentationVersion is GetDocumentationVersion.
func (a *API) FindDocumentationVersion(version string) (*DocumentationVersion, error) {
	if found := a.DocumentationVersions[version]; found != nil {
		return found, nil
	}
	return nil, awserror.NewNotFound("Invalid Documentation version specified")
}

// RemoveDocumentationVersion is DeleteDocumentationVersion. Stages that publish
// it publish none afterwards.
func (a *API) RemoveDocumentationVersion(version string) error {
	if _, err := a.FindDocumentationVersion(version); err != nil {
		return err
	}
	for name, stage := range a.Stages {
		if stage.DocumentationVersion == version {
			changed := *stage
			changed.DocumentationVersion = ""
			a.Stages[name] = &changed
		}
	}
	delete(a.DocumentationVersions, version)
	return nil
}
