package javamethod

import (
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl/javavalue"
)

// callMap calls a method of a LinkedHashMap.
func callMap(h *javavalue.Heap, o *jsonvalue.Object, name string, args javavalue.Args) javavalue.Result {
	switch len(args) {
	case 0:
		return callMap0(h, o, name)
	case 1:
		return callMap1(h, o, name, args)
	case 2:
		return callMap2(h, o, name, args)
	case 3:
		if name == "replace" {
			return replaceMember(h, o, args)
		}
	}
	return javavalue.None()
}

func callMap0(h *javavalue.Heap, o *jsonvalue.Object, name string) javavalue.Result {
	switch name {
	case "size":
		return javavalue.GiveInt(o.Len())
	case "isEmpty":
		return javavalue.GiveBool(o.Len() == 0)
	case "keySet":
		return javavalue.Give(h.NewView(o, javavalue.Keys))
	case "values":
		return javavalue.Give(h.NewView(o, javavalue.Values))
	case "entrySet":
		return javavalue.Give(h.NewView(o, javavalue.Entries))
	case "clear":
		h.Clear(o)
		return javavalue.Void()
	case "clone":
		if err := h.Charge(o.Len() * javavalue.ValueSize); err != nil {
			return javavalue.Failed(err)
		}
		copied := jsonvalue.NewObject(o.Entries()...)
		if o.IsSilent() {
			copied = jsonvalue.NewSilentObject(o.Entries()...)
		}
		return javavalue.Give(jsonvalue.FromObject(copied))
	}
	return javavalue.None()
}

func callMap1(h *javavalue.Heap, o *jsonvalue.Object, name string, args javavalue.Args) javavalue.Result {
	switch name {
	case "get":
		v, _, err := h.Get(o, args[0])
		return javavalue.Result{Value: v, Found: true, Err: err}
	case "containsKey":
		_, ok, err := h.Get(o, args[0])
		if err != nil {
			return javavalue.Failed(err)
		}
		return javavalue.GiveBool(ok)
	case "containsValue":
		for _, e := range o.Entries() {
			same, err := h.Equals(e.Value, args[0])
			if err != nil {
				return javavalue.Failed(err)
			}
			if same {
				return javavalue.GiveBool(true)
			}
		}
		return javavalue.GiveBool(false)
	case "remove":
		old, err := h.Remove(o, args[0])
		return javavalue.Result{Value: old, Found: true, Err: err}
	case "putAll":
		return putAll(h, o, args)
	}
	return javavalue.None()
}

func putAll(h *javavalue.Heap, o *jsonvalue.Object, args javavalue.Args) javavalue.Result {
	if !args.Object(0) {
		if javavalue.IsNull(args[0]) {
			return javavalue.Failed(javavalue.Throw("NullPointerException", "putAll of null"))
		}
		return javavalue.None()
	}
	from := args[0].Object()
	if from == o {
		return javavalue.Void()
	}
	for _, e := range from.Entries() {
		if _, err := h.Put(o, h.Key(from, e.Key), e.Value); err != nil {
			return javavalue.Failed(err)
		}
	}
	return javavalue.Void()
}

func callMap2(h *javavalue.Heap, o *jsonvalue.Object, name string, args javavalue.Args) javavalue.Result {
	old, ok, err := h.Get(o, args[0])
	if err != nil {
		return javavalue.Failed(err)
	}
	switch name {
	case "put":
		old, err = h.Put(o, args[0], args[1])
		return javavalue.Result{Value: old, Found: true, Err: err}
	case "getOrDefault":
		if ok {
			return javavalue.Give(old)
		}
		return javavalue.Give(args[1])
	case "putIfAbsent":
		if javavalue.IsNull(old) {
			_, err = h.Put(o, args[0], args[1])
		}
		return javavalue.Result{Value: old, Found: true, Err: err}
	case "replace":
		if ok {
			_, err = h.Put(o, args[0], args[1])
		}
		return javavalue.Result{Value: old, Found: true, Err: err}
	case "remove":
		same, err := h.Equals(old, args[1])
		if err != nil {
			return javavalue.Failed(err)
		}
		if ok && same {
			_, err = h.Remove(o, args[0])
		}
		return javavalue.Result{Value: jsonvalue.Bool(ok && same), Found: true, Err: err}
	}
	return javavalue.None()
}

