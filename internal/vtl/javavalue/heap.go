// Package javavalue gives JSON values the behaviour that Java's classes have for
// a mapping template: their methods and properties, equality, arithmetic and
// text. Objects are LinkedHashMaps, arrays JSONArrays or ArrayLists, numbers
// Integer, Long, BigInteger, Double or BigDecimal; what JSON has no kind for (an
// entry, a view of a map, a character) is a foreign value of this package.
//
// It is NOT a Java: there are only the methods that templates can call with the
// values that they can have, no classes, no reflection, no I/O.
package javavalue

import (
	"errors"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// Value is a value of a template. Undefined and JSON's null are Java's null.
type Value = jsonvalue.Value

// ErrLimit says that a rendering has used up its budget.
var ErrLimit = errors.New("the template does too much work or builds too much text")

// Exception is what a Java method would throw: it ends the rendering.
//
//nolint:errname // Java calls it an exception
type Exception struct {
	// Class is Java's class, without its package; "" for what Velocity itself
	// refuses.
	Class string
	// Text says what was wrong.
	Text string
}

// Error implements error.
func (e *Exception) Error() string {
	if e.Class == "" {
		return e.Text
	}
	return e.Class + ": " + e.Text
}

func Throw(class, text string) error { return &Exception{Class: class, Text: text} }

// Heap is what the values of one rendering share: the budget of work and memory,
// and the keys of maps that are no strings.
type Heap struct {
	// Budget is what is left, in bytes of text or about that much work. Methods
	// charge it; at zero everything fails with ErrLimit.
	Budget int
	// Lone says that text with half of a surrogate pair was made, which the output
	// must replace.
	Lone bool
	// keys gives the keys of an object that are no strings, by their text.
	keys map[*jsonvalue.Object]map[string]Value
	// Patterns are those compiled with the template.
	Patterns Patterns
	// patterns are the regular expressions compiled while rendering.
	patterns map[string]*Pattern
}

// Reset makes the heap ready for another rendering.
func (h *Heap) Reset(budget int) {
	h.Budget = budget
	h.Lone = false
	h.keys = nil
	clear(h.patterns)
}

// Charge takes from the budget.
func (h *Heap) Charge(n int) error {
	h.Budget -= n
	if h.Budget < 0 {
		return ErrLimit
	}
	return nil
}

// IsNull reports whether v is Java's null.
func IsNull(v Value) bool { return v.Kind() <= jsonvalue.KindNull }

// Stored is how null is kept in a list or map.
func Stored(v Value) Value {
	if v.IsUndefined() {
		return jsonvalue.Null()
	}
	return v
}

// AppendText appends what toString gives.
func (h *Heap) AppendText(dst []byte, v Value) ([]byte, error) {
	before := len(dst)
	dst, err := jsonvalue.AppendText(dst, v, max(h.Budget, 1))
	if err != nil {
		return dst, TextError(err)
	}
	return dst, h.Charge(len(dst) - before)
}

// TextError tells a cycle, at which Java's stack overflows, from too much text.
func TextError(err error) error {
	if errors.Is(err, jsonvalue.ErrTooDeep) {
		return Throw("StackOverflowError", "the value contains itself")
	}
	return ErrLimit
}

// Text gives what toString gives.
func (h *Heap) Text(v Value) (string, error) {
	switch v.Kind() {
	case jsonvalue.KindString:
		return v.Text(), nil
	case jsonvalue.KindBool:
		if v.Bool() {
			return "true", nil
		}
		return "false", nil
	}
	var buffer [24]byte
	dst, err := h.AppendText(buffer[:0], v)
	if err != nil {
		return "", err
	}
	return string(dst), nil
}

// key is how a map's key is kept: its text, and whether it is no string.
func (h *Heap) key(k Value) (name string, typed bool, err error) {
	if k.Kind() == jsonvalue.KindString {
		return k.Text(), false, nil
	}
	name, err = h.Text(Stored(k))
	return name, true, err
}

// typedKey gives the key of a member when it is no string.
func (h *Heap) typedKey(o *jsonvalue.Object, name string) (Value, bool) {
	if h.keys == nil {
		return Value{}, false
	}
	k, ok := h.keys[o][name]
	return k, ok
}

// Get gives the member of a map under any key, undefined when there is none.
func (h *Heap) Get(o *jsonvalue.Object, k Value) (Value, bool, error) {
	name, typed, err := h.key(k)
	if err != nil {
		return Value{}, false, err
	}
	if typed || h.keys != nil {
		held, ok := h.typedKey(o, name)
		if ok != typed || (ok && !jsonvalue.Equal(held, Stored(k))) {
			return Value{}, false, nil
		}
	}
	v, ok := o.Get(name)
	return v, ok, nil
}

// Put sets the member of a map under any key and gives what it was. A key that is
// no string takes the place of a string of the same text.
func (h *Heap) Put(o *jsonvalue.Object, k, v Value) (Value, error) {
	name, typed, err := h.key(k)
	if err != nil {
		return Value{}, err
	}
	if err := h.Charge(len(name) + ValueSize); err != nil {
		return Value{}, err
	}
	switch {
	case typed:
		if h.keys == nil {
			h.keys = map[*jsonvalue.Object]map[string]Value{}
		}
		if h.keys[o] == nil {
			h.keys[o] = map[string]Value{}
		}
		h.keys[o][name] = Stored(k)
	case h.keys != nil:
		delete(h.keys[o], name)
	}
	return o.Put(name, Stored(v)), nil
}

// Remove takes the member of a map out and gives what it was.
func (h *Heap) Remove(o *jsonvalue.Object, k Value) (Value, error) {
	_, ok, err := h.Get(o, k)
	if err != nil || !ok {
		return Value{}, err
	}
	name, typed, err := h.key(k)
	if err != nil {
		return Value{}, err
	}
	if typed {
		delete(h.keys[o], name)
	}
	return o.Remove(name), h.Charge(o.Len())
}

// Key gives the key of a member as the template put it.
func (h *Heap) Key(o *jsonvalue.Object, name string) Value {
	if k, ok := h.typedKey(o, name); ok {
		return k
	}
	return jsonvalue.String(name)
}

// ValueSize is what a value in a list or map is charged.
const ValueSize = 48

// HasTypedKeys reports whether any map has a key that is no string.
func (h *Heap) HasTypedKeys() bool { return h.keys != nil }

// Clear takes all members of a map out.
func (h *Heap) Clear(o *jsonvalue.Object) {
	o.Clear()
	delete(h.keys, o)
}
