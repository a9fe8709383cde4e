package openapi

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/openapi/document"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

const (
	jsonType = "application/json"
	// modelURL stands before an API's id and "/models/{name}" in schemas.
	modelURL = "https://apigateway.amazonaws.com/restapis/"
)

// models makes a Model of each named schema. References between them become
// AWS's model URLs, circular ones too.
func (m *importer) models() {
	for name, schema := range document.Members(m.Schemas()) {
		m.model(name, document.Text(schema.Get("description")), schema)
	}
}

// model puts one model, whole or not at all.
func (m *importer) model(name, description string, schema jsonvalue.Value) string {
	clean := modelName(name)
	if clean != name {
		m.Warnf("Model name '%s' is not alphanumeric, imported as '%s'", name, clean)
	}
	id := m.options.NewID(shortID)
	if known := m.api.Models[clean]; known != nil {
		id = known.ID
		delete(m.api.Models, clean)
	}
	_, err := m.api.AddModel(definition.Model{
		Name: clean, Description: description, ContentType: jsonType, Schema: document.Pretty(m.rewritten(schema, true)),
	}, id)
	m.fail("Unable to create model for '"+name+"'", err)
	return clean
}

// modelName leaves what AWS allows in a model's name: letters and digits.
func modelName(name string) string {
	clean := strings.Map(func(r rune) rune {
		if (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z') || (r >= '0' && r <= '9') {
			return r
		}
		return -1
	}, name)
	if clean == "" {
		return "Model"
	}
	return clean
}

// rewritten is a schema as a Model keeps it: with model URLs for references.
// Members of "properties" are names of the user's, not keywords.
func (m *importer) rewritten(schema jsonvalue.Value, keywords bool) jsonvalue.Value {
	switch schema.Kind() {
	case jsonvalue.KindObject:
		object := jsonvalue.NewObject()
		for name, member := range document.Members(schema) {
			switch {
			case keywords && name == "$ref" && member.Kind() == jsonvalue.KindString:
				object.Put(name, jsonvalue.String(m.modelReference(member.Text())))
			case keywords && (name == "properties" || name == "patternProperties" || name == "definitions"):
				object.Put(name, m.namedSchemas(member))
			case keywords && (name == "example" || name == "examples" || name == "default" || name == "enum" || name == "const"):
				object.Put(name, document.Copied(member))
			default:
				object.Put(name, m.rewritten(member, true))
			}
		}
		return jsonvalue.FromObject(object)
	case jsonvalue.KindArray:
		array := jsonvalue.NewArray()
		for _, item := range document.Items(schema) {
			array.Append(m.rewritten(item, keywords))
		}
		return jsonvalue.FromArray(array)
	default:
		return schema
	}
}

func (m *importer) namedSchemas(schemas jsonvalue.Value) jsonvalue.Value {
	object := jsonvalue.NewObject()
	for name, schema := range document.Members(schemas) {
		object.Put(name, m.rewritten(schema, true))
	}
	return jsonvalue.FromObject(object)
}

// modelReference is "#/definitions/Pet" as the URL of model Pet.
func (m *importer) modelReference(reference string) string {
	for _, prefix := range []string{"#/definitions/", "#/components/schemas/"} {
		if name, found := strings.CutPrefix(reference, prefix); found && !strings.Contains(name, "/") {
			return modelURL + m.api.RestAPI.ID + "/models/" + modelName(name)
		}
	}
	if !strings.HasPrefix(reference, modelURL) && !strings.HasPrefix(reference, "#") {
		m.Warnf("Reference '%s' leads out of the document and is not followed", reference)
	}
	return reference
}

// schemaModel is the name of the model for a schema that an operation uses: the
// one it refers to, or a new one for a schema written in place.
func (m *importer) schemaModel(schema jsonvalue.Value) string {
	if schema.Len() == 0 || schema.Kind() != jsonvalue.KindObject {
		return ""
	}
	if reference := document.Text(schema.Get("$ref")); reference != "" {
		at := strings.LastIndexByte(reference, '/')
		name := modelName(reference[at+1:])
		if m.api.Models[name] == nil && name != "Empty" && name != "Error" {
			m.Warnf("Unable to resolve reference '%s'", reference)
			return ""
		}
		return name
	}
	sum := sha256.Sum256([]byte(document.Compact(schema)))
	name := "MODEL" + hex.EncodeToString(sum[:3])
	if m.api.Models[name] != nil {
		return name
	}
	return m.model(name, "", schema)
}
