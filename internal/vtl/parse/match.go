package parse

import "strings"

// match finds the longest token at pos in the current state, and its length.
func (l *lexer) match() (kind, int) {
	c := l.src[l.pos]
	if c == '$' || c == '\\' {
		if k, n := l.matchDollar(); n > 0 {
			return k, n
		}
	}
	if c == '#' {
		return l.matchHash()
	}
	switch l.state {
	case inText:
		return l.matchText(c)
	case inReference, inModifier:
		return l.matchReference(c)
	case inArgs:
		return l.matchArgs(c)
	case inIndex:
		return l.matchIndex(c)
	case inDirective:
		return l.matchDirective(c)
	case inName:
		return l.matchName(c)
	default:
		return l.matchComment(c)
	}
}

// matchDollar matches any backslashes and a dollar, which every state takes.
func (l *lexer) matchDollar() (kind, int) {
	n := l.run()
	rest := l.src[l.pos+n:]
	if rest == "" || rest[0] != '$' {
		return bad, 0
	}
	slashes := 0
	for slashes+1 < len(rest) && rest[1+slashes] == '\\' {
		slashes++
	}
	bang := slashes+1 < len(rest) && rest[slashes+1] == '!'
	if n == 0 && (l.state == inText || l.state == inReference) {
		for _, empty := range [...]string{"$[", "$![", `$\![`, "$."} {
			if strings.HasPrefix(rest, empty) {
				return emptyIndex, len(empty)
			}
		}
	}
	if bang {
		return moreDollar, n + slashes + 2
	}
	return moreDollar, n + 1
}

// run measures the backslashes at pos.
func (l *lexer) run() int {
	if l.src[l.pos] != '\\' {
		return 0
	}
	if l.slashes <= l.pos {
		l.slashes = l.pos
		for l.slashes < len(l.src) && l.src[l.slashes] == '\\' {
			l.slashes++
		}
	}
	return l.slashes - l.pos
}

// matchHash matches what starts with a hash: in every state comments, unparsed
// blocks and the start of a directive, in some a line comment or #set.
func (l *lexer) matchHash() (kind, int) {
	rest := l.src[l.pos:]
	switch l.state {
	case inText, inReference, inModifier, inArgs:
		if n := matchSet(rest); n > 0 {
			return setDirective, n
		}
	}
	switch {
	case strings.HasPrefix(rest, "#[["):
		return moreTextBlock, 3
	case strings.HasPrefix(rest, "#**") && len(rest) > 3 && rest[3] != '#':
		return moreFormal, 4
	case strings.HasPrefix(rest, "#*"):
		return moreComment, 2
	case strings.HasPrefix(rest, "##"):
		switch l.state {
		case inText, inName, inDirective, inReference:
			return commentStart, 2
		}
	}
	return moreHash, 1
}

// matchSet measures #set( with blanks before the hash and the parenthesis.
func matchSet(rest string) int {
	i := blanks(rest, 0)
	switch {
	case strings.HasPrefix(rest[i:], "#set"):
		i += 4
	case strings.HasPrefix(rest[i:], "#{set}"):
		i += 6
	default:
		return 0
	}
	for i < len(rest) && rest[i] == ' ' {
		i++
	}
	if i == len(rest) || rest[i] != '(' {
		return 0
	}
	return i + 1
}

// blanks skips blanks and tabs from i.
func blanks(s string, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
		i++
	}
	return i
}

// lineEnd skips blanks and a line's end from i; i itself when there is none.
func lineEnd(s string, i int) int {
	j := blanks(s, i)
	if j == len(s) {
		return i
	}
	switch {
	case s[j] == '\n':
		return j + 1
	case s[j] == '\r' && j+1 < len(s) && s[j+1] == '\n':
		return j + 2
	case s[j] == '\r':
		return j + 1
	default:
		return i
	}
}

