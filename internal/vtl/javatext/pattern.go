package javatext

import (
	"errors"
	"strconv"
	"strings"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/regex"
	"github.com/sluice-gateway/sluice/internal/vtl/javavalue"
)

// Split is text.split(expression) with the expression compiled before.
func Split(h *javavalue.Heap, s string, p *javavalue.Pattern) (javavalue.Value, error) {
	if err := h.RunPattern(p, s); err != nil {
		return javavalue.Value{}, err
	}
	r := splitBy(h, s, p, 0)
	return r.Value, r.Err
}

// Replace is text.replace(old, replacement).
func Replace(h *javavalue.Heap, s, old, replacement string) (string, error) {
	count := strings.Count(s, old)
	if err := h.Charge(len(s) + count*len(replacement)); err != nil || count == 0 {
		return s, err
	}
	return strings.ReplaceAll(s, old, replacement), nil
}

func matches(h *javavalue.Heap, s, expression string) javavalue.Result {
	p, err := h.Pattern(expression, s)
	if err != nil {
		return javavalue.Failed(err)
	}
	if p.Plain {
		return javavalue.GiveBool(s == p.Literal)
	}
	whole, cost, err := p.Program.Match(s, true, h.Work())
	if err == nil {
		err = h.ChargeWork(cost)
	}
	if err != nil {
		return javavalue.Failed(complexity(err))
	}
	return javavalue.GiveBool(whole)
}

func complexity(err error) error {
	if errors.Is(err, regex.ErrTooComplex) {
		return javavalue.ErrLimit
	}
	return err
}

// all finds every match.
func all(h *javavalue.Heap, p *javavalue.Pattern, s string, groups bool) ([][]int, error) {
	if !p.Plain {
		found, cost, err := p.Program.FindAll(s, groups, h.Work())
		if err == nil {
			err = h.ChargeWork(cost)
		}
		return found, complexity(err)
	}
	var all [][]int
	if p.Literal == "" {
		for i := range s {
			all = append(all, []int{i, i})
		}
		return append(all, []int{len(s), len(s)}), nil
	}
	for from := 0; ; {
		i := strings.Index(s[from:], p.Literal)
		if i < 0 {
			return all, nil
		}
		all = append(all, []int{from + i, from + i + len(p.Literal)})
		from += i + len(p.Literal)
	}
}

func groups(p *javavalue.Pattern) int {
	if p.Plain {
		return 0
	}
	return p.Program.Groups()
}

// replaceAll replaces matches, all of them or the first.
func replaceAll(h *javavalue.Heap, s, expression, replacement string, limit int) javavalue.Result {
	p, err := h.Pattern(expression, s)
	if err != nil {
		return javavalue.Failed(err)
	}
	simple := !strings.ContainsAny(replacement, `\$`)
	if p.Plain && p.Literal != "" && simple {
		return replaceLiteral(h, s, p.Literal, replacement, limit)
	}
	places, err := all(h, p, s, !simple)
	if err != nil {
		return javavalue.Failed(err)
	}
	if limit == 1 && len(places) > 1 {
		places = places[:1]
	}
	if len(places) == 0 {
		return javavalue.GiveText(s)
	}
	if err := h.Charge(len(places) * javavalue.ValueSize); err != nil {
		return javavalue.Failed(err)
	}
	var b []byte
	from := 0
	for _, m := range places {
		before := len(b)
		b = append(b, s[from:m[0]]...)
		if simple {
			b = append(b, replacement...)
		} else {
			b, err = expand(p, b, replacement, s, m)
		}
		if err == nil {
			err = h.Charge(len(b) - before)
		}
		if err != nil {
			return javavalue.Failed(err)
		}
		from = m[1]
	}
	if err := h.Charge(len(s) - from); err != nil {
		return javavalue.Failed(err)
	}
	return javavalue.GiveText(string(append(b, s[from:]...)))
}

func replaceLiteral(h *javavalue.Heap, s, old, replacement string, limit int) javavalue.Result {
	count := strings.Count(s, old)
	if count == 0 {
		return javavalue.GiveText(s)
	}
	if err := h.Charge(len(s) + count*len(replacement)); err != nil {
		return javavalue.Failed(err)
	}
	return javavalue.GiveText(strings.Replace(s, old, replacement, limit))
}

