package vtl

import (
	"encoding/base64"
	"strings"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl/ast"
)

// Direct code reads what a template asks of our variables without making the
// variable: $context.requestId is one look-up, $input.path('$.a') has its path
// compiled with the template.

// direct compiles a reference to one of our variables; nil when it has no direct
// form.
func (c *compiler) direct(r *ast.Reference) expr {
	if len(r.Path) == 0 {
		return nil
	}
	switch r.Name {
	case rootInput:
		return c.directInput(r)
	case rootUtil:
		return c.directUtil(r)
	case rootContext:
		return c.directContext(r)
	case rootStage:
		return c.directStage(r)
	case rootForeach:
		return c.directForeach(r)
	default:
		return nil
	}
}

// printedDirectly compiles a printed reference whose text goes straight to the
// output; nil when there is no such form.
func (c *compiler) printedDirectly(r *ast.Reference) exec {
	if len(r.Path) != 1 || !c.given(r.Name) {
		return nil
	}
	m, ok := r.Path[0].(*ast.Method)
	if !ok || len(m.Args) != 1 {
		return nil
	}
	switch {
	case r.Name == rootInput && m.Name == "json":
		path := c.path(m)
		if path == nil {
			return nil
		}
		pos := m.Pos()
		return func(st *state) {
			if v := path(st); st.signal == running {
				st.printJSON(pos, v)
			}
		}
	case r.Name == rootUtil && m.Name == "escapeJavaScript":
		return c.printedEscape(m)
	case r.Name == rootUtil && m.Name == "urlEncode":
		return c.printedText(m, appendURL)
	case r.Name == rootUtil && m.Name == "base64Encode":
		return c.printedText(m, base64.StdEncoding.AppendEncode)
	default:
		return nil
	}
}

// directInput compiles $input.body, path, json and params.
func (c *compiler) directInput(r *ast.Reference) expr {
	rest := r.Path[1:]
	if p, ok := r.Path[0].(*ast.Property); ok && (p.Name == "body" || p.Name == "Body") {
		return c.follow(func(st *state) value { return jsonvalue.String(st.input.text()) }, rest)
	}
	m, ok := r.Path[0].(*ast.Method)
	if !ok {
		return nil
	}
	pos := m.Pos()
	switch {
	case m.Name == "path" && len(m.Args) == 1:
		if path := c.path(m); path != nil {
			return c.follow(path, rest)
		}
	case m.Name == "json" && len(m.Args) == 1:
		if path := c.path(m); path != nil {
			return c.follow(func(st *state) value {
				v := path(st)
				if st.signal != running {
					return value{}
				}
				return st.jsonText(pos, v)
			}, rest)
		}
	case m.Name == "params" && len(m.Args) == 0:
		return c.follow(func(st *state) value { return jsonvalue.FromObject(st.input.params()) }, rest)
	case m.Name == "params" && len(m.Args) == 1:
		if name, ok := constantText(m.Args[0]); ok {
			return c.follow(func(st *state) value { return st.input.param(name) }, rest)
		}
	}
	return nil
}

// path compiles the constant path of $input.path or $input.json.
func (c *compiler) path(m *ast.Method) expr {
	text, ok := constantText(m.Args[0])
	if !ok {
		return nil
	}
	pos := m.Pos()
	path, bad := compilePath(text)
	return func(st *state) value {
		v, err := st.input.read(path, bad)
		if err != nil {
			st.fail(pos, err)
		}
		return v
	}
}

// directUtil compiles $util.function(argument).
func (c *compiler) directUtil(r *ast.Reference) expr {
	m, ok := r.Path[0].(*ast.Method)
	if !ok || len(m.Args) != 1 {
		return nil
	}
	run := utilFunction(m.Name)
	if run == nil {
		return nil
	}
	pos, argument := m.Pos(), c.value(m.Args[0])
	return c.follow(func(st *state) value {
		v := argument(st)
		if st.signal != running {
			return value{}
		}
		result, _, err := run(st, v)
		if err != nil {
			st.fail(pos, err)
		}
		return result
	}, r.Path[1:])
}

