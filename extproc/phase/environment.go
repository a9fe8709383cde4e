package phase

import (
	"errors"
	"iter"
	"net/url"
	"strings"

	"github.com/sluice-gateway/sluice/extproc/message"
	"github.com/sluice-gateway/sluice/internal/explain"
	"github.com/sluice-gateway/sluice/internal/plan"
	"github.com/sluice-gateway/sluice/internal/vtl"
)

// render renders a template over a body; the output is appended to dst.
func (s *State) render(dst []byte, template *plan.Template, body []byte, phase string) ([]byte, error) {
	if template.Err != nil {
		return dst, templateFailure(template.Err, phase)
	}
	env := vtl.Env{
		Body: body, Path: pathStrings{s}, Query: queryStrings{s}, Header: headerStrings(s.Request.Headers),
		StageVariables: s.Operation.Release.StageVariables, Context: &s.Context, Overrides: &s.Overrides,
	}
	dst, err := template.VTL.Render(dst, &env)
	if err != nil {
		return dst, templateFailure(err, phase)
	}
	return dst, nil
}

// Phases, as stories name them.
const (
	integrationRequest  = "integration request"
	integrationResponse = "integration response"
)

// templateFailure is AWS's 500 for a template that cannot be rendered.
func templateFailure(err error, phase string) *Failure {
	failure := Misconfigured(err.Error())
	failure.Rule, failure.Phase = explain.TemplateFailed, phase
	if failed, ok := errors.AsType[*vtl.Error](err); ok {
		failure.Mapping, failure.Line = failed.Template, failed.Line
	}
	return failure
}

// pathStrings are the path parameters without percent-escapes.
type pathStrings struct{ state *State }

// Get implements vtl.Strings.
func (p pathStrings) Get(name string) (string, bool) { return p.state.DecodedPathParameter(name) }

// All implements vtl.Strings.
func (p pathStrings) All() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, pair := range p.state.PathParameters() {
			value, err := url.PathUnescape(pair.Value)
			if err != nil {
				value = pair.Value
			}
			if !yield(pair.Name, value) {
				return
			}
		}
	}
}

// queryStrings is the query, read when a template asks.
type queryStrings struct{ state *State }

// Get implements vtl.Strings.
func (q queryStrings) Get(name string) (string, bool) { return q.state.Query().Get(name) }

// All implements vtl.Strings.
func (q queryStrings) All() iter.Seq2[string, string] {
	return lastOfEach(q.state.Query(), func(name string) string { return name })
}

// headerStrings are the headers, found whatever the case of the name.
type headerStrings message.Fields

// Get implements vtl.Strings.
func (h headerStrings) Get(name string) (string, bool) { return message.Fields(h).Fold(name) }

// All implements vtl.Strings.
func (h headerStrings) All() iter.Seq2[string, string] { return lastOfEach(vtl.Pairs(h), canonical) }

// lastOfEach yields each name once, with its last value, in the order in which
// the names came first.
func lastOfEach(pairs vtl.Pairs, spelled func(string) string) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		seen := make(map[string]bool, len(pairs))
		for _, pair := range pairs {
			if seen[pair.Name] {
				continue
			}
			seen[pair.Name] = true
			value, _ := pairs.Get(pair.Name)
			if !yield(spelled(pair.Name), value) {
				return
			}
		}
	}
}

// escapePath percent-encodes what may not stand in a path; slashes may.
func escapePath(text string) string {
	const free = "-._~!$&'()*+,;=:@/"
	plain := func(char byte) bool {
		return 'a' <= char && char <= 'z' || 'A' <= char && char <= 'Z' || '0' <= char && char <= '9' || strings.IndexByte(free, char) >= 0
	}
	var made []byte
	for i := range len(text) {
		if char := text[i]; !plain(char) {
			if made == nil {
				made = append(make([]byte, 0, len(text)+16), text[:i]...)
			}
			const digits = "0123456789ABCDEF"
			made = append(made, '%', digits[char>>4], digits[char&15])
		} else if made != nil {
			made = append(made, char)
		}
	}
	if made == nil {
		return text
	}
	return string(made)
}
