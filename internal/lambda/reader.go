package lambda

import (
	"bytes"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// reader reads JSON from the front, without making a tree of it: a function's
// body, the bulk of its answer, is unescaped straight to where it is kept.
type reader struct {
	text []byte
	at   int
}

func (r *reader) fail(what string) error {
	return fmt.Errorf("%s at byte %d", what, r.at) //nolint:err113 // shown to operators only
}

func (r *reader) space() {
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case ' ', '\t', '\r', '\n':
			r.at++
		default:
			return
		}
	}
}

// take passes over char, if it comes next.
func (r *reader) take(char byte) bool {
	if r.at < len(r.text) && r.text[r.at] == char {
		r.at++
		return true
	}
	return false
}

// word passes over a literal, if it comes next.
func (r *reader) word(literal string) bool {
	end := r.at + len(literal)
	if end > len(r.text) || string(r.text[r.at:end]) != literal {
		return false
	}
	r.at = end
	return true
}

func (r *reader) null() bool { return r.word("null") }

func (r *reader) boolean() (bool, error) {
	switch {
	case r.word("true"):
		return true, nil
	case r.word("false"):
		return false, nil
	default:
		return false, r.fail("not a Boolean")
	}
}

// object calls member for each key, with the reader at its value.
func (r *reader) object(member func(key string) error) error {
	if !r.take('{') {
		return r.fail("not an object")
	}
	r.space()
	if r.take('}') {
		return nil
	}
	for {
		key, err := r.string()
		if err != nil {
			return err
		}
		r.space()
		if !r.take(':') {
			return r.fail("no colon")
		}
		r.space()
		err = member(key)
		if err != nil {
			return err
		}
		r.space()
		if r.take('}') {
			return nil
		}
		if !r.take(',') {
			return r.fail("no comma")
		}
		r.space()
	}
}

// array calls element with the reader at each value.
func (r *reader) array(element func() error) error {
	if !r.take('[') {
		return r.fail("not an array")
	}
	r.space()
	if r.take(']') {
		return nil
	}
	for {
		err := element()
		if err != nil {
			return err
		}
		r.space()
		if r.take(']') {
			return nil
		}
		if !r.take(',') {
			return r.fail("no comma")
		}
		r.space()
	}
}

// scalar gives a string's, number's or Boolean's text.
func (r *reader) scalar() (string, error) {
	if r.at >= len(r.text) {
		return "", r.fail("no value")
	}
	switch r.text[r.at] {
	case '"':
		return r.string()
	case 't', 'f':
		value, err := r.boolean()
		if value {
			return "true", err
		}
		return "false", err
	default:
		return r.number()
	}
}

func (r *reader) number() (string, error) {
	start := r.at
	r.take('-')
	digits := r.digits()
	if digits == 0 || digits > 1 && r.text[r.at-digits] == '0' {
		return "", r.fail("not a scalar")
	}
	if r.take('.') && r.digits() == 0 {
		return "", r.fail("not a number")
	}
	if r.take('e') || r.take('E') {
		if !r.take('+') {
			r.take('-')
		}
		if r.digits() == 0 {
			return "", r.fail("not a number")
		}
	}
	return string(r.text[start:r.at]), nil
}

func (r *reader) digits() int {
	start := r.at
	for r.at < len(r.text) && '0' <= r.text[r.at] && r.text[r.at] <= '9' {
		r.at++
	}
	return r.at - start
}

func (r *reader) string() (string, error) {
	if r.at < len(r.text) && r.text[r.at] == '"' {
		end := bytes.IndexByte(r.text[r.at+1:], '"')
		if end >= 0 {
			plain := r.text[r.at+1 : r.at+1+end]
			if bytes.IndexByte(plain, '\\') < 0 && utf8.Valid(plain) && !hasControl(plain) {
				r.at += end + 2
				return string(plain), nil
			}
		}
	}
	text, err := r.appendString(nil)
	return string(text), err
}

func hasControl(text []byte) bool {
	for _, char := range text {
		if char < ' ' {
			return true
		}
	}
	return false
}

// appendString appends a string's text, as UTF-8.
func (r *reader) appendString(dst []byte) ([]byte, error) {
	if !r.take('"') {
		return dst, r.fail("not a string")
	}
	for {
		run := r.at
		for r.at < len(r.text) && r.text[r.at] != '"' && r.text[r.at] != '\\' && r.text[r.at] >= ' ' {
			r.at++
		}
		dst = appendText(dst, r.text[run:r.at])
		switch {
		case r.at >= len(r.text):
			return dst, r.fail("a string without an end")
		case r.take('"'):
			return dst, nil
		case !r.take('\\'):
			return dst, r.fail("a control character in a string")
		}
		var err error
		dst, err = r.appendEscape(dst)
		if err != nil {
			return dst, err
		}
	}
}

// appendText appends what should be UTF-8, and replaces what is not.
func appendText(dst, text []byte) []byte {
	if utf8.Valid(text) {
		return append(dst, text...)
	}
	return append(dst, bytes.ToValidUTF8(text, []byte("\uFFFD"))...)
}

func (r *reader) appendEscape(dst []byte) ([]byte, error) {
	if r.at >= len(r.text) {
		return dst, r.fail("a string without an end")
	}
	char := r.text[r.at]
	r.at++
	switch char {
	case '"', '\\', '/':
		return append(dst, char), nil
	case 'b':
		return append(dst, '\b'), nil
	case 'f':
		return append(dst, '\f'), nil
	case 'n':
		return append(dst, '\n'), nil
	case 'r':
		return append(dst, '\r'), nil
	case 't':
		return append(dst, '\t'), nil
	case 'u':
		unit, ok := r.hex()
		if !ok {
			return dst, r.fail(`not \uXXXX`)
		}
		if utf16.IsSurrogate(unit) {
			unit = r.lowSurrogate(unit)
		}
		return utf8.AppendRune(dst, unit), nil
	default:
		return dst, r.fail("an unknown escape")
	}
}

// lowSurrogate joins a surrogate with the one that should follow; alone it is
// no character.
func (r *reader) lowSurrogate(high rune) rune {
	before := r.at
	if r.take('\\') && r.take('u') {
		if low, ok := r.hex(); ok {
			if joined := utf16.DecodeRune(high, low); joined != utf8.RuneError {
				return joined
			}
		}
	}
	r.at = before
	return utf8.RuneError
}

func (r *reader) hex() (rune, bool) {
	if r.at+4 > len(r.text) {
		return 0, false
	}
	var value rune
	for _, char := range r.text[r.at : r.at+4] {
		switch {
		case '0' <= char && char <= '9':
			value = value<<4 | rune(char-'0')
		case 'a' <= char && char <= 'f':
			value = value<<4 | rune(char-'a'+10)
		case 'A' <= char && char <= 'F':
			value = value<<4 | rune(char-'A'+10)
		default:
			return 0, false
		}
	}
	r.at += 4
	return value, true
}
