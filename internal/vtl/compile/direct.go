package compile

import (
	"encoding/base64"
	"strings"

	"github.com/sluice-gateway/sluice/internal/vtl/render"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl/ast"
)

// Direct code reads what a template asks of our variables without making the
// variable: $context.requestId is one look-up, $input.path('$.a') has its path
// compiled with the template.

// direct compiles a reference to one of our variables; nil when it has no direct
// form.
func (c *compiler) direct(r *ast.Reference) render.Expr {
	if len(r.Path) == 0 {
		return nil
	}
	switch r.Name {
	case render.RootInput:
		return c.directInput(r)
	case render.RootUtil:
		return c.directUtil(r)
	case render.RootContext:
		return c.directContext(r)
	case render.RootStage:
		return c.directStage(r)
	case rootForeach:
		return c.directForeach(r)
	default:
		return nil
	}
}

// printedDirectly compiles a printed reference whose text goes straight to the
// output; nil when there is no such form.
func (c *compiler) printedDirectly(r *ast.Reference) render.Exec {
	if len(r.Path) != 1 || !c.given(r.Name) {
		return nil
	}
	m, ok := r.Path[0].(*ast.Method)
	if !ok || len(m.Args) != 1 {
		return nil
	}
	switch {
	case r.Name == render.RootInput && m.Name == "json":
		path := c.path(m)
		if path == nil {
			return nil
		}
		pos := m.Pos()
		return func(st *render.State) {
			if v := path(st); st.Signal == render.Running {
				st.PrintJSON(pos, v)
			}
		}
	case r.Name == render.RootUtil && m.Name == "escapeJavaScript":
		return c.printedEscape(m)
	case r.Name == render.RootUtil && m.Name == "urlEncode":
		return c.printedText(m, render.AppendURL)
	case r.Name == render.RootUtil && m.Name == "base64Encode":
		return c.printedText(m, base64.StdEncoding.AppendEncode)
	default:
		return nil
	}
}

// directInput compiles $input.body, path, json and params.
func (c *compiler) directInput(r *ast.Reference) render.Expr {
	rest := r.Path[1:]
	if p, ok := r.Path[0].(*ast.Property); ok && (p.Name == "body" || p.Name == "Body") {
		return c.follow(func(st *render.State) value { return jsonvalue.String(st.Input.Text()) }, rest)
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
			return c.follow(func(st *render.State) value {
				v := path(st)
				if st.Signal != render.Running {
					return value{}
				}
				return st.JSONText(pos, v)
			}, rest)
		}
	case m.Name == "params" && len(m.Args) == 0:
		return c.follow(func(st *render.State) value { return jsonvalue.FromObject(st.Input.Params()) }, rest)
	case m.Name == "params" && len(m.Args) == 1:
		if name, ok := ast.ConstantText(m.Args[0]); ok {
			return c.follow(func(st *render.State) value { return st.Input.Param(name) }, rest)
		}
	}
	return nil
}

// path compiles the constant path of $input.path or $input.json.
func (c *compiler) path(m *ast.Method) render.Expr {
	text, ok := ast.ConstantText(m.Args[0])
	if !ok {
		return nil
	}
	pos := m.Pos()
	path, bad := render.CompilePath(text)
	return func(st *render.State) value {
		v, err := st.Input.Read(path, bad)
		if err != nil {
			st.Fail(pos, err)
		}
		return v
	}
}

// directUtil compiles $util.function(argument).
func (c *compiler) directUtil(r *ast.Reference) render.Expr {
	m, ok := r.Path[0].(*ast.Method)
	if !ok || len(m.Args) != 1 {
		return nil
	}
	run := render.UtilFunction(m.Name)
	if run == nil {
		return nil
	}
	pos, argument := m.Pos(), c.value(m.Args[0])
	return c.follow(func(st *render.State) value {
		v := argument(st)
		if st.Signal != render.Running {
			return value{}
		}
		result, _, err := run(st, v)
		if err != nil {
			st.Fail(pos, err)
		}
		return result
	}, r.Path[1:])
}

