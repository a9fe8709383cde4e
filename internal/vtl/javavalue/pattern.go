package javavalue

import (
	"strings"

	"github.com/sluice-gateway/sluice/internal/regex"
)

// Pattern is a regular expression: one that stands for itself, which most are, or
// one of package regex, whose work is bounded.
type Pattern struct {
	Text    string
	Literal string
	Plain   bool
	Program *regex.Pattern
	Err     error
}

// Patterns are the regular expressions that a template's compiler has seen, so
// that no rendering compiles them again. They never change.
type Patterns map[string]*Pattern

// Add compiles an expression ahead of time.
func (p Patterns) Add(expression string) *Pattern {
	if p[expression] == nil {
		p[expression] = compilePattern(expression)
	}
	return p[expression]
}

const (
	// compileCost is what a byte of an expression costs.
	compileCost = 200
)

func compilePattern(expression string) *Pattern {
	if literal, ok := literalOf(expression); ok {
		return &Pattern{Literal: literal, Plain: true}
	}
	program, err := regex.Compile(expression, "")
	if err != nil {
		return &Pattern{Err: Throw("PatternSyntaxException", err.Error())}
	}
	return &Pattern{Text: expression, Program: program}
}

// literalOf gives the text that an expression without any operator stands for.
func literalOf(expression string) (string, bool) {
	if !strings.ContainsAny(expression, `\.[]{}()*+?^$|`) {
		return expression, true
	}
	var b strings.Builder
	for i := 0; i < len(expression); i++ {
		c := expression[i]
		if strings.IndexByte(`.[{()*+?^$|`, c) >= 0 {
			return "", false
		}
		if c == '\\' {
			i++
			if i == len(expression) || alphanumeric(expression[i]) || expression[i] >= 0x80 {
				return "", false
			}
			c = expression[i]
		}
		b.WriteByte(c)
	}
	return b.String(), true
}

func alphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// Pattern gives an expression compiled, and charges for running it over s.
func (h *Heap) Pattern(expression, s string) (*Pattern, error) {
	p, ok := h.Patterns[expression]
	if !ok {
		p, ok = h.patterns[expression]
	}
	if !ok {
		if err := h.Charge(compileCost * (16 + len(expression))); err != nil {
			return nil, err
		}
		p = compilePattern(expression)
		if h.patterns == nil {
			h.patterns = map[string]*Pattern{}
		}
		h.patterns[expression] = p
	}
	return p, h.RunPattern(p, s)
}

// RunPattern charges for running an expression over s, as far as that is known
// before; Work is for the rest.
func (h *Heap) RunPattern(p *Pattern, s string) error {
	if p.Err != nil {
		return p.Err
	}
	return h.Charge(len(s) / 4)
}

// workShare is how much of package regex's cost makes one of our budget.
const workShare = 8

// Work is the budget left, in package regex's unit.
func (h *Heap) Work() int { return max(h.Budget, 0) * workShare }

// ChargeWork takes what an expression cost from the budget.
func (h *Heap) ChargeWork(cost int) error { return h.Charge(cost / workShare) }
