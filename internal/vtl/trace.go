package vtl

import (
	"github.com/sluice-gateway/sluice/internal/vtl/ast"
)

// Event is one step of a rendering: a statement and what came of it.
type Event struct {
	// Offset is where the statement starts, in bytes.
	Offset int
	// Node is the statement.
	Node ast.Node
	// Value is what #set assigned, as text; "" for other statements.
	Value string
	// Output is what the statement wrote.
	Output string
}

// Tracer is told of each statement of a template that was parsed with
// Options.Trace, once it is done.
type Tracer func(Event)

// RenderTraced is Render with a tracer.
func (t *Template) RenderTraced(dst []byte, env *Env, tracer Tracer) ([]byte, error) {
	return t.render(dst, env, tracer)
}

// traced tells the tracer of a statement.
func (c *compiler) traced(n ast.Node, run exec) exec {
	if !c.options.Trace {
		return run
	}
	offset := n.Pos()
	slot := -1
	if set, ok := n.(*ast.Set); ok && len(set.Target.Path) == 0 {
		slot = c.slot(set.Target.Key)
	}
	return func(st *state) {
		from := len(st.out)
		run(st)
		if st.tracer == nil || st.signal == failing {
			return
		}
		e := Event{Offset: offset, Node: n, Output: string(st.out[min(from, len(st.out)):])}
		if slot >= 0 {
			e.Value = st.text(offset, st.get(slot))
		}
		st.tracer(e)
	}
}
