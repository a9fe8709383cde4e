package javavalue

import "github.com/sluice-gateway/sluice/internal/jsonvalue"

// Args are those of a call, with tests for Java's parameter types. Null
// fits every type but the primitive ones.
type Args []Value

// Text tells whether argument i can be a String (or a CharSequence).
func (a Args) Text(i int) bool { return a[i].Kind() == jsonvalue.KindString }

// Int tells whether argument i can be an int.
func (a Args) Int(i int) bool {
	return a[i].Kind() == jsonvalue.KindNumber && a[i].NumberKind() == jsonvalue.Integer
}

// Long tells whether argument i can be a long.
func (a Args) Long(i int) bool {
	return a[i].Kind() == jsonvalue.KindNumber && a[i].NumberKind() <= jsonvalue.Long
}

// Double tells whether argument i can be a double.
func (a Args) Double(i int) bool {
	_, float := a[i].Foreign().(Float)
	return float || a.Long(i) || (a[i].Kind() == jsonvalue.KindNumber && a[i].NumberKind() == jsonvalue.Double)
}

// Bool tells whether argument i can be a boolean.
func (a Args) Bool(i int) bool { return a[i].Kind() == jsonvalue.KindBool }

// Char tells whether argument i can be a char.
func (a Args) Char(i int) bool {
	_, ok := a[i].Foreign().(Char)
	return ok
}

// Object tells whether argument i is a map.
func (a Args) Object(i int) bool { return a[i].Object() != nil }

// I gives argument i as an int.
func (a Args) I(i int) int {
	n, _ := a[i].Int64()
	return int(n)
}

// S gives argument i as text.
func (a Args) S(i int) string { return a[i].Text() }

// Null tells whether argument i is null.
func (a Args) Null(i int) bool { return IsNull(a[i]) }

// Null is what a method throws that cannot have null.
func Null(name string) Result {
	return Failed(Throw("NullPointerException", name+" of null"))
}

// result is what a call gives. Found says that there is such a method for these
// Args; without one the template sees "".
type Result struct {
	Value Value
	Found bool
	Err   error
}

// None says that there is no such method.
func None() Result { return Result{} }

// Give gives a value.
func Give(v Value) Result { return Result{Value: v, Found: true} }

// Failed says that the method threw.
func Failed(err error) Result { return Result{Found: true, Err: err} }

// GiveText gives a String.
func GiveText(s string) Result { return Give(jsonvalue.String(s)) }

// GiveInt gives an Integer.
func GiveInt(n int) Result { return Give(jsonvalue.Int(int64(int32(n)))) }

// GiveLong gives a Long.
func GiveLong(n int64) Result { return Give(jsonvalue.LongInt(n)) }

// GiveBool gives a Boolean.
func GiveBool(b bool) Result { return Give(jsonvalue.Bool(b)) }

// GiveFloat gives a Double.
func GiveFloat(f float64) Result { return Give(jsonvalue.Float(f)) }

// Void is what a method without a result gives: Velocity prints nothing.
func Void() Result { return GiveText("") }
