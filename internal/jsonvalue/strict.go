package jsonvalue

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// strict reads RFC 8259: one value and nothing but white space around it.
func (r *reader) strict() (Value, error) {
	r.skipSpace()
	v, err := r.value()
	if err != nil {
		return Value{}, err
	}
	r.skipSpace()
	if r.pos < len(r.s) {
		return Value{}, r.unexpected("nothing more")
	}
	return v, nil
}

func (r *reader) skipSpace() {
	for r.pos < len(r.s) {
		switch r.s[r.pos] {
		case ' ', '\t', '\n', '\r':
			r.pos++
		default:
			return
		}
	}
}

func (r *reader) peek() byte {
	if r.pos < len(r.s) {
		return r.s[r.pos]
	}
	return 0
}

func (r *reader) value() (Value, error) {
	switch c := r.peek(); c {
	case '{':
		return r.object()
	case '[':
		return r.array()
	case '"':
		s, err := r.quoted()
		return String(s), err
	case 't':
		return r.word("true", Bool(true))
	case 'f':
		return r.word("false", Bool(false))
	case 'n':
		return r.word("null", Null())
	default:
		if c == '-' || isDigit(c) {
			return r.number()
		}
		return Value{}, r.unexpected("a value")
	}
}

func (r *reader) word(w string, v Value) (Value, error) {
	if !strings.HasPrefix(r.s[r.pos:], w) {
		return Value{}, r.unexpected(w)
	}
	r.pos += len(w)
	return v, nil
}

func (r *reader) array() (Value, error) {
	if r.left--; r.left < 0 {
		return Value{}, ErrTooDeep
	}
	r.pos++
	mark := len(r.elems)
	r.skipSpace()
	if r.peek() == ']' {
		r.pos++
		r.left++
		return r.closeArray(mark), nil
	}
	for {
		r.skipSpace()
		v, err := r.value()
		if err != nil {
			return Value{}, err
		}
		r.elems = append(r.elems, v)
		r.skipSpace()
		switch r.peek() {
		case ',':
			r.pos++
		case ']':
			r.pos++
			r.left++
			return r.closeArray(mark), nil
		default:
			return Value{}, r.unexpected("',' or ']'")
		}
	}
}

func (r *reader) object() (Value, error) {
	if r.left--; r.left < 0 {
		return Value{}, ErrTooDeep
	}
	r.pos++
	mark := len(r.entries)
	var index map[string]int
	seen := uint64(0)
	r.skipSpace()
	if r.peek() == '}' {
		r.pos++
		r.left++
		return r.closeObject(mark, nil), nil
	}
	for {
		key, v, err := r.member()
		if err != nil {
			return Value{}, err
		}
		index = r.put(mark, index, &seen, key, v)
		r.skipSpace()
		switch r.peek() {
		case ',':
			r.pos++
		case '}':
			r.pos++
			r.left++
			return r.closeObject(mark, index), nil
		default:
			return Value{}, r.unexpected("',' or '}'")
		}
	}
}

func (r *reader) member() (string, Value, error) {
	r.skipSpace()
	if r.peek() != '"' {
		return "", Value{}, r.unexpected("a quoted name")
	}
	key, err := r.quoted()
	if err != nil {
		return "", Value{}, err
	}
	r.skipSpace()
	if r.peek() != ':' {
		return "", Value{}, r.unexpected("':'")
	}
	r.pos++
	r.skipSpace()
	v, err := r.value()
	return key, v, err
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func (r *reader) digits() int {
	start := r.pos
	for r.pos < len(r.s) && isDigit(r.s[r.pos]) {
		r.pos++
	}
	return r.pos - start
}

func (r *reader) number() (Value, error) {
	start := r.pos
	if r.peek() == '-' {
		r.pos++
	}
	first, n := r.peek(), r.digits()
	if n == 0 {
		return Value{}, r.unexpected("a digit")
	}
	if first == '0' && n > 1 {
		r.pos = start
		return Value{}, r.fail("leading zero")
	}
	integer := true
	if r.peek() == '.' {
		integer = false
		r.pos++
		if r.digits() == 0 {
			return Value{}, r.unexpected("a digit")
		}
	}
	if c := r.peek(); c == 'e' || c == 'E' {
		integer = false
		r.pos++
		if c := r.peek(); c == '+' || c == '-' {
			r.pos++
		}
		if r.digits() == 0 {
			return Value{}, r.unexpected("a digit")
		}
	}
	return r.numberValue(r.s[start:r.pos], integer)
}

func (r *reader) numberValue(s string, integer bool) (Value, error) {
	k, ok := classify(s, integer)
	if !ok {
		return Value{}, r.fail("number %.40s out of range", s)
	}
	return text(KindNumber, k, s), nil
}

// quoted reads a string; without an escape it is a part of the text.
func (r *reader) quoted() (string, error) {
	r.pos++
	start := r.pos
	for i := start; i < len(r.s); i++ {
		switch c := r.s[i]; {
		case c == '"':
			r.pos = i + 1
			return r.s[start:i], nil
		case c == '\\':
			r.pos = i
			return r.escaped(start)
		case c < ' ':
			r.pos = i
			return "", r.fail("control character in a string")
		}
	}
	r.pos = len(r.s)
	return "", r.unexpected(`'"'`)
}

// escaped goes on from the first backslash of a string that began at start.
func (r *reader) escaped(start int) (string, error) {
	b := make([]byte, 0, 2*(r.pos-start)+16)
	b = append(b, r.s[start:r.pos]...)
	for r.pos < len(r.s) {
		switch c := r.s[r.pos]; {
		case c == '"':
			r.pos++
			return string(b), nil
		case c < ' ':
			return "", r.fail("control character in a string")
		case c == '\\':
			var err error
			b, err = r.escape(b)
			if err != nil {
				return "", err
			}
		default:
			b = append(b, c)
			r.pos++
		}
	}
	return "", r.unexpected(`'"'`)
}

// escape reads one escape, the backslash at pos.
func (r *reader) escape(b []byte) ([]byte, error) {
	r.pos++
	c := r.peek()
	if c == 'u' {
		r.pos++
		u, ok := r.hex(4)
		if !ok {
			return nil, r.unexpected("a hexadecimal digit")
		}
		return r.appendUnit(b, u), nil
	}
	i := strings.IndexByte(`"\/bfnrt`, c)
	if i < 0 || c == 0 {
		return nil, r.unexpected("an escape")
	}
	r.pos++
	return append(b, "\"\\/\b\f\n\r\t"[i]), nil
}

// hex reads n hexadecimal digits.
func (r *reader) hex(n int) (rune, bool) {
	u := rune(0)
	for range n {
		c := r.peek()
		switch {
		case isDigit(c):
			u = u<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			u = u<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			u = u<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
		r.pos++
	}
	return u, true
}

// appendUnit adds one UTF-16 unit just read by an escape; a pair's second half is read along. A half alone becomes '?', as
// which Java would send it.
func (r *reader) appendUnit(b []byte, u rune) []byte {
	if !utf16.IsSurrogate(u) {
		return utf8.AppendRune(b, u)
	}
	if u < 0xDC00 && strings.HasPrefix(r.s[r.pos:], `\u`) {
		back := r.pos
		r.pos += 2
		if low, ok := r.hex(4); ok && low >= 0xDC00 && low <= 0xDFFF {
			return utf8.AppendRune(b, utf16.DecodeRune(u, low))
		}
		r.pos = back
	}
	return append(b, '?')
}
