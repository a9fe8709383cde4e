// Package modelschema reads the JSON schemas of models for GetModel's flatten
// and for GetModelTemplate. It validates nothing: that is done where requests
// are.
package modelschema

import (
	"fmt"
	"strings"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// deepest bounds how far schemas are followed into each other, and modelPath is
// what stands before a model's name in a reference to it.
const (
	deepest = 20
	// maxTemplate bounds a template in bytes: a schema that refers to itself twice
	// would grow without end.
	maxTemplate = 256 << 10
	modelPath   = "/models/"
)

// Lookup gives the schema of another model of the API by its name.
type Lookup func(name string) (schema string, found bool)

// Flatten writes the models that a schema refers to, and those that they refer
// to, into its definitions and makes the references local. What cannot be read
// or found stays as it is.
func Flatten(schema string, lookup Lookup) string {
	parsed, err := jsonvalue.ParseString(schema, jsonvalue.Options{})
	if err != nil || parsed.Object() == nil {
		return schema
	}
	definitions := jsonvalue.NewObject()
	localised := localise(parsed, lookup, definitions, 0)
	if definitions.Len() > 0 {
		if own, found := localised.Object().Get("definitions"); found && own.Object() != nil {
			for _, entry := range own.Object().Entries() {
				definitions.Put(entry.Key, entry.Value)
			}
		}
		localised.Object().Put("definitions", jsonvalue.FromObject(definitions))
	}
	text, err := localised.JSON(jsonvalue.Verbatim)
	if err != nil {
		return schema
	}
	return text
}

// localise copies a schema with its references to models made local, and adds
// the models to definitions.
func localise(value jsonvalue.Value, lookup Lookup, definitions *jsonvalue.Object, depth int) jsonvalue.Value {
	if depth > deepest*2 {
		return value
	}
	if list := value.Array(); list != nil {
		made := jsonvalue.NewArray()
		for _, element := range list.Elems() {
			made.Append(localise(element, lookup, definitions, depth+1))
		}
		return jsonvalue.FromArray(made)
	}
	object := value.Object()
	if object == nil {
		return value
	}
	made := jsonvalue.NewObject()
	for _, entry := range object.Entries() {
		name, isModel := modelName(entry)
		if !isModel {
			made.Put(entry.Key, localise(entry.Value, lookup, definitions, depth+1))
			continue
		}
		schema, found := lookup(name)
		parsed, err := jsonvalue.ParseString(schema, jsonvalue.Options{})
		if !found || err != nil {
			made.Put(entry.Key, entry.Value)
			continue
		}
		made.Put(entry.Key, jsonvalue.String("#/definitions/"+name))
		if !definitions.Has(name) {
			// Its place is taken before it is entered, for schemas may be circular.
			definitions.Put(name, parsed)
			definitions.Put(name, localise(parsed, lookup, definitions, depth+1))
		}
	}
	return jsonvalue.FromObject(made)
}

// modelName gives the model that a member refers to.
func modelName(entry jsonvalue.Entry) (string, bool) {
	reference := entry.Value.Text()
	at := strings.LastIndex(reference, modelPath)
	if entry.Key != "$ref" || at < 0 {
		return "", false
	}
	return reference[at+len(modelPath):], true
}

// Template makes a sample mapping template of a schema, as GetModelTemplate
// does: texts are "foo", numbers 42, and lists loop over the input.
func Template(schema string, lookup Lookup) (string, error) {
	parsed, err := jsonvalue.ParseString(schema, jsonvalue.Options{})
	if err != nil {
		return "", fmt.Errorf("schema: %w", err)
	}
	sample := sampler{root: parsed, lookup: lookup}
	sample.out.WriteString("#set($inputRoot = $input.path('$'))\n")
	sample.value(parsed, "  ", 0)
	return sample.out.String(), nil
}

type sampler struct {
	root   jsonvalue.Value
	lookup Lookup
	out    strings.Builder
}

func (s *sampler) value(schema jsonvalue.Value, indent string, depth int) {
	schema = s.resolved(schema)
	kind := schema.Get("type").Text()
	switch {
	case depth > deepest || s.out.Len() > maxTemplate:
		s.out.WriteString("{ }")
	case kind == "array" || !schema.Get("items").IsUndefined():
		s.list(schema, indent, depth)
	case kind == "integer" || kind == "number":
		s.out.WriteString("42")
	case kind == "boolean":
		s.out.WriteString("true")
	case kind == "string":
		s.out.WriteString(`"foo"`)
	default:
		s.object(schema, indent, depth)
	}
}

// resolved follows a reference to a model or within the schema.
func (s *sampler) resolved(schema jsonvalue.Value) jsonvalue.Value {
	for range deepest {
		reference := schema.Get("$ref").Text()
		switch {
		case strings.HasPrefix(reference, "#/"):
			schema = s.root
			for segment := range strings.SplitSeq(reference[2:], "/") {
				schema = schema.Get(segment)
			}
		case strings.Contains(reference, modelPath):
			text, _ := s.lookup(reference[strings.LastIndex(reference, modelPath)+len(modelPath):])
			parsed, err := jsonvalue.ParseString(text, jsonvalue.Options{})
			if err != nil {
				return jsonvalue.Value{}
			}
			schema = parsed
		default:
			return schema
		}
	}
	return jsonvalue.Value{}
}

func (s *sampler) list(schema jsonvalue.Value, indent string, depth int) {
	s.out.WriteString("[\n##TODO: Update this foreach loop to reference array from input json\n#foreach($elem in $inputRoot)\n" + indent)
	s.value(schema.Get("items"), indent+"  ", depth+1)
	s.out.WriteString("#if($foreach.hasNext),#end\n#end\n]")
}

func (s *sampler) object(schema jsonvalue.Value, indent string, depth int) {
	properties := schema.Get("properties").Object()
	if properties == nil || properties.Len() == 0 {
		s.out.WriteString("{ }")
		return
	}
	s.out.WriteString("{\n")
	for i, entry := range properties.Entries() {
		if i > 0 {
			s.out.WriteString(",\n")
		}
		s.out.WriteString(indent + `"` + entry.Key + `" : `)
		s.value(entry.Value, indent+"  ", depth+1)
	}
	s.out.WriteString("\n" + strings.TrimSuffix(indent, "  ") + "}")
}
