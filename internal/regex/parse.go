package regex

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// flagSet holds Java's flags.
type flagSet struct{ fold, unix, multiline, dotAll, unicodeCase, comments, unicodeClass bool }

func (f *flagSet) set(letter rune, on bool) bool {
	switch letter {
	case 'i':
		f.fold = on
	case 'd':
		f.unix = on
	case 'm':
		f.multiline = on
	case 's':
		f.dotAll = on
	case 'u':
		f.unicodeCase = on
	case 'x':
		f.comments = on
	case 'U':
		f.unicodeClass, f.unicodeCase = on, on
	default:
		return false
	}
	return true
}

// parser reads one expression.
type parser struct {
	text         string
	pos          int
	flags        flagSet
	ecma         bool
	groups       int
	names        map[string]int
	nesting      int
	maxReference int
	// repeated says that the quantifier behind the last atom has been read.
	repeated bool
}

func (p *parser) fail(message string) error {
	return fmt.Errorf("regular expression %.200q: %s near %d", p.text, message, p.pos)
}

func (p *parser) more() bool { return p.pos < len(p.text) }

func (p *parser) peek() byte {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

func (p *parser) next() rune {
	c, n := utf8.DecodeRuneInString(p.text[p.pos:])
	p.pos += n
	return c
}

func (p *parser) take(s string) bool {
	if !strings.HasPrefix(p.text[p.pos:], s) {
		return false
	}
	p.pos += len(s)
	return true
}

// skip passes over blanks and comments where (?x) is on.
func (p *parser) skip() {
	for p.flags.comments && p.more() {
		switch c := p.peek(); {
		case c == '#':
			for p.more() && p.peek() != '\n' && p.peek() != '\r' {
				p.pos++
			}
		case c == ' ' || c >= '\t' && c <= '\r':
			p.pos++
		default:
			return
		}
	}
}

func (p *parser) alternatives() (node, error) {
	p.nesting++
	defer func() { p.nesting-- }()
	if p.nesting > maxNesting {
		return nil, p.fail("nested too deeply")
	}
	var parts []node
	for {
		s, err := p.sequence()
		if err != nil {
			return nil, err
		}
		parts = append(parts, s)
		if !p.take("|") {
			break
		}
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	return &altNode{parts}, nil
}

func (p *parser) sequence() (node, error) {
	s := &seqNode{}
	for {
		p.skip()
		if !p.more() || p.peek() == '|' || p.peek() == ')' {
			return s, nil
		}
		atom, err := p.atom()
		if err != nil {
			return nil, err
		}
		if atom == nil { // flags or an empty quotation
			continue
		}
		if p.repeated {
			p.repeated = false
			s.parts = append(s.parts, atom)
			continue
		}
		atom, err = p.repeat(atom)
		if err != nil {
			return nil, err
		}
		s.parts = append(s.parts, atom)
	}
}

func (p *parser) atom() (node, error) {
	switch c := p.peek(); c {
	case '(':
		p.pos++
		return p.group()
	case '[':
		p.pos++
		s, err := p.class()
		return &charNode{s}, err
	case '.':
		p.pos++
		return &charNode{p.dot()}, nil
	case '^':
		p.pos++
		if p.flags.multiline {
			return &edgeNode{edgeLineStart}, nil
		}
		return &edgeNode{edgeStart}, nil
	case '$':
		p.pos++
		return p.dollar(), nil
	case '\\':
		p.pos++
		return p.escape()
	case '*', '+', '?':
		return nil, p.fail("nothing to repeat")
	case '{':
		if !p.ecma { // Java repeats nothing where digits follow, and refuses the rest
			return &seqNode{}, nil
		}
	}
	return p.literal(p.next()), nil
}

func (p *parser) dollar() node {
	switch {
	case p.flags.multiline:
		return &edgeNode{edgeLineEnd}
	case p.ecma:
		return &edgeNode{edgeEnd}
	default:
		return &edgeNode{edgeLastBreak}
	}
}

func (p *parser) dot() set {
	switch {
	case p.flags.dotAll:
		return set{{0, maxRune}}
	case p.flags.unix:
		return chars("\n").negate()
	default:
		return chars("\n\r\u0085\u2028\u2029").negate()
	}
}

func (p *parser) literal(c rune) node { return &charNode{p.folded(set{{c, c}})} }

func (p *parser) folded(s set) set {
	if p.flags.fold {
		return s.fold(p.flags.unicodeCase || p.ecma)
	}
	return s
}

// repeat reads the quantifiers behind an atom.
func (p *parser) repeat(atom node) (node, error) {
	p.skip()
	low, high := 0, -1
	switch p.peek() {
	case '*':
		p.pos++
	case '+':
		low = 1
		p.pos++
	case '?':
		high = 1
		p.pos++
	case '{':
		ok, err := p.counts(&low, &high)
		if err != nil || !ok {
			return atom, err
		}
	default:
		return atom, nil
	}
	p.skip()
	r := &repeatNode{inner: atom, min: low, max: high}
	switch {
	case p.take("?"):
		r.mode = lazy
	case !p.ecma && p.take("+"):
		r.mode = possessive
	}
	return r, nil
}

func (p *parser) counts(low, high *int) (bool, error) {
	end := strings.IndexByte(p.text[p.pos:], '}')
	if end < 0 {
		return p.noCounts()
	}
	from, to, ranged := strings.Cut(p.text[p.pos+1:p.pos+end], ",")
	n, err := strconv.ParseUint(from, 10, 31)
	if err != nil {
		return p.noCounts()
	}
	*low, *high = int(n), int(n)
	if ranged {
		*high = -1
		if to != "" {
			m, err := strconv.ParseUint(to, 10, 31)
			if err != nil {
				return p.noCounts()
			}
			*high = int(m)
		}
	}
	if *high >= 0 && *high < *low {
		return false, p.fail("counts out of order")
	}
	p.pos += end + 1
	return true, nil
}

// noCounts is what a brace without counts means: text to ECMA's web browsers, an error to Java.
func (p *parser) noCounts() (bool, error) {
	if p.ecma {
		return false, nil
	}
	return false, p.fail("illegal repetition")
}
