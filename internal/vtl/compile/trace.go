package compile

import (
	"github.com/sluice-gateway/sluice/internal/vtl/ast"
	"github.com/sluice-gateway/sluice/internal/vtl/render"
)

// traced tells the tracer of a statement.
func (c *compiler) traced(n ast.Node, run render.Exec) render.Exec {
	if !c.options.Trace {
		return run
	}
	offset := n.Pos()
	var read render.Expr
	if set, ok := n.(*ast.Set); ok {
		read = c.reference(set.Target)
	}
	return func(st *render.State) {
		from := len(st.Out)
		run(st)
		if st.Tracer == nil || st.Signal == render.Failing {
			return
		}
		e := render.Event{Offset: offset, Node: n, Output: string(st.Out[min(from, len(st.Out)):])}
		if read != nil {
			e.Value = st.Text(offset, read(st))
		}
		st.Tracer(e)
	}
}
