package jsonschema

import (
	"unicode/utf8"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

const (
	// maxSteps bounds how many schemas one validation applies.
	maxSteps = 1_000_000
	// maxNesting bounds schemas within schemas, so that a circle without progress ends.
	maxNesting = 2_000
	// maxMessages bounds how many problems are told.
	maxMessages = 100
)

// checker counts the work of one validation.
type checker struct {
	steps, nesting int
	// exhausted says why the validation was given up.
	exhausted string
}

// report collects what is wrong. A schema's alternatives have reports of their own, which nobody reads (quiet).
type report struct {
	checker  *checker
	messages []string
	failed   bool
	quiet    bool
}

func (r *report) add(message func() string) {
	r.failed = true
	if !r.quiet && len(r.messages) < maxMessages {
		r.messages = append(r.messages, message())
	}
}

func (c *checker) spend(n int) bool {
	c.steps += n
	if c.steps > maxSteps && c.exhausted == "" {
		c.exhausted = "validation takes too many steps"
	}
	return c.exhausted == ""
}

// check applies a schema: its keywords in the alphabet's order and, while nothing is wrong anywhere, the schemas of the
// parts.
func (c *checker) check(n *node, v jsonvalue.Value, r *report) {
	if n == nil || !c.spend(1) {
		return
	}
	c.nesting++
	defer func() { c.nesting-- }()
	if c.nesting > maxNesting || n.loop {
		c.exhausted = "validation loop"
		return
	}
	switch v.Kind() {
	case jsonvalue.KindArray:
		c.array(n, v, r)
	case jsonvalue.KindObject:
		c.object(n, v, r)
	case jsonvalue.KindString:
		c.text(n, v, r)
	case jsonvalue.KindNumber:
		c.number(n, v, r)
	default:
		c.first(n, v, r)
		c.second(n, v, r)
		c.kind(n, v, r)
	}
}

// first applies allOf and anyOf, which no keyword of a type stands before but additionalItems and additionalProperties.
func (c *checker) first(n *node, v jsonvalue.Value, r *report) {
	if n.all != nil {
		if passed := c.passed(n.all, v); passed != len(n.all) {
			r.add(func() string { return allOfFailed(passed, len(n.all)) })
		}
	}
	if n.any != nil && c.passed(n.any, v) == 0 {
		r.add(func() string { return anyOfFailed(len(n.any)) })
	}
}

func (c *checker) enum(n *node, v jsonvalue.Value, r *report) {
	if n.enum != nil && !n.enum[string(appendCanonical(nil, v))] {
		r.add(func() string { return notInEnum(v, n.enumNames) })
	}
}

// second applies enum, not and oneOf where nothing stands between.
func (c *checker) second(n *node, v jsonvalue.Value, r *report) {
	c.enum(n, v, r)
	c.notAndOne(n, v, r)
}

func (c *checker) notAndOne(n *node, v jsonvalue.Value, r *report) {
	if n.not != nil && c.passes(n.not, v) {
		r.add(notFailed)
	}
	if n.one != nil {
		if passed := c.passed(n.one, v); passed != 1 {
			r.add(func() string { return oneOfFailed(passed, len(n.one)) })
		}
	}
}

func (c *checker) kind(n *node, v jsonvalue.Value, r *report) {
	if n.types == 0 {
		return
	}
	if t, name := typeOf(v); n.types&t == 0 {
		r.add(func() string { return wrongType(name, n.typeNames) })
	}
}

func (c *checker) passes(n *node, v jsonvalue.Value) bool {
	r := report{checker: c, quiet: true}
	c.check(n, v, &r)
	return !r.failed
}

func (c *checker) passed(nodes []*node, v jsonvalue.Value) int {
	count := 0
	for _, n := range nodes {
		if c.passes(n, v) {
			count++
		}
	}
	return count
}

func (c *checker) number(n *node, v jsonvalue.Value, r *report) {
	c.first(n, v, r)
	c.enum(n, v, r)
	if b := n.maximum; b != nil {
		switch d := b.compare(v); {
		case d > 0:
			r.add(func() string { return tooLarge(b.text, v) })
		case d == 0 && b.exclusive:
			r.add(func() string { return notBelow(b.text) })
		}
	}
	if b := n.minimum; b != nil {
		switch d := b.compare(v); {
		case d < 0:
			r.add(func() string { return tooSmall(b.text, v) })
		case d == 0 && b.exclusive:
			r.add(func() string { return notAbove(b.text) })
		}
	}
	if b := n.multiple; b != nil && !b.divides(v) {
		r.add(func() string { return notMultiple(b.text, v) })
	}
	c.notAndOne(n, v, r)
	c.kind(n, v, r)
}

// compare tells on which side of the bound v lies.
func (b *bound) compare(v jsonvalue.Value) int {
	if i, ok := v.Int64(); ok && b.isInt {
		switch {
		case i > b.int:
			return 1
		case i < b.int:
			return -1
		default:
			return 0
		}
	}
	d, _ := jsonvalue.ParseDecimal(v.NumberText())
	return d.Compare(b.decimal)
}

func (b *bound) divides(v jsonvalue.Value) bool {
	if i, ok := v.Int64(); ok && b.isInt && b.int != 0 {
		return i%b.int == 0
	}
	d, _ := jsonvalue.ParseDecimal(v.NumberText())
	return d.MultipleOf(b.decimal)
}

func (c *checker) text(n *node, v jsonvalue.Value, r *report) {
	c.first(n, v, r)
	c.enum(n, v, r)
	s := v.Text()
	if n.maxLength != nil || n.minLength != nil {
		length := utf8.RuneCountInString(s)
		if n.maxLength != nil && length > *n.maxLength {
			r.add(func() string { return tooLong(s, length, *n.maxLength) })
		}
		if n.minLength != nil && length < *n.minLength {
			r.add(func() string { return tooShort(s, length, *n.minLength) })
		}
	}
	c.notAndOne(n, v, r)
	if n.pattern != nil && !c.matches(n.pattern, s) {
		r.add(func() string { return noMatch(n.pattern.String(), s) })
	}
	c.kind(n, v, r)
	if n.format != nil {
		if problem := n.format(s); problem != "" {
			r.add(func() string { return problem })
		}
	}
}

func (c *checker) array(n *node, v jsonvalue.Value, r *report) {
	a := v.Array()
	size := a.Len()
	if n.isTuple && n.noMoreItems && size > len(n.tuple) {
		r.add(func() string { return tooManyForTuple(len(n.tuple), size) })
	}
	c.first(n, v, r)
	c.enum(n, v, r)
	if n.maxItems != nil && size > *n.maxItems {
		r.add(func() string { return arrayTooLong(*n.maxItems, size) })
	}
	if n.minItems != nil && size < *n.minItems {
		r.add(func() string { return arrayTooShort(*n.minItems, size) })
	}
	c.notAndOne(n, v, r)
	c.kind(n, v, r)
	if n.unique && !unique(a) {
		r.add(duplicates)
	}
	if r.failed {
		return
	}
	for i, e := range a.All() {
		c.check(n.itemNode(i), e, r)
	}
}

func (n *node) itemNode(i int) *node {
	switch {
	case !n.isTuple:
		return n.items
	case i < len(n.tuple):
		return n.tuple[i]
	default:
		return n.moreItems
	}
}

func unique(a *jsonvalue.Array) bool {
	seen := make(map[string]bool, a.Len())
	var buf []byte
	for _, e := range a.All() {
		buf = appendCanonical(buf[:0], e)
		if seen[string(buf)] {
			return false
		}
		seen[string(buf)] = true
	}
	return true
}
