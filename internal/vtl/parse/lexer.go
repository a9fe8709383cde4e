package parse

import "strings"

// lexer cuts a template into tokens as the token manager that JavaCC makes of
// Velocity 1.7's grammar does: by states on a stack, which the tokens themselves
// and in one place the parser switch. It is kept as it is, faults included,
// because templates show what it does: which blanks a directive eats, and where
// text turns into a parse error.
type lexer struct {
	src   string
	pos   int
	state state
	stack []saved
	// opened and closed count the parentheses of the current state.
	opened, closed int
	// commenting says that $ and # mean nothing; setting that a #set is open.
	commenting, setting bool
	// slashes is the end of the run of backslashes that was last measured, so that
	// no run is measured twice.
	slashes int
	// losses are the texts that were dropped, of which tokens hold the numbers.
	losses []string
}

// saved is a state to come back to.
type saved struct {
	state          state
	opened, closed int
}

func (l *lexer) push(next state) {
	l.stack = append(l.stack, saved{l.state, l.opened, l.closed})
	l.opened = 0
	l.state = next
}

func (l *lexer) pop() bool {
	if len(l.stack) == 0 {
		l.opened = 0
		l.state = inText
		return false
	}
	top := l.stack[len(l.stack)-1]
	l.stack = l.stack[:len(l.stack)-1]
	l.state, l.opened, l.closed = top.state, top.opened, top.closed
	return true
}

// next reads one token. After eof or bad it gives the same again.
func (l *lexer) next() token {
	start, lost := l.pos, int32(0)
	for {
		if l.pos >= len(l.src) {
			k := eof
			if l.pos > start {
				k = bad
			}
			return token{kind: k, start: int32(start), end: int32(l.pos), lost: lost}
		}
		k, n := l.match()
		switch {
		case k < bad:
			l.pos += n
			t := token{kind: k, start: int32(start), end: int32(l.pos), lost: lost}
			if acts(k) {
				l.matched(&t)
			}
			return t
		case k == bad:
			return token{kind: bad, start: int32(l.pos), end: int32(l.pos)}
		case k == skipped:
			l.pos += n
			start = l.pos
		case k == special:
			lost = l.lose(lost, l.src[start:l.pos+1])
			l.pop()
			start = l.pos
		default:
			l.pos += n
			l.continued(k)
		}
	}
}

// acts reports whether a token changes the state.
func acts(k kind) bool { return k != text && k != whitespace && k != identifier && k != word }

// lose keeps what text nodes print of text that was dropped.
func (l *lexer) lose(before int32, image string) int32 {
	if len(image) == 1 && image[0] != '$' && image[0] != '#' {
		return before
	}
	kept := remains(image)
	if before > 0 {
		kept = l.losses[before-1] + kept
	}
	if kept == "" {
		return 0
	}
	l.losses = append(l.losses, kept)
	return int32(len(l.losses))
}

// continued does what text does that a token starts with.
func (l *lexer) continued(k kind) {
	if l.commenting {
		return
	}
	switch k {
	case moreDollar:
		if l.state == inReference {
			l.pop()
		}
		l.push(inReference)
	case moreHash:
		if l.state == inReference || l.state == inModifier {
			l.pop()
		}
		l.push(inName)
	case moreTextBlock:
		l.comment(inTextBlock)
	case moreFormal:
		l.pos--
		l.comment(inFormalComment)
	case moreComment:
		l.comment(inComment)
	}
}

func (l *lexer) comment(s state) {
	l.commenting = true
	l.push(s)
}

// matched does what a token does to the state.
func (l *lexer) matched(t *token) {
	switch t.kind {
	case indexOpen:
		l.push(inIndex)
	case indexClose, end, elseDirective, refClose:
		l.pop()
	case parenOpen:
		l.open()
	case parenClose:
		l.close()
	case argsClose:
		l.state = inReference
	case setDirective:
		l.push(inDirective)
		l.setting = true
		l.open()
	case commentStart:
		if l.state == inReference {
			l.pop()
		}
		l.comment(inLineComment)
	case commentEnd, formalComment, blockComment, textBlock:
		l.commenting = false
		l.pop()
	case stringLiteral:
		if l.state == inDirective && !l.setting && l.opened == 0 {
			l.pop()
		}
	case ifDirective, elseifDirective:
		l.state = inDirective
	case integer:
		if strings.HasSuffix(l.src[t.start:t.end], "..") {
			l.pos -= 2
			t.end -= 2
		}
		if l.opened == 0 && !l.setting && l.state != inArgs && l.state != inIndex {
			l.pop()
		}
	case float:
		if l.opened == 0 && !l.setting && l.state != inArgs {
			l.pop()
		}
	case dot:
		l.pos--
		t.end--
		t.start = t.end - 1 // 1.7 forgets what the token started with
		l.state = inModifier
	}
}

func (l *lexer) open() {
	l.opened++
	if l.state == inModifier {
		l.state = inArgs
	}
}

// close goes back to the state that the parenthesis was opened in.
func (l *lexer) close() {
	for {
		if l.opened > 0 {
			if l.opened == l.closed+1 {
				l.pop()
			} else {
				l.closed++
			}
			return
		}
		if !l.pop() {
			return
		}
	}
}

// remains gives what text nodes print of text that was dropped: dollars, hashes
// and backslashes before a dollar.
func remains(image string) string {
	var kept []byte
	for i := 0; i < len(image); i++ {
		switch image[i] {
		case '#', '$':
			kept = append(kept, image[i])
		case '\\':
			j := i
			for j < len(image) && image[j] == '\\' {
				j++
			}
			if j < len(image) && image[j] == '$' {
				kept = append(kept, image[i:j+1]...)
				i = j + 1
			}
		}
	}
	return string(kept)
}
