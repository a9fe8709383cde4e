package compile

import (
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl/ast"
	"github.com/sluice-gateway/sluice/internal/vtl/javavalue"
	"github.com/sluice-gateway/sluice/internal/vtl/render"
)

// bodyContent is what a macro finds the body of #@name(…) body #end under.
const bodyContent = "bodyContent"

// define compiles #define.
func (c *compiler) define(n *ast.Define) render.Exec {
	slot, body := c.slot(n.Key), c.block(n.Body)
	return func(st *render.State) {
		b := &render.Block{State: st, Body: body, Frame: st.Frame, Most: render.MaxBlockDepth}
		st.Put(slot, jsonvalue.FromForeign(b))
	}
}

// argument of a macro's call: a constant, or code that runs when it is read.
type binding struct {
	slot     int
	constant bool
	code     render.Expr
	// dollar is the parameter as a reference, literal the argument's source.
	dollar, literal string
}

// call compiles #name(…): a macro's call, or the text as written.
func (c *compiler) call(n *ast.Call) render.Exec {
	pos := n.Pos()
	m := c.macros[n.Name]
	if m == nil {
		return writeText(pos, n.Source)
	}
	for _, a := range n.Args {
		if w, ok := a.(*ast.Word); ok {
			text := "invalid argument '" + w.Text + "' of macro #" + n.Name
			at := w.Pos()
			return func(st *render.State) { st.Throw(at, text) }
		}
	}
	var bindings []binding
	for i, a := range n.Args {
		if i == len(m.slots) {
			break
		}
		b := binding{slot: m.slots[i], code: c.value(a), dollar: "$" + m.params[i], literal: n.Literals[i]}
		switch a := a.(type) {
		case *ast.Integer, *ast.Float, *ast.Bool:
			b.constant = true
		case *ast.Reference:
			b.code = c.passed(a)
		}
		bindings = append(bindings, b)
	}
	var body render.Exec
	content := -1
	if n.Block {
		body, content = c.block(n.Body), c.slot(bodyContent)
	}
	return func(st *render.State) { m.invoke(st, pos, bindings, body, content) }
}

// passed compiles a reference as an argument: one without a path is the bare
// variable, which may be null.
func (c *compiler) passed(r *ast.Reference) render.Expr {
	if len(r.Path) == 0 && !r.Runt && !r.Fixed {
		return c.root(r)
	}
	return c.reference(r)
}

// invoke runs the macro in a frame of its own.
func (m *macro) invoke(st *render.State, pos int, bindings []binding, body render.Exec, content int) {
	if !st.Step(pos, render.StatementCost) {
		return
	}
	if st.Macros >= render.MaxMacroDepth {
		st.Fail(pos, &javavalue.Exception{Class: "MacroOverflowException", Text: "macro #" + m.name + " is more than 20 calls deep"})
		return
	}
	if !st.Enter(pos) {
		st.Leave()
		return
	}
	f := &render.Frame{Outer: st.Frame, Hidden: -1, Proxies: map[int]render.Expr{}, Local: map[int]value{}, Literals: map[string]string{}}
	for _, b := range bindings {
		if b.constant {
			f.Local[b.slot] = b.code(st)
			continue
		}
		f.Proxies[b.slot] = b.code
		f.Literals[b.dollar] = b.literal
	}
	if body != nil {
		b := &render.Block{State: st, Body: body, Frame: st.Frame, Most: render.MaxMacroDepth}
		f.Local[content] = jsonvalue.FromForeign(b)
	}
	st.Frame = f
	st.Macros++
	m.body(st)
	st.Frame = f.Outer
	st.Leave()
	if st.Signal == render.Running {
		st.Macros--
	}
	// Like Velocity, a macro that is left early still counts as under way.
	if st.Signal == render.Breaking {
		st.Signal = render.Running
	}
}
