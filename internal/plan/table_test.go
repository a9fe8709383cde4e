package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sluice-gateway/sluice/internal/plan"
	"github.com/sluice-gateway/sluice/internal/vtl"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

func literal(text string) *planv1.Segment {
	return &planv1.Segment{Kind: &planv1.Segment_Literal{Literal: text}}
}

func parameter(name string) *planv1.Segment {
	return &planv1.Segment{Kind: &planv1.Segment_Parameter{Parameter: name}}
}

func greedy(name string) *planv1.Segment {
	return &planv1.Segment{Kind: &planv1.Segment_Greedy{Greedy: name}}
}

func definition(name string, operations ...*planv1.Operation) *planv1.Plan {
	return &planv1.Plan{Name: name, ApiId: "api", Stage: "dev", Release: &planv1.Release{
		Operations: operations, StageVariables: map[string]string{"b": "2", "a": "1"}, BinaryMediaTypes: []string{"image/*", "application/zip", "*/gif"},
	}}
}

func TestTable(t *testing.T) {
	t.Parallel()
	table := plan.NewTable()
	get := &planv1.Operation{Id: "abc.GET", Checksum: "1"}
	err := table.Plans([]*planv1.Plan{definition("api/dev/1", get)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = table.Plans([]*planv1.Plan{definition("api/dev/2", get, &planv1.Operation{Id: "abc.POST", Checksum: "2"})}, nil)
	if err != nil {
		t.Fatal(err)
	}
	old, found := table.Lookup("api/dev/1/abc.GET")
	if !found {
		t.Fatal("the old plan is gone before it was removed")
	}
	fresh, found := table.Lookup("api/dev/2/abc.GET")
	if !found || fresh.Program != old.Program {
		t.Error("an operation that did not change was compiled again")
	}
	if want := (vtl.Pairs{{Name: "a", Value: "1"}, {Name: "b", Value: "2"}}); !cmp.Equal(fresh.Release.StageVariables, want) {
		t.Errorf("stage variables %v, want %v", fresh.Release.StageVariables, want)
	}
	for _, name := range []string{"", "abc.GET", "api/dev/3/abc.GET", "api/dev/1/abc.POST"} {
		if _, found := table.Lookup(name); found {
			t.Errorf("found %q", name)
		}
	}
	err = table.Plans(nil, []string{"api/dev/1"})
	if err != nil {
		t.Fatal(err)
	}
	if _, found := table.Lookup("api/dev/1/abc.GET"); found {
		t.Error("a removed plan is still served")
	}
	err = table.Plans([]*planv1.Plan{{}}, []string{"api/dev/2"})
	if _, found := table.Lookup("api/dev/2/abc.GET"); err == nil || !found {
		t.Errorf("a plan without a name: error %v; the last good one is kept: %v", err, found)
	}
}

// TestLookupAllocates cannot run beside others: it counts the process's allocations.
func TestLookupAllocates(t *testing.T) { //nolint:paralleltest // see above
	table := plan.NewTable()
	err := table.Plans([]*planv1.Plan{definition("api/dev/2", &planv1.Operation{Id: "abc.POST"})}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if allocations := testing.AllocsPerRun(100, func() { table.Lookup("api/dev/2/abc.POST") }); allocations > 0 {
		t.Errorf("a lookup allocates %v times", allocations)
	}
}

func TestPathParameters(t *testing.T) {
	t.Parallel()
	cases := []struct {
		segments []*planv1.Segment
		path     string
		want     vtl.Pairs
	}{
		{nil, "/", nil},
		{[]*planv1.Segment{literal("hardcoded")}, "//hardcoded", nil},
		{[]*planv1.Segment{greedy("proxy")}, "/proxy-value/", vtl.Pairs{{Name: "proxy", Value: "proxy-value"}}},
		{[]*planv1.Segment{greedy("proxy")}, "//proxy-value", vtl.Pairs{{Name: "proxy", Value: "proxy-value"}}},
		{[]*planv1.Segment{greedy("proxy")}, "/proxy-value//double-slash", vtl.Pairs{{Name: "proxy", Value: "proxy-value//double-slash"}}},
		{[]*planv1.Segment{greedy("proxy")}, "/a/test%2Balias@gmail.com/plus/test+x", vtl.Pairs{{Name: "proxy", Value: "a/test%2Balias@gmail.com/plus/test+x"}}},
		{
			[]*planv1.Segment{literal("pets"), parameter("petId"), literal("x"), greedy("rest")},
			"/pets/7/x/y/z",
			vtl.Pairs{{Name: "petId", Value: "7"}, {Name: "rest", Value: "y/z"}},
		},
	}
	for _, test := range cases {
		table := plan.NewTable()
		err := table.Plans([]*planv1.Plan{definition("p", &planv1.Operation{Id: "o", Segments: test.segments})}, nil)
		if err != nil {
			t.Fatal(err)
		}
		operation, _ := table.Lookup("p/o")
		got := operation.PathParameters(nil, test.path)
		if !cmp.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", test.path, got, test.want)
		}
	}
}

func TestMediaTypes(t *testing.T) {
	t.Parallel()
	table := plan.NewTable()
	everything := definition("q", &planv1.Operation{Id: "o"})
	everything.Release.BinaryMediaTypes = []string{"*/*"}
	err := table.Plans([]*planv1.Plan{definition("p", &planv1.Operation{Id: "o"}), everything}, nil)
	if err != nil {
		t.Fatal(err)
	}
	operation, _ := table.Lookup("p/o")
	for contentType, want := range map[string]bool{
		"image/png": true, "IMAGE/PNG; q=1": true, "application/zip": true, "application/zip, text/plain": true,
		"text/plain, application/zip": false, "*/*": false, "text/gif": false, "imagex/png": false, "image": false, "": false,
	} {
		if got := operation.Release.Binary.Match(contentType); got != want {
			t.Errorf("%q is binary: %v, want %v", contentType, got, want)
		}
	}
	operation, _ = table.Lookup("q/o")
	if !operation.Release.Binary.Match("text/plain") {
		t.Error("*/* does not match text/plain")
	}
}
