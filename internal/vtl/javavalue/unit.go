package javavalue

import (
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Java counts text in UTF-16 units, Go in bytes. Text of ASCII alone, which most
// is, needs no conversion. Half of a surrogate pair, which only Java can hold, is
// kept in the three bytes that UTF-8 forbids for it.

// ASCII reports whether s has no other characters.
func ASCII(s string) bool {
	all := byte(0)
	for i := range len(s) {
		all |= s[i]
	}
	return all < utf8.RuneSelf
}

// Decode reads one character, or half of one.
func Decode(s string) (rune, int) {
	if len(s) >= 3 && s[0] == 0xED && s[1] >= 0xA0 && s[1] <= 0xBF {
		return 0xD000 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F), 3
	}
	return utf8.DecodeRuneInString(s)
}

// Length is Java's length().
func Length(s string) int {
	if ASCII(s) {
		return len(s)
	}
	n := 0
	for i := 0; i < len(s); {
		r, size := Decode(s[i:])
		i += size
		n++
		if r >= 0x10000 {
			n++
		}
	}
	return n
}

// Units gives the UTF-16 units of s.
func Units(s string) []uint16 {
	out := make([]uint16, 0, len(s))
	for i := 0; i < len(s); {
		r, size := Decode(s[i:])
		i += size
		if r >= 0x10000 {
			high, low := utf16.EncodeRune(r)
			out = append(out, uint16(high), uint16(low))
			continue
		}
		out = append(out, uint16(r))
	}
	return out
}

// AppendUnit appends a unit that stands alone.
func AppendUnit(dst []byte, u uint16) []byte {
	if utf16.IsSurrogate(rune(u)) {
		return append(dst, 0xE0|byte(u>>12), 0x80|byte(u>>6)&0xBF, 0x80|byte(u)&0xBF)
	}
	return utf8.AppendRune(dst, rune(u))
}

// FromUnits makes text of UTF-16 units.
func (h *Heap) FromUnits(u []uint16) string {
	dst := make([]byte, 0, len(u)+len(u)/2)
	for i := 0; i < len(u); i++ {
		r := rune(u[i])
		if utf16.IsSurrogate(r) {
			if i+1 < len(u) {
				if whole := utf16.DecodeRune(r, rune(u[i+1])); whole != utf8.RuneError {
					dst = utf8.AppendRune(dst, whole)
					i++
					continue
				}
			}
			h.Lone = true
		}
		dst = AppendUnit(dst, u[i])
	}
	return string(dst)
}

// Whole replaces halves of surrogate pairs as Java does when it writes UTF-8: by a
// question mark, unless the other half follows.
func Whole(dst []byte) []byte {
	h := Heap{}
	text := h.FromUnits(Units(string(dst)))
	out := dst[:0]
	for i := 0; i < len(text); {
		r, size := Decode(text[i:])
		if r != utf8.RuneError && utf16.IsSurrogate(r) {
			out = append(out, '?')
		} else {
			out = append(out, text[i:i+size]...)
		}
		i += size
	}
	return out
}

// IsSpace is Character.isWhitespace.
func IsSpace(r rune) bool {
	switch r {
	case '\t', '\n', '\v', '\f', '\r', 0x1C, 0x1D, 0x1E, 0x1F:
		return true
	case 0xA0, 0x2007, 0x202F:
		return false
	}
	return unicode.Is(unicode.Zs, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)
}
