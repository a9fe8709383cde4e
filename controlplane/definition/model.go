package definition

import (
	"strings"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

// maxModelSchema is AWS's limit to a schema, in bytes.
const maxModelSchema = 400 << 10

// Model is AWS's Model.
type Model struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Schema      string `json:"schema,omitempty"`
	ContentType string `json:"contentType"`
}

// AddModel is CreateModel.
func (a *API) AddModel(input Model, id string) (*Model, error) {
	input.ID = id
	if input.Name == "" {
		return nil, awserror.NewBadRequest("Model name must be non-empty")
	}
	if strings.IndexFunc(input.Name, notAlphanumeric) >= 0 {
		return nil, awserror.NewBadRequest("Model name must be alphanumeric: " + input.Name)
	}
	// A model may be made without a schema, but never be given an empty one.
	if input.Schema != "" {
		if err := input.Check(); err != nil {
			return nil, err
		}
	}
	if a.Models[input.Name] != nil {
		return nil, awserror.NewConflict("Model name already exists for this REST API")
	}
	if a.Models == nil {
		a.Models = map[string]*Model{}
	}
	a.Models[input.Name] = &input
	return &input, nil
}

func notAlphanumeric(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
}

// Check holds a model's schema against AWS's rules, after a change. Whether it
// is a JSON schema is checked where it is used, as AWS does.
func (m *Model) Check() error {
	switch {
	case m.Schema == "":
		return awserror.NewBadRequest("Model schema must have at least 1 property or array items defined")
	case len(m.Schema) > maxModelSchema:
		return awserror.NewBadRequest("Model schema must be at most 400 KB")
	default:
		return nil
	}
}

// FindModel is GetModel.
func (a *API) FindModel(name string) (*Model, error) {
	if found := a.Models[name]; found != nil {
		return found, nil
	}
	return nil, awserror.NotFoundf("Invalid model name specified: %s", name)
}

// RemoveModel is DeleteModel. It refuses a model that a method's request or
// response names, or that another model refers to.
func (a *API) RemoveModel(name string) error {
	if _, err := a.FindModel(name); err != nil {
		return err
	}
	for resource, method := range a.Methods() {
		for _, used := range method.RequestModels {
			if used == name {
				return awserror.Conflictf("Cannot delete model '%s', is referenced in method request: %s/%s", name, resource.Path, method.HTTPMethod)
			}
		}
		for _, response := range method.Responses {
			for _, used := range response.ResponseModels {
				if used == name {
					return awserror.Conflictf("Cannot delete model '%s', is referenced in method response: %s/%s/%s",
						name, resource.Path, method.HTTPMethod, response.StatusCode)
				}
			}
		}
	}
	for _, other := range sortedByKey(a.Models) {
		if other.Name != name && strings.Contains(other.Schema, "/models/"+name+`"`) {
			return awserror.Conflictf("Cannot delete model '%s', is referenced in model: %s", name, other.Name)
		}
	}
	delete(a.Models, name)
	return nil
}
