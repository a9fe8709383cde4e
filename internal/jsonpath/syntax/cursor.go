package syntax

import (
	"errors"
	"unicode/utf8"
)

// Parse errors are of two kinds, because Jayway's filter parser takes back a step on the first but not on the second.
var errBroken = errors.New("ends too early")

// syntaxError is Jayway's InvalidPathException at compiling.
type syntaxError struct{ message string }

func (e *syntaxError) Error() string { return e.message }

// crashError is any other exception there, such as a bad number or regular expression.
type crashError struct{ message string }

func (e *crashError) Error() string { return e.message }

func invalid(message string) error { return &syntaxError{message} }

// cursor is a place in a path or filter: what Jayway's CharacterIndex is. Positions are bytes; all that is looked for is
// ASCII. A look beyond the text's end sets broken, where Java throws.
type cursor struct {
	s      string
	pos    int
	end    int // last position that counts
	broken bool
}

func newCursor(s string) cursor { return cursor{s: s, end: len(s) - 1} }

func (c *cursor) length() int { return c.end + 1 }

// at returns the byte at i, 0 beyond the end.
func (c *cursor) at(i int) byte {
	if uint(i) >= uint(len(c.s)) {
		c.broken = true
		return 0
	}
	return c.s[i]
}

func (c *cursor) current() byte { return c.at(c.pos) }

func (c *cursor) in(i int) bool { return i >= 0 && i <= c.end }

func (c *cursor) inBounds() bool { return c.in(c.pos) }

// tail reports whether nothing is left to read. The last character counts as nothing: so `$.a[0]x` is `$.a[0]`. (Of a
// character above U+FFFF Java sees two.)
func (c *cursor) tail() bool {
	if c.pos >= c.end {
		return true
	}
	if c.end-c.pos > 2 || c.s[c.pos] < utf8.RuneSelf {
		return false
	}
	_, n := utf8.DecodeRuneInString(c.s[c.pos : c.end+1])
	return n == c.end+1-c.pos
}

func (c *cursor) slice(from, to int) string {
	if from < 0 || to > len(c.s) || from > to {
		c.broken = true
		return ""
	}
	return c.s[from:to]
}

func (c *cursor) trim() {
	c.skipBlanks()
	for c.inBounds() && c.pos < c.end && c.at(c.end) == ' ' {
		c.end--
	}
}

func (c *cursor) skipBlanks() {
	for c.inBounds() && c.pos < c.end && c.current() == ' ' {
		c.pos++
	}
}

// nextSignificant returns where the first byte that is no blank stands behind i; it may be out of bounds.
func (c *cursor) nextSignificant(i int) int {
	i++
	for c.in(i) && c.at(i) == ' ' {
		i++
	}
	return i
}

// significantAfter returns the first byte behind i that is no blank, a blank when there is none.
func (c *cursor) significantAfter(i int) byte {
	i = c.nextSignificant(i)
	if !c.in(i) {
		return ' '
	}
	return c.at(i)
}

// indexOfSignificant returns where b stands, if it is the first byte behind i that is no blank; else -1.
func (c *cursor) indexOfSignificant(i int, b byte) int {
	i = c.nextSignificant(i)
	if c.at(i) != b {
		return -1
	}
	return i
}

// previousSignificant returns where the last byte before i stands that is no blank, -1 when there is none.
func (c *cursor) previousSignificant(i int) int {
	i--
	for c.in(i) && c.at(i) == ' ' {
		i--
	}
	if !c.in(i) {
		return -1
	}
	return i
}

// indexOf returns where b stands from i on, -1 when it does not.
func (c *cursor) indexOf(i int, b byte) int {
	for ; c.in(i); i++ {
		if c.at(i) == b {
			return i
		}
	}
	return -1
}

// indexOfUnescaped returns where b stands behind i without a backslash before it, -1 when it does not.
func (c *cursor) indexOfUnescaped(i int, b byte) int {
	escaped := false
	for i++; c.in(i); i++ {
		switch {
		case escaped:
			escaped = false
		case c.at(i) == '\\':
			escaped = true
		case c.at(i) == b:
			return i
		}
	}
	return -1
}

// indexOfClosing returns where the bracket opened at i closes, -1 when it does not.
func (c *cursor) indexOfClosing(i int, opening, closing byte, skipRegex bool) (int, error) {
	if c.at(i) != opening {
		return 0, invalid("expected " + string(rune(opening)))
	}
	open := 1
	for i++; c.in(i); i++ {
		if b := c.at(i); b == '\'' || b == '"' {
			i = c.indexOfUnescaped(i, b)
			if i < 0 {
				return 0, invalid("quote is not closed")
			}
			i++
		}
		if skipRegex && c.at(i) == '/' {
			i = c.indexOfUnescaped(i, '/')
			if i < 0 {
				return 0, invalid("regular expression is not closed")
			}
			i++
		}
		switch c.at(i) {
		case opening:
			open++
		case closing:
			open--
			if open == 0 {
				return i, nil
			}
		}
	}
	return -1, nil
}

// take reads w behind blanks, if it is there.
func (c *cursor) take(w string) bool {
	c.skipBlanks()
	if !c.in(c.pos+len(w)-1) || c.slice(c.pos, c.pos+len(w)) != w {
		return false
	}
	c.pos += len(w)
	return true
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }

func isContext(b byte) bool { return b == '$' || b == '@' }
