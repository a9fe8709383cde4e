package vtl

import (
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl/ast"
	"github.com/sluice-gateway/sluice/internal/vtl/javamethod"
)

// step is one part of a reference's path, applied to what is before it. Undefined
// is null.
type step func(*state, value) value

// printed compiles a reference that stands in the text.
func (c *compiler) printed(r *ast.Reference) exec {
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
			return func(st *state) {
				v := code(st)
				if st.signal == running {
					st.write(pos, before)
					st.print(pos, v)
				}
			}
		}
		return func(st *state) {
			v := code(st)
			if st.signal == running {
				st.print(pos, v)
			}
		}
	}
	return c.printedBlock(r, code)
}

// printedBlock prints a value that may be a block. One that is too deep within
// itself prints as its reference.
func (*compiler) printedBlock(r *ast.Reference, code expr) exec {
	pos, before, source := r.Pos(), r.Before, r.Source
	escapes := before
	for i := range before {
		if before[i] != '\\' {
			escapes = before[:i]
			break
		}
	}
	return func(st *state) {
		v := code(st)
		if st.signal != running {
			return
		}
		b, ok := v.Foreign().(*block)
		if !ok {
			st.write(pos, before)
			st.print(pos, v)
			return
		}
		if !b.render(st) && st.signal == running {
			st.write(pos, escapes+before+st.literal(source))
		}
	}
}

// escaped compiles \$name, which prints itself.
func (c *compiler) escaped(r *ast.Reference) exec {
	pos, code, before, source := r.Pos(), c.reference(r), r.Before, r.Source
	return func(st *state) {
		code(st)
		if st.signal == running {
			st.write(pos, before)
			st.write(pos, st.literal(source))
		}
	}
}

// reference compiles a reference for its value: "" when it has none.
func (c *compiler) reference(r *ast.Reference) expr {
	empty := jsonvalue.String("")
	switch {
	case r.Runt, r.Fixed:
		return constant(value{})
	case c.given(r.Name):
		if code := c.direct(r); code != nil {
			return func(st *state) value {
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
		return func(st *state) value {
			v := root(st)
			if isNull(v) {
				return empty
			}
			return v
		}
	}
	return func(st *state) value {
		v := root(st)
		for _, step := range steps {
			if isNull(v) {
				return empty
			}
			v = step(st, v)
			if st.signal != running {
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
func (c *compiler) follow(code expr, path []ast.Step) expr {
	steps := c.steps(path)
	if len(steps) == 0 {
		return code
	}
	return func(st *state) value {
		v := code(st)
		for _, step := range steps {
			if isNull(v) || st.signal != running {
				return value{}
			}
			v = step(st, v)
		}
		return v
	}
}

// root compiles the variable of a reference.
func (c *compiler) root(r *ast.Reference) expr {
	if c.given(r.Name) {
		switch r.Name {
		case rootInput:
			return func(st *state) value { return st.input.value() }
		case rootUtil:
			return func(st *state) value { return st.util.value() }
		case rootContext:
			return func(st *state) value { return jsonvalue.FromObject(st.contextObject()) }
		case rootStage:
			return func(st *state) value { return jsonvalue.FromObject(st.stageObject()) }
		case rootForeach:
			return func(st *state) value { return st.scope.value() }
		}
	}
	slot := c.slot(r.Name)
	return func(st *state) value { return st.get(slot) }
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
	return func(st *state, v value) value {
		member, err := javamethod.Property(&st.heap, v, name)
		if err != nil {
			st.fail(pos, err)
		}
		return member
	}
}

func (c *compiler) index(s *ast.Index) step {
	pos, argument := s.Pos(), c.value(s.Arg)
	return func(st *state, v value) value {
		a := argument(st)
		if st.signal != running {
			return value{}
		}
		member, err := javamethod.Index(&st.heap, v, a)
		if err != nil {
			st.fail(pos, err)
		}
		return member
	}
}

// method compiles a call. Its arguments lie on the state's stack meanwhile.
func (c *compiler) method(s *ast.Method) step {
	pos, name, args := s.Pos(), s.Name, c.values(s.Args)
	c.prepare(s)
	general := func(st *state, v value) value {
		from := len(st.args)
		for _, a := range args {
			argument := a(st)
			st.args = append(st.args, argument)
		}
		if st.signal != running {
			st.args = st.args[:from]
			return value{}
		}
		result, _, err := javamethod.Call(&st.heap, v, name, st.args[from:])
		st.args = st.args[:from]
		if err != nil {
			st.fail(pos, err)
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
				c.template.patterns.Add(text.Text)
			}
		}
	}
}

// constantText gives a node's text when it is a constant string.
func constantText(n ast.Node) (string, bool) {
	s, ok := n.(*ast.String)
	if !ok || s.Parts != nil {
		return "", false
	}
	return s.Text, true
}
