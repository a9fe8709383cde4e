// Package javamethod calls the methods and reads the properties that the values of
// a template have: those of Java's String, LinkedHashMap, ArrayList, their views,
// entries and iterators, and numbers, as Velocity 1.7 finds them by reflection. It
// is NOT a way to reach anything else of Java.
package javamethod

import (
	"strconv"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl/javatext"
	"github.com/sluice-gateway/sluice/internal/vtl/javavalue"
)

// Call calls a method. False says that there is none of this name for these
// arguments.
func Call(h *javavalue.Heap, v javavalue.Value, name string, args []javavalue.Value) (javavalue.Value, bool, error) {
	r := call(h, v, name, args)
	return r.Value, r.Found, r.Err
}

func call(h *javavalue.Heap, v javavalue.Value, name string, args javavalue.Args) javavalue.Result {
	if err := h.Charge(1); err != nil {
		return javavalue.Failed(err)
	}
	var r javavalue.Result
	switch v.Kind() {
	case jsonvalue.KindString:
		r = javatext.Call(h, v.Text(), name, args)
	case jsonvalue.KindObject:
		r = callMap(h, v.Object(), name, args)
	case jsonvalue.KindArray:
		r = callArray(h, v.Array(), name, args)
	case jsonvalue.KindNumber:
		r = h.CallNumber(v, name, args)
	case jsonvalue.KindBool:
		r = javavalue.CallBool(v.Bool(), name, args)
	case jsonvalue.KindForeign:
		r = callForeign(h, v.Foreign(), name, args)
	default:
		return javavalue.None()
	}
	if !r.Found {
		r = callAny(h, v, name, args)
	}
	if !r.Found && len(args) > 0 && takesNone(v, name) {
		return javavalue.Failed(javavalue.Throw("IllegalArgumentException", name+"() takes no arguments"))
	}
	return r
}

func callForeign(h *javavalue.Heap, f jsonvalue.Foreign, name string, args javavalue.Args) javavalue.Result {
	switch x := f.(type) {
	case javavalue.Object:
		value, found, err := x.Call(name, args)
		return javavalue.Result{Value: value, Found: found, Err: err}
	case *javavalue.View:
		return callView(h, x, name, args)
	case *javavalue.Entry:
		return callEntry(x, name, args)
	case *javavalue.Array:
		return callJavaArray(h, x, name, args)
	case *javavalue.Iterator:
		return callIterator(x, name, args)
	case javavalue.Char:
		return javavalue.CallChar(x, name, args)
	case javavalue.Float:
		return h.CallNumber(jsonvalue.FromForeign(x), name, args)
	case javavalue.Class:
		if name == "getName" && len(args) == 0 {
			return javavalue.GiveText(string(x))
		}
	}
	return javavalue.None()
}

// callAny calls a method of java.lang.Object.
func callAny(h *javavalue.Heap, v javavalue.Value, name string, args javavalue.Args) javavalue.Result {
	switch {
	case name == "toString" && len(args) == 0:
		s, err := h.Text(v)
		if err != nil {
			return javavalue.Failed(err)
		}
		return javavalue.GiveText(s)
	case name == "equals" && len(args) == 1:
		same, err := h.Equals(v, args[0])
		if err != nil {
			return javavalue.Failed(err)
		}
		return javavalue.GiveBool(same)
	case name == "hashCode" && len(args) == 0:
		n, err := h.Hash(v)
		if err != nil {
			return javavalue.Failed(err)
		}
		return javavalue.GiveInt(int(n))
	}
	return javavalue.None()
}

// Property gives value.name as Velocity looks it up: a getter, else a map's
// member, else an is-method. Undefined when there is none.
func Property(h *javavalue.Heap, v javavalue.Value, name string) (javavalue.Value, error) {
	switch v.Kind() {
	case jsonvalue.KindObject:
		if !h.HasTypedKeys() {
			return v.Get(name), nil
		}
		member, _, err := h.Get(v.Object(), jsonvalue.String(name))
		return member, err
	case jsonvalue.KindForeign:
		if o, ok := v.Foreign().(javavalue.Object); ok {
			member, _, err := o.Property(name)
			return member, err
		}
	}
	return bean(h, v, name)
}

