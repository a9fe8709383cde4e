package javavalue

import (
	"math"
	"slices"
	"unicode/utf16"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// depth bounds how deep values are compared and hashed.
const depth = 400

// compareCost is what comparing or hashing one value is charged.
const compareCost = 4

// Equals is Java's a.equals(b).
func (h *Heap) Equals(a, b Value) (bool, error) { return h.equals(a, b, depth) }

func (h *Heap) equals(a, b Value, left int) (bool, error) {
	if err := h.Charge(compareCost); err != nil {
		return false, err
	}
	if left == 0 {
		return false, Throw("StackOverflowError", "the value contains itself")
	}
	if IsNull(a) || IsNull(b) {
		return IsNull(a) && IsNull(b), nil
	}
	switch x, y := a.Array(), b.Array(); {
	case x != nil && y != nil:
		return h.equalArrays(x, y, left-1)
	case a.Object() != nil && b.Object() != nil:
		return h.equalObjects(a.Object(), b.Object(), left-1)
	case a.Kind() == jsonvalue.KindForeign && b.Kind() == jsonvalue.KindForeign:
		return h.equalForeign(a, b, left-1)
	case a.Kind() == jsonvalue.KindForeign, b.Kind() == jsonvalue.KindForeign:
		return h.equalMixed(a, b)
	}
	if err := h.Charge(len(a.Text()) / 8); err != nil {
		return false, err
	}
	return jsonvalue.Equal(a, b), nil
}

func (h *Heap) equalArrays(x, y *jsonvalue.Array, left int) (bool, error) {
	if x == y {
		return true, nil
	}
	return h.equalElements(x.Elems(), y.Elems(), left)
}

func (h *Heap) equalElements(x, y []Value, left int) (bool, error) {
	if len(x) != len(y) {
		return false, nil
	}
	for i := range x {
		same, err := h.equals(x[i], y[i], left)
		if !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

func (h *Heap) equalObjects(x, y *jsonvalue.Object, left int) (bool, error) {
	if x == y {
		return true, nil
	}
	if x.Len() != y.Len() {
		return false, nil
	}
	for _, e := range x.Entries() {
		v, ok, err := h.Get(y, h.Key(x, e.Key))
		if !ok || err != nil {
			return false, err
		}
		same, err := h.equals(e.Value, v, left)
		if !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

func (h *Heap) equalForeign(a, b Value, left int) (bool, error) {
	switch x := a.Foreign().(type) {
	case Char:
		y, ok := b.Foreign().(Char)
		return ok && x == y, nil
	case Float:
		y, ok := b.Foreign().(Float)
		return ok && math.Float32bits(float32(x)) == math.Float32bits(float32(y)), nil
	case *Entry:
		y, ok := b.Foreign().(*Entry)
		if !ok {
			return false, nil
		}
		same, err := h.equals(x.Key(), y.Key(), left)
		if !same || err != nil {
			return false, err
		}
		return h.equals(x.Value(), y.Value(), left)
	case *View:
		y, ok := b.Foreign().(*View)
		if !ok || x.part == Values || y.part == Values {
			return ok && x == y, nil
		}
		return h.equalSets(x.Elements(), y.Elements())
	default:
		return a.Foreign() == b.Foreign(), nil
	}
}

// equalMixed compares a view with a list or set: a set equals another kind of
// set.
func (h *Heap) equalMixed(a, b Value) (bool, error) {
	view, _ := a.Foreign().(*View)
	other := b.Array()
	if view == nil {
		view, _ = b.Foreign().(*View)
		other = a.Array()
	}
	if view == nil || other == nil || view.part == Values || !other.IsSet() {
		return false, nil
	}
	return h.equalSets(view.Elements(), other.Elems())
}

func (h *Heap) equalSets(x, y []Value) (bool, error) {
	if len(x) != len(y) {
		return false, nil
	}
	for _, v := range x {
		i, err := h.IndexOf(y, v)
		if i < 0 || err != nil {
			return false, err
		}
	}
	return true, nil
}

// IndexOf finds the first element that equals v, -1 when there is none.
func (h *Heap) IndexOf(elems []Value, v Value) (int, error) {
	for i := range elems {
		same, err := h.Equals(elems[i], v)
		if same || err != nil {
			return i, err
		}
	}
	return -1, nil
}

// LastIndexOf finds the last element that equals v.
func (h *Heap) LastIndexOf(elems []Value, v Value) (int, error) {
	for i, e := range slices.Backward(elems) {
		same, err := h.Equals(e, v)
		if same || err != nil {
			return i, err
		}
	}
	return -1, nil
}

// Hash is Java's hashCode.
func (h *Heap) Hash(v Value) (int32, error) { return h.hash(v, depth) }

func (h *Heap) hash(v Value, left int) (int32, error) {
	if err := h.Charge(compareCost); err != nil {
		return 0, err
	}
	if left == 0 {
		return 0, Throw("StackOverflowError", "the value contains itself")
	}
	switch v.Kind() {
	case jsonvalue.KindString:
		return h.hashText(v.Text())
	case jsonvalue.KindBool:
		if v.Bool() {
			return 1231, nil
		}
		return 1237, nil
	case jsonvalue.KindNumber:
		return hashNumber(v), nil
	case jsonvalue.KindArray:
		return h.hashElements(v.Array().Elems(), v.Array().IsSet(), left-1)
	case jsonvalue.KindObject:
		return h.hashObject(v.Object(), left-1)
	case jsonvalue.KindForeign:
		return h.hashForeign(v.Foreign(), left-1)
	default:
		return 0, nil
	}
}

func (h *Heap) hashText(s string) (int32, error) {
	n := int32(0)
	for _, r := range s {
		if r >= 0x10000 {
			high, low := utf16.EncodeRune(r)
			n = (n*31+high)*31 + low
			continue
		}
		n = n*31 + r
	}
	return n, h.Charge(len(s))
}

func hashNumber(v Value) int32 {
	switch v.NumberKind() {
	case jsonvalue.Integer:
		i, _ := v.Int64()
		return int32(i)
	case jsonvalue.Long:
		i, _ := v.Int64()
		return int32(i ^ int64(uint64(i)>>32))
	case jsonvalue.Double:
		bits := math.Float64bits(v.Float64())
		return int32(uint32(bits ^ bits>>32))
	default:
		n, _ := v.BigInt()
		if n == nil {
			return 0
		}
		hash := int32(0)
		bytes := n.Bytes()
		for len(bytes)%4 != 0 {
			bytes = append([]byte{0}, bytes...)
		}
		for i := 0; i < len(bytes); i += 4 {
			word := uint32(bytes[i])<<24 | uint32(bytes[i+1])<<16 | uint32(bytes[i+2])<<8 | uint32(bytes[i+3])
			hash = 31*hash + int32(word)
		}
		return hash * int32(n.Sign())
	}
}

func (h *Heap) hashElements(elems []Value, set bool, left int) (int32, error) {
	list, sum := int32(1), int32(0)
	for _, e := range elems {
		n, err := h.hash(e, left)
		if err != nil {
			return 0, err
		}
		list = 31*list + n
		sum += n
	}
	if set {
		return sum, nil
	}
	return list, nil
}

func (h *Heap) hashObject(o *jsonvalue.Object, left int) (int32, error) {
	sum := int32(0)
	for _, e := range o.Entries() {
		k, err := h.hash(h.Key(o, e.Key), left)
		if err != nil {
			return 0, err
		}
		v, err := h.hash(e.Value, left)
		if err != nil {
			return 0, err
		}
		sum += k ^ v
	}
	return sum, nil
}

func (h *Heap) hashForeign(f jsonvalue.Foreign, left int) (int32, error) {
	switch x := f.(type) {
	case Char:
		return int32(x), nil
	case Float:
		return int32(math.Float32bits(float32(x))), nil
	case *Entry:
		k, err := h.hash(x.Key(), left)
		if err != nil {
			return 0, err
		}
		v, err := h.hash(x.Value(), left)
		return k ^ v, err
	case *View:
		return h.hashElements(x.Elements(), x.part != Values, left)
	default:
		return 1, nil // Java gives an address; so no template can rely on it
	}
}

// SameClass reports whether one value's class is the other's or derives from it,
// so that Velocity compares them with equals.
func SameClass(a, b Value) bool {
	if a.Kind() != b.Kind() {
		return false
	}
	if a.Kind() != jsonvalue.KindForeign {
		return a.Kind() != jsonvalue.KindNumber || a.NumberKind() == b.NumberKind()
	}
	switch x := a.Foreign().(type) {
	case Char:
		_, ok := b.Foreign().(Char)
		return ok
	case Float:
		_, ok := b.Foreign().(Float)
		return ok
	case *Entry:
		_, ok := b.Foreign().(*Entry)
		return ok
	case *View:
		y, ok := b.Foreign().(*View)
		return ok && x.part == y.part
	case *Array:
		y, ok := b.Foreign().(*Array)
		return ok && x.Class == y.Class
	default:
		return a.Foreign() == b.Foreign()
	}
}
