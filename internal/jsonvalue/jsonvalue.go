// Package jsonvalue holds JSON documents: it keeps the order of keys and the text of numbers, which encoding/json loses,
// types numbers as Java's json-smart does (Integer, Long, BigInteger, Double, BigDecimal), and prints both JSON and the
// text that Java's toString gives, because mapping templates show both to clients.
//
// Parse reads strictly (RFC 8259) or as leniently as json-smart's permissive mode, on which Jayway JsonPath relies.
// Depth and size are bounded, at parsing and at printing, so that no document can exhaust the process.
//
// It is NOT a codec for Go structs, has no notion of a path (see jsonpath) nor of a schema (see jsonschema).
package jsonvalue

import (
	"strconv"
	"unsafe"
)

// Kind says what a Value is.
type Kind uint8

// The kinds of value.
const (
	// KindUndefined is the zero Value: nothing there at all. Parse never returns it.
	KindUndefined Kind = iota
	// KindNull is JSON's null.
	KindNull
	// KindBool is true or false.
	KindBool
	// KindNumber is a number; see NumberKind.
	KindNumber
	// KindString is a string.
	KindString
	// KindArray is an *Array.
	KindArray
	// KindObject is an *Object.
	KindObject
	// KindForeign is a value of another package, which prints itself; no JSON text yields it.
	KindForeign
)

// String names the kind as JSON Schema does.
func (k Kind) String() string {
	names := [...]string{"undefined", "null", "boolean", "number", "string", "array", "object", "foreign"}
	if int(k) < len(names) {
		return names[k]
	}
	return "kind" + strconv.Itoa(int(k))
}

// NumberKind is the Java class that json-smart gives a number.
type NumberKind uint8

// The kinds of number, in widening order.
const (
	// Integer holds 32 bits.
	Integer NumberKind = iota
	// Long holds 64 bits.
	Long
	// BigInteger holds any integer.
	BigInteger
	// Double is IEEE 754 with 64 bits, infinities and NaN included.
	Double
	// BigDecimal is exact: json-smart's choice for a fraction of more than 18 characters.
	BigDecimal
)

// Value is one JSON value. It is small and passed by value; arrays and objects are references, so a change through one
// copy is seen through all. The zero Value is undefined. Values may be read by several goroutines at once, not written.
type Value struct {
	// p points at the text of a string or number, at the Array, the Object or the boxed foreign value; nil for the rest
	// and for numbers that hold their bits in n. The field kind alone says which, and only this file writes all three.
	p unsafe.Pointer
	// n is the length of the text at p, or the number's bits, or a Boolean.
	n    uint64
	kind Kind
	num  NumberKind
}

// Foreign is a value of another package inside a document, such as a template's block. Its String is what prints.
type Foreign interface{ String() string }

// Null returns JSON's null.
func Null() Value { return Value{kind: KindNull} }

// Bool returns true or false.
func Bool(b bool) Value {
	v := Value{kind: KindBool}
	if b {
		v.n = 1
	}
	return v
}

// Int returns an Integer when i fits into 32 bits, else a Long, as json-smart does.
func Int(i int64) Value {
	v := Value{kind: KindNumber, num: Integer, n: uint64(i)}
	if i != int64(int32(i)) {
		v.num = Long
	}
	return v
}

// LongInt returns a Long whatever its size, for what Java computes as a long.
func LongInt(i int64) Value { return Value{kind: KindNumber, num: Long, n: uint64(i)} }

// String returns a string. Invalid UTF-8 in s is printed as it is; Parse has already replaced it.
func String(s string) Value { return text(KindString, 0, s) }

// FromArray returns the array as a value.
func FromArray(a *Array) Value {
	if a == nil {
		return Value{}
	}
	return Value{kind: KindArray, p: unsafe.Pointer(a)}
}

// FromObject returns the object as a value.
func FromObject(o *Object) Value {
	if o == nil {
		return Value{}
	}
	return Value{kind: KindObject, p: unsafe.Pointer(o)}
}

// FromForeign boxes a value of another package.
func FromForeign(f Foreign) Value {
	if f == nil {
		return Value{}
	}
	return Value{kind: KindForeign, p: unsafe.Pointer(&f)}
}

func text(k Kind, n NumberKind, s string) Value {
	return Value{kind: k, num: n, p: unsafe.Pointer(unsafe.StringData(s)), n: uint64(len(s))}
}

func (v Value) rawText() string {
	return unsafe.String((*byte)(v.p), int(v.n))
}

// Kind says what v is.
func (v Value) Kind() Kind { return v.kind }

// IsUndefined reports whether there is no value at all.
func (v Value) IsUndefined() bool { return v.kind == KindUndefined }

// IsNull reports whether v is JSON's null; undefined is not.
func (v Value) IsNull() bool { return v.kind == KindNull }

// Bool returns the Boolean, false for any other kind.
func (v Value) Bool() bool { return v.kind == KindBool && v.n == 1 }

// Text returns a string's content, "" for any other kind. To print any value use String or AppendText.
func (v Value) Text() string {
	if v.kind != KindString {
		return ""
	}
	return v.rawText()
}

// Array returns the array, nil for any other kind.
func (v Value) Array() *Array {
	if v.kind != KindArray {
		return nil
	}
	return (*Array)(v.p)
}

// Object returns the object, nil for any other kind.
func (v Value) Object() *Object {
	if v.kind != KindObject {
		return nil
	}
	return (*Object)(v.p)
}

// Foreign returns the boxed value, nil for any other kind.
func (v Value) Foreign() Foreign {
	if v.kind != KindForeign {
		return nil
	}
	return *(*Foreign)(v.p)
}

// Len returns the number of elements of an array or members of an object, 0 for any other kind.
func (v Value) Len() int {
	switch v.kind {
	case KindArray:
		return v.Array().Len()
	case KindObject:
		return v.Object().Len()
	default:
		return 0
	}
}

// Get returns the member of an object, undefined when there is none or v is no object.
func (v Value) Get(key string) Value {
	if v.kind != KindObject {
		return Value{}
	}
	m, _ := (*Object)(v.p).Get(key)
	return m
}

// At returns the element of an array, undefined when i is out of range or v is no array.
func (v Value) At(i int) Value {
	if v.kind != KindArray {
		return Value{}
	}
	return (*Array)(v.p).At(i)
}
