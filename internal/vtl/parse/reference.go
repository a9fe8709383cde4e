package parse

import (
	"strings"

	"github.com/sluice-gateway/sluice/internal/vtl/ast"
)

// reference reads $name or ${name} with what follows.
func (p *parser) reference() *ast.Reference {
	r := &ast.Reference{At: p.pos()}
	first := p.at
	braces := p.skip(refOpen)
	p.take(identifier)
	r.Path = p.indexes(r.Path)
	for p.err == nil && p.peek(0) == dot && p.peek(1) == identifier {
		p.take(dot)
		if p.isMethod() {
			r.Path = append(r.Path, p.method())
		} else {
			t := p.take(identifier)
			r.Path = append(r.Path, &ast.Property{At: p.place(t), Name: p.image(t)})
		}
		r.Path = p.indexes(r.Path)
	}
	if braces {
		p.take(refClose)
	}
	if p.err == nil {
		p.name(r, first)
		r.End = p.base + int(p.tokens[p.at-1].end)
	}
	return r
}

// isMethod looks three tokens ahead, as the grammar does.
func (p *parser) isMethod() bool {
	if p.peek(1) != parenOpen {
		return false
	}
	k := p.peek(2)
	return k == argsClose || startsParameter(k)
}

func startsParameter(k kind) bool {
	switch k {
	case whitespace, stringLiteral, integer, float, bracketOpen, curlyOpen, trueWord, falseWord, identifier, refOpen:
		return true
	default:
		return false
	}
}

func (p *parser) indexes(path []ast.Step) []ast.Step {
	for p.err == nil && p.peek(0) == indexOpen {
		index := &ast.Index{At: p.pos()}
		p.take(indexOpen)
		p.skip(whitespace)
		switch p.peek(0) {
		case stringLiteral, integer, trueWord, falseWord, identifier, refOpen:
			index.Arg = p.operand()
		default:
			p.unexpected()
		}
		p.skip(whitespace)
		p.take(indexClose)
		path = append(path, index)
	}
	return path
}

func (p *parser) method() *ast.Method {
	defer p.leave()
	t := p.take(identifier)
	m := &ast.Method{At: p.place(t), Name: p.image(t)}
	if !p.enter() {
		return m
	}
	p.take(parenOpen)
	if startsParameter(p.peek(0)) {
		m.Args = append(m.Args, p.parameter())
		for p.skip(comma) {
			m.Args = append(m.Args, p.parameter())
		}
	}
	p.take(argsClose)
	return m
}

// parameter reads an argument, an element or a key, with blanks around it.
func (p *parser) parameter() ast.Node {
	p.skip(whitespace)
	if k := p.peek(0); k == whitespace || !startsParameter(k) {
		p.unexpected()
		return nil
	}
	node := p.operand()
	p.skip(whitespace)
	return node
}

// name finds out what a reference's first token says: quiet or not, escaped or
// not, and what 1.7 prints around it. It shortens the token, as 1.7 does, so that
// directives that print their own source show the same.
func (p *parser) name(r *ast.Reference, first int) {
	t := &p.tokens[first]
	image := p.image(t)
	if i := strings.Index(image, `\!`); i >= 0 {
		p.fixed(r, image)
		return
	}
	if image[0] == '\\' {
		slashes := 0
		for slashes < len(image) && image[slashes] == '\\' {
			slashes++
		}
		r.Escaped = slashes%2 == 1
		r.Before = image[:slashes/2]
		t.start += int32(slashes)
		image = image[slashes:]
	}
	if i := strings.LastIndexByte(image, '$'); i > 0 {
		if !r.Escaped {
			r.Before += image[:i]
		}
		t.start += int32(i)
		image = image[i:]
	}
	r.Source = p.joined(first)
	r.Key = image[1:]
	second := func() string { return p.image(&p.tokens[first+1]) }
	switch {
	case strings.HasPrefix(image, "$!"):
		if !r.Escaped {
			r.Source = ""
		}
		r.Name = image[2:]
		if strings.HasPrefix(image, "$!{") {
			r.Name = second()
		}
	case image == "${":
		r.Name = second()
	case image[0] == '$':
		r.Name = image[1:]
	default:
		r.Runt = true
		r.Name = image
	}
}

// joined is the source from a token to the last one taken, without what inner
// references were shortened by.
func (p *parser) joined(first int) string {
	whole := true
	for i := first + 1; i < p.at; i++ {
		whole = whole && p.tokens[i].start == p.tokens[i-1].end && p.tokens[i].lost == 0
	}
	if whole {
		return p.lexer.src[p.tokens[first].start:p.tokens[p.at-1].end]
	}
	var b strings.Builder
	for i := first; i < p.at; i++ {
		b.WriteString(p.literal(&p.tokens[i]))
	}
	return b.String()
}

// fixed is for $\!name, of which 1.7 makes a reference that has no value. Its
// name, with the signs in it, is no variable's, so that it prints nothing here.
func (p *parser) fixed(r *ast.Reference, image string) {
	r.Fixed = true
	r.Key = image[1:]
	r.Name = image
}
