package javavalue

import (
	"strconv"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// callArray calls a method of a JSONArray, an ArrayList or a set.
func (h *Heap) callArray(a *jsonvalue.Array, name string, args arguments) result {
	if r := h.callCollection(a.Elems(), name, args); r.found {
		return r
	}
	if a.IsSet() {
		return none()
	}
	switch len(args) {
	case 0:
		return h.callList0(a, name)
	case 1:
		return h.callList1(a, name, args)
	case 2:
		return h.callList2(a, name, args)
	default:
		return none()
	}
}

// callCollection calls a method that only reads.
func (h *Heap) callCollection(elems []Value, name string, args arguments) result {
	switch len(args) {
	case 0:
		switch name {
		case "size":
			return giveInt(len(elems))
		case "isEmpty":
			return giveBool(len(elems) == 0)
		case "toArray":
			if err := h.Charge(len(elems) * valueSize); err != nil {
				return failed(err)
			}
			return give(jsonvalue.FromForeign(&Array{elems: append([]Value(nil), elems...), class: "[Ljava.lang.Object;"}))
		}
	case 1:
		switch name {
		case "contains":
			i, err := h.index(elems, args[0], depth)
			if err != nil {
				return failed(err)
			}
			return giveBool(i >= 0)
		case "containsAll":
			return h.containsAll(elems, args)
		}
	}
	return none()
}

func (h *Heap) containsAll(elems []Value, args arguments) result {
	wanted, ok := collection(args[0])
	if !ok && args.nullAt(0) {
		return null("containsAll")
	}
	if !ok {
		return none()
	}
	for _, v := range wanted {
		i, err := h.index(elems, v, depth)
		if err != nil {
			return failed(err)
		}
		if i < 0 {
			return giveBool(false)
		}
	}
	return giveBool(true)
}

// collection gives the elements of a java.util.Collection.
func collection(v Value) ([]Value, bool) {
	if a := v.Array(); a != nil {
		return a.Elems(), true
	}
	if view, ok := v.Foreign().(*View); ok {
		return view.elements(), true
	}
	return nil, false
}

func (h *Heap) callList0(a *jsonvalue.Array, name string) result {
	switch name {
	case "iterator", "listIterator":
		s, _ := h.Iterate(jsonvalue.FromArray(a))
		return give(jsonvalue.FromForeign(&Iterator{s}))
	case "clear":
		a.Clear()
		return void()
	case "clone":
		if err := h.Charge(a.Len() * valueSize); err != nil {
			return failed(err)
		}
		copied := append([]Value(nil), a.Elems()...)
		if a.IsList() {
			return give(jsonvalue.FromArray(jsonvalue.NewList(copied...)))
		}
		return give(jsonvalue.FromArray(jsonvalue.NewArray(copied...)))
	case "trimToSize":
		return void()
	case "toJSONString":
		if !a.IsList() {
			return h.json(jsonvalue.FromArray(a), jsonvalue.SmartWeb)
		}
	}
	return none()
}

func (h *Heap) json(v Value, style jsonvalue.Style) result {
	dst, err := jsonvalue.AppendJSON(nil, v, style, max(h.Budget, 1))
	if err != nil {
		return failed(textError(err))
	}
	if err := h.Charge(len(dst)); err != nil {
		return failed(err)
	}
	return giveText(string(dst))
}

func (h *Heap) callList1(a *jsonvalue.Array, name string, args arguments) result {
	switch name {
	case "get":
		if args.int(0) {
			v, err := element(a.Elems(), args.i(0))
			return result{v, true, err}
		}
	case "add", "appendElement":
		if name == "appendElement" && a.IsList() {
			return none()
		}
		if err := h.Charge(valueSize); err != nil {
			return failed(err)
		}
		a.Append(stored(args[0]))
		if name == "appendElement" {
			return give(jsonvalue.FromArray(a))
		}
		return giveBool(true)
	case "addAll":
		return h.addAll(a, a.Len(), args[0])
	case "remove":
		return h.removeFrom(a, args)
	case "removeAll", "retainAll":
		return h.keepOnly(a, args[0], name == "retainAll")
	case "indexOf", "lastIndexOf":
		find := h.lastIndex
		if name == "indexOf" {
			find = func(elems []Value, v Value) (int, error) { return h.index(elems, v, depth) }
		}
		i, err := find(a.Elems(), args[0])
		if err != nil {
			return failed(err)
		}
		return giveInt(i)
	case "ensureCapacity":
		if args.int(0) {
			return void()
		}
	}
	return none()
}

func (h *Heap) callList2(a *jsonvalue.Array, name string, args arguments) result {
	if !args.int(0) {
		return none()
	}
	i := args.i(0)
	switch name {
	case "set":
		if _, err := element(a.Elems(), i); err != nil {
			return failed(err)
		}
		old, _ := a.Set(i, stored(args[1]))
		return give(old)
	case "add":
		if err := h.Charge(valueSize + a.Len()/8); err != nil {
			return failed(err)
		}
		if !a.Insert(i, stored(args[1])) {
			return failed(throw("IndexOutOfBoundsException", "Index: "+strconv.Itoa(i)+", Size: "+strconv.Itoa(a.Len())))
		}
		return void()
	case "addAll":
		if i < 0 || i > a.Len() {
			if _, ok := collection(args[1]); !ok {
				return none()
			}
			return failed(throw("IndexOutOfBoundsException", "Index: "+strconv.Itoa(i)+", Size: "+strconv.Itoa(a.Len())))
		}
		return h.addAll(a, i, args[1])
	case "subList":
		if !args.int(1) {
			return none()
		}
		j := args.i(1)
		if i < 0 || j > a.Len() || i > j {
			return failed(throw("IndexOutOfBoundsException", "fromIndex: "+strconv.Itoa(i)+", toIndex: "+strconv.Itoa(j)))
		}
		if err := h.Charge((j - i) * valueSize); err != nil {
			return failed(err)
		}
		return give(jsonvalue.FromArray(jsonvalue.NewList(append([]Value(nil), a.Elems()[i:j]...)...)))
	}
	return none()
}

func (h *Heap) addAll(a *jsonvalue.Array, at int, from Value) result {
	added, ok := collection(from)
	if !ok {
		if IsNull(from) {
			return failed(throw("NullPointerException", "addAll of null"))
		}
		return none()
	}
	if err := h.Charge(len(added)*valueSize + a.Len()); err != nil {
		return failed(err)
	}
	added = append([]Value(nil), added...)
	tail := append([]Value(nil), a.Elems()[at:]...)
	for a.Len() > at {
		a.Remove(a.Len() - 1)
	}
	for _, v := range append(added, tail...) {
		a.Append(v)
	}
	return giveBool(len(added) > 0)
}

// removeFrom removes by index when the argument is an int, else by value.
func (h *Heap) removeFrom(a *jsonvalue.Array, args arguments) result {
	if err := h.Charge(a.Len() / 8); err != nil {
		return failed(err)
	}
	if args.int(0) {
		if _, err := element(a.Elems(), args.i(0)); err != nil {
			return failed(err)
		}
		old, _ := a.Remove(args.i(0))
		return give(old)
	}
	i, err := h.index(a.Elems(), args[0], depth)
	if err != nil {
		return failed(err)
	}
	if i >= 0 {
		a.Remove(i)
	}
	return giveBool(i >= 0)
}

// keepOnly is retainAll, or removeAll when kept is false.
func (h *Heap) keepOnly(a *jsonvalue.Array, other Value, kept bool) result {
	wanted, ok := collection(other)
	if !ok && IsNull(other) {
		return null("removeAll")
	}
	if !ok {
		return none()
	}
	wanted = append([]Value(nil), wanted...)
	var rest []Value
	for _, v := range a.Elems() {
		i, err := h.index(wanted, v, depth)
		if err != nil {
			return failed(err)
		}
		if (i >= 0) == kept {
			rest = append(rest, v)
		}
	}
	changed := len(rest) != a.Len()
	a.Clear()
	for _, v := range rest {
		a.Append(v)
	}
	return giveBool(changed)
}

// callJavaArray calls a method of an array, which Velocity wraps as a list of
// fixed size.
func (h *Heap) callJavaArray(a *Array, name string, args arguments) result {
	if name == "equals" && len(args) == 1 {
		same, ok := args[0].Foreign().(*Array)
		return giveBool(ok && same == a)
	}
	if r := h.callCollection(a.elems, name, args); r.found {
		return r
	}
	switch {
	case len(args) == 1 && name == "get" && args.int(0):
		v, err := element(a.elems, args.i(0))
		return result{v, true, err}
	case len(args) == 1 && (name == "indexOf" || name == "lastIndexOf"):
		view := jsonvalue.NewList(a.elems...)
		return h.callList1(view, name, args)
	case len(args) == 2 && name == "set" && args.int(0):
		if _, err := element(a.elems, args.i(0)); err != nil {
			return failed(err)
		}
		if a.class == "[Ljava.lang.String;" && !args.text(1) && !IsNull(args[1]) {
			return failed(throw("IllegalArgumentException", "array element type mismatch"))
		}
		old := a.elems[args.i(0)]
		a.elems[args.i(0)] = stored(args[1])
		return give(old)
	case len(args) == 2 && name == "subList":
		return h.callList2(jsonvalue.NewList(a.elems...), name, args)
	case len(args) == 0 && (name == "iterator" || name == "listIterator"):
		s, _ := h.Iterate(jsonvalue.FromForeign(a))
		return give(jsonvalue.FromForeign(&Iterator{s}))
	case (len(args) == 1 && (name == "add" || name == "addAll" || name == "remove")) || (name == "clear" && len(args) == 0):
		return failed(throw("UnsupportedOperationException", "an array cannot grow or shrink"))
	}
	return none()
}
