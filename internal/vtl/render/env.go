package render

import (
	"iter"
	"slices"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// Env is everything that one rendering sees. Only what the template asks for is
// looked up, parsed or copied. An Env serves one goroutine at a time.
type Env struct {
	// Body is the payload's text: that of the request in a request template, the
	// integration's in a response template. Empty reads as {}, as recorded from AWS.
	Body []byte
	// Path, Query and Header are the method request's parameters, which response
	// templates see too. Of a parameter sent twice they hold the last value. Nil
	// has none.
	Path, Query, Header Strings
	// StageVariables is $stageVariables. Nil has none.
	StageVariables Strings
	// Context is $context without its overrides. Nil is empty.
	Context Context
	// Overrides is $context.requestOverride and responseOverride. Give the same one
	// to the request and the response template of an exchange: what one sets the
	// other reads. Nil forgets them at the end.
	Overrides *Overrides
	// MaxOutput bounds the output in bytes; 0 means DefaultMaxOutput.
	MaxOutput int
}

// Strings is a set of named texts, such as the headers of a request.
type Strings interface {
	// Get gives the value of a name, whose case matters.
	Get(name string) (string, bool)
	// All yields names and values in a stable order.
	All() iter.Seq2[string, string]
}

// Context is $context: a tree of names whose leaves are texts and numbers.
type Context interface {
	// Get gives the value below a path of names joined by dots, such as
	// identity.sourceIp; undefined when there is none. An object is a silent one
	// (jsonvalue.NewSilentObject).
	Get(path string) jsonvalue.Value
	// Object makes the whole tree as a fresh silent object that the rendering may
	// change. It is asked for only by templates that walk over $context or set
	// something in it.
	Object() *jsonvalue.Object
}

// Pair is one named text.
type Pair struct{ Name, Value string }

// Pairs is a short list of named texts as Strings; the last of equal names wins.
type Pairs []Pair

// Get implements Strings.
func (p Pairs) Get(name string) (string, bool) {
	for _, pair := range slices.Backward(p) {
		if pair.Name == name {
			return pair.Value, true
		}
	}
	return "", false
}

// All implements Strings.
func (p Pairs) All() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, pair := range p {
			if !yield(pair.Name, pair.Value) {
				return
			}
		}
	}
}
