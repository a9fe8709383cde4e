package vtl

import (
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl/ast"
	"github.com/sluice-gateway/sluice/internal/vtl/javavalue"
)

// bodyContent is what a macro finds the body of #@name(…) body #end under.
const bodyContent = "bodyContent"

// block is a body that is rendered where it is referred to: that of #define, or
// the body of a macro's call.
type block struct {
	state *state
	body  exec
	// frame is where it was defined; made into text it is rendered there.
	frame *frame
	// depth is how often it is within itself just now, most how often it may.
	depth, most int
}

// render writes the block where it is used; false when it is too deep within
// itself.
func (b *block) render(st *state) bool {
	if b.depth >= b.most {
		return false
	}
	if st.enter(st.errPos) {
		b.depth++
		b.body(st)
		if st.signal == breaking {
			st.signal = running
		}
		if st.signal == running {
			b.depth--
		}
	}
	st.leave()
	return true
}

// String renders the block as text.
func (b *block) String() string {
	st := b.state
	if st.signal != running {
		return ""
	}
	out, limit, frame := st.out, st.limit, st.frame
	st.out, st.limit, st.frame = nil, max(limit-len(out), 0), b.frame
	rendered := b.render(st)
	text := string(st.out)
	st.out, st.limit, st.frame = out, limit, frame
	st.step(st.errPos, len(text))
	if !rendered {
		return "null"
	}
	return text
}

// Property implements javavalue.Object: a block has none.
func (*block) Property(string) (value, bool, error) { return value{}, false, nil }

// Call implements javavalue.Object.
func (*block) Call(string, []value) (value, bool, error) { return value{}, false, nil }

var _ javavalue.Object = (*block)(nil)

// define compiles #define.
func (c *compiler) define(n *ast.Define) exec {
	slot, body := c.slot(n.Key), c.block(n.Body)
	return func(st *state) {
		b := &block{state: st, body: body, frame: st.frame, most: maxBlockDepth}
		st.put(slot, jsonvalue.FromForeign(b))
	}
}

// argument of a macro's call: a constant, or code that runs when it is read.
type binding struct {
	slot     int
	constant bool
	code     expr
	// dollar is the parameter as a reference, literal the argument's source.
	dollar, literal string
}

// call compiles #name(…): a macro's call, or the text as written.
func (c *compiler) call(n *ast.Call) exec {
	pos := n.Pos()
	m := c.macros[n.Name]
	if m == nil {
		return writeText(pos, n.Source)
	}
	for _, a := range n.Args {
		if w, ok := a.(*ast.Word); ok {
			text := "invalid argument '" + w.Text + "' of macro #" + n.Name
			at := w.Pos()
			return func(st *state) { st.throw(at, text) }
		}
	}
	var bindings []binding
	for i, a := range n.Args {
		if i == len(m.slots) {
			break
		}
		b := binding{slot: m.slots[i], code: c.value(a), dollar: "$" + m.params[i], literal: n.Literals[i]}
		switch a.(type) {
		case *ast.Integer, *ast.Float, *ast.Bool:
			b.constant = true
		case *ast.Reference:
			b.code = c.passed(a.(*ast.Reference))
		}
		bindings = append(bindings, b)
	}
	var body exec
	content := -1
	if n.Block {
		body, content = c.block(n.Body), c.slot(bodyContent)
	}
	return func(st *state) { m.invoke(st, pos, bindings, body, content) }
}

// passed compiles a reference as an argument: one without a path is the bare
// variable, which may be null.
func (c *compiler) passed(r *ast.Reference) expr {
	if len(r.Path) == 0 && !r.Runt && !r.Fixed {
		return c.root(r)
	}
	return c.reference(r)
}

// invoke runs the macro in a frame of its own.
func (m *macro) invoke(st *state, pos int, bindings []binding, body exec, content int) {
	if !st.step(pos, statementCost) {
		return
	}
	if st.macros >= maxMacroDepth {
		st.fail(pos, &javavalue.Exception{Class: "MacroOverflowException", Text: "macro #" + m.name + " is more than 20 calls deep"})
		return
	}
	if !st.enter(pos) {
		st.leave()
		return
	}
	f := &frame{outer: st.frame, hidden: -1, proxies: map[int]expr{}, local: map[int]value{}, literals: map[string]string{}}
	for _, b := range bindings {
		if b.constant {
			f.local[b.slot] = b.code(st)
			continue
		}
		f.proxies[b.slot] = b.code
		f.literals[b.dollar] = b.literal
	}
	if body != nil {
		b := &block{state: st, body: body, frame: st.frame, most: maxMacroDepth}
		f.local[content] = jsonvalue.FromForeign(b)
	}
	st.frame = f
	st.macros++
	m.body(st)
	st.frame = f.outer
	st.leave()
	if st.signal == running {
		st.macros--
	}
	// Like Velocity, a macro that is left early still counts as under way.
	if st.signal == breaking {
		st.signal = running
	}
}
