// Package vtl renders mapping templates: Apache Velocity 1.7's language with
// API Gateway's rules (an unresolved reference is the empty text) and API
// Gateway's variables ($input, $context, $stageVariables, $util). A template is
// parsed and compiled once and then rendered by any number of goroutines.
//
// It is NOT a general Velocity: there are no resources (#include, #parse), no
// Java objects beyond those that a JSON payload and the variables can yield, and
// nothing outside of Env is visible. It knows no HTTP, no Envoy, no clock and no
// log. docs/vtl.md describes the dialect.
package vtl

import (
	"errors"
	"strings"

	"github.com/sluice-gateway/sluice/internal/vtl/ast"
	"github.com/sluice-gateway/sluice/internal/vtl/compile"
	"github.com/sluice-gateway/sluice/internal/vtl/parse"
	"github.com/sluice-gateway/sluice/internal/vtl/render"
)

// MaxTemplate is the size in bytes that a template may have.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
const MaxTemplate = 300 << 10

// What a rendering sees and what its templates set; see package render.
type (
	// Env is everything that one rendering sees.
	Env = render.Env
	// Strings is a set of named texts, such as the headers of a request.
	Strings = render.Strings
	// Context is $context: a tree of names whose leaves are texts and numbers.
	Context = render.Context
	// ObjectContext is a Context whose whole tree is at hand.
	ObjectContext = render.ObjectContext
	// Pair is one named text.
	Pair = render.Pair
	// Pairs is a short list of named texts as Strings.
	Pairs = render.Pairs
	// Overrides holds what the templates of one exchange set.
	Overrides = render.Overrides
	// Event is one step of a rendering that is traced.
	Event = render.Event
	// Tracer is told of each step of a template parsed with Options.Trace.
	Tracer = render.Tracer
	// Options say how a template is compiled.
	Options = compile.Options
)

// Template is a parsed and compiled template. It never changes and is safe for
// use by many goroutines.
type Template struct {
	name, text string
	tree       ast.Block
	code       *render.Code
	reads      Reads
	// static is the output of a template that is only text.
	static   string
	isStatic bool
}

// Parse compiles the text of a template. The name is for messages. The error is
// an *Error of kind ParseError or LimitError.
func Parse(name, text string) (*Template, error) {
	return ParseWith(name, text, Options{})
}

// ParseWith is Parse with options.
func ParseWith(name, text string, o Options) (*Template, error) {
	if len(text) > MaxTemplate {
		return nil, &Error{Template: name, Line: 1, Column: 1, Kind: LimitError, Message: "the template is larger than 300 KB"}
	}
	tree, err := parse.Template(text)
	if bad, ok := errors.AsType[*parse.Error](err); ok {
		kind := ParseError
		if bad.Limit {
			kind = LimitError
		}
		return nil, errorAt(name, text, bad.Offset, kind, bad.Message)
	}
	t := &Template{name: name, text: text, tree: tree}
	t.static, t.isStatic = onlyText(tree)
	if t.isStatic && !o.Trace {
		return t, nil
	}
	result := compile.Template(tree, o)
	t.code, t.reads = result.Code, readsOf(tree, result)
	return t, nil
}

// onlyText gives the text of a tree that has nothing else.
func onlyText(tree ast.Block) (string, bool) {
	for _, n := range tree {
		if _, ok := n.(*ast.Text); !ok {
			return "", false
		}
	}
	var b strings.Builder
	for _, n := range tree {
		if text, ok := n.(*ast.Text); ok {
			b.WriteString(text.Text)
		}
	}
	return b.String(), true
}

// Name gives the name that the template was parsed under.
func (t *Template) Name() string { return t.name }

// Tree gives the parsed template, for tools that look at it.
func (t *Template) Tree() ast.Block { return t.tree }

// Render appends the output to dst. On an error dst comes back as it was, and
// the error is an *Error of kind RuntimeError or LimitError; overrides set until
// then stay in env.Overrides and are to be dropped with the exchange.
func (t *Template) Render(dst []byte, env *Env) ([]byte, error) {
	return t.RenderTraced(dst, env, nil)
}

// RenderTraced is Render with a tracer, for a template parsed with Options.Trace.
func (t *Template) RenderTraced(dst []byte, env *Env, tracer Tracer) ([]byte, error) {
	if t.code == nil {
		return append(dst, t.static...), nil
	}
	out, offset, err := t.code.Render(dst, env, tracer)
	if err == nil {
		return out, nil
	}
	kind := RuntimeError
	if render.IsLimit(err) {
		kind = LimitError
	}
	return dst, errorAt(t.name, t.text, offset, kind, err.Error())
}

// Static gives the output of a template that holds no reference and no directive
// but comments, which is therefore the same for every request.
func (t *Template) Static() (string, bool) { return t.static, t.isStatic }

// Reads says what a rendering may look at, so that a caller need not fetch what
// no template asks for. It errs on the side of true.
func (t *Template) Reads() Reads { return t.reads }
