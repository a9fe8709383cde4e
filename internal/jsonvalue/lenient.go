package jsonvalue

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// endOfInput is the character that json-smart takes for the end, wherever it stands between tokens.
const endOfInput = 0x1A

// The characters that end an unquoted text: json-smart's stop sets.
const (
	stopNone  = ""
	stopArray = ",]"
	stopValue = ",}"
	stopKey   = ":"
)

// lenient reads the first value as json-smart's MODE_PERMISSIVE does and ignores what follows.
func (r *reader) lenient() (Value, error) {
	r.skipSpace()
	if r.ended() {
		return String(""), nil
	}
	return r.loose(stopNone)
}

// ended reports whether the text ends here for json-smart.
func (r *reader) ended() bool { return r.pos >= len(r.s) || r.s[r.pos] == endOfInput }

// skipControl skips space and control characters, as json-smart does behind a key or value.
func (r *reader) skipControl() {
	for !r.ended() && r.s[r.pos] <= ' ' {
		r.pos++
	}
}

func (r *reader) loose(stop string) (Value, error) {
	r.skipSpace()
	if r.ended() {
		return Value{}, r.fail("unexpected end, want a value")
	}
	switch c := r.s[r.pos]; c {
	case ':', '}', ']':
		return Value{}, r.unexpected("a value")
	case '{':
		return r.looseObject()
	case '[':
		return r.looseArray()
	case '"', '\'':
		s, err := r.looseQuoted()
		return String(s), err
	default:
		if c == '-' || isDigit(c) {
			return r.looseNumber(stop)
		}
		s := r.bare(r.pos, stop)
		if strings.IndexByte("ntfN", c) < 0 { // white space that only trimming knows makes even `true` a string
			return String(s), nil
		}
		return unquoted(s), nil
	}
}

// unquoted gives text without quotes its meaning.
func unquoted(s string) Value {
	switch s {
	case "null":
		return Null()
	case "true":
		return Bool(true)
	case "false":
		return Bool(false)
	case "NaN":
		return nan()
	default:
		return String(s)
	}
}

// bare reads from pos to a stop character and gives what stands since start, trimmed as json-smart does: one character
// is left even of blanks.
func (r *reader) bare(start int, stop string) string {
	for !r.ended() && strings.IndexByte(stop, r.s[r.pos]) < 0 {
		r.pos++
	}
	return trimJava(r.s[start:r.pos])
}

func trimJava(s string) string {
	for s != "" {
		c, n := utf8.DecodeRuneInString(s)
		if len(s) == n || !javaSpace(c) {
			break
		}
		s = s[n:]
	}
	for s != "" {
		c, n := utf8.DecodeLastRuneInString(s)
		if len(s) == n || !javaSpace(c) {
			break
		}
		s = s[:len(s)-n]
	}
	return s
}

// javaSpace is Character.isWhitespace.
func javaSpace(c rune) bool {
	switch {
	case c >= 0x09 && c <= 0x0D, c >= 0x1C && c <= 0x20:
		return true
	case c < 0x80, c == 0xA0, c == 0x2007, c == 0x202F:
		return false
	default:
		return unicode.Is(unicode.Z, c)
	}
}

func (r *reader) looseArray() (Value, error) {
	if r.left--; r.left < 0 {
		return Value{}, ErrTooDeep
	}
	r.pos++
	mark := len(r.elems)
	for {
		r.skipSpace()
		if r.ended() {
			return Value{}, r.fail("unexpected end, want ']'")
		}
		switch r.s[r.pos] {
		case ']':
			r.pos++
			r.left++
			return r.closeArray(mark), nil
		case ',':
			r.pos++
		default:
			v, err := r.loose(stopArray)
			if err != nil {
				return Value{}, err
			}
			r.elems = append(r.elems, v)
		}
	}
}

func (r *reader) looseObject() (Value, error) {
	if r.left--; r.left < 0 {
		return Value{}, ErrTooDeep
	}
	r.pos++
	mark := len(r.entries)
	var index map[string]int
	seen := uint64(0)
	for {
		r.skipSpace()
		switch r.peek() {
		case '}':
			r.pos++
			r.left++
			return r.closeObject(mark, index), nil
		case ',':
			r.pos++
			continue
		}
		key, v, err := r.looseMember()
		if err != nil {
			return Value{}, err
		}
		index = r.put(mark, index, &seen, key, v)
		r.skipControl()
		if r.ended() || r.s[r.pos] != ',' && r.s[r.pos] != '}' {
			return Value{}, r.unexpected("',' or '}'")
		}
	}
}

func (r *reader) looseMember() (string, Value, error) {
	if r.ended() {
		return "", Value{}, r.fail("unexpected end, want a name")
	}
	var key string
	switch r.s[r.pos] {
	case ':', ']', '[', '{':
		return "", Value{}, r.unexpected("a name")
	case '"', '\'':
		var err error
		key, err = r.looseQuoted()
		if err != nil {
			return "", Value{}, err
		}
	default:
		key = r.bare(r.pos, stopKey)
	}
	r.skipControl()
	if r.ended() || r.s[r.pos] != ':' {
		return "", Value{}, r.unexpected("':'")
	}
	r.pos++
	v, err := r.loose(stopValue)
	return key, v, err
}

