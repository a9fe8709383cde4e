package javavalue

import (
	"math"
	"strconv"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// Char is a Character: a UTF-16 unit.
type Char uint16

// String is its text.
func (c Char) String() string { return string(AppendUnit(nil, uint16(c))) }

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

// Set sets the value and gives what it was.
func (e *Entry) Set(v Value) (Value, error) { return e.heap.Put(e.object, e.Key(), v) }

// String is key=value.
func (e *Entry) String() string { return e.name + "=" + Stored(e.Value()).String() }

// Part is what a view shows of a map.
type Part uint8

// The parts of a map.
const (
	Keys Part = iota
	Values
	Entries
)

// View is a map's keySet, values or entrySet; it shows the map as it is.
type View struct {
	heap   *Heap
	object *jsonvalue.Object
	part   Part
}

// at gives element i.
func (v *View) at(i int) Value {
	e := v.object.Entries()[i]
	switch v.part {
	case Keys:
		return v.heap.Key(v.object, e.Key)
	case Values:
		return e.Value
	default:
		return jsonvalue.FromForeign(&Entry{v.heap, v.object, e.Key})
	}
}

// NewView makes a view of a map.
func (h *Heap) NewView(o *jsonvalue.Object, p Part) Value {
	return jsonvalue.FromForeign(&View{h, o, p})
}

// Object is the map that the view shows.
func (v *View) Object() *jsonvalue.Object { return v.object }

// Part is what the view shows.
func (v *View) Part() Part { return v.part }

// Elements gives what the view shows just now.
func (v *View) Elements() []Value {
	elems := make([]Value, v.object.Len())
	for i := range elems {
		elems[i] = v.at(i)
	}
	return elems
}

// String is [a, b].
func (v *View) String() string {
	dst, err := jsonvalue.AppendText(nil, jsonvalue.FromArray(jsonvalue.NewList(v.Elements()...)), max(v.heap.Budget, 1))
	if err != nil {
		v.heap.Budget = 0
	}
	return string(dst)
}

// Array is a Java array, such as split gives.
type Array struct {
	Elems []Value
	// Class is the array's class as toString shows it.
	Class string
}

// NewStrings makes a String[].
func NewStrings(elems []Value) Value {
	return jsonvalue.FromForeign(&Array{Elems: elems, Class: "[Ljava.lang.String;"})
}

// String is the class and, in Java, an address.
func (a *Array) String() string { return a.Class + "@0" }

// Bytes gives a byte array's content; false for any other array.
func (a *Array) Bytes() ([]byte, bool) {
	if a.Class != "[B" {
		return nil, false
	}
	b := make([]byte, len(a.Elems))
	for i := range a.Elems {
		n, _ := a.Elems[i].Int64()
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

// Collection gives the elements of a java.util.Collection.
func Collection(v Value) ([]Value, bool) {
	if a := v.Array(); a != nil {
		return a.Elems(), true
	}
	if view, ok := v.Foreign().(*View); ok {
		return view.Elements(), true
	}
	return nil, false
}
