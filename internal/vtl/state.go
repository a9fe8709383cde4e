package vtl

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
	exec      func(*state)
	expr      func(*state) value
	condition func(*state) bool
)

// signal says why a sequence is left.
type signal uint8

const (
	running signal = iota
	// breaking leaves the next loop, block or macro.
	breaking
	// breakingScope leaves the loop that state.leaving names.
	breakingScope
	stopping
	failing
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
	// maxMacroDepth is Velocity's velocimacro.max.depth.
	maxMacroDepth = 20
	// maxBlockDepth is how often Velocity lets a block of #define be within itself.
	maxBlockDepth = 2
	// maxDepth bounds how deep code calls code at run time.
	maxDepth = 2000
)

// What a step of a rendering costs of MaxWork.
const (
	statementCost = 4
	roundCost     = 8
)

// state is one rendering. States are pooled; nothing of one survives in them.
type state struct {
	template *Template
	env      *Env
	heap     javavalue.Heap
	out      []byte
	// limit is the length that out may have.
	limit int
	vars  []value
	// frame is the innermost macro's variables, nil outside of macros.
	frame *frame
	// scope is the innermost loop's $foreach.
	scope  *scope
	signal signal
	// leaving is the loop that breakingScope is for.
	leaving int
	err     error
	errPos  int
	// macros counts macro calls under way, depth all code under way.
	macros, depth int
	input         input
	util          util
	context       *jsonvalue.Object
	stage         *jsonvalue.Object
	overrides     Overrides
	tracer        Tracer
	// names are the slots of text that #evaluate compiled while rendering.
	names map[string]int
	// scratch and entries hold text and members between two steps.
	scratch []byte
	entries []jsonvalue.Entry
	// args is where method arguments lie while they are evaluated.
	args []value
}

// pool keeps states, so that a rendering allocates little beyond its values.
type pool struct{ states sync.Pool }

func (p *pool) get() *state {
	if st, ok := p.states.Get().(*state); ok {
		return st
	}
	return &state{}
}

func (p *pool) put(st *state) {
	clear(st.vars)
	clear(st.args[:cap(st.args)])
	st.args = st.args[:0]
	clear(st.entries[:cap(st.entries)])
	st.template, st.env, st.out, st.tracer, st.names = nil, nil, nil, nil, nil
	st.frame, st.scope, st.context, st.stage = nil, nil, nil, nil
	st.signal, st.leaving, st.err, st.errPos, st.macros, st.depth = running, 0, nil, 0, 0, 0
	st.input = input{}
	st.overrides = Overrides{}
	st.heap.Reset(0)
	p.states.Put(st)
}

// begin makes the state ready for a rendering into dst.
func (st *state) begin(t *Template, dst []byte, env *Env) {
	st.template, st.env, st.out = t, env, dst
	most := env.MaxOutput
	if most <= 0 {
		most = DefaultMaxOutput
	}
	st.limit = len(dst) + most
	st.heap.Reset(MaxWork)
	st.heap.Patterns = t.patterns
	if cap(st.vars) < t.slots {
		st.vars = make([]value, t.slots)
	}
	st.vars = st.vars[:t.slots]
	st.input.state, st.util.state = st, st
}

// fail ends the rendering; the first failure counts.
func (st *state) fail(pos int, err error) {
	if st.signal != failing {
		st.signal, st.err, st.errPos = failing, err, pos
	}
}

// throw fails with what Velocity or Java would throw.
func (st *state) throw(pos int, text string) {
	st.fail(pos, &javavalue.Exception{Class: "VelocityException", Text: text})
}

// step charges for a statement; false when the budget is used up.
func (st *state) step(pos, cost int) bool {
	st.heap.Budget -= cost
	if st.heap.Budget < 0 {
		st.fail(pos, javavalue.ErrLimit)
		return false
	}
	return true
}

// enter counts a level of code; the caller leaves it.
func (st *state) enter(pos int) bool {
	st.depth++
	if st.depth > maxDepth {
		st.fail(pos, errTooDeep)
		return false
	}
	return true
}

func (st *state) leave() { st.depth-- }

var (
	errTooDeep  = errors.New("the template nests too deep")
	errTooLarge = errors.New("the output is too large")
)

// write appends text to the output.
func (st *state) write(pos int, text string) {
	if len(st.out)+len(text) > st.limit {
		st.fail(pos, errTooLarge)
		return
	}
	st.out = append(st.out, text...)
}

// print appends a value's text to the output.
func (st *state) print(pos int, v value) {
	if v.Kind() == jsonvalue.KindString {
		st.write(pos, v.Text())
		return
	}
	st.printOther(pos, v)
}

func (st *state) printOther(pos int, v value) {
	if v.Kind() == jsonvalue.KindForeign {
		// A block writes to the output itself, so its text is made apart.
		st.write(pos, st.text(pos, v))
		return
	}
	out, err := st.heap.AppendText(st.out, v)
	if err != nil {
		st.fail(pos, err)
		return
	}
	st.out = out
	if len(out) > st.limit {
		st.fail(pos, errTooLarge)
	}
}

// text gives a value's text.
func (st *state) text(pos int, v value) string {
	s, err := st.heap.Text(v)
	if err != nil {
		st.fail(pos, err)
	}
	return s
}

// capture runs code and gives what it writes.
func (st *state) capture(pos int, run exec) string {
	from := len(st.out)
	run(st)
	text := string(st.out[from:])
	st.out = st.out[:from]
	if !st.step(pos, len(text)) {
		return ""
	}
	return text
}
