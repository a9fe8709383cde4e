package javavalue

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// pattern is a regular expression in Java's syntax, run by Go's RE2, which never
// takes longer than the text is long.
type pattern struct {
	// literal is set for an expression that only stands for itself.
	literal  string
	plain    bool
	find     *regexp.Regexp
	whole    *regexp.Regexp
	canEmpty bool
	err      error
}

// Patterns are the regular expressions that a template's compiler has seen, so
// that no rendering compiles them again. They never change.
type Patterns map[string]*pattern

// Add compiles an expression ahead of time.
func (p Patterns) Add(expression string) { p[expression] = compilePattern(expression) }

const (
	maxPattern = 4096
	// patternCost is what a byte of text costs, against that of copying it.
	patternCost = 8
)

func compilePattern(expression string) *pattern {
	if literal, ok := literalOf(expression); ok {
		return &pattern{literal: literal, plain: true}
	}
	if len(expression) > maxPattern {
		return &pattern{err: ErrLimit}
	}
	syntax, err := translate(expression)
	if err != nil {
		return &pattern{err: err}
	}
	find, err := regexp.Compile(syntax)
	if err != nil {
		return &pattern{err: throw("PatternSyntaxException", expression)}
	}
	whole, err := regexp.Compile(`\A(?:` + syntax + `)\z`)
	if err != nil {
		return &pattern{err: throw("PatternSyntaxException", expression)}
	}
	return &pattern{find: find, whole: whole, canEmpty: find.MatchString("")}
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
func (h *Heap) pattern(expression, s string) (*pattern, error) {
	p, ok := h.Patterns[expression]
	if !ok {
		p, ok = h.patterns[expression]
	}
	if !ok {
		if err := h.Charge(1000 + 100*len(expression)); err != nil {
			return nil, err
		}
		p = compilePattern(expression)
		if h.patterns == nil {
			h.patterns = map[string]*pattern{}
		}
		h.patterns[expression] = p
	}
	if p.err != nil {
		return nil, p.err
	}
	cost := len(s) / 4
	if !p.plain {
		cost = len(s) * patternCost * (1 + len(expression)/32)
	}
	return p, h.Charge(cost)
}

func (h *Heap) matches(s, expression string) result {
	p, err := h.pattern(expression, s)
	if err != nil {
		return failed(err)
	}
	if p.plain {
		return giveBool(s == p.literal)
	}
	return giveBool(p.whole.MatchString(s))
}

// all finds every match as Java does: an empty one right behind another counts,
// which Go leaves out.
func (p *pattern) all(s string) [][]int {
	found := p.find.FindAllStringSubmatchIndex(s, -1)
	if !p.canEmpty {
		return found
	}
	out := make([][]int, 0, len(found))
	for i, m := range found {
		out = append(out, m)
		if m[0] == m[1] || (i+1 < len(found) && found[i+1][0] == m[1]) {
			continue
		}
		empty := make([]int, len(m))
		for j := range empty {
			empty[j] = -1
		}
		empty[0], empty[1] = m[1], m[1]
		out = append(out, empty)
	}
	return out
}

// replaceAll replaces matches, all of them or the first.
func (h *Heap) replaceAll(s, expression, replacement string, limit int) result {
	p, err := h.pattern(expression, s)
	if err != nil {
		return failed(err)
	}
	if p.plain && p.literal != "" && !strings.ContainsAny(replacement, `\$`) {
		count := strings.Count(s, p.literal)
		if count == 0 {
			return giveText(s)
		}
		if err := h.Charge(len(s) + count*len(replacement)); err != nil {
			return failed(err)
		}
		return giveText(strings.Replace(s, p.literal, replacement, limit))
	}
	matches := h.matchesOf(p, s)
	if limit == 1 && len(matches) > 1 {
		matches = matches[:1]
	}
	var b []byte
	from := 0
	for _, m := range matches {
		before := len(b)
		b = append(b, s[from:m[0]]...)
		b, err = expand(b, replacement, s, m, p)
		if err == nil {
			err = h.Charge(len(b) - before)
		}
		if err != nil {
			return failed(err)
		}
		from = m[1]
	}
	if len(matches) == 0 {
		return giveText(s)
	}
	if err := h.Charge(len(s) - from); err != nil {
		return failed(err)
	}
	return giveText(string(append(b, s[from:]...)))
}

// matchesOf finds every match, of a literal too.
func (*Heap) matchesOf(p *pattern, s string) [][]int {
	if !p.plain {
		return p.all(s)
	}
	if p.literal == "" {
		var all [][]int
		for i := range s {
			all = append(all, []int{i, i})
		}
		return append(all, []int{len(s), len(s)})
	}
	var all [][]int
	for from := 0; ; {
		i := strings.Index(s[from:], p.literal)
		if i < 0 {
			return all
		}
		all = append(all, []int{from + i, from + i + len(p.literal)})
		from += i + len(p.literal)
	}
}

// expand appends a replacement with its $1, ${name} and backslashes.
func expand(b []byte, replacement, s string, m []int, p *pattern) ([]byte, error) {
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
		group, next, err := groupAt(replacement, i, m, p)
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
func groupAt(replacement string, i int, m []int, p *pattern) (group, next int, err error) {
	if replacement[i] == '{' {
		end := strings.IndexByte(replacement[i:], '}')
		if end < 0 || p.plain {
			return 0, 0, throw("IllegalArgumentException", "named group is missing trailing '}'")
		}
		group = p.find.SubexpIndex(replacement[i+1 : i+end])
		if group < 0 {
			return 0, 0, throw("IllegalArgumentException", "No group with name {"+replacement[i+1:i+end]+"}")
		}
		return group, i + end + 1, nil
	}
	if replacement[i] < '0' || replacement[i] > '9' {
		return 0, 0, throw("IllegalArgumentException", "Illegal group reference")
	}
	groups := len(m)/2 - 1
	group = int(replacement[i] - '0')
	if group > groups {
		return 0, 0, throw("IndexOutOfBoundsException", "No group "+strconv.Itoa(group))
	}
	for i++; i < len(replacement) && replacement[i] >= '0' && replacement[i] <= '9'; i++ {
		wider := group*10 + int(replacement[i]-'0')
		if wider > groups {
			break
		}
		group = wider
	}
	return group, i, nil
}

// split is String.split.
func (h *Heap) split(s, expression string, limit int) result {
	p, err := h.pattern(expression, s)
	if err != nil {
		return failed(err)
	}
	parts, from := []Value(nil), 0
	if p.plain && p.literal != "" {
		count := strings.Count(s, p.literal)
		if err := h.Charge(count * valueSize); err != nil {
			return failed(err)
		}
		parts = make([]Value, 0, count+1)
		for limit <= 0 || len(parts) < limit-1 {
			i := strings.Index(s[from:], p.literal)
			if i < 0 {
				break
			}
			parts = append(parts, jsonvalue.String(s[from:from+i]))
			from += i + len(p.literal)
		}
	} else {
		for _, m := range h.matchesOf(p, s) {
			if limit > 0 && len(parts) >= limit-1 {
				break
			}
			if from == 0 && m[0] == 0 && m[1] == 0 {
				continue
			}
			if err := h.Charge(valueSize); err != nil {
				return failed(err)
			}
			parts = append(parts, jsonvalue.String(s[from:m[0]]))
			from = m[1]
		}
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
