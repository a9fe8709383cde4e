package parse

import (
	"strings"

	"github.com/sluice-gateway/sluice/internal/vtl/ast"
)

// expression reads a whole expression.
func (p *parser) expression() ast.Node {
	defer p.leave()
	at := p.pos()
	if !p.enter() {
		return nil
	}
	first := p.at
	group := &ast.Group{At: at, Inner: p.binary(0)}
	group.Literal = p.between(first)
	return group
}

// levels are the binary operators, those that bind least first.
func level(n int, k kind) (ast.Operator, bool) {
	switch n {
	case 0:
		return ast.Or, k == or
	case 1:
		return ast.And, k == and
	case 2:
		switch k {
		case equal:
			return ast.Equal, true
		case notEqual:
			return ast.NotEqual, true
		}
	case 3:
		switch k {
		case less:
			return ast.Less, true
		case greater:
			return ast.Greater, true
		case lessEqual:
			return ast.LessEqual, true
		case greaterEqual:
			return ast.GreaterEqual, true
		}
	case 4:
		switch k {
		case plus:
			return ast.Add, true
		case minus:
			return ast.Subtract, true
		}
	case 5:
		switch k {
		case multiply:
			return ast.Multiply, true
		case divide:
			return ast.Divide, true
		case modulo:
			return ast.Modulo, true
		}
	}
	return 0, false
}

const tightest = 5

// between is the source from a token to the last one taken.
func (p *parser) between(first int) string {
	if p.err != nil || first >= p.at {
		return ""
	}
	return p.lexer.src[p.tokens[first].start:p.tokens[p.at-1].end]
}

// binary reads operators of a level and above. They associate to the left.
func (p *parser) binary(n int) ast.Node {
	if n > tightest {
		return p.unary()
	}
	left := p.binary(n + 1)
	chain := 0
	defer func() { p.depth -= chain }()
	for p.err == nil {
		operator, ok := level(n, p.peek(0))
		if !ok {
			break
		}
		chain++
		if !p.enter() { // a long chain is a deep tree
			break
		}
		at := p.pos()
		p.at++
		first := p.at
		node := &ast.Binary{At: at, Operator: operator, Left: left, Right: p.binary(n + 1)}
		node.Literal = p.between(first)
		left = node
	}
	return left
}

func (p *parser) unary() ast.Node {
	blank := p.peek(0) == whitespace
	if p.peek(0) == not || (blank && p.peek(1) == not) {
		defer p.leave()
		p.skip(whitespace)
		at := p.pos()
		p.take(not)
		if !p.enter() {
			return nil
		}
		return &ast.Not{At: at, Operand: p.unary()}
	}
	p.skip(whitespace)
	var node ast.Node
	if p.peek(0) == parenOpen {
		p.take(parenOpen)
		node = p.expression()
		p.take(parenClose)
	} else {
		node = p.operand()
	}
	p.skip(whitespace)
	return node
}

// operand reads a literal or a reference.
func (p *parser) operand() ast.Node {
	at := p.pos()
	switch p.peek(0) {
	case stringLiteral:
		return p.str()
	case identifier, refOpen:
		return p.reference()
	case integer:
		return &ast.Integer{At: at, Text: p.number(p.take(integer))}
	case float:
		return &ast.Float{At: at, Text: p.number(p.take(float))}
	case bracketOpen:
		return p.list()
	case curlyOpen:
		return p.dictionary()
	case trueWord:
		p.take(trueWord)
		return &ast.Bool{At: at, Value: true}
	case falseWord:
		p.take(falseWord)
		return &ast.Bool{At: at}
	default:
		p.unexpected()
		return nil
	}
}

// number is a number's text, which a stray hash may be a part of.
func (p *parser) number(t *token) string {
	image := p.image(t)
	if strings.TrimLeft(image, "-.0123456789") == image {
		p.fail(p.base+t.start, quote(image)+" is no number")
	}
	return image
}

// list reads [a, b] or [from..to].
func (p *parser) list() ast.Node {
	defer p.leave()
	list := &ast.List{At: p.pos()}
	first := p.at
	p.take(bracketOpen)
	if !p.enter() {
		return list
	}
	if p.skip(bracketClose) {
		return list
	}
	list.Elements = append(list.Elements, p.parameter())
	if p.peek(0) == doubleDot && rangeEnd(list.Elements[0]) {
		p.take(doubleDot)
		p.skip(whitespace)
		to := p.operand()
		if p.err == nil && !rangeEnd(to) {
			p.at--
			p.unexpected()
		}
		p.skip(whitespace)
		p.take(bracketClose)
		return &ast.Range{At: list.At, From: list.Elements[0], To: to, Literal: p.between(first)}
	}
	for p.skip(comma) {
		list.Elements = append(list.Elements, p.parameter())
	}
	p.take(bracketClose)
	return list
}

// rangeEnd reports whether a range can start or end with the node.
func rangeEnd(node ast.Node) bool {
	switch node.(type) {
	case *ast.Reference, *ast.Integer:
		return true
	default:
		return false
	}
}

// dictionary reads {key: value}.
func (p *parser) dictionary() ast.Node {
	defer p.leave()
	m := &ast.Map{At: p.pos()}
	p.take(curlyOpen)
	if !p.enter() {
		return m
	}
	k := p.peek(0)
	if k == whitespace {
		k = p.peek(1)
	}
	if startsParameter(k) {
		for {
			m.Keys = append(m.Keys, p.parameter())
			p.take(colon)
			m.Values = append(m.Values, p.parameter())
			if !p.skip(comma) {
				break
			}
		}
	} else {
		p.skip(whitespace)
	}
	if !p.skip(refClose) {
		p.take(curlyClose)
	}
	return m
}