// expand appends a replacement with its $1, ${name} and backslashes.
func expand(p *javavalue.Pattern, b []byte, replacement, s string, m []int) ([]byte, error) {
	for i := 0; i < len(replacement); i++ {
		c := replacement[i]
		if c != '\\' && c != '$' {
			b = append(b, c)
			continue
		}
		i++
		if i == len(replacement) {
			return b, javavalue.Throw("IllegalArgumentException", "the replacement ends with "+string(c))
		}
		if c == '\\' {
			b = append(b, replacement[i])
			continue
		}
		group, next, err := groupAt(p, replacement, i)
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
func groupAt(p *javavalue.Pattern, replacement string, i int) (group, next int, err error) {
	if replacement[i] == '{' {
		end := strings.IndexByte(replacement[i:], '}')
		if end < 0 {
			return 0, 0, javavalue.Throw("IllegalArgumentException", "named group is missing trailing '}'")
		}
		name := replacement[i+1 : i+end]
		group = named(p, name)
		if group == 0 {
			return 0, 0, javavalue.Throw("IllegalArgumentException", "No group with name {"+name+"}")
		}
		return group, i + end + 1, nil
	}
	if replacement[i] < '0' || replacement[i] > '9' {
		return 0, 0, javavalue.Throw("IllegalArgumentException", "Illegal group reference")
	}
	group = int(replacement[i] - '0')
	if group > groups(p) {
		return 0, 0, javavalue.Throw("IndexOutOfBoundsException", "No group "+strconv.Itoa(group))
	}
	for i++; i < len(replacement) && replacement[i] >= '0' && replacement[i] <= '9'; i++ {
		wider := group*10 + int(replacement[i]-'0')
		if wider > groups(p) {
			break
		}
		group = wider
	}
	return group, i, nil
}

// named finds the number of a group by its name, 0 when there is none.
func named(p *javavalue.Pattern, name string) int {
	group, inClass := 0, 0
	for i := 0; i < len(p.Text); i++ {
		switch p.Text[i] {
		case '\\':
			i++
		case '[':
			inClass++
		case ']':
			inClass = max(inClass-1, 0)
		case '(':
			rest := p.Text[i+1:]
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
func split(h *javavalue.Heap, s, expression string, limit int) javavalue.Result {
	p, err := h.Pattern(expression, s)
	if err != nil {
		return javavalue.Failed(err)
	}
	return splitBy(h, s, p, limit)
}

func splitBy(h *javavalue.Heap, s string, p *javavalue.Pattern, limit int) javavalue.Result {
	if p.Plain && p.Literal != "" {
		return splitLiteral(h, s, p.Literal, limit)
	}
	places, err := all(h, p, s, false)
	if err != nil {
		return javavalue.Failed(err)
	}
	var parts []javavalue.Value
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
	return parted(h, s, parts, from, limit)
}

func splitLiteral(h *javavalue.Heap, s, separator string, limit int) javavalue.Result {
	count := strings.Count(s, separator)
	if limit > 0 {
		count = min(count, limit)
	}
	if err := h.Charge(count * javavalue.ValueSize); err != nil {
		return javavalue.Failed(err)
	}
	parts, from := make([]javavalue.Value, 0, count+1), 0
	for limit <= 0 || len(parts) < limit-1 {
		i := strings.Index(s[from:], separator)
		if i < 0 {
			break
		}
		parts = append(parts, jsonvalue.String(s[from:from+i]))
		from += i + len(separator)
	}
	return parted(h, s, parts, from, limit)
}

// parted adds what is left and drops empty parts at the end, as Java does.
func parted(h *javavalue.Heap, s string, parts []javavalue.Value, from, limit int) javavalue.Result {
	if err := h.Charge((len(parts) + 1) * javavalue.ValueSize); err != nil {
		return javavalue.Failed(err)
	}
	if from == 0 && len(parts) == 0 {
		return javavalue.Give(javavalue.NewStrings([]javavalue.Value{jsonvalue.String(s)}))
	}
	parts = append(parts, jsonvalue.String(s[from:]))
	for limit == 0 && len(parts) > 0 && parts[len(parts)-1].Text() == "" {
		parts = parts[:len(parts)-1]
	}
	return javavalue.Give(javavalue.NewStrings(parts))
}