func (l *lexer) matchText(c byte) (kind, int) {
	rest := l.src[l.pos:]
	switch c {
	case '\\':
		return l.matchEscape(rest)
	case ' ', '\t':
		if n := matchSet(rest); n > 0 {
			return setDirective, n
		}
	}
	n := strings.IndexAny(rest, `$#\`)
	if n < 0 {
		n = len(rest)
	}
	return text, n
}

// matchEscape matches backslashes that no dollar follows.
func (l *lexer) matchEscape(rest string) (kind, int) {
	n := l.run()
	if n%2 == 1 && n < len(rest) && rest[n] == '#' {
		if m := matchWord(rest[n+1:]); m > 0 {
			return escapedDirective, n + 1 + m
		}
		if m := matchBracketed(rest[n+1:]); m > 0 {
			return escapedDirective, n + 1 + m
		}
	}
	if n > 1 {
		return doubleEscape, 2
	}
	return escape, 1
}

func (l *lexer) matchReference(c byte) (kind, int) {
	rest := l.src[l.pos:]
	switch {
	case c == '[':
		return indexOpen, 1
	case c == '(' && l.state == inModifier:
		return parenOpen, 1
	case c == '{':
		return refOpen, 1
	case c == '}':
		return refClose, 1
	case c == '.' && len(rest) > 1 && letter(rest[1]):
		return dot, 2
	case letter(c) || c == '_':
		return matchIdentifier(rest)
	case c == ' ' || c == '\t':
		if n := matchSet(rest); n > 0 {
			return setDirective, n
		}
	}
	return special, 1
}

func matchIdentifier(rest string) (kind, int) {
	n := 1
	for n < len(rest) && (letter(rest[n]) || digit(rest[n]) || rest[n] == '-' || rest[n] == '_') {
		n++
	}
	switch rest[:n] {
	case "true":
		return trueWord, n
	case "false":
		return falseWord, n
	default:
		return identifier, n
	}
}

func (l *lexer) matchArgs(c byte) (kind, int) {
	rest := l.src[l.pos:]
	switch c {
	case ')':
		return argsClose, 1
	case ' ', '\t':
		if n := matchSet(rest); n > 0 {
			return setDirective, max(n, 0)
		}
	case '.':
		if len(rest) > 1 && letter(rest[1]) {
			return dot, 2
		}
	}
	if letter(c) || c == '_' {
		return matchIdentifier(rest)
	}
	if k, n := matchPunctuation(rest); n > 0 {
		return k, n
	}
	return matchLiteral(rest)
}

func (l *lexer) matchIndex(c byte) (kind, int) {
	rest := l.src[l.pos:]
	if c == ']' {
		return indexClose, 1
	}
	return matchLiteral(rest)
}

// matchPunctuation matches what separates arguments.
func matchPunctuation(rest string) (kind, int) {
	switch rest[0] {
	case '[':
		return bracketOpen, 1
	case ']':
		return bracketClose, 1
	case ',':
		return comma, 1
	case ':':
		return colon, 1
	case '{':
		return curlyOpen, 1
	case '}':
		return curlyClose, 1
	case '.':
		if len(rest) > 1 && rest[1] == '.' {
			return doubleDot, 2
		}
	}
	return bad, 0
}

// matchLiteral matches blanks, strings, numbers, true and false.
func matchLiteral(rest string) (kind, int) {
	switch c := rest[0]; {
	case c == ' ' || c == '\t' || c == '\n' || c == '\r':
		n := 1
		for n < len(rest) && strings.IndexByte(" \t\n\r", rest[n]) >= 0 {
			n++
		}
		return whitespace, n
	case c == '"' || c == '\'':
		if n := matchString(rest); n > 0 {
			return stringLiteral, n
		}
	case digit(c) || c == '-' || c == '.':
		return matchNumber(rest)
	case strings.HasPrefix(rest, "true"):
		return trueWord, 4
	case strings.HasPrefix(rest, "false"):
		return falseWord, 5
	}
	return bad, 0
}

// matchString measures a string with its quotes: a doubled quote stands for one,
// unless no further quote comes.
func matchString(rest string) int {
	found := 0
	for i := 1; i < len(rest); i++ {
		next := strings.IndexByte(rest[i:], rest[0])
		if next < 0 {
			break
		}
		i += next
		found = i + 1
		if i+1 == len(rest) || rest[i+1] != rest[0] {
			break
		}
		i++
	}
	return found
}

func matchNumber(rest string) (kind, int) {
	i := 0
	if rest[0] == '-' {
		i = 1
	}
	first := i
	i = digits(rest, i)
	whole := i > first
	if whole && strings.HasPrefix(rest[i:], "..") {
		return integer, i + 2
	}
	k, n := integer, i
	if !whole {
		k, n = bad, 0
	}
	if i < len(rest) && rest[i] == '.' {
		j := digits(rest, i+1)
		if whole || j > i+1 {
			k, n = float, exponent(rest, j)
		}
		return k, n
	}
	if j := exponent(rest, i); whole && j > i {
		return float, j
	}
	return k, n
}

func digits(s string, i int) int {
	for i < len(s) && digit(s[i]) {
		i++
	}
	return i
}

// exponent skips an exponent from i; i itself when there is none.
func exponent(s string, i int) int {
	if i >= len(s) || (s[i] != 'e' && s[i] != 'E') {
		return i
	}
	j := i + 1
	if j < len(s) && (s[j] == '+' || s[j] == '-') {
		j++
	}
	if k := digits(s, j); k > j {
		return k
	}
	return i
}

func (l *lexer) matchComment(c byte) (kind, int) {
	rest := l.src[l.pos:]
	switch l.state {
	case inLineComment:
		if c == '\n' || c == '\r' {
			return commentEnd, lineEnd(rest, 0)
		}
		return skipped, 1
	case inTextBlock:
		if strings.HasPrefix(rest, "]]#") {
			return textBlock, 3
		}
		return moreAny, 1
	}
	if strings.HasPrefix(rest, "*#") {
		if l.state == inComment {
			return blockComment, 2
		}
		return formalComment, 2
	}
	return skipped, 1
}

// matchWord measures a directive's name; 0 when there is none.
func matchWord(s string) int {
	if s == "" || (!wordStart(s[0]) && s[0] != '@') {
		return 0
	}
	n := 1
	for n < len(s) && (wordStart(s[n]) || digit(s[n]) || s[n] == '@') {
		n++
	}
	return n
}

// matchBracketed measures a name in curly brackets; 0 when there is none.
func matchBracketed(s string) int {
	if len(s) < 3 || s[0] != '{' || !wordStart(s[1]) {
		return 0
	}
	n := 1 + matchWord(s[1:])
	if n < len(s) && s[n] == '}' {
		return n + 1
	}
	return 0
}

func letter(c byte) bool    { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func digit(c byte) bool     { return c >= '0' && c <= '9' }
func wordStart(c byte) bool { return letter(c) || c == '_' }
