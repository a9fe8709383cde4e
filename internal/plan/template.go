package plan

import (
	"maps"
	"slices"
	"strings"

	"github.com/sluice-gateway/sluice/internal/vtl"
)

// defaultKey is the key of a template for all content types without one.
const defaultKey = "$default"

// Template is a mapping template by its content type.
type Template struct {
	// ContentType is the key as written.
	ContentType string
	// VTL is nil when Err says why the text is no template.
	VTL *vtl.Template
	Err error
	// Empty says that the text is empty: a response passes through under this key.
	Empty bool
}

// Templates are the templates of a request or response, in the order of their
// content types.
type Templates []Template

func newTemplates(place string, all map[string]string) Templates {
	var made Templates
	for _, key := range slices.Sorted(maps.Keys(all)) {
		parsed, err := vtl.Parse(place+"["+key+"]", strings.TrimSpace(all[key]))
		made = append(made, Template{ContentType: key, VTL: parsed, Err: err, Empty: all[key] == ""})
	}
	return made
}

// Find gives the template of a media type, whatever its case.
func (t Templates) Find(mediaType string) *Template {
	for i := range t {
		if strings.EqualFold(t[i].ContentType, mediaType) {
			return &t[i]
		}
	}
	return nil
}

// ForRequest chooses by the request's media type, and else the $default one.
func (t Templates) ForRequest(mediaType string) *Template {
	if found := t.Find(mediaType); found != nil {
		return found
	}
	return t.Find(defaultKey)
}

// ForResponse chooses by the media type that the client accepts, else the one
// for application/json, else the first; nil: there is none.
func (t Templates) ForResponse(accept string) *Template {
	if len(t) == 0 {
		return nil
	}
	if found := t.Find(accept); found != nil {
		return found
	}
	if found := t.Find("application/json"); found != nil {
		return found
	}
	return &t[0]
}

// Types lists the content types, for the operator.
func (t Templates) Types() string {
	names := make([]string, len(t))
	for i := range t {
		names[i] = t[i].ContentType
	}
	return strings.Join(names, ", ")
}
