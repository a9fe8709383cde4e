// Package docpart holds the documentation of an API as API Gateway keeps
// it: parts at locations, and versions that froze them, with the rules of which
// members a location has. It knows no API: where parts are, is package
// definition's.
package docpart

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

// Part is AWS's DocumentationPart.
type Part struct {
	ID         string   `json:"id"`
	Location   Location `json:"location"`
	Properties string   `json:"properties"`
	Seq        int64    `json:"seq,omitempty"`
}

// Location is AWS's DocumentationPartLocation.
type Location struct {
	Type       string `json:"type"`
	Path       string `json:"path,omitempty"`
	Method     string `json:"method,omitempty"`
	StatusCode string `json:"statusCode,omitempty"`
	Name       string `json:"name,omitempty"`
}

// Version is AWS's DocumentationVersion with the parts it froze.
type Version struct {
	Version     string    `json:"version"`
	Description string    `json:"description,omitempty"`
	CreatedDate time.Time `json:"createdDate"`
	Parts       []*Part   `json:"parts,omitempty"`
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
func (l Location) Check() error {
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
func (l Location) Full() Location {
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

// Describe is a location as error texts name it.
func (l Location) Describe() string {
	var described strings.Builder
	fmt.Fprintf(&described, "type '%s'", l.Type)
	for _, member := range [][2]string{{"path", l.Path}, {"method", l.Method}, {"statusCode", l.StatusCode}, {"name", l.Name}} {
		if member[1] != "" {
			fmt.Fprintf(&described, ", %s '%s'", member[0], member[1])
		}
	}
	return described.String()
}

// Check holds a part's properties against AWS's rules, after a change: a JSON
// object.
func (p *Part) Check() error {
	if strings.TrimSpace(p.Properties) == "" {
		return awserror.NewBadRequest("Documentation part properties must be non-empty")
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal([]byte(p.Properties), &object); err != nil || object == nil {
		return awserror.NewBadRequest("Documentation part properties must be a JSON object")
	}
	return nil
}
