package regex

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// node is a part of an expression. match tries it at i and goes on with k behind it; emit writes it for Go's engine.
type node interface {
	match(m *matcher, i int, k func(int) bool) bool
	emit(e *emitter)
	weight() int
}

type (
	charNode struct{ set set }
	// textNode is a run of single characters.
	textNode struct{ text string }
	seqNode  struct{ parts []node }
	altNode  struct{ parts []node }
	// groupNode captures; index 0 does not.
	groupNode struct {
		index int
		inner node
	}
	repeatNode struct {
		inner    node
		min, max int // max -1 is no bound
		mode     repeatMode
	}
	lookNode struct {
		inner          node
		behind, negate bool
	}
	// atomicNode takes its first match and never another.
	atomicNode struct{ inner node }
	backNode   struct {
		index int
		fold  bool
	}
	edgeNode struct{ kind edge }
)

type repeatMode uint8

const (
	greedy repeatMode = iota
	lazy
	possessive
)

// edge is a place that consumes nothing.
type edge uint8

const (
	edgeStart     edge = iota // \A, ^
	edgeEnd                   // \z
	edgeLastBreak             // \Z and Java's $: before a last line terminator too
	edgeLineStart             // ^ with (?m)
	edgeLineEnd               // $ with (?m)
	edgeWord                  // \b
	edgeNoWord                // \B
)

// matcher is one match under way.
type matcher struct {
	text       string
	steps      int
	limit      int
	depth      int
	groups     []int // pairs of positions, -1 where unset
	tooComplex bool
}

// stepCost is what a backtracking step costs, in Match's units.
const stepCost = 32

func (p *Pattern) backtrack(s string, whole bool, budget int) (ok bool, cost int, err error) {
	m := matcher{text: s, groups: make([]int, 2*p.groups), limit: min(maxSteps, budget/stepCost)}
	ok = p.try(&m, whole)
	if m.tooComplex {
		return false, m.steps * stepCost, ErrTooComplex
	}
	return ok, m.steps * stepCost, nil
}

// try looks for a match from the start or, unless the whole must match, from any place.
func (p *Pattern) try(m *matcher, whole bool) bool {
	s := m.text
	last := func(i int) bool { return !whole || i == len(s) }
	for start := 0; start <= len(s) && !m.tooComplex; {
		for i := range m.groups {
			m.groups[i] = -1
		}
		m.steps++
		if p.tree.match(m, start, last) && !m.tooComplex {
			return true
		}
		if whole {
			break
		}
		_, n := utf8.DecodeRuneInString(s[start:])
		start += max(n, 1)
	}
	return false
}

// enter counts a step and a level of recursion.
func (m *matcher) enter() bool {
	m.steps++
	m.depth++
	if m.steps > m.limit || m.depth > maxDepth {
		m.tooComplex = true
	}
	return !m.tooComplex
}

func (m *matcher) leave() { m.depth-- }

func (n *charNode) one(m *matcher, i int) int {
	if i >= len(m.text) {
		return -1
	}
	c, size := utf8.DecodeRuneInString(m.text[i:])
	if !n.set.has(c) {
		return -1
	}
	return i + size
}

func (n *charNode) match(m *matcher, i int, k func(int) bool) bool {
	j := n.one(m, i)
	return j >= 0 && k(j)
}

func (n *textNode) match(m *matcher, i int, k func(int) bool) bool {
	end := i + len(n.text)
	return end <= len(m.text) && m.text[i:end] == n.text && k(end)
}

func (n *seqNode) match(m *matcher, i int, k func(int) bool) bool {
	return matchParts(m, n.parts, i, k)
}

func matchParts(m *matcher, parts []node, i int, k func(int) bool) bool {
	if len(parts) == 0 {
		return k(i)
	}
	if !m.enter() {
		return false
	}
	defer m.leave()
	if len(parts) == 1 {
		return parts[0].match(m, i, k)
	}
	return parts[0].match(m, i, func(j int) bool { return matchParts(m, parts[1:], j, k) })
}

func (n *altNode) match(m *matcher, i int, k func(int) bool) bool {
	for _, p := range n.parts {
		if p.match(m, i, k) {
			return true
		}
		if m.tooComplex {
			return false
		}
	}
	return false
}