// printedEscape writes $util.escapeJavaScript(…) without making its text first.
func (c *compiler) printedEscape(m *ast.Method) exec {
	pos := m.Pos()
	if inner, ok := m.Args[0].(*ast.Reference); ok && c.given(inner.Name) && inner.Name == rootInput && len(inner.Path) == 1 {
		if call, ok := inner.Path[0].(*ast.Method); ok && call.Name == "json" && len(call.Args) == 1 {
			if path := c.path(call); path != nil {
				return func(st *state) {
					if v := path(st); st.signal == running {
						st.printEscapedJSON(pos, v)
					}
				}
			}
		}
	}
	argument := c.value(m.Args[0])
	return func(st *state) {
		v := argument(st)
		if st.signal != running || isNull(v) {
			return
		}
		st.printEscaped(pos, st.text(pos, v))
	}
}

// printedText writes what a function of $util makes of a text; of anything else it
// makes nothing.
func (c *compiler) printedText(m *ast.Method, apply func(dst, text []byte) []byte) exec {
	pos, argument, general := m.Pos(), c.value(m.Args[0]), utilFunction(m.Name)
	return func(st *state) {
		v := argument(st)
		if st.signal != running {
			return
		}
		text := v.Text()
		if v.Kind() != jsonvalue.KindString {
			result, _, err := general(st, v)
			if err != nil {
				st.fail(pos, err)
			}
			st.print(pos, result)
			return
		}
		if len(st.out)+len(text) > st.limit || !st.step(pos, len(text)) {
			st.fail(pos, errTooLarge)
			return
		}
		st.scratch = append(st.scratch[:0], text...)
		st.out = apply(st.out, st.scratch)
		if len(st.out) > st.limit {
			st.fail(pos, errTooLarge)
		}
	}
}

// directContext compiles $context.name and deeper. Nothing of $context is made
// but for templates that change it or walk over it.
func (c *compiler) directContext(r *ast.Reference) expr {
	first, ok := r.Path[0].(*ast.Property)
	if !ok {
		return nil
	}
	if first.Name == requestOverride || first.Name == responseOverride {
		request := first.Name == requestOverride
		return c.follow(func(st *state) value { return st.override(request) }, r.Path[1:])
	}
	n := 0
	var names []string
	for n < len(r.Path) {
		p, ok := r.Path[n].(*ast.Property)
		if !ok {
			break
		}
		names = append(names, p.Name)
		n++
	}
	path := strings.Join(names, ".")
	pos := r.Path[n-1].Pos()
	if n == len(r.Path) {
		return func(st *state) value { return st.contextAt(pos, path, false) }
	}
	changes := c.changes(r.Path[n:])
	return c.follow(func(st *state) value { return st.contextAt(pos, path, changes) }, r.Path[n:])
}

// changes reports whether steps may change or keep what they are applied to.
func (*compiler) changes(path []ast.Step) bool {
	for _, s := range path {
		m, ok := s.(*ast.Method)
		if !ok {
			continue
		}
		switch m.Name {
		case "get", "getOrDefault", "containsKey", "containsValue", "size", "isEmpty", "toString", "length", "equals":
		default:
			return true
		}
	}
	return false
}

// directStage compiles $stageVariables.name.
func (c *compiler) directStage(r *ast.Reference) expr {
	name := ""
	switch s := r.Path[0].(type) {
	case *ast.Property:
		name = s.Name
	case *ast.Index:
		text, ok := constantText(s.Arg)
		if !ok {
			return nil
		}
		name = text
	default:
		return nil
	}
	return c.follow(func(st *state) value { return st.stageVariable(name) }, r.Path[1:])
}

// directForeach compiles $foreach.index and its like.
func (c *compiler) directForeach(r *ast.Reference) expr {
	name := ""
	switch s := r.Path[0].(type) {
	case *ast.Property:
		name = s.Name
	case *ast.Method:
		if len(s.Args) == 0 && s.Name == "hasNext" {
			name = "hasNext"
		}
	}
	var read expr
	switch name {
	case "hasNext":
		read = func(st *state) value {
			if st.scope == nil {
				return value{}
			}
			return jsonvalue.Bool(st.scope.hasNext)
		}
	case "index", "count":
		first := int64(0)
		if name == "count" {
			first = 1
		}
		read = func(st *state) value {
			if st.scope == nil {
				return value{}
			}
			return jsonvalue.Int(int64(st.scope.index) + first)
		}
	default:
		return nil
	}
	return c.follow(read, r.Path[1:])
}
