package parse

func (l *lexer) matchDirective(c byte) (kind, int) {
	rest := l.src[l.pos:]
	switch c {
	case '(':
		return parenOpen, 1
	case ')':
		return parenClose, lineEnd(rest, 1)
	}
	if wordStart(c) || c == '@' {
		n := matchWord(rest)
		return keyword(rest[:n]), n
	}
	if n := matchBracketed(rest); n > 0 {
		return bracketedWord, n
	}
	if k, n := matchPunctuation(rest); n > 0 {
		return k, n
	}
	if k, n := matchLiteral(rest); n > 0 {
		return k, n
	}
	return matchOperator(rest)
}

// keyword tells the words that are operators or literals.
func keyword(w string) kind {
	switch w {
	case "true":
		return trueWord
	case "false":
		return falseWord
	case "and":
		return and
	case "or":
		return or
	case "not":
		return not
	case "eq":
		return equal
	case "ne":
		return notEqual
	case "lt":
		return less
	case "le":
		return lessEqual
	case "gt":
		return greater
	case "ge":
		return greaterEqual
	default:
		return word
	}
}

func matchOperator(rest string) (kind, int) {
	second := byte(0)
	if len(rest) > 1 {
		second = rest[1]
	}
	switch rest[0] {
	case '-':
		return minus, 1
	case '+':
		return plus, 1
	case '*':
		return multiply, 1
	case '/':
		return divide, 1
	case '%':
		return modulo, 1
	case '&':
		return choose(second == '&', and, bad, 0)
	case '|':
		return choose(second == '|', or, bad, 0)
	case '<':
		return choose(second == '=', lessEqual, less, 1)
	case '>':
		return choose(second == '=', greaterEqual, greater, 1)
	case '=':
		return choose(second == '=', equal, assign, 1)
	case '!':
		return choose(second == '=', notEqual, not, 1)
	default:
		return bad, 0
	}
}

func choose(condition bool, k, k2 kind, n2 int) (kind, int) {
	if condition {
		return k, 2
	}
	return k2, n2
}

// matchName matches a directive's name behind the hash.
func (l *lexer) matchName(c byte) (kind, int) {
	rest := l.src[l.pos:]
	n := 0
	name := ""
	switch {
	case wordStart(c) || c == '@':
		n = matchWord(rest)
		name = rest[:n]
	case c == '{':
		n = matchBracketed(rest)
		if n > 0 {
			name = rest[1 : n-1]
		}
	case digit(c) || c == '-' || c == '.':
		if k, m := matchNumber(rest); m > 0 {
			return k, m
		}
	}
	switch {
	case n == 0:
		return special, 1
	case name == "end":
		return end, lineEnd(rest, n)
	case name == "else":
		return elseDirective, lineEnd(rest, n)
	case name == "if":
		return ifDirective, n
	case name == "elseif":
		return elseifDirective, n
	case c == '{':
		return bracketedWord, n
	default:
		return word, n
	}
}