func (n *groupNode) match(m *matcher, i int, k func(int) bool) bool {
	if n.index == 0 {
		return n.inner.match(m, i, k)
	}
	at := 2 * n.index
	return n.inner.match(m, i, func(j int) bool {
		from, to := m.groups[at], m.groups[at+1]
		m.groups[at], m.groups[at+1] = i, j
		if k(j) {
			return true
		}
		m.groups[at], m.groups[at+1] = from, to
		return false
	})
}

func (n *repeatNode) match(m *matcher, i int, k func(int) bool) bool {
	if n.mode == possessive {
		return (&atomicNode{&repeatNode{inner: n.inner, min: n.min, max: n.max}}).match(m, i, k)
	}
	if c, ok := n.inner.(*charNode); ok && n.mode == greedy {
		return n.run(m, c, i, k)
	}
	return n.times(m, 0, i, -1, k)
}

// run repeats a single character: as often as it goes, then less and less.
func (n *repeatNode) run(m *matcher, c *charNode, i int, k func(int) bool) bool {
	ends := []int{i}
	for n.max < 0 || len(ends) <= n.max {
		m.steps++
		if m.steps > m.limit {
			m.tooComplex = true
			return false
		}
		j := c.one(m, ends[len(ends)-1])
		if j < 0 {
			break
		}
		ends = append(ends, j)
	}
	for count := len(ends) - 1; count >= n.min; count-- {
		if !m.enter() {
			return false
		}
		ok := k(ends[count])
		m.leave()
		if ok || m.tooComplex {
			return ok
		}
	}
	return false
}

// times goes on from count repetitions done; last is where the one before ended, so that an empty one ends the loop.
func (n *repeatNode) times(m *matcher, count, i, last int, k func(int) bool) bool {
	if !m.enter() {
		return false
	}
	defer m.leave()
	more := func() bool {
		if n.max >= 0 && count >= n.max || count >= n.min && i == last {
			return false
		}
		return n.inner.match(m, i, func(j int) bool { return n.times(m, count+1, j, i, k) })
	}
	if count < n.min {
		return more()
	}
	if n.mode == lazy {
		return k(i) || !m.tooComplex && more()
	}
	return more() || !m.tooComplex && k(i)
}

func (n *lookNode) match(m *matcher, i int, k func(int) bool) bool {
	if !m.enter() {
		return false
	}
	defer m.leave()
	found := false
	if n.behind {
		for j := i; j >= 0 && !found && !m.tooComplex; j-- {
			if j < len(m.text) && !utf8.RuneStart(m.text[j]) {
				continue
			}
			found = n.inner.match(m, j, func(end int) bool { return end == i })
		}
	} else {
		found = n.inner.match(m, i, func(int) bool { return true })
	}
	return found != n.negate && !m.tooComplex && k(i)
}

func (n *atomicNode) match(m *matcher, i int, k func(int) bool) bool {
	if !m.enter() {
		return false
	}
	defer m.leave()
	end := -1
	if !n.inner.match(m, i, func(j int) bool { end = j; return true }) {
		return false
	}
	return k(end)
}

func (n *backNode) match(m *matcher, i int, k func(int) bool) bool {
	if 2*n.index+1 >= len(m.groups) || m.groups[2*n.index] < 0 {
		return false
	}
	part := m.text[m.groups[2*n.index]:m.groups[2*n.index+1]]
	end := i + len(part)
	m.steps += len(part) / 16
	if end > len(m.text) || m.text[i:end] != part && (!n.fold || !equalFold(m.text[i:end], part)) {
		return false
	}
	return k(end)
}

func equalFold(a, b string) bool {
	for i := range len(a) {
		x, y := a[i]|0x20, b[i]|0x20
		if a[i] != b[i] && (x != y || x < 'a' || x > 'z') {
			return false
		}
	}
	return true
}

func (n *edgeNode) match(m *matcher, i int, k func(int) bool) bool { return m.at(n.kind, i) && k(i) }

func (m *matcher) at(kind edge, i int) bool {
	switch kind {
	case edgeStart:
		return i == 0
	case edgeEnd:
		return i == len(m.text)
	case edgeLastBreak:
		return i == len(m.text) || breakLength(m.text[i:]) == len(m.text)-i && !m.insideBreak(i)
	case edgeLineStart:
		return i < len(m.text) && (i == 0 || m.afterBreak(i) && !m.insideBreak(i)) // as Perl, not at the very end
	case edgeLineEnd:
		return i == len(m.text) || breakLength(m.text[i:]) > 0 && !m.insideBreak(i)
	default:
		return m.wordAt(i) == (kind == edgeWord)
	}
}

