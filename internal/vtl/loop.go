package vtl

import (
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl/ast"
	"github.com/sluice-gateway/sluice/internal/vtl/javavalue"
)

// loop is a compiled #foreach.
type loop struct {
	pos int
	// id tells loops apart for #break with a scope.
	id      int
	element int
	list    expr
	// short walks over a range without making all of it.
	short *span
	body  exec
	// count and more are the slots of $velocityCount and $velocityHasNext, scope
	// that of $foreach; -1 for one that the template never reads.
	count, more, scope int
	// scoped says that the template reads $foreach.
	scoped bool
}

// span is a range's ends.
type span struct{ from, to expr }

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
func (c *compiler) foreach(n *ast.Foreach) exec {
	pos := n.Pos()
	body := c.block(n.Body)
	switch {
	case len(n.Args) < 2:
		return func(st *state) { st.throw(pos, "#foreach needs a list: #foreach($item in $list)") }
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

// argument compiles a directive's argument that is rendered in a body's place.
func (c *compiler) argument(n ast.Node) exec {
	if r, ok := n.(*ast.Reference); ok {
		if run := c.printed(r); run != nil {
			return run
		}
	}
	return func(*state) {}
}

func (l *loop) run(st *state) {
	if !st.step(l.pos, statementCost) {
		return
	}
	list := l.listOf(st)
	if isNull(list) || st.signal != running {
		return
	}
	walk, ok := st.heap.Iterate(list)
	if !ok {
		o, isScope := list.Foreign().(*scope)
		if !isScope {
			return
		}
		walk, _ = st.heap.Iterate(jsonvalue.FromObject(o.members()))
	}
	if !st.enter(l.pos) {
		st.leave()
		return
	}
	l.rounds(st, &walk)
	st.leave()
}

// listOf evaluates the list; of a range no more than the loop can use.
func (l *loop) listOf(st *state) value {
	if l.short == nil {
		return l.list(st)
	}
	i, j, ok := ends(st, l.short.from, l.short.to)
	if !ok {
		return value{}
	}
	return spread(st, l.pos, i, j, MaxRounds+1)
}

// rounds runs the body for each element and puts the variables back after.
func (l *loop) rounds(st *state, walk *javavalue.Sequence) {
	var count, more value
	old := st.get(l.element)
	if l.count >= 0 {
		count = st.get(l.count)
	}
	if l.more >= 0 {
		more = st.get(l.more)
	}
	var s *scope
	if l.scoped {
		s = l.open(st)
	}
	var hidden *frame
	for n := 0; n < MaxRounds && walk.HasNext(); n++ {
		v, err := walk.Next()
		if err != nil {
			st.fail(l.pos, err)
		}
		if st.signal == failing || !st.step(l.pos, roundCost) {
			return
		}
		l.set(st, s, n, walk.HasNext())
		st.put(l.element, v)
		if isNull(v) {
			if hidden == nil {
				hidden = &frame{outer: st.frame, hidden: l.element, hiding: true}
			}
			st.frame = hidden
			l.body(st)
			st.frame = hidden.outer
		} else {
			l.body(st)
		}
		if st.signal != running {
			if st.signal == breaking || (st.signal == breakingScope && st.leaving == l.id) {
				st.signal = running
			}
			break
		}
	}
	st.restore(l.element, old)
	if l.count >= 0 {
		st.restore(l.count, count)
	}
	if l.more >= 0 {
		st.restore(l.more, more)
	}
	if l.scoped {
		l.close(st, s)
	}
}

// set sets what a round's variables say.
func (l *loop) set(st *state, s *scope, n int, more bool) {
	if l.count >= 0 {
		st.put(l.count, jsonvalue.Int(int64(n+1)))
	}
	if l.more >= 0 {
		st.put(l.more, jsonvalue.Bool(more))
	}
	if s != nil {
		s.index, s.hasNext = n, more
	}
}

// open makes $foreach.
func (l *loop) open(st *state) *scope {
	s := &scope{loop: l.id, index: -1, heap: &st.heap}
	if l.scope < 0 {
		s.parent = st.scope
		st.scope = s
		return s
	}
	before := st.get(l.scope)
	if parent, ok := before.Foreign().(*scope); ok {
		s.parent = parent
	} else {
		s.replaced = before
	}
	st.put(l.scope, s.value())
	return s
}

// close puts $foreach back, unless the template has set it to something else.
func (l *loop) close(st *state, s *scope) {
	if l.scope < 0 {
		st.scope = s.parent
		return
	}
	v := st.get(l.scope)
	now, ok := v.Foreign().(*scope)
	switch {
	case isNull(v):
		st.throw(l.pos, "the loop's variable is named foreach") // Velocity's null pointer
	case !ok:
	case now.parent != nil:
		st.put(l.scope, now.parent.value())
	case !isNull(now.replaced):
		st.put(l.scope, now.replaced)
	default:
		st.remove(l.scope)
	}
}

// leaving compiles #break.
func (c *compiler) leaving(n *ast.Break) exec {
	if n.Scope == nil {
		return func(st *state) { st.signal = breaking }
	}
	pos, code := n.Pos(), c.value(n.Scope)
	return func(st *state) {
		v := code(st)
		if st.signal != running {
			return
		}
		s, ok := v.Foreign().(*scope)
		if !ok {
			st.throw(pos, "#break needs a loop's $foreach")
			return
		}
		st.signal, st.leaving = breakingScope, s.loop
	}
}
