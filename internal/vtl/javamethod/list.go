package javamethod

import (
	"strconv"

	"github.com/sluice-gateway/sluice/internal/vtl/javavalue"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// callArray calls a method of a JSONArray, an ArrayList or a set.
func callArray(h *javavalue.Heap, a *jsonvalue.Array, name string, args javavalue.Args) javavalue.Result {
	if r := callCollection(h, a.Elems(), name, args); r.Found {
		return r
	}
	if a.IsSet() {
		return javavalue.None()
	}
	switch len(args) {
	case 0:
		return callList0(h, a, name)
	case 1:
		return callList1(h, a, name, args)
	case 2:
		return callList2(h, a, name, args)
	default:
		return javavalue.None()
	}
}

// callCollection calls a method that only reads.
func callCollection(h *javavalue.Heap, elems []javavalue.Value, name string, args javavalue.Args) javavalue.Result {
	switch len(args) {
	case 0:
		switch name {
		case "size":
			return javavalue.GiveInt(len(elems))
		case "isEmpty":
			return javavalue.GiveBool(len(elems) == 0)
		case "toArray":
			if err := h.Charge(len(elems) * javavalue.ValueSize); err != nil {
				return javavalue.Failed(err)
			}
			return javavalue.Give(jsonvalue.FromForeign(&javavalue.Array{Elems: append([]javavalue.Value(nil), elems...), Class: "[Ljava.lang.Object;"}))
		}
	case 1:
		switch name {
		case "contains":
			i, err := h.IndexOf(elems, args[0])
			if err != nil {
				return javavalue.Failed(err)
			}
			return javavalue.GiveBool(i >= 0)
		case "containsAll":
			return containsAll(h, elems, args)
		}
	}
	return javavalue.None()
}

func containsAll(h *javavalue.Heap, elems []javavalue.Value, args javavalue.Args) javavalue.Result {
	wanted, ok := javavalue.Collection(args[0])
	if !ok && args.Null(0) {
		return javavalue.Null("containsAll")
	}
	if !ok {
		return javavalue.None()
	}
	for _, v := range wanted {
		i, err := h.IndexOf(elems, v)
		if err != nil {
			return javavalue.Failed(err)
		}
		if i < 0 {
			return javavalue.GiveBool(false)
		}
	}
	return javavalue.GiveBool(true)
}

func callList0(h *javavalue.Heap, a *jsonvalue.Array, name string) javavalue.Result {
	switch name {
	case "iterator", "listIterator":
		s, _ := h.Iterate(jsonvalue.FromArray(a))
		return javavalue.Give(jsonvalue.FromForeign(&javavalue.Iterator{Sequence: s}))
	case "clear":
		a.Clear()
		return javavalue.Void()
	case "clone":
		if err := h.Charge(a.Len() * javavalue.ValueSize); err != nil {
			return javavalue.Failed(err)
		}
		copied := append([]javavalue.Value(nil), a.Elems()...)
		if a.IsList() {
			return javavalue.Give(jsonvalue.FromArray(jsonvalue.NewList(copied...)))
		}
		return javavalue.Give(jsonvalue.FromArray(jsonvalue.NewArray(copied...)))
	case "trimToSize":
		return javavalue.Void()
	case "toJSONString":
		if !a.IsList() {
			return json(h, jsonvalue.FromArray(a), jsonvalue.SmartWeb)
		}
	}
	return javavalue.None()
}

func json(h *javavalue.Heap, v javavalue.Value, style jsonvalue.Style) javavalue.Result {
	dst, err := jsonvalue.AppendJSON(nil, v, style, max(h.Budget, 1))
	if err != nil {
		return javavalue.Failed(javavalue.TextError(err))
	}
	if err := h.Charge(len(dst)); err != nil {
		return javavalue.Failed(err)
	}
	return javavalue.GiveText(string(dst))
}

func callList1(h *javavalue.Heap, a *jsonvalue.Array, name string, args javavalue.Args) javavalue.Result {
	switch name {
	case "get":
		if args.Int(0) {
			v, err := element(a.Elems(), args.I(0))
			return javavalue.Result{Value: v, Found: true, Err: err}
		}
	case "add", "appendElement":
		if name == "appendElement" && a.IsList() {
			return javavalue.None()
		}
		if err := h.Charge(javavalue.ValueSize); err != nil {
			return javavalue.Failed(err)
		}
		a.Append(javavalue.Stored(args[0]))
		if name == "appendElement" {
			return javavalue.Give(jsonvalue.FromArray(a))
		}
		return javavalue.GiveBool(true)
	case "addAll":
		return addAll(h, a, a.Len(), args[0])
	case "remove":
		return removeFrom(h, a, args)
	case "removeAll", "retainAll":
		return keepOnly(h, a, args[0], name == "retainAll")
	case "indexOf", "lastIndexOf":
		find := h.LastIndexOf
		if name == "indexOf" {
			find = func(elems []javavalue.Value, v javavalue.Value) (int, error) { return h.IndexOf(elems, v) }
		}
		i, err := find(a.Elems(), args[0])
		if err != nil {
			return javavalue.Failed(err)
		}
		return javavalue.GiveInt(i)
	case "ensureCapacity":
		if args.Int(0) {
			return javavalue.Void()
		}
	}
	return javavalue.None()
}

func callList2(h *javavalue.Heap, a *jsonvalue.Array, name string, args javavalue.Args) javavalue.Result {
	if !args.Int(0) {
		return javavalue.None()
	}
	i := args.I(0)
	switch name {
	case "set":
		if _, err := element(a.Elems(), i); err != nil {
			return javavalue.Failed(err)
		}
		old, _ := a.Set(i, javavalue.Stored(args[1]))
		return javavalue.Give(old)
	case "add":
		if err := h.Charge(javavalue.ValueSize + a.Len()/8); err != nil {
			return javavalue.Failed(err)
		}
		if !a.Insert(i, javavalue.Stored(args[1])) {
			return javavalue.Failed(javavalue.Throw("IndexOutOfBoundsException", "Index: "+strconv.Itoa(i)+", Size: "+strconv.Itoa(a.Len())))
		}
		return javavalue.Void()
	case "addAll":
		if i < 0 || i > a.Len() {
			if _, ok := javavalue.Collection(args[1]); !ok {
				return javavalue.None()
			}
			return javavalue.Failed(javavalue.Throw("IndexOutOfBoundsException", "Index: "+strconv.Itoa(i)+", Size: "+strconv.Itoa(a.Len())))
		}
		return addAll(h, a, i, args[1])
	case "subList":
		if !args.Int(1) {
			return javavalue.None()
		}
		j := args.I(1)
		if i < 0 || j > a.Len() || i > j {
			return javavalue.Failed(javavalue.Throw("IndexOutOfBoundsException", "fromIndex: "+strconv.Itoa(i)+", toIndex: "+strconv.Itoa(j)))
		}
		if err := h.Charge((j - i) * javavalue.ValueSize); err != nil {
			return javavalue.Failed(err)
		}
		return javavalue.Give(jsonvalue.FromArray(jsonvalue.NewList(append([]javavalue.Value(nil), a.Elems()[i:j]...)...)))
	}
	return javavalue.None()
}

func addAll(h *javavalue.Heap, a *jsonvalue.Array, at int, from javavalue.Value) javavalue.Result {
	added, ok := javavalue.Collection(from)
	if !ok {
		if javavalue.IsNull(from) {
			return javavalue.Failed(javavalue.Throw("NullPointerException", "addAll of null"))
		}
		return javavalue.None()
	}
	if err := h.Charge(len(added)*javavalue.ValueSize + a.Len()); err != nil {
		return javavalue.Failed(err)
	}
	added = append([]javavalue.Value(nil), added...)
	tail := append([]javavalue.Value(nil), a.Elems()[at:]...)
	for a.Len() > at {
		a.Remove(a.Len() - 1)
	}
	for _, v := range append(added, tail...) {
		a.Append(v)
	}
	return javavalue.GiveBool(len(added) > 0)
}

// removeFrom removes by index when the argument is an int, else by value.
func removeFrom(h *javavalue.Heap, a *jsonvalue.Array, args javavalue.Args) javavalue.Result {
	if err := h.Charge(a.Len() / 8); err != nil {
		return javavalue.Failed(err)
	}
	if args.Int(0) {
		if _, err := element(a.Elems(), args.I(0)); err != nil {
			return javavalue.Failed(err)
		}
		old, _ := a.Remove(args.I(0))
		return javavalue.Give(old)
	}
	i, err := h.IndexOf(a.Elems(), args[0])
	if err != nil {
		return javavalue.Failed(err)
	}
	if i >= 0 {
		a.Remove(i)
	}
	return javavalue.GiveBool(i >= 0)
}

// keepOnly is retainAll, or removeAll when kept is false.
func keepOnly(h *javavalue.Heap, a *jsonvalue.Array, other javavalue.Value, kept bool) javavalue.Result {
	wanted, ok := javavalue.Collection(other)
	if !ok && javavalue.IsNull(other) {
		return javavalue.Null("removeAll")
	}
	if !ok {
		return javavalue.None()
	}
	wanted = append([]javavalue.Value(nil), wanted...)
	var rest []javavalue.Value
	for _, v := range a.Elems() {
		i, err := h.IndexOf(wanted, v)
		if err != nil {
			return javavalue.Failed(err)
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
	return javavalue.GiveBool(changed)
}

// callJavaArray calls a method of an array, which Velocity wraps as a list of
// fixed size.
func callJavaArray(h *javavalue.Heap, a *javavalue.Array, name string, args javavalue.Args) javavalue.Result {
	if name == "equals" && len(args) == 1 {
		same, ok := args[0].Foreign().(*javavalue.Array)
		return javavalue.GiveBool(ok && same == a)
	}
	if r := callCollection(h, a.Elems, name, args); r.Found {
		return r
	}
	switch {
	case len(args) == 1 && name == "get" && args.Int(0):
		v, err := element(a.Elems, args.I(0))
		return javavalue.Result{Value: v, Found: true, Err: err}
	case len(args) == 1 && (name == "indexOf" || name == "lastIndexOf"):
		view := jsonvalue.NewList(a.Elems...)
		return callList1(h, view, name, args)
	case len(args) == 2 && name == "set" && args.Int(0):
		if _, err := element(a.Elems, args.I(0)); err != nil {
			return javavalue.Failed(err)
		}
		if a.Class == "[Ljava.lang.String;" && !args.Text(1) && !javavalue.IsNull(args[1]) {
			return javavalue.Failed(javavalue.Throw("IllegalArgumentException", "array element type mismatch"))
		}
		old := a.Elems[args.I(0)]
		a.Elems[args.I(0)] = javavalue.Stored(args[1])
		return javavalue.Give(old)
	case len(args) == 2 && name == "subList":
		return callList2(h, jsonvalue.NewList(a.Elems...), name, args)
	case len(args) == 0 && (name == "iterator" || name == "listIterator"):
		s, _ := h.Iterate(jsonvalue.FromForeign(a))
		return javavalue.Give(jsonvalue.FromForeign(&javavalue.Iterator{Sequence: s}))
	case len(args) == 1 && name == "remove" && !args.Int(0):
		i, err := h.IndexOf(a.Elems, args[0])
		if err != nil {
			return javavalue.Failed(err)
		}
		if i < 0 {
			return javavalue.GiveBool(false)
		}
		return javavalue.Failed(javavalue.Throw("UnsupportedOperationException", "an array cannot shrink"))
	case (len(args) == 1 && (name == "add" || name == "addAll" || name == "remove")) || (name == "clear" && len(args) == 0):
		return javavalue.Failed(javavalue.Throw("UnsupportedOperationException", "an array cannot grow or shrink"))
	}
	return javavalue.None()
}
