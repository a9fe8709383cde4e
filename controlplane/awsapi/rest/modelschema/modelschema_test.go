package modelschema_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/modelschema"
)

// models refer to each other in a circle.
func models(name string) (string, bool) {
	schema, found := map[string]string{
		"Pet":   `{"type":"object","properties":{"name":{"type":"string"},"owner":{"$ref":"https://apigateway.amazonaws.com/restapis/a/models/Owner"}}}`,
		"Owner": `{"type":"object","properties":{"pets":{"type":"array","items":{"$ref":"https://apigateway.amazonaws.com/restapis/a/models/Pet"}}}}`,
	}[name]
	return schema, found
}

func TestFlatten(t *testing.T) {
	t.Parallel()
	pet, _ := models("Pet")
	got := modelschema.Flatten(pet, models)
	want := `{"type":"object","properties":{"name":{"type":"string"},"owner":{"$ref":"#/definitions/Owner"}},"definitions":{` +
		`"Owner":{"type":"object","properties":{"pets":{"type":"array","items":{"$ref":"#/definitions/Pet"}}}},` +
		`"Pet":{"type":"object","properties":{"name":{"type":"string"},"owner":{"$ref":"#/definitions/Owner"}}}}}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, same := range []string{"no JSON", "[]", `{"$ref":"https://apigateway.amazonaws.com/restapis/a/models/Nope"}`} {
		if got := modelschema.Flatten(same, models); got != same {
			t.Errorf("%s became %s", same, got)
		}
	}
}

func TestTemplate(t *testing.T) {
	t.Parallel()
	got, err := modelschema.Template(`{"type":"object","properties":{"id":{"type":"integer"},"on":{"type":"boolean"},"name":{"type":"string"}}}`, models)
	want := "#set($inputRoot = $input.path('$'))\n{\n  \"id\" : 42,\n  \"on\" : true,\n  \"name\" : \"foo\"\n}"
	if err != nil || got != want {
		t.Errorf("%v, got\n%s", err, got)
	}
	// A circle ends somewhere.
	if got, err := modelschema.Template(`{"$ref":"https://apigateway.amazonaws.com/restapis/a/models/Pet"}`, models); err != nil || !strings.Contains(got, "#foreach") || len(got) > 1<<16 {
		t.Errorf("%v, %d bytes", err, len(got))
	}
}

// TestTemplateBounds wants a schema that refers to itself many times to end.
func TestTemplateBounds(t *testing.T) {
	t.Parallel()
	got, err := modelschema.Template(`{"properties":{"a":{"$ref":"#/"},"b":{"$ref":"#/properties/c"},"c":{"properties":{"x":{"$ref":"#/properties/c"},"y":{"$ref":"#/properties/c"}}}}}`, models)
	if err != nil || len(got) > 1<<20 {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

// FuzzSchema wants no schema to break the server, and what is flattened to be
// JSON.
func FuzzSchema(f *testing.F) {
	pet, _ := models("Pet")
	f.Add(pet)
	f.Add(`{"$ref":"#/definitions/a","definitions":{"a":{"$ref":"#"}}}`)
	f.Fuzz(func(t *testing.T, schema string) {
		if flat := modelschema.Flatten(schema, models); json.Valid([]byte(schema)) && !json.Valid([]byte(flat)) {
			t.Errorf("%q became %q", schema, flat)
		}
		if _, err := modelschema.Template(schema, models); err != nil {
			return
		}
	})
}
