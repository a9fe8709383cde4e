package render

import (
	"github.com/sluice-gateway/sluice/internal/vtl/javavalue"
)

// Block is a body that is rendered where it is referred to: that of #define, or
// the body of a macro's call.
type Block struct {
	State *State
	Body  Exec
	// Frame is where it was defined; made into text it is rendered there.
	Frame *Frame
	// Depth is how often it is within itself just now, most how often it may.
	Depth, Most int
}

// Render writes the block where it is used; false when it is too deep within
// itself.
func (b *Block) Render(st *State) bool {
	if b.Depth >= b.Most {
		return false
	}
	if st.Enter(st.ErrPos) {
		b.Depth++
		b.Body(st)
		if st.Signal == Breaking {
			st.Signal = Running
		}
		if st.Signal == Running {
			b.Depth--
		}
	}
	st.Leave()
	return true
}

// String renders the block as text.
func (b *Block) String() string {
	st := b.State
	if st.Signal != Running {
		return ""
	}
	out, limit, frame := st.Out, st.Limit, st.Frame
	st.Out, st.Limit, st.Frame = nil, max(limit-len(out), 0), b.Frame
	rendered := b.Render(st)
	text := string(st.Out)
	st.Out, st.Limit, st.Frame = out, limit, frame
	st.Step(st.ErrPos, len(text))
	if !rendered {
		return "null"
	}
	return text
}

// Property implements javavalue.Object: a block has none.
func (*Block) Property(string) (value, bool, error) { return value{}, false, nil }

// Call implements javavalue.Object.
func (*Block) Call(string, []value) (value, bool, error) { return value{}, false, nil }

var _ javavalue.Object = (*Block)(nil)
