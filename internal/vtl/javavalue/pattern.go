package javavalue

import (
	"errors"
	"strconv"
	"strings"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/regex"
)

// Pattern is a regular expression: one that stands for itself, which most are, or
// one of package regex, whose work is bounded.
type Pattern struct {
	text    string
	literal string
	plain   bool
	program *regex.Pattern
	err     error
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

// Split is text.split(expression) with the expression compiled before.
func (h *Heap) Split(s string, p *Pattern) (Value, error) {
	if err := h.run(p, s); err != nil {
		return Value{}, err
	}
	r := h.splitBy(s, p, 0)
	return r.value, r.err
}

// Replace is text.replace(old, replacement).
func (h *Heap) Replace(s, old, replacement string) (string, error) {
	count := strings.Count(s, old)
	if err := h.Charge(len(s) + count*len(replacement)); err != nil || count == 0 {
		return s, err
	}
	return strings.ReplaceAll(s, old, replacement), nil
}

const (
	// patternCost is what a byte of text costs, against that of copying it.
	patternCost = 8
	// compileCost is what a byte of an expression costs.
	compileCost = 200
)

func compilePattern(expression string) *Pattern {
	if literal, ok := literalOf(expression); ok {
		return &Pattern{literal: literal, plain: true}
	}
	program, err := regex.Compile(expression, "")
	if err != nil {
		return &Pattern{err: throw("PatternSyntaxException", err.Error())}
	}
	return &Pattern{text: expression, program: program}
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

// pattern gives an expression compiled, and charges for running it over s.
func (h *Heap) pattern(expression, s string) (*Pattern, error) {
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
	return p, h.run(p, s)
}

// run charges for running an expression over s.
func (h *Heap) run(p *Pattern, s string) error {
	if p.err != nil {
		return p.err
	}
	cost := len(s) / 4
	if !p.plain {
		cost = len(s) * patternCost * (1 + len(p.text)/32)
	}
	return h.Charge(cost)
}

func (h *Heap) matches(s, expression string) result {
	p, err := h.pattern(expression, s)
	if err != nil {
		return failed(err)
	}
	if p.plain {
		return giveBool(s == p.literal)
	}
	whole, err := p.program.MatchWhole(s)
	if err != nil {
		return failed(complexity(err))
	}
	return giveBool(whole)
}

func complexity(err error) error {
	if errors.Is(err, regex.ErrTooComplex) {
		return ErrLimit
	}
	return err
}

// all finds every match.
func (p *Pattern) all(s string, groups bool) ([][]int, error) {
	if !p.plain {
		found, err := p.program.FindAll(s, groups)
		return found, complexity(err)
	}
	var all [][]int
	if p.literal == "" {
		for i := range s {
			all = append(all, []int{i, i})
		}
		return append(all, []int{len(s), len(s)}), nil
	}
	for from := 0; ; {
		i := strings.Index(s[from:], p.literal)
		if i < 0 {
			return all, nil
		}
		all = append(all, []int{from + i, from + i + len(p.literal)})
		from += i + len(p.literal)
	}
}

func (p *Pattern) groups() int {
	if p.plain {
		return 0
	}
	return p.program.Groups()
}

// replaceAll replaces matches, all of them or the first.
func (h *Heap) replaceAll(s, expression, replacement string, limit int) result {
	p, err := h.pattern(expression, s)
	if err != nil {
		return failed(err)
	}
	simple := !strings.ContainsAny(replacement, `\$`)
	if p.plain && p.literal != "" && simple {
		return h.replaceLiteral(s, p.literal, replacement, limit)
	}
	places, err := p.all(s, !simple)
	if err != nil {
		return failed(err)
	}
	if limit == 1 && len(places) > 1 {
		places = places[:1]
	}
	if len(places) == 0 {
		return giveText(s)
	}
	if err := h.Charge(len(places) * valueSize); err != nil {
		return failed(err)
	}
	var b []byte
	from := 0
	for _, m := range places {
		before := len(b)
		b = append(b, s[from:m[0]]...)
		if simple {
			b = append(b, replacement...)
		} else {
			b, err = p.expand(b, replacement, s, m)
		}
		if err == nil {
			err = h.Charge(len(b) - before)
		}
		if err != nil {
			return failed(err)
		}
		from = m[1]
	}
	if err := h.Charge(len(s) - from); err != nil {
		return failed(err)
	}
	return giveText(string(append(b, s[from:]...)))
}

func (h *Heap) replaceLiteral(s, old, replacement string, limit int) result {
	count := strings.Count(s, old)
	if count == 0 {
		return giveText(s)
	}
	if err := h.Charge(len(s) + count*len(replacement)); err != nil {
		return failed(err)
	}
	return giveText(strings.Replace(s, old, replacement, limit))
}

// expand appends a replacement with its $1, ${name} and backslashes.
func (p *Pattern) expand(b []byte, replacement, s string, m []int) ([]byte, error) {
	for i := 0; i < len(replacement); i++ {
		c := replacement[i]
		if c != '\\' && c != '$' {
			b = append(b, c)
			continue
		}
		i++
		if i == len(replacement) {
			return b, throw("IllegalArgumentException", "the replacement ends with "+string(c))
		}
		if c == '\\' {
			b = append(b, replacement[i])
			continue
		}
		group, next, err := p.groupAt(replacement, i)
		if err != nil {
			return b, err
		}
		if 2*group+1 < len(m) && m[2*group] >= 0 {
			b = append(b, s[m[2*group]:m[2*group+1]]...)
		}
		i = next - 1
	}
	return b, nil
}

// groupAt reads the group behind a dollar and gives where it ends.
func (p *Pattern) groupAt(replacement string, i int) (group, next int, err error) {
	if replacement[i] == '{' {
		end := strings.IndexByte(replacement[i:], '}')
		if end < 0 {
			return 0, 0, throw("IllegalArgumentException", "named group is missing trailing '}'")
		}
		name := replacement[i+1 : i+end]
		group = p.named(name)
		if group == 0 {
			return 0, 0, throw("IllegalArgumentException", "No group with name {"+name+"}")
		}
		return group, i + end + 1, nil
	}
	if replacement[i] < '0' || replacement[i] > '9' {
		return 0, 0, throw("IllegalArgumentException", "Illegal group reference")
	}
	group = int(replacement[i] - '0')
	if group > p.groups() {
		return 0, 0, throw("IndexOutOfBoundsException", "No group "+strconv.Itoa(group))
	}
	for i++; i < len(replacement) && replacement[i] >= '0' && replacement[i] <= '9'; i++ {
		wider := group*10 + int(replacement[i]-'0')
		if wider > p.groups() {
			break
		}
		group = wider
	}
	return group, i, nil
}

// named finds the number of a group by its name, 0 when there is none.
func (p *Pattern) named(name string) int {
	group, inClass := 0, 0
	for i := 0; i < len(p.text); i++ {
		switch p.text[i] {
		case '\\':
			i++
		case '[':
			inClass++
		case ']':
			inClass = max(inClass-1, 0)
		case '(':
			rest := p.text[i+1:]
			isNamed := strings.HasPrefix(rest, "?<") && !strings.HasPrefix(rest, "?<=") && !strings.HasPrefix(rest, "?<!")
			if inClass > 0 || (strings.HasPrefix(rest, "?") && !isNamed) {
				continue
			}
			group++
			if isNamed && strings.HasPrefix(rest[2:], name+">") {
				return group
			}
		}
	}
	return 0
}

// split is String.split.
func (h *Heap) split(s, expression string, limit int) result {
	p, err := h.pattern(expression, s)
	if err != nil {
		return failed(err)
	}
	return h.splitBy(s, p, limit)
}

func (h *Heap) splitBy(s string, p *Pattern, limit int) result {
	if p.plain && p.literal != "" {
		return h.splitLiteral(s, p.literal, limit)
	}
	places, err := p.all(s, false)
	if err != nil {
		return failed(err)
	}
	var parts []Value
	from := 0
	for _, m := range places {
		if limit > 0 && len(parts) >= limit-1 {
			break
		}
		if from == 0 && m[0] == 0 && m[1] == 0 {
			continue
		}
		parts = append(parts, jsonvalue.String(s[from:m[0]]))
		from = m[1]
	}
	return h.parted(s, parts, from, limit)
}

func (h *Heap) splitLiteral(s, separator string, limit int) result {
	count := strings.Count(s, separator)
	if limit > 0 {
		count = min(count, limit)
	}
	if err := h.Charge(count * valueSize); err != nil {
		return failed(err)
	}
	parts, from := make([]Value, 0, count+1), 0
	for limit <= 0 || len(parts) < limit-1 {
		i := strings.Index(s[from:], separator)
		if i < 0 {
			break
		}
		parts = append(parts, jsonvalue.String(s[from:from+i]))
		from += i + len(separator)
	}
	return h.parted(s, parts, from, limit)
}

// parted adds what is left and drops empty parts at the end, as Java does.
func (h *Heap) parted(s string, parts []Value, from, limit int) result {
	if err := h.Charge((len(parts) + 1) * valueSize); err != nil {
		return failed(err)
	}
	if from == 0 && len(parts) == 0 {
		return give(NewStrings([]Value{jsonvalue.String(s)}))
	}
	parts = append(parts, jsonvalue.String(s[from:]))
	for limit == 0 && len(parts) > 0 && parts[len(parts)-1].Text() == "" {
		parts = parts[:len(parts)-1]
	}
	return give(NewStrings(parts))
}