// printedEscape writes $util.escapeJavaScript(…) without making its text first.
func (c *compiler) printedEscape(m *ast.Method) render.Exec {
	pos := m.Pos()
	if inner, ok := m.Args[0].(*ast.Reference); ok && c.given(inner.Name) && inner.Name == render.RootInput && len(inner.Path) == 1 {
		if call, ok := inner.Path[0].(*ast.Method); ok && call.Name == "json" && len(call.Args) == 1 {
			if path := c.path(call); path != nil {
				return func(st *render.State) {
					if v := path(st); st.Signal == render.Running {
						st.PrintEscapedJSON(pos, v)
					}
				}
			}
		}
	}
	argument := c.value(m.Args[0])
	return func(st *render.State) {
		v := argument(st)
		if st.Signal != render.Running || isNull(v) {
			return
		}
		st.PrintEscaped(pos, st.Text(pos, v))
	}
}

// printedText writes what a function of $util makes of a text; of anything else it
// makes nothing.
func (c *compiler) printedText(m *ast.Method, apply func(dst, text []byte) []byte) render.Exec {
	pos, argument, general := m.Pos(), c.value(m.Args[0]), render.UtilFunction(m.Name)
	return func(st *render.State) {
		v := argument(st)
		if st.Signal != render.Running {
			return
		}
		text := v.Text()
		if v.Kind() != jsonvalue.KindString {
			result, _, err := general(st, v)
			if err != nil {
				st.Fail(pos, err)
			}
			st.Print(pos, result)
			return
		}
		if len(st.Out)+len(text) > st.Limit || !st.Step(pos, len(text)) {
			st.Fail(pos, render.ErrTooLarge)
			return
		}
		st.Scratch = append(st.Scratch[:0], text...)
		st.Out = apply(st.Out, st.Scratch)
		if len(st.Out) > st.Limit {
			st.Fail(pos, render.ErrTooLarge)
		}
	}
}

// directContext compiles $context.name and deeper. Nothing of $context is made
// but for templates that change it or walk over it.
func (c *compiler) directContext(r *ast.Reference) render.Expr {
	first, ok := r.Path[0].(*ast.Property)
	if !ok {
		return nil
	}
	if first.Name == render.RequestOverride || first.Name == render.ResponseOverride {
		request := first.Name == render.RequestOverride
		return c.follow(func(st *render.State) value { return st.Override(request) }, r.Path[1:])
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
		return func(st *render.State) value { return st.ContextAt(pos, path, false) }
	}
	changes := c.changes(r.Path[n:])
	return c.follow(func(st *render.State) value { return st.ContextAt(pos, path, changes) }, r.Path[n:])
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
func (c *compiler) directStage(r *ast.Reference) render.Expr {
	name := ""
	switch s := r.Path[0].(type) {
	case *ast.Property:
		name = s.Name
	case *ast.Index:
		text, ok := ast.ConstantText(s.Arg)
		if !ok {
			return nil
		}
		name = text
	default:
		return nil
	}
	return c.follow(func(st *render.State) value { return st.StageVariable(name) }, r.Path[1:])
}

// directForeach compiles $foreach.index and its like.
func (c *compiler) directForeach(r *ast.Reference) render.Expr {
	name := ""
	switch s := r.Path[0].(type) {
	case *ast.Property:
		name = s.Name
	case *ast.Method:
		if len(s.Args) == 0 && s.Name == "hasNext" {
			name = "hasNext"
		}
	}
	var read render.Expr
	switch name {
	case "hasNext":
		read = func(st *render.State) value {
			if st.Scope == nil {
				return value{}
			}
			return jsonvalue.Bool(st.Scope.HasNext)
		}
	case "index", "count":
		first := int64(0)
		if name == "count" {
			first = 1
		}
		read = func(st *render.State) value {
			if st.Scope == nil {
				return value{}
			}
			return jsonvalue.Int(int64(st.Scope.Index) + first)
		}
	default:
		return nil
	}
	return c.follow(read, r.Path[1:])
}
