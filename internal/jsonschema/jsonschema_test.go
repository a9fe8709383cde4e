package jsonschema

import (
	"errors"
	"strings"
	"testing"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
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

func TestReferences(t *testing.T) {
	t.Parallel()
	const ref = "https://apigateway.amazonaws.com/restapis/api/models/"
	models := map[string]string{
		"Tree":   `{"$schema":"http://json-schema.org/draft-03/schema#","id":"urn:x","type":"object","properties":{"left":{"$ref":"#"},"right":{"$ref":"` + ref + `Tree"},"id":{"type":"string"}},"required":["id"]}`,
		"Local":  `{"type":"object","properties":{"a":{"$ref":"#/definitions/a~1b%20c"}},"definitions":{"a/b c":{"enum":[1,"x"]}},"x-unknown":{"y":1},"nullable":true}`,
		"Loop":   `{"allOf":[{"$ref":"` + ref + `Loop"}]}`,
		"Self":   `{"$ref":"` + ref + `Self"}`,
		"Failed": `{"$ref":"` + ref + `Error"}`,
	}
	for _, c := range []struct{ model, body, want string }{
		{"Tree", `{"id":"a","left":{"id":"b","right":{"id":"c"}}}`, `[]`},
		{"Tree", `{"id":"a","left":{"id":"b","right":{}}}`, `[object has missing required properties (["id"])]`},
		{"Tree", `{"id":1}`, `[instance type (integer) does not match any allowed primitive type (allowed: ["string"])]`},
		{"Local", `{"a":"x"}`, `[]`},
		{"Local", `{"a":2}`, `[instance value (2) not found in enum (possible values: [1,"x"])]`},
		{"Loop", `{}`, `[validation loop]`},
		{"Self", `{}`, `[validation loop]`},
		{"Failed", `{"message":1}`, `[instance type (integer) does not match any allowed primitive type (allowed: ["string"])]`},
		{"Empty", `{"any":1}`, `[]`},
		{"Empty", `[]`, `[instance type (array) does not match any allowed primitive type (allowed: ["object"])]`},
	} {
		if got := Message(mustCompile(t, models, c.model).ValidateText([]byte(c.body))); got != c.want {
			t.Errorf("%s %s\n got  %s\n want %s", c.model, c.body, got, c.want)
		}
	}
}

// TestPatterns: models in the wild ask for passwords by look-ahead.
func TestPatterns(t *testing.T) {
	t.Parallel()
	s := mustCompile(t, map[string]string{"A": `{"pattern":"^(?=.*[A-Z])(?=.*\\d)[\\w-]{8,}$","patternProperties":{"^x-":{"type":"string"}}}`}, "A")
	for body, want := range map[string]int{`"Passw0rd"`: 0, `"password1"`: 1, `"Pa1"`: 1, `{"x-a":"b","y":1}`: 0, `{"x-a":1}`: 1} {
		if got := s.ValidateText([]byte(body)); len(got) != want {
			t.Errorf("%s: %q", body, got)
		}
	}
}

func TestRefusedModels(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		``, `1`, `[]`, `{"type":"nosuch"}`, `{"required":[]}`, `{"minLength":-1}`, `{"pattern":"("}`, `{"$ref":"#/definitions/none"}`, `{"$ref":"http://example.com/x"}`,
		`{"$ref":"file:///etc/passwd"}`, `{"$ref":"https://apigateway.amazonaws.com/restapis/other/models/A"}`, `{"$ref":"https://apigateway.amazonaws.com/restapis/api/models/None"}`,
		`{"maximum":1e999999999}`, `{"multipleOf":0}`, strings.Repeat(`{"not":`, 1000) + `{}` + strings.Repeat(`}`, 1000), `{"enum":["` + strings.Repeat("a", maxModel) + `"]}`,
	} {
		var refused *CompileError
		if _, err := Compile("api", map[string]string{"A": text}, "A"); !errors.As(err, &refused) || refused.Model != "A" {
			t.Errorf("%.80s: %v", text, err)
		}
	}
}

func TestBounded(t *testing.T) {
	t.Parallel()
	// Each level doubles the work and leads back to the first.
	s := mustCompile(t, map[string]string{"A": `{"definitions":{"a":{"not":{"anyOf":[{"$ref":"#/definitions/b"},{"$ref":"#/definitions/b"}]}},"b":{"not":{"allOf":[{"$ref":"#/definitions/a"},{"$ref":"#/definitions/a"}]}}},"$ref":"#/definitions/a"}`}, "A")
	if got := s.ValidateText([]byte(`1`)); len(got) != 1 {
		t.Errorf("%q", got)
	}
	for _, c := range []struct{ schema, body string }{
		{`{"pattern":"(?=(a+)+$)(a|aa)+\\1b"}`, `"` + strings.Repeat("a", 100_000) + `"`},
		{`{"multipleOf":0.01}`, `1e999999999`},
		{`{"multipleOf":0.01}`, `1e-999999999`},
		{`{"maximum":1}`, `1e2147483000`},
		{`{"uniqueItems":true}`, `[` + strings.Repeat("1e9,", 100_000) + `1]`},
		{`{"additionalProperties":false,"enum":[1]}`, `{` + strings.Repeat(`"a":1,`, 100_000) + `"b":2}`},
	} {
		s := mustCompile(t, map[string]string{"A": c.schema}, "A")
		if text := Message(s.ValidateText([]byte(c.body))); len(text) > 64<<10 {
			t.Errorf("%s: a message of %d bytes", c.schema, len(text))
		}
	}
}

func BenchmarkValidate(b *testing.B) {
	s := mustCompile(b, map[string]string{"Pet": `{"type":"object","required":["id","name"],"additionalProperties":false,"properties":{"id":{"type":"integer","minimum":1},` +
		`"name":{"type":"string","maxLength":50},"tags":{"type":"array","items":{"type":"string"}},"kind":{"enum":["cat","dog"]}}}`}, "Pet")
	v, err := jsonvalue.ParseString(`{"id":7,"name":"Rex","tags":["a","b"],"kind":"dog"}`, jsonvalue.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if problems := s.Validate(v); problems != nil {
			b.Fatal(problems)
		}
	}
}

// TestLongPattern: a count above what Go's engine takes.
func TestLongPattern(t *testing.T) {
	t.Parallel()
	s := mustCompile(t, map[string]string{"A": `{"pattern":"^[\\s\\S]{1,65535}$"}`}, "A")
	if got := s.ValidateText([]byte(`"` + strings.Repeat("a", 65535) + `"`)); got != nil {
		t.Errorf("%.100q", got)
	}
	if got := s.ValidateText([]byte(`"` + strings.Repeat("a", 65536) + `"`)); len(got) != 1 {
		t.Errorf("%.100q", got)
	}
}
