package openapi

import (
	"slices"
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/openapi/document"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// swaggerKeywords are those of Swagger 2.0's Schema Object, which allows no
// others; OpenAPI 3.0 adds openKeywords.
// https://spec.openapis.org/oas/v2.0#schema-object
var (
	swaggerKeywords = []string{
		"$ref", "format", "title", "description", "default", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum",
		"maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "maxProperties", "minProperties", "required", "enum",
		"additionalProperties", "type", "items", "allOf", "properties", "discriminator", "readOnly", "xml", "externalDocs", "example",
	}
	openKeywords = []string{"oneOf", "anyOf", "not", "nullable", "writeOnly", "deprecated"}
)

// schemaOut is a Model's schema as the format has it: references within the
// document, and only keywords that the format knows. A list of types, which
// neither knows, becomes its first type that is not null.
func (e *exporter) schemaOut(schema jsonvalue.Value) jsonvalue.Value {
	if schema.Kind() != jsonvalue.KindObject {
		return schema
	}
	if reference := schema.Get("$ref"); reference.Kind() == jsonvalue.KindString {
		return fields("$ref", e.localReference(reference.Text()))
	}
	object := jsonvalue.NewObject()
	for name, member := range document.Members(schema) {
		switch {
		case !e.knows(name):
		case name == "type" && member.Kind() == jsonvalue.KindArray:
			e.oneType(object, member)
		case name == "properties":
			object.Put(name, e.namedSchemasOut(member))
		case name == "items" && member.Kind() == jsonvalue.KindArray:
			object.Put(name, e.schemaOut(member.At(0)))
		case name == "items" || name == "additionalProperties" || name == "not":
			object.Put(name, e.schemaOut(member))
		case name == "allOf" || name == "oneOf" || name == "anyOf":
			array := jsonvalue.NewArray()
			for _, one := range document.Items(member) {
				array.Append(e.schemaOut(one))
			}
			object.Put(name, jsonvalue.FromArray(array))
		default:
			object.Put(name, member)
		}
	}
	e.completeArray(object)
	return jsonvalue.FromObject(object)
}

// completeArray gives an array its items, which OpenAPI demands.
func (e *exporter) completeArray(object *jsonvalue.Object) {
	kind, _ := object.Get("type")
	if kind.Text() == "array" && !object.Has("items") {
		object.Put("items", jsonvalue.FromObject(jsonvalue.NewObject()))
	}
}

func (e *exporter) knows(keyword string) bool {
	return slices.Contains(swaggerKeywords, keyword) || strings.HasPrefix(keyword, "x-") ||
		(!e.swagger && slices.Contains(openKeywords, keyword))
}

func (e *exporter) oneType(object *jsonvalue.Object, kinds jsonvalue.Value) {
	for _, kind := range document.Texts(kinds) {
		switch {
		case kind == "null" && !e.swagger:
			object.Put("nullable", jsonvalue.Bool(true))
		case kind != "null" && !object.Has("type"):
			object.Put("type", jsonvalue.String(kind))
		}
	}
}

func (e *exporter) namedSchemasOut(schemas jsonvalue.Value) jsonvalue.Value {
	object := jsonvalue.NewObject()
	for name, schema := range document.Members(schemas) {
		object.Put(name, e.schemaOut(schema))
	}
	return jsonvalue.FromObject(object)
}
