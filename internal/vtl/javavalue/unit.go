package javavalue

import (
	"unicode/utf16"
	"unicode/utf8"
)

// Java counts text in UTF-16 units, Go in bytes. Text of ASCII alone, which most
// is, needs no conversion. Half of a surrogate pair, which only Java can hold, is
// kept in the three bytes that UTF-8 forbids for it.

// ascii reports whether s has no other characters.
func ascii(s string) bool {
	all := byte(0)
	for i := range len(s) {
		all |= s[i]
	}
	return all < utf8.RuneSelf
}

// decode reads one character, or half of one.
func decode(s string) (rune, int) {
	if len(s) >= 3 && s[0] == 0xED && s[1] >= 0xA0 && s[1] <= 0xBF {
		return 0xD000 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F), 3
	}
	return utf8.DecodeRuneInString(s)
}

// Length is Java's length().
func Length(s string) int {
	if ascii(s) {
		return len(s)
	}
	n := 0
	for i := 0; i < len(s); {
		r, size := decode(s[i:])
		i += size
		n++
		if r >= 0x10000 {
			n++
		}
	}
	return n
}

// units gives the UTF-16 units of s.
func units(s string) []uint16 {
	out := make([]uint16, 0, len(s))
	for i := 0; i < len(s); {
		r, size := decode(s[i:])
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

// appendUnit appends a unit that stands alone.
func appendUnit(dst []byte, u uint16) []byte {
	if utf16.IsSurrogate(rune(u)) {
		return append(dst, 0xE0|byte(u>>12), 0x80|byte(u>>6)&0xBF, 0x80|byte(u)&0xBF)
	}
	return utf8.AppendRune(dst, rune(u))
}

// fromUnits makes text of UTF-16 units.
func (h *Heap) fromUnits(u []uint16) string {
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
		dst = appendUnit(dst, u[i])
	}
	return string(dst)
}

// Whole replaces halves of surrogate pairs as Java does when it writes UTF-8: by a
// question mark, unless the other half follows.
func Whole(dst []byte) []byte {
	h := Heap{}
	text := h.fromUnits(units(string(dst)))
	out := dst[:0]
	for i := 0; i < len(text); {
		r, size := decode(text[i:])
		if r != utf8.RuneError && utf16.IsSurrogate(r) {
			out = append(out, '?')
		} else {
			out = append(out, text[i:i+size]...)
		}
		i += size
	}
	return out
}
