package jsonschema

import (
	"testing"
)

func mustCompile(t testing.TB, models map[string]string, name string) *Schema {
	t.Helper()
	s, err := Compile("api", models, name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestMessage(t *testing.T) {
	t.Parallel()
	const ref = "https://apigateway.amazonaws.com/restapis/api/models/"
	models := map[string]string{
		"Pet":   `{"type":"object","required":["name","age"],"additionalProperties":false,"properties":{"name":{"type":"string"},"age":{"type":"number"},"owner":{"$ref":"` + ref + `Owner"}}}`,
		"Owner": `{"type":"object","properties":{"pets":{"type":"array","items":{"$ref":"` + ref + `Pet"}}}}`,
	}
	s := mustCompile(t, models, "Pet")
	for body, want := range map[string]string{
		`{"name":"a","age":1}`:   "[]",
		``:                       `[object has missing required properties (["age","name"])]`,
		`{"name":"a","age":"b"}`: `[instance type (string) does not match any allowed primitive type (allowed: ["integer","number"])]`,
		`{"x":1,"name":"a"}`:     `[object instance has properties which are not allowed by the schema: ["x"], object has missing required properties (["age"])]`,
		`{"name":"a","age":1,"owner":{"pets":[{"name":"b"}]}}`: `[object has missing required properties (["age"])]`,
	} {
		if got := Message(s.ValidateText([]byte(body))); got != want {
			t.Errorf("%s\n got  %s\n want %s", body, got, want)
		}
	}
}
