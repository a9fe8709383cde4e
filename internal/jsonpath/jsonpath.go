// Package jsonpath reads values out of JSON documents by path, as Jayway JsonPath 2.9 with json-smart does, because that is
// what stands behind $input.path and $input.json of API Gateway's mapping templates: docs/jsonpath.md names the dialect
// and every deviation.
//
// A path is compiled once and is then safe for concurrent use. A plain definite path (names and indexes only) is read
// without allocating. Nesting, steps and results are bounded: no path and no document can hang or exhaust the process.
//
// It is NOT RFC 9535, does not write to documents (but for Jayway's append function), and knows nothing of templates.
package jsonpath

import (
	"errors"
	"fmt"

	"github.com/sluice-gateway/sluice/internal/jsonpath/syntax"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// Limits of one path and of one read.
const (
	// MaxPath is the length of a path in bytes.
	MaxPath = 64 << 10
	// maxSteps bounds how many values one read visits.
	maxSteps = 5_000_000
	// maxResults bounds how many values one read finds.
	maxResults = 1_000_000
	// maxDepth bounds recursion into a document that a template has made cyclic.
	maxDepth = 2 * jsonvalue.DefaultDepth
)

// ErrNotFound says that a definite path leads nowhere in this document. It is Jayway's PathNotFoundException, which
// templates see as an empty value; every other error of Read fails the template.
var ErrNotFound = errors.New("no value at the path")

// InvalidPathError says that a text is no path.
type InvalidPathError struct {
	// Path is the text.
	Path string
	// Message is what is wrong with it.
	Message string
}

func (e *InvalidPathError) Error() string {
	return fmt.Sprintf("JSON path %.200q: %s", e.Path, e.Message)
}

// ReadError says why a valid path cannot be read in this document.
type ReadError struct {
	kind    readErrorKind
	message string
}

func (e *ReadError) Error() string { return e.message }

// readErrorKind tells apart the exceptions that Jayway itself catches somewhere.
type readErrorKind uint8

const (
	readFailed  readErrorKind = iota // ends the read
	readInvalid                      // InvalidPathException: a filter takes it for false
	readBounds                       // IndexOutOfBoundsException: an array index takes it for nothing found
)

// Path is a compiled path. It is immutable.
type Path struct {
	text string
	tree *syntax.Path
	// program runs the tree; nil when Jayway keeps state while reading, so that each read needs its own.
	program *program
	// plain holds the names and indexes of a plain definite path; nil for any other.
	plain    []plainStep
	definite bool
}

// plainStep is one step of a plain definite path: a name, or an index when name is not set.
type plainStep struct {
	name    string
	index   int
	isIndex bool
}

// Compile reads a path. A text without "$" at its head is taken as `$.` and the text, as Jayway does. The error is an
// *InvalidPathError.
func Compile(path string) (*Path, error) {
	if path == "" {
		return nil, &InvalidPathError{Message: "is empty"}
	}
	if len(path) > MaxPath {
		return nil, &InvalidPathError{Path: path, Message: fmt.Sprintf("is longer than %d bytes", MaxPath)}
	}
	tree, err := syntax.Parse(path)
	if err != nil {
		return nil, &InvalidPathError{Path: path, Message: err.Error()}
	}
	p := &Path{text: path, tree: tree}
	built := build(tree)
	p.definite = built.definite
	if !tree.Stateful() {
		p.program = built
	}
	p.plain = plain(tree)
	return p, nil
}

// String returns the path as it was written.
func (p *Path) String() string { return p.text }

// Definite reports whether the path leads to one value at most. An indefinite path always yields an array.
func (p *Path) Definite() bool { return p.definite }

// IsRoot reports whether the path is the whole document.
func (p *Path) IsRoot() bool { return p.plain != nil && len(p.plain) == 0 }

// Read returns what the path finds in doc: the value itself for a definite path (ErrNotFound when there is none), else an
// array of all values found. Values are doc's own, not copies. Other errors are *ReadError; a doc that is JSON's null is
// one of them.
func (p *Path) Read(doc jsonvalue.Value) (jsonvalue.Value, error) {
	if k := doc.Kind(); k == jsonvalue.KindNull || k == jsonvalue.KindUndefined {
		return jsonvalue.Value{}, errNullRoot
	}
	if p.plain != nil {
		return readPlain(p.plain, doc)
	}
	prog := p.program
	if prog == nil {
		prog = build(p.tree)
	}
	ev := evaluator{}
	return ev.read(prog, doc, doc, false)
}

// plain returns the steps of a path of single names and indexes, nil for any other.
func plain(p *syntax.Path) []plainStep {
	steps := make([]plainStep, 0, len(p.Steps))
	for _, s := range p.Steps {
		switch s := s.(type) {
		case syntax.Property:
			if len(s.Names) != 1 {
				return nil
			}
			steps = append(steps, plainStep{name: s.Names[0]})
		case syntax.Index:
			if len(s.Indexes) != 1 {
				return nil
			}
			steps = append(steps, plainStep{index: s.Indexes[0], isIndex: true})
		default:
			return nil
		}
	}
	return steps
}

func readPlain(steps []plainStep, v jsonvalue.Value) (jsonvalue.Value, error) {
	for i := range steps {
		if steps[i].isIndex {
			a := list(v)
			if a == nil {
				return jsonvalue.Value{}, ErrNotFound
			}
			n := steps[i].index
			if n < 0 {
				n += a.Len()
			}
			v = a.At(n)
		} else {
			v = v.Get(steps[i].name)
		}
		if v.IsUndefined() {
			return v, ErrNotFound
		}
	}
	return v, nil
}

// list returns an array that Java has as a List, nil for any other value.
func list(v jsonvalue.Value) *jsonvalue.Array {
	a := v.Array()
	if a == nil || a.IsSet() {
		return nil
	}
	return a
}
