// Package render is what a compiled template runs on: the state of one rendering,
// its variables and frames, and what it sees of the request ($input, $util,
// $context, $stageVariables) with the overrides that it sets. It is NOT the
// language; package compile is.
package render

import (
	"errors"
	"sync"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl/javavalue"
)

// value is a value of a template.
type value = jsonvalue.Value

// The forms of compiled code. Code reports what ends a rendering by the state's
// signal, which whoever runs a sequence looks at.
type (
	// Exec runs a statement or a sequence.
	Exec func(*State)
	// Expr gives a value; undefined is null.
	Expr func(*State) value
	// Condition tells whether something holds.
	Condition func(*State) bool
)

// Signal says why a sequence is left.
type Signal uint8

// The signals.
const (
	// Running is none.
	Running Signal = iota
	// Breaking leaves the next loop, block or macro.
	Breaking
	// BreakingScope leaves the loop that state.leaving names.
	BreakingScope
	// Stopping ends the rendering.
	Stopping
	// Failing ends it with an error.
	Failing
)

// Bounds on a rendering.
const (
	// DefaultMaxOutput is AWS's limit on a payload.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
	DefaultMaxOutput = 10 << 20
	// MaxWork bounds a rendering's work and the text that it builds, in bytes
	// copied or about that much.
	MaxWork = 64 << 20
	// MaxRounds is the number of rounds that AWS lets a loop have. Further ones are
	// left out silently.
	MaxRounds = 1000
	// MaxMacroDepth is Velocity's velocimacro.max.depth.
	MaxMacroDepth = 20
	// MaxBlockDepth is how often Velocity lets a block of #define be within itself.
	MaxBlockDepth = 2
	// MaxDepth bounds how deep code calls code at run time.
	MaxDepth = 2000
)

// What a step of a rendering costs of MaxWork.
const (
	StatementCost = 4
	RoundCost     = 8
)

// State is one rendering, which compiled code reads and writes. States are
// pooled; nothing of one survives in them.
type State struct {
	// Env is what the rendering sees, Heap what its values share.
	Env  *Env
	Heap javavalue.Heap
	// Out is the output so far, Limit the length that it may have.
	Out   []byte
	Limit int
	// Vars are the variables by their slots.
	Vars []value
	// Frame is the innermost macro's variables, nil outside of macros.
	Frame *Frame
	// Scope is the innermost loop's $foreach.
	Scope *Scope
	// Signal says why what is under way is left; Leaving is the loop that
	// BreakingScope is for.
	Signal  Signal
	Leaving int
	// Err is what failed, ErrPos where.
	Err    error
	ErrPos int
	// Macros counts macro calls under way, Depth all code under way.
	Macros, Depth int
	// Input and Util are $input and $util.
	Input Input
	Util  Util
	// Context and Stage are $context and $stageVariables once they are made.
	Context *jsonvalue.Object
	Stage   *jsonvalue.Object
	// Overrides are those of a rendering whose Env has none.
	Overrides Overrides
	// Tracer is told what is done; nil for nobody.
	Tracer Tracer
	// Names are the slots of text that #evaluate compiled while rendering.
	Names map[string]int
	// Scratch and Entries hold text and members between two steps.
	Scratch []byte
	Entries []jsonvalue.Entry
	// Args is where method arguments lie while they are evaluated.
	Args []value
}

// Code is a compiled template. It never changes.
type Code struct {
	Run      Exec
	Slots    int
	Patterns javavalue.Patterns
	// Roots are the slots of those of our variables that the template sets itself.
	Roots  map[string]int
	states sync.Pool
}

// Render appends the output to dst. On an error dst comes back as it was, with the
// offset of what failed.
func (c *Code) Render(dst []byte, env *Env, tracer Tracer) (out []byte, offset int, err error) {
	st, ok := c.states.Get().(*State)
	if !ok {
		st = &State{}
	}
	st.begin(c, dst, env)
	st.Tracer = tracer
	st.bind(c.Roots)
	c.Run(st)
	out, offset, err = st.end(dst)
	st.reset()
	c.states.Put(st)
	return out, offset, err
}

