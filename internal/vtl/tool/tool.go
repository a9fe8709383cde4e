// Package tool is what `sluice vtl` does: rendering a template by hand, tracing
// and checking it, and speaking the JSON-lines protocol that engines are compared
// by. It reads and writes what it is given and holds no flags; cmd/sluice does.
// It is NOT used by the gateway.
package tool

import (
	"fmt"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl"
)

// Request is what a template is rendered with: an object with the members body (a
// text, or any JSON value), headers, query, path, context and stageVariables, all
// optional.
type Request struct {
	body                       []byte
	headers, query, path, vars vtl.Pairs
	context                    *jsonvalue.Object
}

// ParseRequest reads a request.
func ParseRequest(text []byte) (*Request, error) {
	v, err := jsonvalue.Parse(text, jsonvalue.Options{})
	if err != nil {
		return nil, fmt.Errorf("the request: %w", err)
	}
	return requestOf(v)
}

func requestOf(v jsonvalue.Value) (*Request, error) {
	if v.Object() == nil {
		return nil, fmt.Errorf("the request: must be an object, not a %s", v.Kind())
	}
	r := &Request{context: v.Get("context").Object()}
	switch body := v.Get("body"); body.Kind() {
	case jsonvalue.KindUndefined, jsonvalue.KindNull:
	case jsonvalue.KindString:
		r.body = []byte(body.Text())
	default:
		text, err := body.JSON(jsonvalue.Verbatim)
		if err != nil {
			return nil, fmt.Errorf("the request's body: %w", err)
		}
		r.body = []byte(text)
	}
	for name, into := range map[string]*vtl.Pairs{"headers": &r.headers, "query": &r.query, "path": &r.path, "stageVariables": &r.vars} {
		texts := v.Get(name).Object()
		if texts == nil {
			continue
		}
		for key, value := range texts.All() {
			*into = append(*into, vtl.Pair{Name: key, Value: value.String()})
		}
	}
	return r, nil
}

// Env makes what a rendering sees, with overrides of its own.
func (r *Request) Env() *vtl.Env {
	return &vtl.Env{
		Body: r.body, Path: r.path, Query: r.query, Header: r.headers, StageVariables: r.vars,
		Context: vtl.ObjectContext{Tree: r.context}, Overrides: &vtl.Overrides{},
	}
}
