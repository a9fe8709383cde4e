// Package jsonschema validates JSON against API Gateway's models: JSON Schema draft-04, whose `$ref` may lead to the
// same API's other models (https://apigateway.amazonaws.com/restapis/{id}/models/{Name}), circles allowed.
//
// santhosh-tekuri/jsonschema checks a model against the meta-schema and resolves its references; the validation itself
// runs on jsonvalue and says what is wrong in the words that $context.error.validationErrorString shows, which are those
// of Java's json-schema-validator (fge), in its order. Nothing is ever loaded from a network or a disk.
//
// It is NOT a validator of later drafts, and does not choose the model for a content type (the plan does).
package jsonschema

import (
	"fmt"
	"strings"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// The models that every API has: https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html.
const (
	// EmptyModel is the schema of the model "Empty".
	EmptyModel = `{"$schema":"http://json-schema.org/draft-04/schema#","title":"Empty Schema","type":"object"}`
	// ErrorModel is the schema of the model "Error".
	ErrorModel = `{"$schema":"http://json-schema.org/draft-04/schema#","title":"Error Schema","type":"object",` +
		`"properties":{"message":{"type":"string"}}}`
)

// Schema is a compiled model. It is immutable and safe for concurrent use.
type Schema struct {
	root *node
}

// CompileError says why a model is no usable schema.
type CompileError struct {
	// Model is the model's name.
	Model string
	// Err is the reason.
	Err error
}

func (e *CompileError) Error() string { return fmt.Sprintf("model %s: %v", e.Model, e.Err) }

// Unwrap returns the reason.
func (e *CompileError) Unwrap() error { return e.Err }

// URL returns the address under which the models of an API refer to each other.
func URL(apiID, model string) string { return modelURL(apiID) + model }

func modelURL(apiID string) string {
	return "https://apigateway.amazonaws.com/restapis/" + apiID + "/models/"
}

// Compile makes the model of that name ready, with all that it refers to among models, which maps names to JSON texts.
// "Empty" and "Error" are there even when the map lacks them. The error is a *CompileError.
func Compile(apiID string, models map[string]string, name string) (*Schema, error) {
	root, err := compile(apiID, models, name)
	if err != nil {
		return nil, &CompileError{Model: name, Err: err}
	}
	return &Schema{root: root}, nil
}

// Validate returns what is wrong with v, nil when nothing is.
func (s *Schema) Validate(v jsonvalue.Value) []string {
	c := checker{}
	r := report{checker: &c}
	c.check(s.root, v, &r)
	if c.exhausted != "" {
		return []string{c.exhausted}
	}
	return r.messages
}

// ValidateText parses a body strictly and validates it. An empty body is `{}`, as AWS takes it; what is no JSON at all is
// reported as such.
func (s *Schema) ValidateText(body []byte) []string {
	if len(body) == 0 {
		body = []byte("{}")
	}
	v, err := jsonvalue.Parse(body, jsonvalue.Options{})
	if err != nil {
		return []string{"Can not parse JSON: " + err.Error()}
	}
	return s.Validate(v)
}

// Message joins what Validate returned as $context.error.validationErrorString shows it: `[first, second]`.
func Message(problems []string) string { return "[" + strings.Join(problems, ", ") + "]" }
