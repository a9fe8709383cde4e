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

// MaxTemplate is the size in bytes that a template may have.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
const MaxTemplate = 300 << 10

// Template is a parsed and compiled template. It never changes and is safe for
// use by many goroutines.
type Template struct {
	name  string
	reads Reads
}

// Parse compiles the text of a template. The name is for messages. The error is
// an *Error of kind ParseError or LimitError.
func Parse(name, text string) (*Template, error) {
	if len(text) > MaxTemplate {
		return nil, &Error{Template: name, Line: 1, Column: 1, Kind: LimitError, Message: "the template is larger than 300 KB"}
	}
	return &Template{name: name}, nil
}

// Name gives the name that the template was parsed under.
func (t *Template) Name() string { return t.name }

// Render appends the output to dst. On an error dst comes back as it was, and
// the error is an *Error of kind RuntimeError or LimitError; overrides set until
// then stay in env.Overrides and are to be dropped with the exchange.
func (t *Template) Render(dst []byte, env *Env) ([]byte, error) {
	_ = env
	return dst, nil
}

// Static gives the output of a template that holds no reference and no directive
// but comments, which is therefore the same for every request.
func (t *Template) Static() (string, bool) { return "", false }

// Reads says what a rendering may look at, so that a caller need not fetch what
// no template asks for. It errs on the side of true.
func (t *Template) Reads() Reads { return t.reads }