// looseNumber reads a number, or the text that began like one.
func (r *reader) looseNumber(stop string) (Value, error) {
	start := r.pos
	r.pos++
	r.digits()
	integer := true
	if r.peek() == '.' {
		integer = false
		r.pos++
		r.digits()
	}
	if c := r.peek(); c == 'e' || c == 'E' {
		integer = false
		r.pos++
		c = r.peek()
		if c != '+' && c != '-' && !isDigit(c) {
			return String(r.bare(start, stop)), nil
		}
		r.pos++
		r.digits()
	}
	r.skipControl()
	if !r.ended() && r.s[r.pos] < 126 && strings.IndexByte(stop, r.s[r.pos]) < 0 {
		return String(r.bare(start, stop)), nil
	}
	return r.looseNumberValue(trimJava(r.s[start:r.pos]), integer)
}

// looseNumberValue takes a number's text, behind which control characters may stand that are no white space to
// Character.isWhitespace: parseDouble ignores them, BigDecimal refuses them.
func (r *reader) looseNumberValue(s string, integer bool) (Value, error) {
	bare := s
	for bare != "" && bare[len(bare)-1] <= ' ' {
		bare = bare[:len(bare)-1]
	}
	if bare != s && (integer || len(s) > 18) {
		return Value{}, r.fail("control character behind a number")
	}
	if !integer && !javaDouble(bare) {
		return Value{}, r.fail("%.40q is no number", bare)
	}
	v, err := r.numberValue(bare, integer)
	if err != nil || isNumber(bare) {
		return v, err
	}
	return v.normal(), nil
}

// normal replaces the text of a number that only json-smart takes, such as 007 and 1., so that Verbatim prints JSON.
func (v Value) normal() Value {
	if v.num == Double {
		return Float(v.Float64())
	}
	return text(KindNumber, v.num, string(v.appendNumber(nil)))
}

// isNumber reports whether RFC 8259 takes s, which holds only a number's characters in their order.
func isNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	if s == "" || !isDigit(s[0]) || len(s) > 1 && s[0] == '0' && isDigit(s[1]) {
		return false
	}
	i := strings.IndexByte(s, '.')
	return i < 0 || i+1 < len(s) && isDigit(s[i+1])
}

// javaDouble reports whether Double.parseDouble takes s, which holds only a number's characters: it wants a digit in the
// mantissa and one in the exponent.
func javaDouble(s string) bool {
	digit := false
	for i := range len(s) {
		switch c := s[i]; {
		case isDigit(c):
			digit = true
		case c == 'e' || c == 'E':
			if !digit {
				return false
			}
			digit = false
		}
	}
	return digit
}

// looseQuoted reads a string in single or double quotes. Without a backslash it is the text as it stands, control
// characters too; with one, control characters and unknown escapes vanish.
func (r *reader) looseQuoted() (string, error) {
	quote := r.s[r.pos]
	r.pos++
	i := strings.IndexByte(r.s[r.pos:], quote)
	if i < 0 {
		r.pos = len(r.s)
		return "", r.unexpected(string(rune(quote)))
	}
	if s := r.s[r.pos : r.pos+i]; strings.IndexByte(s, '\\') < 0 {
		r.pos += i + 1
		return s, nil
	}
	b := make([]byte, 0, i+16)
	for !r.ended() {
		c := r.s[r.pos]
		switch {
		case c == quote:
			r.pos++
			return string(b), nil
		case c == '\\':
			var err error
			b, err = r.looseEscape(b)
			if err != nil {
				return "", err
			}
		case c < ' ' || c == 0x7F:
			r.pos++
		default:
			b = append(b, c)
			r.pos++
		}
	}
	return "", r.unexpected(string(rune(quote)))
}

func (r *reader) looseEscape(b []byte) ([]byte, error) {
	if r.pos+1 >= len(r.s) {
		r.pos++
		return b, nil
	}
	switch c := r.s[r.pos+1]; c {
	case 'u', 'x':
		n := 4
		if c == 'x' {
			n = 2
		}
		r.pos += 2
		u, ok := r.hex(n)
		if !ok {
			return nil, r.unexpected("a hexadecimal digit")
		}
		return r.appendUnit(b, u), nil
	case '\'':
		r.pos += 2
		return append(b, c), nil
	default:
		if strings.IndexByte(`"\/bfnrt`, c) >= 0 {
			return r.escape(b)
		}
		dropped, n := utf8.DecodeRuneInString(r.s[r.pos+1:])
		r.pos += 1 + n
		if dropped > 0xFFFF { // Java drops the first half only
			return append(b, '?'), nil
		}
		return b, nil
	}
}
