package javavalue

import "github.com/sluice-gateway/sluice/internal/jsonvalue"

// Sequence is what #foreach walks over. Like Java's iterators it fails when the
// list or map behind it has grown or shrunk.
type Sequence struct {
	array  *jsonvalue.Array
	object *jsonvalue.Object
	view   View
	elems  []Value
	// shared is an iterator that the template holds too.
	shared  *Iterator
	i, size int
}

// Iterate starts a walk over v; false when v cannot be walked over.
func (h *Heap) Iterate(v Value) (Sequence, bool) {
	switch v.Kind() {
	case jsonvalue.KindArray:
		return Sequence{array: v.Array(), size: v.Array().Len()}, true
	case jsonvalue.KindObject:
		return h.Walk(v.Object(), Values), true
	case jsonvalue.KindForeign:
		switch x := v.Foreign().(type) {
		case *View:
			return h.Walk(x.object, x.part), true
		case *Array:
			return Sequence{elems: x.Elems, size: len(x.Elems)}, true
		case *Iterator:
			return Sequence{shared: x}, true
		}
	}
	return Sequence{}, false
}

// Walk starts a walk over a part of a map.
func (h *Heap) Walk(o *jsonvalue.Object, p Part) Sequence {
	return Sequence{object: o, view: View{h, o, p}, size: o.Len()}
}

// HasNext reports whether Next may be called.
func (s *Sequence) HasNext() bool {
	switch {
	case s.shared != nil:
		return s.shared.Sequence.HasNext()
	case s.array != nil:
		return s.i != s.array.Len()
	default:
		return s.i < s.size
	}
}

// Next gives the next element.
func (s *Sequence) Next() (Value, error) {
	switch {
	case s.shared != nil:
		return s.shared.Sequence.Next()
	case s.array != nil:
		if s.array.Len() != s.size {
			return Value{}, concurrent()
		}
		if s.i >= s.size {
			return Value{}, Throw("NoSuchElementException", "no more elements")
		}
		s.i++
		return s.array.At(s.i - 1), nil
	case s.object != nil:
		if s.object.Len() != s.size {
			return Value{}, concurrent()
		}
	}
	if s.i >= s.size {
		return Value{}, Throw("NoSuchElementException", "no more elements")
	}
	s.i++
	if s.object != nil {
		return s.view.at(s.i - 1), nil
	}
	return s.elems[s.i-1], nil
}

func concurrent() error {
	return Throw("ConcurrentModificationException", "the list or map was changed while it was walked over")
}