// breakLength returns how long a line terminator at the start of s is, 0 when there is none.
func breakLength(s string) int {
	if len(s) > 1 && s[0] == '\r' && s[1] == '\n' {
		return 2
	}
	c, n := utf8.DecodeRuneInString(s)
	switch c {
	case '\n', '\r', 0x85, 0x2028, 0x2029:
		return n
	default:
		return 0
	}
}

func (m *matcher) insideBreak(i int) bool {
	return i > 0 && i < len(m.text) && m.text[i-1] == '\r' && m.text[i] == '\n'
}

func (m *matcher) afterBreak(i int) bool {
	c, _ := utf8.DecodeLastRuneInString(m.text[:i])
	return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029
}

// wordAt reports whether a word begins or ends at i.
func (m *matcher) wordAt(i int) bool {
	before, _ := utf8.DecodeLastRuneInString(m.text[:i])
	after, _ := utf8.DecodeRuneInString(m.text[i:])
	return (i > 0 && isWord(before)) != (i < len(m.text) && isWord(after))
}

func isWord(c rune) bool { return c == '_' || unicode.IsLetter(c) || unicode.Is(unicode.Nd, c) }

func (n *charNode) emit(e *emitter) {
	if len(n.set) == 0 {
		e.WriteString(`[^\x00-\x{10FFFF}]`)
		return
	}
	e.WriteByte('[')
	for _, r := range n.set {
		fmt.Fprintf(e, `\x{%X}-\x{%X}`, r.low, r.high)
	}
	e.WriteByte(']')
}

func (n *textNode) emit(e *emitter) {
	for _, c := range n.text {
		fmt.Fprintf(e, `\x{%X}`, c)
	}
}

func (n *seqNode) emit(e *emitter) {
	for _, p := range n.parts {
		p.emit(e)
	}
}

func (n *altNode) emit(e *emitter) {
	e.WriteString("(?:")
	for i, p := range n.parts {
		if i > 0 {
			e.WriteByte('|')
		}
		p.emit(e)
	}
	e.WriteByte(')')
}

func (n *groupNode) emit(e *emitter) {
	e.WriteString("(?:")
	n.inner.emit(e)
	e.WriteByte(')')
}

func (n *repeatNode) emit(e *emitter) {
	if n.mode == possessive || n.min > 1000 || n.max > 1000 {
		e.failed = true
		return
	}
	e.WriteString("(?:")
	n.inner.emit(e)
	e.WriteByte(')')
	if n.max < 0 {
		fmt.Fprintf(e, "{%d,}", n.min)
		return
	}
	fmt.Fprintf(e, "{%d,%d}", n.min, n.max)
}

func (*lookNode) emit(e *emitter)   { e.failed = true }
func (*atomicNode) emit(e *emitter) { e.failed = true }
func (*backNode) emit(e *emitter)   { e.failed = true }

func (n *edgeNode) emit(e *emitter) {
	switch n.kind {
	case edgeStart:
		e.WriteString(`\A`)
	case edgeEnd:
		e.WriteString(`\z`)
	case edgeWord:
		e.ascii = true
		e.WriteString(`\b`)
	case edgeNoWord:
		e.ascii = true
		e.WriteString(`\B`)
	default:
		e.failed = true
	}
}

func (*charNode) weight() int     { return 1 }
func (n *textNode) weight() int   { return len(n.text) }
func (n *seqNode) weight() int    { return sumWeights(n.parts) }
func (n *altNode) weight() int    { return 1 + sumWeights(n.parts) }
func (n *groupNode) weight() int  { return n.inner.weight() }
func (n *lookNode) weight() int   { return 1 + n.inner.weight() }
func (n *atomicNode) weight() int { return 1 + n.inner.weight() }
func (*backNode) weight() int     { return 1 }
func (*edgeNode) weight() int     { return 1 }

// weight of a repetition is that of as many copies, as Go's engine compiles it.
func (n *repeatNode) weight() int {
	return min((n.inner.weight()+1)*max(n.min, n.max, 1), 2*maxWeight)
}

func sumWeights(parts []node) int {
	sum := 0
	for _, p := range parts {
		sum = min(sum+p.weight(), 2*maxWeight)
	}
	return sum
}
