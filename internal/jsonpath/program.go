package jsonpath

import "github.com/sluice-gateway/sluice/internal/jsonpath/syntax"

// program is a path made ready to run: its tokens linked both ways, as Jayway links them.
type program struct {
	first *token // the root
	// tail is the last token that a leaf's upstream index is checked against: Jayway's RootPathToken.getTail.
	tail     *token
	isRoot   bool // begins at '$'
	function bool // ends in a function
	definite bool
}

type tokenKind uint8

const (
	tokenRoot tokenKind = iota
	tokenProperty
	tokenIndex
	tokenSlice
	tokenWildcard
	tokenScan
	tokenFilter
	tokenFunction
)

// token is one step in a program.
type token struct {
	kind       tokenKind
	prev, next *token
	// upstream says that all tokens before are definite.
	upstream bool
	// arrayIndex is what a descent noted last in the token behind its target, -1 at first. See leafWanted.
	arrayIndex int

	names     []string
	indexes   []int
	slice     syntax.Slice
	condition condition
	call      string
	params    []*param
}

// param is an argument of a function. A path's value is that of the first read.
type param struct {
	path *program
	json string
	// read says that value is there, appended what the evaluator's count was then.
	read     bool
	appended int
	// value is what the path gave.
	value paramValue
}

// build links the steps of a path.
func build(n *syntax.Path) *program {
	root := &token{kind: tokenRoot, upstream: true, arrayIndex: -1}
	p := &program{first: root, tail: root, isRoot: n.Root == '$'}
	for _, s := range n.Steps {
		t := buildStep(s)
		t.prev = p.tail
		p.tail.next = t
		p.tail = t
	}
	p.function = p.tail.kind == tokenFunction
	p = p.invert()
	p.settle()
	return p
}

func buildStep(s syntax.Step) *token {
	t := &token{arrayIndex: -1}
	switch s := s.(type) {
	case syntax.Property:
		t.kind, t.names = tokenProperty, s.Names
	case syntax.Index:
		t.kind, t.indexes = tokenIndex, s.Indexes
	case syntax.Slice:
		t.kind, t.slice = tokenSlice, s
	case syntax.Wildcard:
		t.kind = tokenWildcard
	case syntax.Scan:
		t.kind = tokenScan
	case syntax.Filter:
		t.kind, t.condition = tokenFilter, buildCondition(s.Condition)
	case syntax.Function:
		t.kind, t.call = tokenFunction, s.Name
		for _, n := range s.Params {
			a := &param{json: n.JSON}
			if n.Path != nil {
				a.path = build(n.Path)
			}
			t.params = append(t.params, a)
		}
	}
	return t
}

// invert turns `$..a.sum()` into `$.sum($..a)`, as Jayway does when a descent stands first and a function last.
func (p *program) invert() *program {
	if !p.function || p.first.next.kind != tokenScan {
		return p
	}
	call := p.first.next
	for call.kind != tokenFunction {
		call = call.next
	}
	call.prev.next = nil
	inner := &program{first: p.first, tail: call.prev, isRoot: true}
	inner.settle()
	call.params = []*param{{path: inner}}
	root := &token{kind: tokenRoot, upstream: true, arrayIndex: -1, next: call}
	return &program{first: root, tail: call, isRoot: p.isRoot, function: true}
}

// settle works out what is definite; the links must be final.
func (p *program) settle() {
	p.definite = true
	for t := p.first; t != nil; t = t.next {
		t.upstream = t.prev == nil || t.prev.upstream && t.prev.definite()
		p.definite = p.definite && t.definite()
	}
}

// definite reports whether the token leads to one value at most.
func (t *token) definite() bool {
	switch t.kind {
	case tokenRoot, tokenFunction:
		return true
	case tokenProperty:
		return len(t.names) == 1 || t.next == nil
	case tokenIndex:
		return len(t.indexes) == 1
	default:
		return false
	}
}

func (t *token) leaf() bool { return t.next == nil }

// leafWanted is a quirk of Jayway's: below a descent into arrays, a leaf property counts only where the index that the
// descent noted equals the one in the path's last bracket but one: `$..[0].a` finds the first element's.
func (t *token) leafWanted(p *program) bool {
	if t.arrayIndex < 0 {
		return true
	}
	last := p.tail.prev
	return last != nil && last.kind == tokenIndex && len(last.indexes) == 1 && last.indexes[0] == t.arrayIndex
}
