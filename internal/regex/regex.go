// Package regex matches regular expressions as Java and ECMA 262 write them, which JSON paths and models hold. What Go's
// own engine can express runs on it, in linear time; look-around, back references and possessive quantifiers run on a
// backtracking matcher whose steps are bounded, so that no expression and no text can hang the process.
//
// It is NOT a replacement for package regexp: it tells whether a text matches, and no positions.
package regex

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
)

// Limits of one expression and one match.
const (
	// MaxPattern is the length of an expression in bytes.
	MaxPattern = 16 << 10
	maxNesting = 100
	// maxWeight bounds the instructions of an expression for Go's engine, repetitions multiplied.
	maxWeight = 50_000
	// maxSteps bounds a backtracking match.
	maxSteps = 500_000
	// maxDepth bounds its recursion.
	maxDepth = 20_000
)

// ErrTooComplex says that a match was given up: the expression backtracks too much on this text.
var ErrTooComplex = errors.New("regular expression takes too many steps")

// Pattern is a compiled expression. It is immutable and safe for concurrent use.
type Pattern struct {
	text string
	tree node
	// groups is the number of capturing groups and the whole.
	groups int
	// weight is how many instructions the pattern has, about: what a byte of text costs at most on Go's engine.
	weight int
	// find and whole run on Go's engine; nil when that cannot express the pattern.
	find, whole *regexp.Regexp
	// ascii says that Go's engine agrees only on ASCII texts: word boundaries know no other letters there.
	ascii bool
}

// Compile reads an expression as Java's Pattern.compile does; flags are letters of "idmsuxU".
func Compile(expr, flags string) (*Pattern, error) {
	p := parser{text: expr}
	for _, f := range flags {
		p.flags.set(f, true)
	}
	return p.compile()
}

// CompileECMA reads an expression as ECMA 262 has it, which JSON Schema asks for.
func CompileECMA(expr string) (*Pattern, error) {
	p := parser{text: expr, ecma: true}
	return p.compile()
}

func (p *parser) compile() (*Pattern, error) {
	if len(p.text) > MaxPattern {
		return nil, fmt.Errorf("regular expression is longer than %d bytes", MaxPattern)
	}
	tree, err := p.alternatives()
	if err == nil && p.pos < len(p.text) {
		err = p.fail("unmatched ')'")
	}
	if err != nil {
		return nil, err
	}
	pattern := &Pattern{text: p.text, tree: tree, groups: p.groups + 1, weight: tree.weight() + 1}
	if pattern.weight > maxWeight {
		return pattern, nil
	}
	if p.maxReference > p.groups && !p.ecma {
		return pattern, nil // Java takes a reference to no group; it never matches
	}
	pattern.find, _ = pattern.native(tree, "%s")
	pattern.whole, pattern.ascii = pattern.native(wholeTree(tree), `\A(?:%s)\z`)
	return pattern, nil
}

// native compiles a tree for Go's engine, nil where that cannot express it or finds it too large; ascii says that they
// agree on ASCII texts only.
func (p *Pattern) native(tree node, frame string) (re *regexp.Regexp, ascii bool) {
	e := emitter{}
	tree.emit(&e)
	if e.failed {
		return nil, false
	}
	re, err := regexp.Compile(fmt.Sprintf(frame, e.String()))
	if err != nil {
		return nil, false
	}
	return re, e.ascii
}

// wholeTree is what a match of the whole text needs: Java's $ at the very end then stands at the text's end only.
func wholeTree(tree node) node {
	s, ok := tree.(*seqNode)
	if !ok || len(s.parts) == 0 {
		return tree
	}
	last, ok := s.parts[len(s.parts)-1].(*edgeNode)
	if !ok || last.kind != edgeLastBreak {
		return tree
	}
	parts := slices.Clone(s.parts)
	parts[len(parts)-1] = &edgeNode{edgeEnd}
	return &seqNode{parts}
}

// String returns the expression.
func (p *Pattern) String() string { return p.text }

// MatchWhole reports whether the whole of s matches.
func (p *Pattern) MatchWhole(s string) (bool, error) {
	ok, _, err := p.Match(s, true, math.MaxInt)
	return ok, err
}

// Find reports whether any part of s matches.
func (p *Pattern) Find(s string) (bool, error) {
	ok, _, err := p.Match(s, false, math.MaxInt)
	return ok, err
}

// MatchString is Find; a match that is given up is none.
func (p *Pattern) MatchString(s string) bool {
	ok, err := p.Find(s)
	return ok && err == nil
}

// Match reports whether s matches, whole or in part, and what that cost: about a nanosecond's work a unit. A match that
// would cost more than budget is ErrTooComplex.
func (p *Pattern) Match(s string, whole bool, budget int) (ok bool, cost int, err error) {
	re := p.find
	if whole {
		re = p.whole
	}
	if re == nil || p.ascii && !isASCII(s) {
		return p.backtrack(s, whole, budget)
	}
	if len(s) > budget/p.weight {
		return false, 0, ErrTooComplex
	}
	return re.MatchString(s), len(s) * p.weight, nil
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// emitter writes a tree for Go's engine.
type emitter struct {
	strings.Builder

	failed bool
	ascii  bool
}
