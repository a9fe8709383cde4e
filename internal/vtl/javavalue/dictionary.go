package javavalue

import "github.com/sluice-gateway/sluice/internal/jsonvalue"

// callMap calls a method of a LinkedHashMap.
func (h *Heap) callMap(o *jsonvalue.Object, name string, args arguments) result {
	switch len(args) {
	case 0:
		return h.callMap0(o, name)
	case 1:
		return h.callMap1(o, name, args)
	case 2:
		return h.callMap2(o, name, args)
	case 3:
		if name == "replace" {
			return h.replaceMember(o, args)
		}
	}
	return none()
}

func (h *Heap) callMap0(o *jsonvalue.Object, name string) result {
	switch name {
	case "size":
		return giveInt(o.Len())
	case "isEmpty":
		return giveBool(o.Len() == 0)
	case "keySet":
		return give(jsonvalue.FromForeign(&View{h, o, keys}))
	case "values":
		return give(jsonvalue.FromForeign(&View{h, o, values}))
	case "entrySet":
		return give(jsonvalue.FromForeign(&View{h, o, entries}))
	case "clear":
		o.Clear()
		delete(h.keys, o)
		return void()
	case "clone":
		if err := h.Charge(o.Len() * valueSize); err != nil {
			return failed(err)
		}
		copied := jsonvalue.NewObject(o.Entries()...)
		if o.IsSilent() {
			copied = jsonvalue.NewSilentObject(o.Entries()...)
		}
		return give(jsonvalue.FromObject(copied))
	}
	return none()
}

func (h *Heap) callMap1(o *jsonvalue.Object, name string, args arguments) result {
	switch name {
	case "get":
		v, _, err := h.Get(o, args[0])
		return result{v, true, err}
	case "containsKey":
		_, ok, err := h.Get(o, args[0])
		if err != nil {
			return failed(err)
		}
		return giveBool(ok)
	case "containsValue":
		for _, e := range o.Entries() {
			same, err := h.Equals(e.Value, args[0])
			if err != nil {
				return failed(err)
			}
			if same {
				return giveBool(true)
			}
		}
		return giveBool(false)
	case "remove":
		old, err := h.Remove(o, args[0])
		return result{old, true, err}
	case "putAll":
		return h.putAll(o, args)
	}
	return none()
}

func (h *Heap) putAll(o *jsonvalue.Object, args arguments) result {
	if !args.object(0) {
		if IsNull(args[0]) {
			return failed(throw("NullPointerException", "putAll of null"))
		}
		return none()
	}
	from := args[0].Object()
	if from == o {
		return void()
	}
	for _, e := range from.Entries() {
		if _, err := h.Put(o, h.Key(from, e.Key), e.Value); err != nil {
			return failed(err)
		}
	}
	return void()
}

func (h *Heap) callMap2(o *jsonvalue.Object, name string, args arguments) result {
	old, ok, err := h.Get(o, args[0])
	if err != nil {
		return failed(err)
	}
	switch name {
	case "put":
		old, err = h.Put(o, args[0], args[1])
		return result{old, true, err}
	case "getOrDefault":
		if ok {
			return give(old)
		}
		return give(args[1])
	case "putIfAbsent":
		if IsNull(old) {
			_, err = h.Put(o, args[0], args[1])
		}
		return result{old, true, err}
	case "replace":
		if ok {
			_, err = h.Put(o, args[0], args[1])
		}
		return result{old, true, err}
	case "remove":
		same, err := h.Equals(old, args[1])
		if err != nil {
			return failed(err)
		}
		if ok && same {
			_, err = h.Remove(o, args[0])
		}
		return result{jsonvalue.Bool(ok && same), true, err}
	}
	return none()
}

func (h *Heap) replaceMember(o *jsonvalue.Object, args arguments) result {
	old, ok, err := h.Get(o, args[0])
	if err != nil {
		return failed(err)
	}
	same, err := h.Equals(old, args[1])
	if err != nil {
		return failed(err)
	}
	if ok && same {
		_, err = h.Put(o, args[0], args[2])
	}
	return result{jsonvalue.Bool(ok && same), true, err}
}

// callView calls a method of a map's keySet, values or entrySet.
func (h *Heap) callView(v *View, name string, args arguments) result {
	switch {
	case name == "size" && len(args) == 0:
		return giveInt(v.object.Len())
	case name == "contains" && len(args) == 1 && v.part == keys:
		return h.callMap1(v.object, "containsKey", args)
	case name == "iterator" && len(args) == 0:
		s := h.walk(v.object, v.part)
		return give(jsonvalue.FromForeign(&Iterator{s}))
	case name == "clear" && len(args) == 0:
		return h.callMap0(v.object, "clear")
	case (name == "add" || name == "addAll") && len(args) == 1:
		if _, ok := collection(args[0]); name == "addAll" && !ok {
			return none()
		}
		return failed(throw("UnsupportedOperationException", "nothing can be added to a map's view"))
	}
	if err := h.Charge(v.object.Len()); err != nil {
		return failed(err)
	}
	elems := v.elements()
	if r := h.callCollection(elems, name, args); r.found || len(args) != 1 {
		return r
	}
	return h.shrink(v, elems, name, args)
}

// shrink is remove, removeAll or retainAll on a view: the map shrinks.
func (h *Heap) shrink(v *View, elems []Value, name string, args arguments) result {
	wanted, ok := []Value{args[0]}, true
	switch name {
	case "remove":
	case "removeAll", "retainAll":
		wanted, ok = collection(args[0])
	default:
		ok = false
	}
	if !ok {
		return none()
	}
	names := make([]string, 0, len(elems))
	for _, e := range v.object.Entries() {
		names = append(names, e.Key)
	}
	changed := false
	for i, e := range elems {
		at, err := h.index(wanted, e, depth)
		if err != nil {
			return failed(err)
		}
		if (at >= 0) != (name == "retainAll") {
			changed = true
			v.object.Remove(names[i])
			if name == "remove" {
				break
			}
		}
	}
	return giveBool(changed)
}

func (h *Heap) callEntry(e *Entry, name string, args arguments) result {
	switch {
	case name == "getKey" && len(args) == 0:
		return give(e.Key())
	case name == "getValue" && len(args) == 0:
		return give(e.Value())
	case name == "setValue" && len(args) == 1:
		old, err := h.Put(e.object, e.Key(), args[0])
		return result{old, true, err}
	}
	return none()
}

func callIterator(it *Iterator, name string, args arguments) result {
	switch {
	case name == "hasNext" && len(args) == 0:
		return giveBool(it.Sequence.HasNext())
	case name == "next" && len(args) == 0:
		v, err := it.Sequence.Next()
		return result{v, true, err}
	}
	return none()
}
