package jsonvalue

import "iter"

// Array is a list of values. One from a JSON text prints as JSON (json-smart's JSONArray); one made by NewList or NewSet
// prints as Java's collections do: `[a, b]`.
type Array struct {
	elems []Value
	list  bool
	set   bool
}

// NewArray returns an array that prints as JSON. It takes over elems.
func NewArray(elems ...Value) *Array { return &Array{elems: elems} }

// NewList returns an array that prints as Java's ArrayList. It takes over elems.
func NewList(elems ...Value) *Array { return &Array{elems: elems, list: true} }

// NewSet returns what Java has as a Set, such as a map's keys: it prints like a list, but is no List to Jayway JsonPath.
func NewSet(elems ...Value) *Array { return &Array{elems: elems, list: true, set: true} }

// IsList reports whether the array prints as Java's collections do rather than as JSON; a set does too.
func (a *Array) IsList() bool { return a.list }

// IsSet reports whether the array was made by NewSet.
func (a *Array) IsSet() bool { return a.set }

// Len returns the number of elements.
func (a *Array) Len() int { return len(a.elems) }

// At returns element i, undefined when out of range.
func (a *Array) At(i int) Value {
	if uint(i) >= uint(len(a.elems)) {
		return Value{}
	}
	return a.elems[i]
}

// Elems returns the elements themselves, for reading only.
func (a *Array) Elems() []Value { return a.elems }

// All yields index and element in order.
func (a *Array) All() iter.Seq2[int, Value] {
	return func(yield func(int, Value) bool) {
		for i, v := range a.elems {
			if !yield(i, v) {
				return
			}
		}
	}
}

// Append adds v at the end.
func (a *Array) Append(v Value) { a.elems = append(a.elems, v) }

// Set replaces element i and returns the old one; false when out of range.
func (a *Array) Set(i int, v Value) (Value, bool) {
	if uint(i) >= uint(len(a.elems)) {
		return Value{}, false
	}
	old := a.elems[i]
	a.elems[i] = v
	return old, true
}

// Insert puts v before element i; false when i is beyond the end.
func (a *Array) Insert(i int, v Value) bool {
	if uint(i) > uint(len(a.elems)) {
		return false
	}
	a.elems = append(a.elems, Value{})
	copy(a.elems[i+1:], a.elems[i:])
	a.elems[i] = v
	return true
}

// Remove takes element i out and returns it; false when out of range.
func (a *Array) Remove(i int) (Value, bool) {
	if uint(i) >= uint(len(a.elems)) {
		return Value{}, false
	}
	old := a.elems[i]
	copy(a.elems[i:], a.elems[i+1:])
	a.elems[len(a.elems)-1] = Value{}
	a.elems = a.elems[:len(a.elems)-1]
	return old, true
}

// Clear takes all elements out.
func (a *Array) Clear() { a.elems = nil }
