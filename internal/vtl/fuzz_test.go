package vtl_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl"
)

// FuzzRender parses and renders any template over any body: no panic, no hang, no
// output beyond the bound, and the same output twice.
func FuzzRender(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		f.Fatalf("no corpus: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		cases, err := jsonvalue.Parse(text, jsonvalue.Options{})
		if err != nil {
			f.Fatal(err)
		}
		for _, c := range cases.Array().All() {
			f.Add(c.Get("template").Text(), c.Get("input").Get("body").Text())
		}
	}
	f.Fuzz(func(t *testing.T, template, body string) {
		first, err := renderBounded(template, body)
		if err != nil {
			if _, ok := errors.AsType[*vtl.Error](err); !ok {
				t.Fatalf("%v is no *vtl.Error", err)
			}
			return
		}
		second, err := renderBounded(template, body)
		if err != nil || string(first) != string(second) {
			t.Fatalf("rendered %q, then %q, %v", first, second, err)
		}
	})
}

// maxFuzzOutput keeps one run short.
const maxFuzzOutput = 1 << 20

func renderBounded(template, body string) ([]byte, error) {
	parsed, err := vtl.ParseWith("t", template, vtl.Options{Evaluate: true})
	if err != nil {
		return nil, err
	}
	env := vtl.Env{
		Body: []byte(body), MaxOutput: maxFuzzOutput, Query: vtl.Pairs{{Name: "id", Value: body}}, Overrides: &vtl.Overrides{},
		Context: vtl.ObjectContext{Tree: jsonvalue.NewObject(jsonvalue.Entry{Key: "stage", Value: jsonvalue.String(body)})},
	}
	return parsed.Render(nil, &env)
}
