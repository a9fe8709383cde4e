package jsonvalue

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Limits that hold where Options leaves a field zero.
const (
	// DefaultDepth is json-smart's own limit on nested arrays and objects.
	DefaultDepth = 400
	// DefaultBytes is the size of a document at most: AWS takes 10 MB payloads; responses of backends may be larger.
	DefaultBytes = 64 << 20
)

// ErrTooDeep says that arrays and objects are nested beyond the limit, ErrTooLarge that a text is beyond its limit.
var (
	ErrTooDeep  = errors.New("JSON nested too deeply")
	ErrTooLarge = errors.New("JSON too large")
)

// SyntaxError says where a text stops being JSON.
type SyntaxError struct {
	// Offset is the byte, from 0, where reading stopped.
	Offset int
	// Message is what was wrong there.
	Message string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("JSON at byte %d: %s", e.Offset, e.Message) }

// Options says how to read.
type Options struct {
	// Lenient reads as json-smart's permissive mode: unquoted and single-quoted text, useless commas, leading zeros,
	// control characters, anything behind the first value. Even `not json` is a (string) document.
	Lenient bool
	// MaxDepth bounds nesting; 0 means DefaultDepth.
	MaxDepth int
	// MaxBytes bounds the text; 0 means DefaultBytes.
	MaxBytes int
}

// Parse reads one document. It keeps no reference to data: one copy is made, of which all strings are parts, so a string
// taken from the document keeps the whole text alive.
func Parse(data []byte, o Options) (Value, error) {
	if len(data) > o.maxBytes() {
		return Value{}, ErrTooLarge
	}
	return ParseString(string(data), o)
}

// ParseString reads one document without copying it: its strings are parts of s.
// Invalid UTF-8 is read as U+FFFD, as Java decodes a body.
func ParseString(s string, o Options) (Value, error) {
	if len(s) > o.maxBytes() {
		return Value{}, ErrTooLarge
	}
	if !utf8.ValidString(s) {
		s = replaceInvalid(s)
	}
	r := reader{s: s, left: o.MaxDepth}
	if r.left <= 0 {
		r.left = DefaultDepth
	}
	r.size()
	if o.Lenient {
		return r.lenient()
	}
	return r.strict()
}

func (o Options) maxBytes() int {
	if o.MaxBytes > 0 {
		return o.MaxBytes
	}
	return DefaultBytes
}

// replaceInvalid puts one U+FFFD for each byte that is no part of a character.
func replaceInvalid(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 16)
	for _, c := range s {
		b.WriteRune(c)
	}
	return b.String()
}

// reader holds a text being read. Finished arrays and objects take exact slices out of slabs, so that a document costs few
// allocations; elems and entries are stacks of what is still open.
type reader struct {
	s    string
	pos  int
	left int // nesting still allowed

	elems   []Value
	entries []Entry

	valueSlab  []Value
	entrySlab  []Entry
	arraySlab  []Array
	objectSlab []Object
}

func (r *reader) fail(format string, args ...any) error {
	return &SyntaxError{Offset: r.pos, Message: fmt.Sprintf(format, args...)}
}

// unexpected is the error for the byte at pos or for the end.
func (r *reader) unexpected(wanted string) error {
	if r.pos >= len(r.s) {
		return r.fail("unexpected end, want %s", wanted)
	}
	c, _ := utf8.DecodeRuneInString(r.s[r.pos:])
	return r.fail("unexpected %q, want %s", c, wanted)
}

// maxSlab bounds a slab: a text's commas and colons may all stand within strings.
const maxSlab = 256

// size makes the stacks and first slabs as large as the text's punctuation lets expect.
func (r *reader) size() {
	objects, members := strings.Count(r.s, "{"), strings.Count(r.s, ":")
	if n := min(objects, maxSlab); n > 0 {
		r.objectSlab = make([]Object, n)
		r.entrySlab = make([]Entry, min(members, maxSlab))
		r.entries = make([]Entry, 0, min(members, 32))
	}
	arrays := strings.Count(r.s, "[")
	if n := min(arrays, maxSlab); n > 0 {
		// Each object has a comma less than members, each array one less than elements.
		values := min(max(strings.Count(r.s, ",")-members+objects+arrays, 1), maxSlab)
		r.arraySlab = make([]Array, n)
		r.valueSlab = make([]Value, values)
		r.elems = make([]Value, 0, min(values, 32))
	}
}

// closeArray makes an array of the elements pushed since mark.
func (r *reader) closeArray(mark int) Value {
	n := len(r.elems) - mark
	if len(r.arraySlab) == 0 {
		r.arraySlab = make([]Array, maxSlab)
	}
	a := &r.arraySlab[0]
	r.arraySlab = r.arraySlab[1:]
	if n > 0 {
		if len(r.valueSlab) < n {
			r.valueSlab = make([]Value, max(n, maxSlab))
		}
		a.elems = r.valueSlab[:n:n]
		r.valueSlab = r.valueSlab[n:]
		copy(a.elems, r.elems[mark:])
		r.elems = r.elems[:mark]
	}
	return FromArray(a)
}

// closeObject makes an object of the members pushed since mark; index is what put built for many members.
func (r *reader) closeObject(mark int, index map[string]int) Value {
	n := len(r.entries) - mark
	if len(r.objectSlab) == 0 {
		r.objectSlab = make([]Object, maxSlab)
	}
	o := &r.objectSlab[0]
	r.objectSlab = r.objectSlab[1:]
	o.index = index
	if n > 0 {
		if len(r.entrySlab) < n {
			r.entrySlab = make([]Entry, max(n, maxSlab))
		}
		o.entries = r.entrySlab[:n:n]
		r.entrySlab = r.entrySlab[n:]
		copy(o.entries, r.entries[mark:])
		r.entries = r.entries[:mark]
	}
	return FromObject(o)
}

// put adds a member to the object opened at mark; of equal keys the last value wins at the first one's place.
//
// seen has a bit for each key so far: one whose bit is not set is new without a look at the others.
func (r *reader) put(mark int, index map[string]int, seen *uint64, key string, v Value) map[string]int {
	open := r.entries[mark:]
	if index != nil {
		if i, ok := index[key]; ok {
			open[i].Value = v
			return index
		}
		index[key] = len(open)
		r.entries = append(r.entries, Entry{Key: key, Value: v})
		return index
	}
	bit := keyBit(key)
	if *seen&bit != 0 {
		for i := range open {
			if sameKey(open[i].Key, key) {
				open[i].Value = v
				return nil
			}
		}
	}
	*seen |= bit
	r.entries = append(r.entries, Entry{Key: key, Value: v})
	open = r.entries[mark:]
	if len(open) <= indexAt {
		return nil
	}
	index = make(map[string]int, 2*len(open))
	for i := range open {
		index[open[i].Key] = i
	}
	return index
}

// keyBit spreads keys over the bits of a word.
func keyBit(key string) uint64 {
	if key == "" {
		return 1
	}
	return 1 << ((uint(len(key))*11 + uint(key[0])*7 + uint(key[len(key)-1])*3) & 63)
}
