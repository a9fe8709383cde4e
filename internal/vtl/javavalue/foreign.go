package javavalue

import (
	"math"
	"strconv"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// Char is a Character: a UTF-16 unit.
type Char uint16

// String is its text.
func (c Char) String() string { return string(appendUnit(nil, uint16(c))) }

// Float is a Float.
type Float float32

// String is Java's text of a float.
func (f Float) String() string {
	if abs := math.Abs(float64(f)); abs != 0 && (abs < 1e-3 || abs >= 1e7) && !math.IsInf(abs, 0) {
		short, _ := strconv.ParseFloat(strconv.FormatFloat(float64(f), 'g', -1, 32), 64)
		return string(jsonvalue.AppendDouble(nil, short))
	}
	short, _ := strconv.ParseFloat(strconv.FormatFloat(float64(f), 'g', -1, 32), 64)
	return string(jsonvalue.AppendDouble(nil, short))
}

// Entry is a Map.Entry. It writes through to its map.
type Entry struct {
	heap   *Heap
	object *jsonvalue.Object
	name   string
}

// Key is the entry's key.
func (e *Entry) Key() Value { return e.heap.Key(e.object, e.name) }

// Value is the entry's value.
func (e *Entry) Value() Value {
	v, _ := e.object.Get(e.name)
	return v
}

// String is key=value.
func (e *Entry) String() string { return e.name + "=" + stored(e.Value()).String() }

// part is what a view shows of a map.
type part uint8

const (
	keys part = iota
	values
	entries
)

// View is a map's keySet, values or entrySet; it shows the map as it is.
type View struct {
	heap   *Heap
	object *jsonvalue.Object
	part   part
}

// at gives element i.
func (v *View) at(i int) Value {
	e := v.object.Entries()[i]
	switch v.part {
	case keys:
		return v.heap.Key(v.object, e.Key)
	case values:
		return e.Value
	default:
		return jsonvalue.FromForeign(&Entry{v.heap, v.object, e.Key})
	}
}

func (v *View) elements() []Value {
	elems := make([]Value, v.object.Len())
	for i := range elems {
		elems[i] = v.at(i)
	}
	return elems
}

// String is [a, b].
func (v *View) String() string {
	dst, err := jsonvalue.AppendText(nil, jsonvalue.FromArray(jsonvalue.NewList(v.elements()...)), max(v.heap.Budget, 1))
	if err != nil {
		v.heap.Budget = 0
	}
	return string(dst)
}

// Array is a Java array, such as split gives.
type Array struct {
	elems []Value
	// class is the array's class as toString shows it.
	class string
}

// NewStrings makes a String[].
func NewStrings(elems []Value) Value {
	return jsonvalue.FromForeign(&Array{elems: elems, class: "[Ljava.lang.String;"})
}

// String is the class and, in Java, an address.
func (a *Array) String() string { return a.class + "@0" }

// Bytes gives a byte array's content; false for any other array.
func (a *Array) Bytes() ([]byte, bool) {
	if a.class != "[B" {
		return nil, false
	}
	b := make([]byte, len(a.elems))
	for i := range a.elems {
		n, _ := a.elems[i].Int64()
		b[i] = byte(n)
	}
	return b, true
}

// Iterator is a java.util.Iterator.
type Iterator struct{ Sequence Sequence }

// String is the class and, in Java, an address.
func (*Iterator) String() string { return "java.util.Iterator@0" }

// Class is a java.lang.Class, of which a template can see the name alone.
type Class string

// String is Java's text of a class.
func (c Class) String() string { return "class " + string(c) }

// Object is a value of another package with properties and methods of its own.
type Object interface {
	jsonvalue.Foreign
	// Property gives $object.name; false when there is none.
	Property(name string) (Value, bool, error)
	// Call gives $object.name(args); false when there is no such method.
	Call(name string, args []Value) (Value, bool, error)
}
