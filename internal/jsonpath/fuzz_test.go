package jsonpath

import (
	"testing"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// FuzzJSONPath looks for panics, hangs and for reads that depend on an earlier one.
func FuzzJSONPath(f *testing.F) {
	for _, c := range corpus(f) {
		f.Add(c.Path, c.Document)
	}
	for seed := range uint64(200) {
		_, path, document := newGenerator(seed).anyCase()
		f.Add(path, document)
	}
	f.Fuzz(func(t *testing.T, path, document string) {
		p, err := Compile(path)
		if err != nil {
			return
		}
		read := func() string {
			doc, err := jsonvalue.ParseString(document, jsonvalue.Options{Lenient: true})
			if err != nil {
				return err.Error()
			}
			v, err := p.Read(doc)
			if err != nil {
				return err.Error()
			}
			if !p.Definite() && v.Array() == nil {
				t.Fatalf("%s is indefinite and gives %s", path, v)
			}
			text, err := v.JSON(jsonvalue.Smart)
			if err != nil {
				return err.Error()
			}
			return text
		}
		if first, second := read(), read(); first != second {
			t.Fatalf("%s gives %s, then %s", path, first, second)
		}
	})
}
