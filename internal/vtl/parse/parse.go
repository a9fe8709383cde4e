// Package parse reads mapping templates into trees, as the parser of Apache
// Velocity 1.7 does: its grammar, its lookahead and its lexer with all that they
// make of blanks, escapes and stray signs. It does not know what names mean; the
// compiler of package vtl does.
package parse

import (
	"sync"

	"github.com/sluice-gateway/sluice/internal/vtl/ast"
)

// MaxDepth bounds how deep directives, expressions and strings nest.
const MaxDepth = 200

// Error says where a template cannot be read and why.
type Error struct {
	// Offset counts bytes from the template's start.
	Offset  int
	Message string
	// Limit says that the template is only too deep.
	Limit bool
}

// Error implements error.
func (e *Error) Error() string { return e.Message }

// Template reads a template.
func Template(src string) (ast.Block, error) {
	p := newParser(src)
	p.macros = map[string]bool{}
	block, err := p.whole()
	p.release()
	return block, err
}

// scratch is what a parser needs while it runs, kept for the next one.
type scratch struct {
	tokens []token
	stack  []saved
}

// scratches is a cache; it holds nothing that anyone could see.
var scratches = sync.Pool{New: func() any { return &scratch{} }}

// maxKept is the number of tokens of the largest scratch that is kept.
const maxKept = 1 << 14

func newParser(src string) *parser {
	s, _ := scratches.Get().(*scratch)
	return &parser{lexer: lexer{src: src, stack: s.stack[:0]}, tokens: s.tokens[:0], scratch: s}
}

// release gives the scratch back. The tree holds no part of it.
func (p *parser) release() {
	if cap(p.tokens) <= maxKept {
		p.scratch.tokens, p.scratch.stack = p.tokens[:0], p.lexer.stack[:0]
	}
	scratches.Put(p.scratch)
}

// parser is a recursive descent over tokens that it reads no earlier than
// Velocity's does, because it switches the lexer's state at one place. It stops at
// the first error, which stays in err.
type parser struct {
	lexer lexer
	// tokens are those read so far, at is the index of the next one.
	tokens []token
	at     int
	err    *Error
	depth  int
	// base is where src starts in the outermost template.
	base int
	// macros are the names defined so far, which escapes ask for.
	macros  map[string]bool
	scratch *scratch
}

// whole reads up to the end of the text.
func (p *parser) whole() (ast.Block, error) {
	block := p.block()
	if p.err == nil && p.peek(0) != eof {
		p.unexpected()
	}
	if p.err != nil {
		return nil, p.err
	}
	return block, nil
}

// peek gives the kind of the token n places ahead, reading it when need be.
func (p *parser) peek(n int) kind {
	for p.at+n >= len(p.tokens) {
		if last := len(p.tokens) - 1; last >= 0 && (p.tokens[last].kind == eof || p.tokens[last].kind == bad) {
			return p.tokens[last].kind
		}
		p.tokens = append(p.tokens, p.lexer.next())
	}
	return p.tokens[p.at+n].kind
}

// take consumes a token of the kind, or fails.
func (p *parser) take(k kind) *token {
	if p.err != nil || p.peek(0) != k {
		p.unexpected()
		return &token{start: int32(p.lexer.pos), end: int32(p.lexer.pos)}
	}
	p.at++
	return &p.tokens[p.at-1]
}

// skip consumes a token when it is of the kind.
func (p *parser) skip(k kind) bool {
	if p.err != nil || p.peek(0) != k {
		return false
	}
	p.at++
	return true
}

// image is a token's text.
func (p *parser) image(t *token) string { return p.lexer.src[t.start:t.end] }

// literal is the text that a text node prints for a token.
func (p *parser) literal(t *token) string {
	if t.lost > 0 {
		return p.lexer.losses[t.lost-1] + p.image(t)
	}
	return p.image(t)
}

// pos is where the next token starts.
func (p *parser) pos() ast.At {
	p.peek(0)
	i := min(p.at, len(p.tokens)-1)
	return p.place(&p.tokens[i])
}

// place is where a token starts.
func (p *parser) place(t *token) ast.At { return ast.At(p.base + int(t.start)) }

func (p *parser) fail(offset int, message string) {
	if p.err == nil {
		p.err = &Error{Offset: offset, Message: message}
	}
}

// unexpected fails at the next token.
func (p *parser) unexpected() {
	if p.err != nil {
		return
	}
	k := p.peek(0)
	t := p.tokens[min(p.at, len(p.tokens)-1)]
	switch {
	case k == eof:
		p.fail(int(p.place(&t)), "unexpected end of the template")
	case k == bad && t.end > t.start:
		p.fail(int(p.place(&t)), "the template ends within "+quote(p.image(&t)))
	case k == bad:
		p.fail(int(p.place(&t)), "unexpected character "+quote(firstRune(p.lexer.src[t.start:])))
	default:
		p.fail(int(p.place(&t)), "unexpected "+quote(p.image(&t)))
	}
}

// enter counts a level of nesting; the caller leaves it again.
func (p *parser) enter() bool {
	p.depth++
	if p.depth > MaxDepth && p.err == nil {
		p.err = &Error{Offset: int(p.pos()), Message: "the template nests too deep", Limit: true}
	}
	return p.err == nil
}

func (p *parser) leave() { p.depth-- }

// block reads statements up to a token that starts none.
func (p *parser) block() ast.Block {
	var block ast.Block
	for p.enter(); p.err == nil; {
		node, more := p.statement()
		if !more {
			break
		}
		if node != nil {
			block = append(block, node)
		}
	}
	p.leave()
	return block
}

// statement reads one statement; false when the next token starts none. A
// comment is no node.
func (p *parser) statement() (ast.Node, bool) {
	at := p.pos()
	switch p.peek(0) {
	case ifDirective:
		return p.conditional(), true
	case identifier:
		return p.reference(), true
	case refOpen:
		if p.peek(1) == identifier {
			return p.reference(), true
		}
		return p.text(at)
	case commentStart, formalComment, blockComment:
		return p.comment(at), true
	case textBlock:
		image := p.image(p.take(textBlock))
		return &ast.Text{At: at, Text: image[len("#[[") : len(image)-len("]]#")]}, true
	case setDirective:
		return p.set(), true
	case escapedDirective:
		return &ast.Text{At: at, Text: p.unescape(p.image(p.take(escapedDirective)))}, true
	case doubleEscape:
		return p.backslashes(at), true
	case word, bracketedWord:
		return p.directive(), true
	case parenOpen, parenClose, escape, text, stringLiteral, integer, float, dot, refClose, emptyIndex:
		return p.text(at)
	default:
		return nil, false
	}
}

// text makes text of any token.
func (p *parser) text(at ast.At) (ast.Node, bool) {
	p.at++
	return &ast.Text{At: at, Text: p.literal(&p.tokens[p.at-1])}, true
}

// comment drops a comment, but not what the lexer took for its start.
func (p *parser) comment(at ast.At) ast.Node {
	t := p.tokens[p.at]
	p.at++
	if t.kind == commentStart {
		p.skip(commentEnd)
	}
	image := p.image(&t)
	for i := 0; i+1 < len(image); i++ {
		if image[i] == '#' && (image[i+1] == '#' || image[i+1] == '*') {
			if i == 0 {
				return nil
			}
			return &ast.Text{At: at, Text: image[:i]}
		}
	}
	return nil
}