// bean looks for the few getters that these classes have.
func bean(h *javavalue.Heap, v javavalue.Value, name string) (javavalue.Value, error) {
	method := getter(name)
	if method == "" {
		return javavalue.Value{}, nil
	}
	if _, java := v.Foreign().(*javavalue.Array); java {
		return javavalue.Value{}, nil // an array has no methods of its own
	}
	value, _, err := Call(h, v, method, nil)
	return value, err
}

// IsGetter reports whether any class but maps has a property of this name.
func IsGetter(name string) bool { return getter(name) != "" }

// getter gives the method behind a property, "" when no class has it.
func getter(name string) string {
	switch name {
	case "empty", "Empty":
		return "isEmpty"
	case "blank", "Blank":
		return "isBlank"
	case "bytes", "Bytes":
		return "getBytes"
	case "key", "Key":
		return "getKey"
	case "value", "javavalue.Value":
		return "getValue"
	case "naN", "NaN":
		return "isNaN"
	case "infinite", "Infinite":
		return "isInfinite"
	case "name", "Name":
		return "getName"
	default:
		return ""
	}
}

// Index gives value[argument], which is value.get(argument) with negative
// integers counted from the end. Undefined when there is no such method.
func Index(h *javavalue.Heap, v, argument javavalue.Value) (javavalue.Value, error) {
	if err := h.Charge(1); err != nil {
		return javavalue.Value{}, err
	}
	isInt := argument.Kind() == jsonvalue.KindNumber && argument.NumberKind() == jsonvalue.Integer
	if isInt {
		var err error
		if argument, err = fromEnd(h, v, argument); err != nil {
			return javavalue.Value{}, err
		}
	}
	switch v.Kind() {
	case jsonvalue.KindObject:
		member, _, err := h.Get(v.Object(), argument)
		return member, err
	case jsonvalue.KindArray:
		if v.Array().IsSet() || !isInt {
			return javavalue.Value{}, nil
		}
		i, _ := argument.Int64()
		return element(v.Array().Elems(), int(i))
	case jsonvalue.KindForeign:
		if array, ok := v.Foreign().(*javavalue.Array); ok && isInt {
			i, _ := argument.Int64()
			return element(array.Elems, int(i))
		}
	}
	value, _, err := Call(h, v, "get", []javavalue.Value{argument})
	return value, err
}

// fromEnd makes -1 the last index.
func fromEnd(h *javavalue.Heap, v, argument javavalue.Value) (javavalue.Value, error) {
	args := javavalue.Args{argument}
	if !args.Int(0) || args.I(0) >= 0 {
		return argument, nil
	}
	size, found, err := Call(h, v, "size", nil)
	if err != nil {
		return javavalue.Value{}, err
	}
	n, integer := size.Int64()
	if !found || !integer {
		return javavalue.Value{}, javavalue.Throw("VelocityException", "a negative index needs a list")
	}
	return jsonvalue.Int(n + int64(args.I(0))), nil
}

// element gives an element or throws.
func element(elems []javavalue.Value, i int) (javavalue.Value, error) {
	if i < 0 || i >= len(elems) {
		return javavalue.Value{}, javavalue.Throw("IndexOutOfBoundsException", "Index "+strconv.Itoa(i)+" out of bounds for length "+strconv.Itoa(len(elems)))
	}
	return elems[i], nil
}

// Setter is an Object that takes $object.name = value.
type Setter interface {
	SetProperty(name string, v javavalue.Value) error
}

// SetProperty is #set(target.name = value); what cannot be set stays as it is.
func SetProperty(h *javavalue.Heap, target javavalue.Value, name string, v javavalue.Value) error {
	if o := target.Object(); o != nil {
		_, err := h.Put(o, jsonvalue.String(name), v)
		return err
	}
	switch x := target.Foreign().(type) {
	case Setter:
		return x.SetProperty(name, v)
	case *javavalue.Entry:
		if name == "value" || name == "javavalue.Value" {
			_, err := x.Set(v)
			return err
		}
	}
	return nil
}

// SetIndex is #set(target[argument] = value): set for a list, put for a map.
func SetIndex(h *javavalue.Heap, target, argument, v javavalue.Value) error {
	argument, err := fromEnd(h, target, argument)
	if err != nil {
		return err
	}
	for _, name := range [...]string{"set", "put"} {
		_, found, err := Call(h, target, name, []javavalue.Value{argument, v})
		if found || err != nil {
			return err
		}
	}
	return nil
}
