package compile

import (
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl/ast"
	"github.com/sluice-gateway/sluice/internal/vtl/javavalue"
	"github.com/sluice-gateway/sluice/internal/vtl/render"
)

// loop is a compiled #foreach.
type loop struct {
	pos int
	// id tells loops apart for #break with a scope.
	id      int
	element int
	list    render.Expr
	// short walks over a range without making all of it.
	short *span
	body  render.Exec
	// count and more are the slots of $velocityCount and $velocityHasNext, scope
	// that of $foreach; -1 for one that the template never reads.
	count, more, scope int
	// scoped says that the template reads $foreach.
	scoped bool
}

// span is a range's ends.
type span struct{ from, to render.Expr }

// loopElement is the name of a loop's variable.
func loopElement(n *ast.Foreach) string {
	if len(n.Args) == 0 {
		return ""
	}
	switch a := n.Args[0].(type) {
	case *ast.Reference:
		return a.Name
	case *ast.Word:
		return a.Text[1:]
	case *ast.String:
		return a.Text
	default:
		return ""
	}
}

// foreach compiles a loop. Velocity takes the third argument for the list and the
// fourth child, which is the body when there are three, for what to render.
func (c *compiler) foreach(n *ast.Foreach) render.Exec {
	pos := n.Pos()
	body := c.block(n.Body)
	switch {
	case len(n.Args) < 2:
		return func(st *render.State) { st.Throw(pos, "#foreach needs a list: #foreach($item in $list)") }
	case len(n.Args) == 2:
		return nil // the list is the body, which is null
	case len(n.Args) > 3:
		body = c.argument(n.Args[3])
	}
	c.loops++
	l := &loop{pos: pos, id: c.loops, element: c.slot(loopElement(n)), body: body, count: -1, more: -1, scope: -1}
	if r, ok := n.Args[2].(*ast.Range); ok {
		l.short = &span{c.value(r.From), c.value(r.To)}
	}
	l.list = c.value(n.Args[2])
	if c.used[loopCount] {
		l.count = c.slot(loopCount)
	}
	if c.used[loopHasNext] {
		l.more = c.slot(loopHasNext)
	}
	l.scoped = c.used[rootForeach] || loopElement(n) == rootForeach
	if l.scoped && !c.given(rootForeach) {
		l.scope = c.slot(rootForeach)
	}
	return l.run
}

// argument compiles a directive's argument that is rendered in a body's place:
// Velocity prints the references in it.
func (c *compiler) argument(n ast.Node) render.Exec {
	var nodes []ast.Node
	switch n := n.(type) {
	case *ast.Reference:
		if run := c.printed(n); run != nil {
			return run
		}
	case *ast.List:
		nodes = n.Elements
	case *ast.Range:
		nodes = []ast.Node{n.From, n.To}
	case *ast.Map:
		for i := range n.Keys {
			nodes = append(nodes, n.Keys[i], n.Values[i])
		}
	}
	code := make([]render.Exec, 0, len(nodes))
	for _, inner := range nodes {
		code = append(code, c.argument(inner))
	}
	return sequence(code)
}

func (l *loop) run(st *render.State) {
	if !st.Step(l.pos, render.StatementCost) {
		return
	}
	list := l.listOf(st)
	if isNull(list) || st.Signal != render.Running {
		return
	}
	walk, ok := st.Heap.Iterate(list)
	if !ok {
		o, isScope := list.Foreign().(*render.Scope)
		if !isScope {
			return
		}
		walk, _ = st.Heap.Iterate(jsonvalue.FromObject(o.Members()))
	}
	if !st.Enter(l.pos) {
		st.Leave()
		return
	}
	l.rounds(st, &walk)
	st.Leave()
}

// listOf evaluates the list; of a range no more than the loop can use.
func (l *loop) listOf(st *render.State) value {
	if l.short == nil {
		return l.list(st)
	}
	i, j, ok := ends(st, l.short.from, l.short.to)
	if !ok {
		return value{}
	}
	return spread(st, l.pos, i, j, render.MaxRounds+1)
}

// rounds runs the body for each element and puts the variables back after.
func (l *loop) rounds(st *render.State, walk *javavalue.Sequence) {
	var count, more value
	old := st.Get(l.element)
	if l.count >= 0 {
		count = st.Get(l.count)
	}
	if l.more >= 0 {
		more = st.Get(l.more)
	}
	var s *render.Scope
	if l.scoped {
		s = l.open(st)
	}
	var hidden *render.Frame
	for n := 0; n < render.MaxRounds && walk.HasNext(); n++ {
		v, err := walk.Next()
		if err != nil {
			st.Fail(l.pos, err)
		}
		if st.Signal == render.Failing || !st.Step(l.pos, render.RoundCost) {
			return
		}
		l.set(st, s, n, walk.HasNext())
		st.Put(l.element, v)
		if isNull(v) {
			if hidden == nil {
				hidden = &render.Frame{Outer: st.Frame, Hidden: l.element, Hiding: true}
			}
			st.Frame = hidden
			l.body(st)
			st.Frame = hidden.Outer
		} else {
			l.body(st)
		}
		if st.Signal != render.Running {
			if st.Signal == render.Breaking || (st.Signal == render.BreakingScope && st.Leaving == l.id) {
				st.Signal = render.Running
			}
			break
		}
	}
	st.Restore(l.element, old)
	if l.count >= 0 {
		st.Restore(l.count, count)
	}
	if l.more >= 0 {
		st.Restore(l.more, more)
	}
	if l.scoped {
		l.close(st, s)
	}
}

// set sets what a round's variables say.
func (l *loop) set(st *render.State, s *render.Scope, n int, more bool) {
	if l.count >= 0 {
		st.Put(l.count, jsonvalue.Int(int64(n+1)))
	}
	if l.more >= 0 {
		st.Put(l.more, jsonvalue.Bool(more))
	}
	if s != nil {
		s.Index, s.HasNext = n, more
	}
}

// open makes $foreach.
func (l *loop) open(st *render.State) *render.Scope {
	s := &render.Scope{Loop: l.id, Index: -1, Heap: &st.Heap}
	if l.scope < 0 {
		s.Parent = st.Scope
		st.Scope = s
		return s
	}
	before := st.Get(l.scope)
	if parent, ok := before.Foreign().(*render.Scope); ok {
		s.Parent = parent
	} else {
		s.Replaced = before
	}
	st.Put(l.scope, s.Value())
	return s
}

// close puts $foreach back, unless the template has set it to something else.
func (l *loop) close(st *render.State, s *render.Scope) {
	if l.scope < 0 {
		st.Scope = s.Parent
		return
	}
	v := st.Get(l.scope)
	now, ok := v.Foreign().(*render.Scope)
	switch {
	case isNull(v):
		st.Throw(l.pos, "the loop's variable is named foreach") // Velocity's null pointer
	case !ok:
	case now.Parent != nil:
		st.Put(l.scope, now.Parent.Value())
	case !isNull(now.Replaced):
		st.Put(l.scope, now.Replaced)
	default:
		st.Remove(l.scope)
	}
}

// leaving compiles #break.
func (c *compiler) leaving(n *ast.Break) render.Exec {
	if n.Scope == nil {
		return func(st *render.State) { st.Signal = render.Breaking }
	}
	pos, code := n.Pos(), c.value(n.Scope)
	return func(st *render.State) {
		v := code(st)
		if st.Signal != render.Running {
			return
		}
		s, ok := v.Foreign().(*render.Scope)
		if !ok {
			st.Throw(pos, "#break needs a loop's $foreach")
			return
		}
		st.Signal, st.Leaving = render.BreakingScope, s.Loop
	}
}
