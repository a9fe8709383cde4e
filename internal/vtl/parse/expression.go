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
	group := &ast.Group{At: at, Inner: p.binary(loosest)}
	group.Literal = p.between(first)
	return group
}

// loosest is the level of the operators that bind least.
const loosest = 1

// operatorOf gives a token's operator and how tight it binds, 0 for no operator.
func operatorOf(k kind) (ast.Operator, int) {
	switch k {
	case or:
		return ast.Or, loosest
	case and:
		return ast.And, 2
	case equal:
		return ast.Equal, 3
	case notEqual:
		return ast.NotEqual, 3
	case less:
		return ast.Less, 4
	case greater:
		return ast.Greater, 4
	case lessEqual:
		return ast.LessEqual, 4
	case greaterEqual:
		return ast.GreaterEqual, 4
	case plus:
		return ast.Add, 5
	case minus:
		return ast.Subtract, 5
	case multiply:
		return ast.Multiply, 6
	case divide:
		return ast.Divide, 6
	case modulo:
		return ast.Modulo, 6
	default:
		return 0, 0
	}
}

// binary reads operands joined by operators of a level and above. They associate
// to the left.
func (p *parser) binary(least int) ast.Node {
	left := p.unary()
	chain := 0
	for p.err == nil {
		operator, level := operatorOf(p.peek(0))
		if level < least {
			break
		}
		chain++
		if !p.enter() { // a long chain is a deep tree
			break
		}
		at := p.pos()
		p.at++
		first := p.at
		node := &ast.Binary{At: at, Operator: operator, Left: left, Right: p.binary(level + 1)}
		node.Literal = p.between(first)
		left = node
	}
	p.depth -= chain
	return left
}

// between is the source from a token to the last one taken.
func (p *parser) between(first int) string {
	if p.err != nil || first >= p.at {
		return ""
	}
	return p.lexer.src[p.tokens[first].start:p.tokens[p.at-1].end]
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
		p.fail(int(p.place(t)), quote(image)+" is no number")
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
