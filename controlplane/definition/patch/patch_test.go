package patch_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sluice-gateway/sluice/controlplane/definition/patch"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

type noun struct {
	Name    string
	On      bool
	Count   int32
	Entries map[string]string
	List    []string
}

func table(refuse func(patch.Refused) error) patch.Table[noun] {
	return patch.Table[noun]{Refuse: refuse, Paths: []patch.Path[noun]{
		patch.Optional("/name", func(n *noun) *string { return &n.Name }),
		patch.Flag("/on", func(n *noun) *bool { return &n.On }),
		patch.Whole("/count", func(n *noun) *int32 { return &n.Count }),
		patch.Entry("/entries/{name}", func(n *noun) *map[string]string { return &n.Entries }, patch.Plain, awserror.NewNotFound("no such entry")),
		patch.Members("/list", func(n *noun) *[]string { return &n.List }),
		patch.Element("/list/{member}", func(n *noun) *[]string { return &n.List }),
	}}
}

func operation(op, path string, value *string) patch.Operation {
	return patch.Operation{Op: op, Path: &path, Value: value}
}

func TestApply(t *testing.T) {
	t.Parallel()
	target := noun{Name: "old", List: []string{"a"}}
	err := table(patch.Named).Apply(&target, []patch.Operation{
		operation("replace", "/name", new("new")),
		operation("replace", "/on", new("TRUE")),
		operation("replace", "/count", new("7")),
		operation("add", "/entries/a~1b~0c", new("1")),
		operation("add", "/entries/x", new("2")),
		operation("replace", "/entries/x", new("3")),
		operation("add", "/entries/gone", new("4")),
		operation("remove", "/entries/gone", nil),
		operation("add", "/list", new("b")),
		operation("add", "/list", new("b")),
		operation("add", "/list/image~1png", nil),
		operation("replace", "/list/a", new("c")),
		operation("remove", "/list", new("b")),
	})
	want := noun{Name: "new", On: true, Count: 7, Entries: map[string]string{"a/b~c": "1", "x": "3"}, List: []string{"c", "image/png"}}
	if diff := cmp.Diff(want, target); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if err := table(patch.Named).Apply(&target, []patch.Operation{operation("remove", "/name", nil)}); err != nil || target.Name != "" {
		t.Errorf("the name is %q: %v", target.Name, err)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		operation      patch.Operation
		named, listing string
	}{
		{patch.Operation{Op: "replace"}, "Invalid patch path null", "Invalid patch path null"},
		{operation("replace", "/wrong", nil), "Invalid patch path /wrong", "Invalid patch path  '/wrong' specified for op 'replace'. Must be one of: [/name, /on, /count, /entries/{name}, /list/{member}]"},
		{operation("add", "/on", nil), "Invalid patch operation specified. Must be one of: [replace]", "Invalid patch path  '/on' specified for op 'add'. Must be one of: [/entries/{name}, /list, /list/{member}]"},
		{operation("move", "/name", nil), "Invalid patch operation specified. Must be one of: [remove, replace]", "Invalid patch path  '/name' specified for op 'move'. Please choose supported operations"},
		{operation("add", "/entries/a/b", nil), "Invalid patch path /entries/a/b", "Invalid patch path  '/entries/a/b' specified for op 'add'. Must be one of: [/entries/{name}, /list, /list/{member}]"},
		{operation("add", "/entries/", nil), "Invalid patch path /entries/", "Invalid patch path  '/entries/' specified for op 'add'. Must be one of: [/entries/{name}, /list, /list/{member}]"},
		{operation("replace", "/entries/z", new("1")), "no such entry", "no such entry"},
		{operation("replace", "/count", new("x")), "Invalid patch value specified. Could not parse value 'x' for path /count", "Invalid patch value specified. Could not parse value 'x' for path /count"},
	} {
		for want, refuse := range map[string]func(patch.Refused) error{test.named: patch.Named, test.listing: patch.Listed} {
			err := table(refuse).Apply(&noun{}, []patch.Operation{test.operation})
			if got := awserror.From(err); got == nil || got.Message != want {
				t.Errorf("%s: got %v, want %s", test.operation.Op, err, want)
			}
		}
	}
}

// FuzzApply wants every path to be taken or refused with an error that a client
// may see.
func FuzzApply(f *testing.F) {
	f.Add("add", "/entries/a~1b", "x")
	f.Add("replace", "/list/~", "")
	f.Add("copy", "//", "x")
	f.Fuzz(func(t *testing.T, op, path, value string) {
		for _, refuse := range []func(patch.Refused) error{patch.Named, patch.Listed} {
			err := table(refuse).Apply(&noun{}, []patch.Operation{operation(op, path, &value)})
			if err != nil && awserror.From(err).Code == awserror.InternalServer {
				t.Error(err)
			}
		}
	})
}
