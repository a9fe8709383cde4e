package syntax

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// parser reads one path; filters and arguments within it are read by parsers of their own.
type parser struct {
	cursor

	node    *Path
	nesting int
}

// MaxNesting bounds filters and function arguments within each other.
const MaxNesting = 40

// Parse reads a whole path as Jayway's PathCompiler.compile does.
func Parse(path string) (*Path, error) { return parsePath(path, 0) }

// parsePath reads a path that stands nesting deep within others. Errors are *syntaxError.
func parsePath(path string, nesting int) (*Path, error) {
	c := newCursor(path)
	c.trim()
	if !isContext(c.at(0)) {
		c = newCursor("$." + path)
		c.trim()
	}
	if c.at(c.end) == '.' {
		return nil, invalid("must not end with '.'")
	}
	node, err := parseFrom(c, nesting)
	if err != nil {
		return nil, invalid(err.Error())
	}
	return node, nil
}

// parseFrom reads a path whose root stands at the cursor.
func parseFrom(c cursor, nesting int) (*Path, error) {
	if nesting > MaxNesting {
		return nil, invalid("nested too deeply")
	}
	p := parser{cursor: c, node: &Path{}, nesting: nesting}
	for p.inBounds() && isSpace(p.current()) {
		p.pos++
	}
	root := p.current()
	if !isContext(root) {
		return nil, invalid("must start with '$' or '@'")
	}
	p.node.Root = root
	if p.tail() {
		return p.node, nil
	}
	p.pos++
	if b := p.current(); b != '.' && b != '[' {
		return nil, invalid("expected '.' or '[' behind the root")
	}
	for {
		if err := p.step(); err != nil {
			return nil, err
		}
		if p.broken {
			return nil, errBroken
		}
		if p.tail() {
			return p.node, nil
		}
	}
}

func (p *parser) add(s Step) { p.node.Steps = append(p.node.Steps, s) }

// step reads one step; a dot with nothing behind it is an error.
func (p *parser) step() error {
	switch p.current() {
	case '[':
		return p.bracket()
	case '.':
		return p.dot()
	case '*':
		return p.wildcard()
	default:
		return p.name()
	}
}

func (p *parser) dot() error {
	switch {
	case p.in(p.pos+1) && p.at(p.pos+1) == '.':
		p.add(Scan{})
		p.pos += 2
	case !p.in(p.pos + 1):
		return invalid("must not end with '.'")
	default:
		p.pos++
	}
	if p.current() == '.' {
		return invalid("'.' out of place")
	}
	return p.step()
}

// bracket tries the kinds of bracket in Jayway's order.
func (p *parser) bracket() error {
	for _, read := range []func() (bool, error){p.names, p.indexes, p.bracketWildcard, p.filter} {
		ok, err := read()
		if err != nil {
			return err
		}
		if p.broken {
			return errBroken
		}
		if ok {
			return nil
		}
	}
	if i := p.nextSignificant(p.pos); p.at(i) == '?' {
		return invalid("a filter needs its condition in the path")
	}
	return invalid("expected ?, ', 0-9 or * in brackets")
}

func (p *parser) wildcard() error {
	if !p.in(p.pos) {
		return errBroken
	}
	p.pos++
	p.add(Wildcard{})
	return nil
}

func (p *parser) bracketWildcard() (bool, error) {
	star := p.nextSignificant(p.pos)
	if !p.in(star) || p.at(star) != '*' {
		return false, nil
	}
	end := p.nextSignificant(star)
	if !p.in(end) || p.at(end) != ']' {
		return false, invalid("expected ']' behind '*'")
	}
	p.pos = end + 1
	p.add(Wildcard{})
	return true, nil
}

// names reads ['a'] or ["a",'b'].
func (p *parser) names() (bool, error) {
	quote := p.significantAfter(p.pos)
	if quote != '\'' && quote != '"' {
		return false, nil
	}
	var names []string
	start, end, i := 0, 0, p.pos+1
	inside, escaped, comma := false, false, false
loop:
	for ; p.in(i); i++ {
		switch b := p.at(i); {
		case escaped:
			escaped = false
		case b == '\\':
			escaped = true
		case b == ']' && !inside:
			if comma {
				return false, invalid("empty name in brackets")
			}
			break loop
		case b == quote && inside:
			if next := p.significantAfter(i); next != ']' && next != ',' {
				return false, invalid("names must be separated by ','")
			}
			end = i
			name, err := Unescape(p.slice(start, end))
			if err != nil {
				return false, err
			}
			names = append(names, name)
			inside = false
		case b == quote:
			start = i + 1
			inside, comma = true, false
		case b == ',' && !inside:
			if comma {
				return false, invalid("empty name in brackets")
			}
			comma = true
		}
	}
	if inside {
		return false, invalid("name is not closed")
	}
	closing := p.indexOfSignificant(end, ']')
	if closing < 0 {
		return false, invalid("bracket is not closed")
	}
	p.pos = closing + 1
	if len(names) == 0 {
		return false, invalid("empty brackets")
	}
	p.add(Property{Names: names})
	return true, nil
}

// indexes reads [1], [1,-2], [1:], [:2], [1:2].
func (p *parser) indexes() (bool, error) {
	if b := p.significantAfter(p.pos); !isDigit(b) && b != '-' && b != ':' {
		return false, nil
	}
	end := p.indexOf(p.pos+1, ']')
	if end < 0 {
		return false, nil
	}
	text := strings.Trim(p.slice(p.pos+1, end), "\x00\x01\x02\x03\x04\x05\x06\x07\x08\t\n\v\f\r\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f ")
	for i := range len(text) {
		if b := text[i]; !isDigit(b) && b != ',' && b != '-' && b != ':' && b != ' ' {
			return false, nil
		}
	}
	s, err := parseIndexes(text)
	if err != nil {
		return false, err
	}
	p.add(s)
	p.pos = end + 1
	return true, nil
}

