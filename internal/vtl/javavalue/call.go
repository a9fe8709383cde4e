package javavalue

import (
	"strconv"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// arguments are those of a call, with tests for Java's parameter types. Null
// fits every type but the primitive ones.
type arguments []Value

// text tells whether argument i can be a String (or a CharSequence).
func (a arguments) text(i int) bool { return a[i].Kind() == jsonvalue.KindString }

// int tells whether argument i can be an int.
func (a arguments) int(i int) bool {
	return a[i].Kind() == jsonvalue.KindNumber && a[i].NumberKind() == jsonvalue.Integer
}

// long tells whether argument i can be a long.
func (a arguments) long(i int) bool {
	return a[i].Kind() == jsonvalue.KindNumber && a[i].NumberKind() <= jsonvalue.Long
}

// double tells whether argument i can be a double.
func (a arguments) double(i int) bool {
	_, float := a[i].Foreign().(Float)
	return float || a.long(i) || (a[i].Kind() == jsonvalue.KindNumber && a[i].NumberKind() == jsonvalue.Double)
}

func (a arguments) bool(i int) bool { return a[i].Kind() == jsonvalue.KindBool }

func (a arguments) char(i int) bool {
	_, ok := a[i].Foreign().(Char)
	return ok
}

func (a arguments) object(i int) bool { return a[i].Object() != nil }

func (a arguments) i(i int) int {
	n, _ := a[i].Int64()
	return int(n)
}

func (a arguments) s(i int) string { return a[i].Text() }

// nullAt tells whether argument i is null.
func (a arguments) nullAt(i int) bool { return IsNull(a[i]) }

// null is what a method throws that cannot have null.
func null(name string) result {
	return failed(throw("NullPointerException", name+" of null"))
}

// result is what a call gives. Found says that there is such a method for these
// arguments; without one the template sees "".
type result struct {
	value Value
	found bool
	err   error
}

func none() result               { return result{} }
func give(v Value) result        { return result{value: v, found: true} }
func failed(err error) result    { return result{found: true, err: err} }
func giveText(s string) result   { return give(jsonvalue.String(s)) }
func giveInt(n int) result       { return give(jsonvalue.Int(int64(int32(n)))) }
func giveLong(n int64) result    { return give(jsonvalue.LongInt(n)) }
func giveBool(b bool) result     { return give(jsonvalue.Bool(b)) }
func giveFloat(f float64) result { return give(jsonvalue.Float(f)) }

// void is what a method without a result gives: Velocity prints nothing.
func void() result { return giveText("") }

// Call calls a method. False says that there is none of this name for these
// arguments.
func (h *Heap) Call(v Value, name string, args []Value) (Value, bool, error) {
	r := h.call(v, name, args)
	return r.value, r.found, r.err
}

func (h *Heap) call(v Value, name string, args arguments) result {
	if err := h.Charge(1); err != nil {
		return failed(err)
	}
	var r result
	switch v.Kind() {
	case jsonvalue.KindString:
		r = h.callText(v.Text(), name, args)
	case jsonvalue.KindObject:
		r = h.callMap(v.Object(), name, args)
	case jsonvalue.KindArray:
		r = h.callArray(v.Array(), name, args)
	case jsonvalue.KindNumber:
		r = h.callNumber(v, name, args)
	case jsonvalue.KindBool:
		r = h.callBool(v.Bool(), name, args)
	case jsonvalue.KindForeign:
		r = h.callForeign(v.Foreign(), name, args)
	default:
		return none()
	}
	if !r.found {
		r = h.callAny(v, name, args)
	}
	if !r.found && len(args) > 0 && takesNone(v, name) {
		return failed(throw("IllegalArgumentException", name+"() takes no arguments"))
	}
	return r
}

func (h *Heap) callForeign(f jsonvalue.Foreign, name string, args arguments) result {
	switch x := f.(type) {
	case Object:
		value, found, err := x.Call(name, args)
		return result{value, found, err}
	case *View:
		return h.callView(x, name, args)
	case *Entry:
		return h.callEntry(x, name, args)
	case *Array:
		return h.callJavaArray(x, name, args)
	case *Iterator:
		return callIterator(x, name, args)
	case Char:
		return callChar(x, name, args)
	case Float:
		return h.callNumber(jsonvalue.FromForeign(x), name, args)
	case Class:
		if name == "getName" && len(args) == 0 {
			return giveText(string(x))
		}
	}
	return none()
}

// callAny calls a method of java.lang.Object.
func (h *Heap) callAny(v Value, name string, args arguments) result {
	switch {
	case name == "toString" && len(args) == 0:
		s, err := h.Text(v)
		if err != nil {
			return failed(err)
		}
		return giveText(s)
	case name == "equals" && len(args) == 1:
		same, err := h.Equals(v, args[0])
		if err != nil {
			return failed(err)
		}
		return giveBool(same)
	case name == "hashCode" && len(args) == 0:
		n, err := h.Hash(v)
		if err != nil {
			return failed(err)
		}
		return giveInt(int(n))
	}
	return none()
}

// Property gives value.name as Velocity looks it up: a getter, else a map's
// member, else an is-method. Undefined when there is none.
func (h *Heap) Property(v Value, name string) (Value, error) {
	switch v.Kind() {
	case jsonvalue.KindObject:
		if h.keys == nil {
			return v.Get(name), nil
		}
		member, _, err := h.Get(v.Object(), jsonvalue.String(name))
		return member, err
	case jsonvalue.KindForeign:
		if o, ok := v.Foreign().(Object); ok {
			member, _, err := o.Property(name)
			return member, err
		}
	}
	return h.bean(v, name)
}

// bean looks for the few getters that these classes have.
func (h *Heap) bean(v Value, name string) (Value, error) {
	method := getter(name)
	if method == "" {
		return Value{}, nil
	}
	if _, java := v.Foreign().(*Array); java {
		return Value{}, nil // an array has no methods of its own
	}
	value, _, err := h.Call(v, method, nil)
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
	case "value", "Value":
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
func (h *Heap) Index(v, argument Value) (Value, error) {
	if err := h.Charge(1); err != nil {
		return Value{}, err
	}
	isInt := argument.Kind() == jsonvalue.KindNumber && argument.NumberKind() == jsonvalue.Integer
	if isInt {
		var err error
		if argument, err = h.fromEnd(v, argument); err != nil {
			return Value{}, err
		}
	}
	switch v.Kind() {
	case jsonvalue.KindObject:
		member, _, err := h.Get(v.Object(), argument)
		return member, err
	case jsonvalue.KindArray:
		if v.Array().IsSet() || !isInt {
			return Value{}, nil
		}
		i, _ := argument.Int64()
		return element(v.Array().Elems(), int(i))
	case jsonvalue.KindForeign:
		if array, ok := v.Foreign().(*Array); ok && isInt {
			i, _ := argument.Int64()
			return element(array.elems, int(i))
		}
	}
	value, _, err := h.Call(v, "get", []Value{argument})
	return value, err
}

// fromEnd makes -1 the last index.
func (h *Heap) fromEnd(v, argument Value) (Value, error) {
	args := arguments{argument}
	if !args.int(0) || args.i(0) >= 0 {
		return argument, nil
	}
	size, found, err := h.Call(v, "size", nil)
	if err != nil {
		return Value{}, err
	}
	n, integer := size.Int64()
	if !found || !integer {
		return Value{}, throw("VelocityException", "a negative index needs a list")
	}
	return jsonvalue.Int(n + int64(args.i(0))), nil
}

// element gives an element or throws.
func element(elems []Value, i int) (Value, error) {
	if i < 0 || i >= len(elems) {
		return Value{}, throw("IndexOutOfBoundsException", "Index "+strconv.Itoa(i)+" out of bounds for length "+strconv.Itoa(len(elems)))
	}
	return elems[i], nil
}

// Setter is an Object that takes $object.name = value.
type Setter interface {
	SetProperty(name string, v Value) error
}

// SetProperty is #set(target.name = value); what cannot be set stays as it is.
func (h *Heap) SetProperty(target Value, name string, v Value) error {
	if o := target.Object(); o != nil {
		_, err := h.Put(o, jsonvalue.String(name), v)
		return err
	}
	switch x := target.Foreign().(type) {
	case Setter:
		return x.SetProperty(name, v)
	case *Entry:
		if name == "value" || name == "Value" {
			_, err := h.Put(x.object, x.Key(), v)
			return err
		}
	}
	return nil
}

// SetIndex is #set(target[argument] = value): set for a list, put for a map.
func (h *Heap) SetIndex(target, argument, v Value) error {
	argument, err := h.fromEnd(target, argument)
	if err != nil {
		return err
	}
	for _, name := range [...]string{"set", "put"} {
		_, found, err := h.Call(target, name, []Value{argument, v})
		if found || err != nil {
			return err
		}
	}
	return nil
}
