package jsonvalue

import "math"

// equalDepth bounds nesting at comparing, as printDepth does at printing.
const equalDepth = printDepth

// Equal is Java's equals: numbers are equal only within one class (Integer 1 is not Long 1 nor Double 1.0), lists by
// their elements, maps whatever their order. Beyond the depth that printing allows, values are unequal.
func Equal(a, b Value) bool { return equal(a, b, equalDepth) }

func equal(a, b Value, left int) bool {
	if a.kind != b.kind || left == 0 {
		return false
	}
	switch a.kind {
	case KindNumber:
		return equalNumber(a, b)
	case KindString:
		return a.rawText() == b.rawText()
	case KindArray:
		return equalArray(a.Array(), b.Array(), left-1)
	case KindObject:
		return equalObject(a.Object(), b.Object(), left-1)
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

func equalArray(a, b *Array, left int) bool {
	if a == b {
		return true
	}
	if len(a.elems) != len(b.elems) || a.set != b.set {
		return false
	}
	for i := range a.elems {
		if !equal(a.elems[i], b.elems[i], left) {
			return false
		}
	}
	return true
}

func equalObject(a, b *Object, left int) bool {
	if a == b {
		return true
	}
	if len(a.entries) != len(b.entries) {
		return false
	}
	for i := range a.entries {
		v, ok := b.Get(a.entries[i].Key)
		if !ok || !equal(a.entries[i].Value, v, left) {
			return false
		}
	}
	return true
}