func parseIndexes(text string) (Step, error) {
	if strings.Contains(text, ":") {
		return parseSlice(text)
	}
	var indexes []int
	for part := range strings.SplitSeq(text, ",") {
		n, err := parseInt(strings.Trim(part, " "))
		if err != nil {
			return nil, err
		}
		indexes = append(indexes, n)
	}
	return Index{Indexes: indexes}, nil
}

// parseSlice looks at the first two parts only: [1:2:3] is [1:2].
func parseSlice(text string) (Step, error) {
	if strings.ContainsAny(text, " ,") {
		return nil, invalid("bad slice")
	}
	parts := strings.Split(text, ":")
	for len(parts) > 0 && parts[len(parts)-1] == "" { // as Java's split
		parts = parts[:len(parts)-1]
	}
	s := Slice{}
	for i, part := range parts[:min(2, len(parts))] {
		if part == "" {
			continue
		}
		n, err := parseInt(part)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			s.From, s.HasFrom = n, true
		} else {
			s.To, s.HasTo = n, true
		}
	}
	if !s.HasFrom && !s.HasTo {
		return nil, invalid("bad slice")
	}
	return s, nil
}

// parseInt is Integer.parseInt over digits and '-'.
func parseInt(s string) (int, error) {
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil {
		return 0, &crashError{"bad index " + strconv.Quote(s)}
	}
	return int(n), nil
}

// filter reads [?(...)].
func (p *parser) filter() (bool, error) {
	question := p.nextSignificant(p.pos)
	if p.at(question) != '?' {
		return false, nil
	}
	open := p.nextSignificant(question)
	if p.at(open) != '(' {
		return false, nil
	}
	closing, err := p.indexOfClosing(open, '(', ')', true)
	if err != nil || closing < 0 {
		return false, err
	}
	end := p.nextSignificant(closing)
	if !p.in(end) || p.at(end) != ']' {
		return false, nil
	}
	condition, err := parseFilter(p.slice(p.pos, end+1), p.nesting+1)
	if err != nil {
		return false, err
	}
	p.add(Filter{Condition: condition})
	p.pos = end + 1
	return true, nil
}

// name reads a bare name or a function call.
func (p *parser) name() error {
	if b := p.current(); b == '[' || b == '*' || b == '.' || b == ' ' {
		return invalid("expected a name")
	}
	start, i, end := p.pos, p.pos, 0
	function := false
	for ; p.in(i) && end == 0; i++ {
		switch p.at(i) {
		case ' ':
			return invalid("a name with blanks needs ['...']")
		case '.', '[':
			end = i
		case '(':
			function = true
			end = i
		}
		if end != 0 {
			break
		}
	}
	if end == 0 {
		end = p.length()
	}
	name := p.slice(start, end)
	if !function {
		p.pos = end
		p.add(Property{Names: []string{name}})
		return nil
	}
	return p.function(name, end)
}

// function reads a call whose parenthesis opens at open. Without arguments the cursor stays on ')', as Jayway's does.
func (p *parser) function(name string, open int) error {
	if !p.closed(open) {
		return invalid("arguments of " + name + " are not closed")
	}
	var params []Param
	switch {
	case !p.in(open + 1):
		p.pos = open
	case p.at(open+1) == ')':
		p.pos = open + 1
	default:
		p.pos = open + 1
		var err error
		params, err = p.params(name)
		if err != nil {
			return err
		}
	}
	p.add(Function{Name: name, Params: params})
	return nil
}

// closed reports whether the parenthesis at open closes at all.
func (p *parser) closed(open int) bool {
	n := 1
	for i := open + 1; i < p.length() && n > 0; i++ {
		switch p.at(i) {
		case ')':
			n--
		case '(':
			n++
		}
	}
	return n == 0
}

// Unescape reads Jayway's escapes in quoted names and strings.
func Unescape(s string) (string, error) {
	if strings.IndexByte(s, '\\') < 0 {
		return s, nil
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b = append(b, s[i])
			continue
		}
		i++
		if i == len(s) {
			return string(append(b, '\\')), nil
		}
		if s[i] == 'u' {
			u, n, err := unescapeUnit(s[i+1:])
			if err != nil {
				return "", err
			}
			b = append(b, u...)
			i += n
			continue
		}
		if j := strings.IndexByte("rftnb", s[i]); j >= 0 {
			b = append(b, "\r\f\t\n\b"[j])
			continue
		}
		b = append(b, s[i])
	}
	return string(b), nil
}

// unescapeUnit reads the digits behind \u and, for a pair, the second escape along; it returns how much it read. Fewer than
// four characters at the end are dropped.
func unescapeUnit(s string) (text string, n int, err error) {
	if utf8.RuneCountInString(s) < 4 {
		return "", len(s), nil
	}
	u, ok := hexUnit(s)
	if !ok {
		return "", 0, &crashError{"bad escape"}
	}
	if utf16.IsSurrogate(u) && len(s) >= 10 && s[4:6] == `\u` {
		low, ok := hexUnit(s[6:])
		if r := utf16.DecodeRune(u, low); ok && r != utf8.RuneError {
			return string(r), 10, nil
		}
	}
	return string(u), 4, nil
}

// hexUnit reads four characters as Integer.parseInt does, a sign included.
func hexUnit(s string) (rune, bool) {
	if len(s) < 4 {
		return 0, false
	}
	u, err := strconv.ParseInt(s[:4], 16, 32)
	return rune(uint16(u)), err == nil
}