func replaceMember(h *javavalue.Heap, o *jsonvalue.Object, args javavalue.Args) javavalue.Result {
	old, ok, err := h.Get(o, args[0])
	if err != nil {
		return javavalue.Failed(err)
	}
	same, err := h.Equals(old, args[1])
	if err != nil {
		return javavalue.Failed(err)
	}
	if ok && same {
		_, err = h.Put(o, args[0], args[2])
	}
	return javavalue.Result{Value: jsonvalue.Bool(ok && same), Found: true, Err: err}
}

// callView calls a method of a map's keySet, values or entrySet.
func callView(h *javavalue.Heap, v *javavalue.View, name string, args javavalue.Args) javavalue.Result {
	switch {
	case name == "size" && len(args) == 0:
		return javavalue.GiveInt(v.Object().Len())
	case name == "contains" && len(args) == 1 && v.Part() == javavalue.Keys:
		return callMap1(h, v.Object(), "containsKey", args)
	case name == "iterator" && len(args) == 0:
		s := h.Walk(v.Object(), v.Part())
		return javavalue.Give(jsonvalue.FromForeign(&javavalue.Iterator{Sequence: s}))
	case name == "clear" && len(args) == 0:
		return callMap0(h, v.Object(), "clear")
	case (name == "add" || name == "addAll") && len(args) == 1:
		if _, ok := javavalue.Collection(args[0]); name == "addAll" && !ok {
			return javavalue.None()
		}
		return javavalue.Failed(javavalue.Throw("UnsupportedOperationException", "nothing can be added to a map's view"))
	}
	if err := h.Charge(v.Object().Len()); err != nil {
		return javavalue.Failed(err)
	}
	elems := v.Elements()
	if r := callCollection(h, elems, name, args); r.Found || len(args) != 1 {
		return r
	}
	return shrink(h, v, elems, name, args)
}

// shrink is remove, removeAll or retainAll on a view: the map shrinks.
func shrink(h *javavalue.Heap, v *javavalue.View, elems []javavalue.Value, name string, args javavalue.Args) javavalue.Result {
	wanted, ok := []javavalue.Value{args[0]}, true
	switch name {
	case "remove":
	case "removeAll", "retainAll":
		wanted, ok = javavalue.Collection(args[0])
	default:
		ok = false
	}
	if !ok {
		return javavalue.None()
	}
	names := make([]string, 0, len(elems))
	for _, e := range v.Object().Entries() {
		names = append(names, e.Key)
	}
	changed := false
	for i, e := range elems {
		at, err := h.IndexOf(wanted, e)
		if err != nil {
			return javavalue.Failed(err)
		}
		if (at >= 0) != (name == "retainAll") {
			changed = true
			v.Object().Remove(names[i])
			if name == "remove" {
				break
			}
		}
	}
	return javavalue.GiveBool(changed)
}

func callEntry(e *javavalue.Entry, name string, args javavalue.Args) javavalue.Result {
	switch {
	case name == "getKey" && len(args) == 0:
		return javavalue.Give(e.Key())
	case name == "getValue" && len(args) == 0:
		return javavalue.Give(e.Value())
	case name == "setValue" && len(args) == 1:
		old, err := e.Set(args[0])
		return javavalue.Result{Value: old, Found: true, Err: err}
	}
	return javavalue.None()
}

func callIterator(it *javavalue.Iterator, name string, args javavalue.Args) javavalue.Result {
	switch {
	case name == "hasNext" && len(args) == 0:
		return javavalue.GiveBool(it.Sequence.HasNext())
	case name == "next" && len(args) == 0:
		v, err := it.Sequence.Next()
		return javavalue.Result{Value: v, Found: true, Err: err}
	}
	return javavalue.None()
}
