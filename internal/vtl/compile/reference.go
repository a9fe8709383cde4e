package compile

import (
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl/ast"
	"github.com/sluice-gateway/sluice/internal/vtl/javamethod"
	"github.com/sluice-gateway/sluice/internal/vtl/render"
)

// step is one part of a reference's path, applied to what is before it. Undefined
// is null.
type step func(*render.State, value) value

// printed compiles a reference that stands in the text.
func (c *compiler) printed(r *ast.Reference) render.Exec {
	pos := r.Pos()
	switch {
	case r.Runt:
		return writeText(pos, r.Name)
	case r.Fixed:
		return nil
	case r.Escaped:
		return c.escaped(r)
	case r.Before == "":
		if run := c.printedDirectly(r); run != nil {
			return run
		}
	}
	code, before := c.reference(r), r.Before
	if !c.blocks {
		if before != "" {
			return func(st *render.State) {
				v := code(st)
				if st.Signal == render.Running {
					st.Write(pos, before)
					st.Print(pos, v)
				}
			}
		}
		return func(st *render.State) {
			v := code(st)
			if st.Signal == render.Running {
				st.Print(pos, v)
			}
		}
	}
	return c.printedBlock(r, code)
}

// printedBlock prints a value that may be a block. One that is too deep within
// itself prints as its reference.
func (*compiler) printedBlock(r *ast.Reference, code render.Expr) render.Exec {
	pos, before, source := r.Pos(), r.Before, r.Source
	escapes := before
	for i := range before {
		if before[i] != '\\' {
			escapes = before[:i]
			break
		}
	}
	return func(st *render.State) {
		v := code(st)
		if st.Signal != render.Running {
			return
		}
		b, ok := v.Foreign().(*render.Block)
		if !ok {
			st.Write(pos, before)
			st.Print(pos, v)
			return
		}
		if !b.Render(st) && st.Signal == render.Running {
			st.Write(pos, escapes+before+st.Literal(source))
		}
	}
}

// escaped compiles \$name, which prints itself.
func (c *compiler) escaped(r *ast.Reference) render.Exec {
	pos, code, before, source := r.Pos(), c.reference(r), r.Before, r.Source
	return func(st *render.State) {
		code(st)
		if st.Signal == render.Running {
			st.Write(pos, before)
			st.Write(pos, st.Literal(source))
		}
	}
}

// reference compiles a reference for its value: "" when it has none.
func (c *compiler) reference(r *ast.Reference) render.Expr {
	empty := jsonvalue.String("")
	switch {
	case r.Runt, r.Fixed:
		return constant(value{})
	case c.given(r.Name):
		if code := c.direct(r); code != nil {
			return func(st *render.State) value {
				v := code(st)
				if isNull(v) {
					return empty
				}
				return v
			}
		}
	}
	root, steps := c.root(r), c.steps(r.Path)
	if len(steps) == 0 {
		return func(st *render.State) value {
			v := root(st)
			if isNull(v) {
				return empty
			}
			return v
		}
	}
	if len(steps) == 1 {
		only := steps[0]
		return func(st *render.State) value {
			v := root(st)
			if isNull(v) {
				return empty
			}
			if v = only(st, v); isNull(v) {
				return empty
			}
			return v
		}
	}
	return func(st *render.State) value {
		v := root(st)
		for _, step := range steps {
			if isNull(v) {
				return empty
			}
			v = step(st, v)
			if st.Signal != render.Running {
				return empty
			}
		}
		if isNull(v) {
			return empty
		}
		return v
	}
}

// follow applies further steps to what a direct read gives.
func (c *compiler) follow(code render.Expr, path []ast.Step) render.Expr {
	steps := c.steps(path)
	if len(steps) == 0 {
		return code
	}
	return func(st *render.State) value {
		v := code(st)
		for _, step := range steps {
			if isNull(v) || st.Signal != render.Running {
				return value{}
			}
			v = step(st, v)
		}
		return v
	}
}

// root compiles the variable of a reference.
func (c *compiler) root(r *ast.Reference) render.Expr {
	if c.given(r.Name) {
		switch r.Name {
		case render.RootInput:
			return func(st *render.State) value { return st.Input.Value() }
		case render.RootUtil:
			return func(st *render.State) value { return st.Util.Value() }
		case render.RootContext:
			return func(st *render.State) value { return jsonvalue.FromObject(st.ContextObject()) }
		case render.RootStage:
			return func(st *render.State) value { return jsonvalue.FromObject(st.StageObject()) }
		case rootForeach:
			return func(st *render.State) value { return st.Scope.Value() }
		}
	}
	slot := c.slot(r.Name)
	return func(st *render.State) value { return st.Get(slot) }
}

// steps compiles a path.
func (c *compiler) steps(path []ast.Step) []step {
	steps := make([]step, len(path))
	for i, s := range path {
		switch s := s.(type) {
		case *ast.Property:
			steps[i] = property(s)
		case *ast.Method:
			steps[i] = c.method(s)
		case *ast.Index:
			steps[i] = c.index(s)
		}
	}
	return steps
}

func property(s *ast.Property) step {
	pos, name := s.Pos(), s.Name
	return func(st *render.State, v value) value {
		member, err := javamethod.Property(&st.Heap, v, name)
		if err != nil {
			st.Fail(pos, err)
		}
		return member
	}
}

func (c *compiler) index(s *ast.Index) step {
	pos, argument := s.Pos(), c.value(s.Arg)
	return func(st *render.State, v value) value {
		a := argument(st)
		if st.Signal != render.Running {
			return value{}
		}
		member, err := javamethod.Index(&st.Heap, v, a)
		if err != nil {
			st.Fail(pos, err)
		}
		return member
	}
}

// method compiles a call. Its arguments lie on the state's stack meanwhile.
func (c *compiler) method(s *ast.Method) step {
	pos, name, args := s.Pos(), s.Name, c.values(s.Args)
	c.prepare(s)
	general := func(st *render.State, v value) value {
		from := len(st.Args)
		for _, a := range args {
			argument := a(st)
			st.Args = append(st.Args, argument)
		}
		if st.Signal != render.Running {
			st.Args = st.Args[:from]
			return value{}
		}
		result, _, err := javamethod.Call(&st.Heap, v, name, st.Args[from:])
		st.Args = st.Args[:from]
		if err != nil {
			st.Fail(pos, err)
		}
		return result
	}
	if fast := c.common(s, general); fast != nil {
		return fast
	}
	return general
}

// prepare compiles constant regular expressions with the template.
func (c *compiler) prepare(s *ast.Method) {
	switch s.Name {
	case "matches", "replaceAll", "replaceFirst", "split":
		if len(s.Args) > 0 {
			if text, ok := s.Args[0].(*ast.String); ok && text.Parts == nil {
				c.code.Patterns.Add(text.Text)
			}
		}
	}
}
