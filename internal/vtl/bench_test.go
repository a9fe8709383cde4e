package vtl_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl"
)

// benchCases are the templates that Velocity was measured with; they lie beside
// the repository.
const benchCases = "../../../shared/oracle-vtl/bench-cases.jsonl"

// BenchmarkRender renders each bench case with the template compiled before, and
// compiled anew. `sluice vtl bench` measures the same as CPU time, to be held
// against Velocity's.
func BenchmarkRender(b *testing.B) {
	text, err := os.ReadFile(benchCases)
	if err != nil {
		b.Skipf("the bench cases are not beside the repository: %v", err)
	}
	for line := range bytes.SplitSeq(bytes.TrimSpace(text), []byte("\n")) {
		v, err := jsonvalue.Parse(line, jsonvalue.Options{})
		if err != nil {
			b.Fatal(err)
		}
		template := v.Get("template").Text()
		env := envOf(v.Get("input"))
		t, err := vtl.Parse("t", template)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(v.Get("name").Text()+"/cached", func(b *testing.B) {
			b.ReportAllocs()
			var dst []byte
			for b.Loop() {
				e := env
				e.Overrides = &vtl.Overrides{}
				if dst, err = t.Render(dst[:0], &e); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(v.Get("name").Text()+"/parsed", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				fresh, err := vtl.Parse("t", template)
				if err != nil {
					b.Fatal(err)
				}
				e := env
				if _, err := fresh.Render(nil, &e); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// envOf makes what a case sees.
func envOf(input jsonvalue.Value) vtl.Env {
	pairs := func(name string) vtl.Pairs {
		var all vtl.Pairs
		if o := input.Get(name).Object(); o != nil {
			for key, v := range o.All() {
				all = append(all, vtl.Pair{Name: key, Value: v.String()})
			}
		}
		return all
	}
	return vtl.Env{
		Body: []byte(input.Get("body").Text()), Path: pairs("path"), Query: pairs("query"), Header: pairs("headers"),
		StageVariables: pairs("stageVariables"), Context: vtl.ObjectContext{Tree: input.Get("context").Object()},
	}
}
