package jsonschema

import "testing"

// FuzzSchema looks for panics, hangs and for validations that depend on an earlier one.
func FuzzSchema(f *testing.F) {
	for _, c := range readFuzzSeeds(f) {
		f.Add(c.Models["A"], c.Models["B"], c.Document)
	}
	f.Add(EmptyModel, ErrorModel, `{"message":1}`)
	f.Add(`{"$ref":"#/definitions/a","definitions":{"a":{"$ref":"#"}}}`, `{"pattern":"(?=.*[a-z])(\\w)\\1+$"}`, `"aab"`)
	f.Fuzz(func(t *testing.T, a, b, document string) {
		s, err := Compile("api", map[string]string{"A": a, "B": b}, "A")
		if err != nil {
			return
		}
		first, second := Message(s.ValidateText([]byte(document))), Message(s.ValidateText([]byte(document)))
		if first != second {
			t.Fatalf("%s, then %s", first, second)
		}
	})
}