// end gives the output or the error.
func (st *State) end(dst []byte) ([]byte, int, error) {
	st.exchanged().settle()
	switch {
	case st.Signal == Failing:
		return dst, st.ErrPos, st.Err
	case st.Heap.Lone:
		return append(st.Out[:len(dst)], javavalue.Whole(st.Out[len(dst):])...), 0, nil
	default:
		return st.Out, 0, nil
	}
}

// IsLimit reports whether a rendering failed by one of our bounds.
func IsLimit(err error) bool {
	return errors.Is(err, javavalue.ErrLimit) || errors.Is(err, ErrTooDeep) || errors.Is(err, ErrTooLarge)
}

func (st *State) reset() {
	clear(st.Vars)
	clear(st.Args[:cap(st.Args)])
	st.Args = st.Args[:0]
	clear(st.Entries[:cap(st.Entries)])
	st.Env, st.Out, st.Tracer, st.Names = nil, nil, nil, nil
	st.Frame, st.Scope, st.Context, st.Stage = nil, nil, nil, nil
	st.Signal, st.Leaving, st.Err, st.ErrPos, st.Macros, st.Depth = Running, 0, nil, 0, 0, 0
	st.Input = Input{}
	st.Overrides = Overrides{}
	st.Heap.Reset(0)
}

// begin makes the state ready for a rendering into dst.
func (st *State) begin(c *Code, dst []byte, env *Env) {
	st.Env, st.Out = env, dst
	most := env.MaxOutput
	if most <= 0 {
		most = DefaultMaxOutput
	}
	st.Limit = len(dst) + most
	st.Heap.Reset(MaxWork)
	st.Heap.Patterns = c.Patterns
	if cap(st.Vars) < c.Slots {
		st.Vars = make([]value, c.Slots)
	}
	st.Vars = st.Vars[:c.Slots]
	st.Input.state, st.Util.state = st, st
}

// fail ends the rendering; the first failure counts.
func (st *State) Fail(pos int, err error) {
	if st.Signal != Failing {
		st.Signal, st.Err, st.ErrPos = Failing, err, pos
	}
}

// throw fails with what Velocity or Java would throw.
func (st *State) Throw(pos int, text string) {
	st.Fail(pos, &javavalue.Exception{Text: text})
}

// step charges for a statement; false when the budget is used up.
func (st *State) Step(pos, cost int) bool {
	st.Heap.Budget -= cost
	if st.Heap.Budget < 0 {
		st.Fail(pos, javavalue.ErrLimit)
		return false
	}
	return true
}

// enter counts a level of code; the caller leaves it.
func (st *State) Enter(pos int) bool {
	st.Depth++
	if st.Depth > MaxDepth {
		st.Fail(pos, ErrTooDeep)
		return false
	}
	return true
}

func (st *State) Leave() { st.Depth-- }

// The bounds that a rendering can go over besides the budget of its values.
var (
	ErrTooDeep  = errors.New("the template nests too deep")
	ErrTooLarge = errors.New("the output is too large")
)

// write appends text to the output.
func (st *State) Write(pos int, text string) {
	if len(st.Out)+len(text) > st.Limit {
		st.Fail(pos, ErrTooLarge)
		return
	}
	st.Out = append(st.Out, text...)
}

// print appends a value's text to the output.
func (st *State) Print(pos int, v value) {
	if v.Kind() == jsonvalue.KindString {
		st.Write(pos, v.Text())
		return
	}
	st.PrintOther(pos, v)
}

func (st *State) PrintOther(pos int, v value) {
	if v.Kind() == jsonvalue.KindForeign {
		// A block writes to the output itself, so its text is made apart.
		st.Write(pos, st.Text(pos, v))
		return
	}
	out, err := st.Heap.AppendText(st.Out, v)
	if err != nil {
		st.Fail(pos, err)
		return
	}
	st.Out = out
	if len(out) > st.Limit {
		st.Fail(pos, ErrTooLarge)
	}
}

// text gives a value's text.
func (st *State) Text(pos int, v value) string {
	s, err := st.Heap.Text(v)
	if err != nil {
		st.Fail(pos, err)
	}
	return s
}

// capture runs code and gives what it writes.
func (st *State) Capture(pos int, run Exec) string {
	from := len(st.Out)
	run(st)
	text := string(st.Out[from:])
	st.Out = st.Out[:from]
	if !st.Step(pos, len(text)) {
		return ""
	}
	return text
}
