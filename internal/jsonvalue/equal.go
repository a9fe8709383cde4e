package jsonvalue

import "math"

const (
	// equalDepth bounds nesting at comparing, as printDepth does at printing.
	equalDepth = printDepth
	// equalSteps bounds how many values are compared: templates can make few arrays stand for very many.
	equalSteps = 10_000_000
)

// Equal is Java's equals: numbers are equal only within one class (Integer 1 is not Long 1 nor Double 1.0), lists by
// their elements, maps whatever their order. Beyond the depth that printing allows and ten million comparisons, values
// are unequal.
func Equal(a, b Value) bool {
	c := comparison{steps: equalSteps}
	return c.equal(a, b, equalDepth)
}

type comparison struct{ steps int }

func (c *comparison) equal(a, b Value, left int) bool {
	c.steps--
	if a.kind != b.kind || left == 0 || c.steps < 0 {
		return false
	}
	switch a.kind {
	case KindNumber:
		return equalNumber(a, b)
	case KindString:
		return a.rawText() == b.rawText()
	case KindArray:
		return c.equalArray(a.Array(), b.Array(), left-1)
	case KindObject:
		return c.equalObject(a.Object(), b.Object(), left-1)
	case KindForeign:
		return a.p == b.p
	default:
		return a.n == b.n
	}
}

func equalNumber(a, b Value) bool {
	if a.num != b.num {
		return false
	}
	switch a.num {
	case Integer, Long:
		x, _ := a.Int64()
		y, _ := b.Int64()
		return x == y
	case Double:
		return math.Float64bits(a.Float64()) == math.Float64bits(b.Float64())
	default: // the text of BigInteger and BigDecimal says value and scale
		return a.String() == b.String()
	}
}

func (c *comparison) equalArray(a, b *Array, left int) bool {
	if a == b {
		return true
	}
	if len(a.elems) != len(b.elems) || a.set != b.set {
		return false
	}
	for i := range a.elems {
		if !c.equal(a.elems[i], b.elems[i], left) {
			return false
		}
	}
	return true
}

func (c *comparison) equalObject(a, b *Object, left int) bool {
	if a == b {
		return true
	}
	if len(a.entries) != len(b.entries) {
		return false
	}
	for i := range a.entries {
		v, ok := b.Get(a.entries[i].Key)
		if !ok || !c.equal(a.entries[i].Value, v, left) {
			return false
		}
	}
	return true
}
