package regex

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// escape reads what follows a backslash outside of a class.
func (p *parser) escape() (node, error) {
	if !p.more() {
		return nil, p.fail("backslash at the end")
	}
	switch c := p.peek(); c {
	case 'b', 'B', 'A', 'z', 'Z', 'G':
		if edge, ok := p.edge(c); ok {
			p.pos++
			return &edgeNode{edge}, nil
		}
	case 'Q':
		if !p.ecma {
			p.pos++
			return p.quotation(), nil
		}
	case 'R':
		if !p.ecma {
			p.pos++
			return &atomicNode{&altNode{[]node{&textNode{"\r\n"}, &charNode{vertical()}}}}, nil
		}
	case 'k':
		if p.names != nil || !p.ecma {
			return p.namedReference()
		}
	default:
		if c >= '1' && c <= '9' {
			return p.reference(), nil
		}
	}
	s, ok, err := p.classEscape()
	if err != nil {
		return nil, err
	}
	if ok {
		return &charNode{s}, nil
	}
	c, err := p.character()
	if err != nil {
		return nil, err
	}
	return p.literal(c), nil
}

func (p *parser) edge(c byte) (edge, bool) {
	switch {
	case c == 'b':
		return edgeWord, true
	case c == 'B':
		return edgeNoWord, true
	case p.ecma:
		return 0, false
	case c == 'A', c == 'G': // a match of a whole text begins where the text does
		return edgeStart, true
	case c == 'z':
		return edgeEnd, true
	default:
		return edgeLastBreak, true
	}
}

// quotation reads \Q...\E.
func (p *parser) quotation() node {
	text, rest, found := strings.Cut(p.text[p.pos:], `\E`)
	p.pos = len(p.text) - len(rest)
	if !found {
		p.pos = len(p.text)
	}
	s := &seqNode{}
	for _, c := range text {
		s.parts = append(s.parts, p.literal(c))
	}
	// A quantifier behind a quotation repeats its last character only.
	if n := len(s.parts); n > 1 {
		switch p.peek() {
		case '*', '+', '?', '{':
			last, err := p.repeat(s.parts[n-1])
			if err == nil {
				s.parts[n-1] = last
				p.repeated = true
			}
		}
	}
	if len(s.parts) == 0 {
		return nil
	}
	return s
}

// reference reads \1; more digits belong to it while there are as many groups.
func (p *parser) reference() node {
	n := int(p.next() - '0')
	for p.more() && p.peek() >= '0' && p.peek() <= '9' {
		if m := n*10 + int(p.peek()-'0'); m <= p.groups {
			n = m
			p.pos++
			continue
		}
		break
	}
	p.maxReference = max(p.maxReference, n)
	return &backNode{index: n, fold: p.flags.fold}
}

func (p *parser) namedReference() (node, error) {
	p.pos++
	if !p.take("<") {
		return nil, p.fail(`\k wants <name>`)
	}
	name, rest, _ := strings.Cut(p.text[p.pos:], ">")
	index, ok := p.names[name]
	if !ok {
		return nil, p.fail("no group of this name")
	}
	p.pos = len(p.text) - len(rest)
	return &backNode{index: index, fold: p.flags.fold}, nil
}

// classEscape reads an escape that stands for a set; ok is false when it stands for one character.
func (p *parser) classEscape() (s set, ok bool, err error) {
	c := p.peek()
	switch c {
	case 'd', 'D':
		s = digits()
		if p.flags.unicodeClass {
			s = fromTable(unicode.Nd)
		}
	case 'w', 'W':
		s = word()
		if p.flags.unicodeClass {
			s = fromTable(unicode.L).union(fromTable(unicode.M)).union(fromTable(unicode.Nd)).union(fromTable(unicode.Pc))
		}
	case 's', 'S':
		s = blanks()
		if p.ecma || p.flags.unicodeClass {
			s = s.union(fromTable(unicode.White_Space)).union(set{{0xFEFF, 0xFEFF}})
		}
	case 'h', 'H':
		s = horizontal()
	case 'v', 'V':
		s = vertical()
	case 'p', 'P':
		p.pos++
		return p.property(c == 'P')
	default:
		return nil, false, nil
	}
	if p.ecma && strings.IndexByte("hHvV", c) >= 0 {
		return nil, false, nil
	}
	p.pos++
	if c < 'a' {
		s = s.negate()
	}
	return s, true, nil
}

func (p *parser) property(negate bool) (set, bool, error) {
	var name string
	if p.take("{") {
		inside, rest, ok := strings.Cut(p.text[p.pos:], "}")
		if !ok {
			return nil, false, p.fail("property is not closed")
		}
		name = inside
		p.pos = len(p.text) - len(rest)
	} else if p.more() {
		name = string(p.next())
	}
	s, ok := property(name)
	if !ok {
		return nil, false, p.fail("unknown property " + strconv.Quote(name))
	}
	if negate {
		s = s.negate()
	}
	return s, true, nil
}

// character reads an escape that stands for one character.
func (p *parser) character() (rune, error) {
	c := p.next()
	switch c {
	case 't':
		return '\t', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 'f':
		return '\f', nil
	case 'v':
		return '\v', nil
	case 'x', 'u':
		return p.hexadecimal(c)
	case 'c':
		if !p.more() {
			return 0, p.fail("control character is missing")
		}
		return p.next() ^ 64, nil
	case '0':
		return p.octal()
	}
	if !p.ecma {
		switch {
		case c == 'a':
			return 7, nil
		case c == 'e':
			return 27, nil
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
			return 0, p.fail("unknown escape")
		}
	}
	return c, nil
}

func (p *parser) hexadecimal(kind rune) (rune, error) {
	n := 2
	if kind == 'u' {
		n = 4
	}
	if p.peek() == '{' && (kind == 'x' && !p.ecma) {
		inside, rest, ok := strings.Cut(p.text[p.pos+1:], "}")
		v, err := strconv.ParseUint(inside, 16, 21)
		if !ok || err != nil || v > unicode.MaxRune {
			return 0, p.fail("bad hexadecimal escape")
		}
		p.pos = len(p.text) - len(rest)
		return rune(v), nil
	}
	v, ok := p.digits(n)
	if !ok {
		if p.ecma {
			return kind, nil
		}
		return 0, p.fail("bad hexadecimal escape")
	}
	if utf16.IsSurrogate(v) && p.take(`\u`) {
		low, _ := p.digits(4)
		return utf16.DecodeRune(v, low), nil
	}
	return v, nil
}

func (p *parser) digits(n int) (rune, bool) {
	if p.pos+n > len(p.text) {
		return utf8.RuneError, false
	}
	v, err := strconv.ParseUint(p.text[p.pos:p.pos+n], 16, 32)
	if err != nil {
		return utf8.RuneError, false
	}
	p.pos += n
	return rune(v), true
}

// octal reads up to three digits behind \0; to ECMA \0 alone is NUL.
func (p *parser) octal() (rune, error) {
	v, n := rune(0), 0
	for n < 3 && !p.ecma && p.peek() >= '0' && p.peek() <= '7' && p.more() {
		d := rune(p.peek() - '0')
		if v*8+d > 0o377 {
			break
		}
		v = v*8 + d
		n++
		p.pos++
	}
	if n == 0 && !p.ecma {
		return 0, p.fail("bad octal escape")
	}
	return v, nil
}
