package plan

import (
	"maps"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/sluice-gateway/sluice/internal/jsonschema"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// Model is a model that bodies are validated against.
type Model struct {
	// Schema is nil when Err says why it is none.
	Schema *jsonschema.Schema
	Err    error
}

// models compiles the models that a release's operations name for validation.
// Those of an earlier release with equal models are taken over.
func models(apiID string, definition *planv1.Release, earlier []*Plan) map[string]Model {
	texts := map[string]string{}
	for name, model := range definition.GetModels() {
		texts[name] = model.GetSchema()
	}
	made := map[string]Model{}
	known := sameModels(definition, earlier)
	for _, operation := range definition.GetOperations() {
		if !operation.GetRequest().GetValidateBody() {
			continue
		}
		for _, name := range operation.GetRequest().GetModels() {
			if _, done := made[name]; done {
				continue
			}
			model, found := known[name]
			if !found {
				model.Schema, model.Err = jsonschema.Compile(apiID, texts, name)
			}
			made[name] = model
		}
	}
	return made
}

func sameModels(definition *planv1.Release, earlier []*Plan) map[string]Model {
	for _, plan := range earlier {
		for _, release := range plan.releases {
			equal := maps.EqualFunc(release.Definition.GetModels(), definition.GetModels(), func(a, b *planv1.Model) bool { return proto.Equal(a, b) })
			if equal {
				return release.Models
			}
		}
	}
	return nil
}

// ModelFor is the model for a request's media type: that of the type itself,
// else the $default one.
func (o *Operation) ModelFor(mediaType string) (Model, bool) {
	name, found := "", false
	for key, model := range o.Definition.GetRequest().GetModels() {
		if strings.EqualFold(key, mediaType) {
			name, found = model, true
			break
		}
		if key == defaultKey {
			name, found = model, true
		}
	}
	if !found {
		return Model{}, false
	}
	return o.Release.Models[name], true
}
