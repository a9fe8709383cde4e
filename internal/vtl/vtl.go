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

	"github.com/sluice-gateway/sluice/internal/vtl/ast"
	"github.com/sluice-gateway/sluice/internal/vtl/javavalue"
	"github.com/sluice-gateway/sluice/internal/vtl/parse"
)

// MaxTemplate is the size in bytes that a template may have.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
const MaxTemplate = 300 << 10

// Template is a parsed and compiled template. It never changes and is safe for
// use by many goroutines.
type Template struct {
	name, text string
	tree       ast.Block
	run        exec
	slots      int
	reads      Reads
	patterns   javavalue.Patterns
	// roots are the variables of ours that the template sets itself, so that they
	// have to lie in slots.
	roots map[string]int
	// static is the output of a template that is only text.
	static   string
	isStatic bool
	pool     *pool
}

// Parse compiles the text of a template. The name is for messages. The error is
// an *Error of kind ParseError or LimitError.
func Parse(name, text string) (*Template, error) {
	return ParseWith(name, text, Options{})
}

// Options say how a template is compiled.
type Options struct {
	// Evaluate allows #evaluate with text made while rendering, which API Gateway
	// is not known to have and Velocity has. Without it only constant text is
	// evaluated and all else fails the rendering.
	Evaluate bool
	// Trace compiles the template so that RenderTraced can tell what it does.
	Trace bool
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
	t := &Template{name: name, text: text, tree: tree, patterns: javavalue.Patterns{}, pool: &pool{}}
	t.compile(o)
	return t, nil
}

// Name gives the name that the template was parsed under.
func (t *Template) Name() string { return t.name }

// Tree gives the parsed template, for tools that look at it.
func (t *Template) Tree() ast.Block { return t.tree }

// Render appends the output to dst. On an error dst comes back as it was, and
// the error is an *Error of kind RuntimeError or LimitError; overrides set until
// then stay in env.Overrides and are to be dropped with the exchange.
func (t *Template) Render(dst []byte, env *Env) ([]byte, error) {
	return t.render(dst, env, nil)
}

func (t *Template) render(dst []byte, env *Env, tracer Tracer) ([]byte, error) {
	if t.isStatic {
		return append(dst, t.static...), nil
	}
	st := t.pool.get()
	st.begin(t, dst, env)
	st.tracer = tracer
	st.bind()
	t.run(st)
	out, err := st.end(dst)
	t.pool.put(st)
	return out, err
}

// end gives the output or the error.
func (st *state) end(dst []byte) ([]byte, error) {
	if st.signal != failing {
		if st.heap.Lone {
			return append(st.out[:len(dst)], javavalue.Whole(st.out[len(dst):])...), nil
		}
		return st.out, nil
	}
	kind := RuntimeError
	for _, limit := range [...]error{javavalue.ErrLimit, errTooDeep, errTooLarge} {
		if errors.Is(st.err, limit) {
			kind = LimitError
		}
	}
	return dst, errorAt(st.template.name, st.template.text, st.errPos, kind, st.err.Error())
}

// Static gives the output of a template that holds no reference and no directive
// but comments, which is therefore the same for every request.
func (t *Template) Static() (string, bool) { return t.static, t.isStatic }

// Reads says what a rendering may look at, so that a caller need not fetch what
// no template asks for. It errs on the side of true.
func (t *Template) Reads() Reads { return t.reads }
