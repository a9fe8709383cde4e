package jsonpath

import (
	"errors"
	"strings"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// filterParser reads the condition of one filter:
//
//	or       = and { "||" and }
//	and      = operand { "&&" operand }
//	operand  = "!" operand | "(" or ")" | relation
//	relation = value [ operator value ]
type filterParser struct {
	cursor

	nesting int
	depth   int
}

// parseFilter reads `[?( ... )]`.
func parseFilter(text string, nesting int) (expression, error) {
	if nesting > maxNesting {
		return nil, invalid("nested too deeply")
	}
	p := filterParser{cursor: newCursor(text), nesting: nesting}
	p.trim()
	p.pos++
	p.end--
	p.trim()
	if p.current() != '?' {
		return nil, invalid("a filter must start with '[?'")
	}
	p.pos++
	p.trim()
	if p.current() != '(' || p.at(p.end) != ')' {
		return nil, invalid("a filter must be in parentheses")
	}
	e, err := p.or()
	if err != nil {
		return nil, err
	}
	p.skipBlanks()
	if p.inBounds() {
		return nil, invalid("filter ends early")
	}
	return e, nil
}

// ok turns a look beyond the end into the error that Java throws.
func (p *filterParser) ok() error {
	if p.broken {
		return errBroken
	}
	return nil
}

func (p *filterParser) or() (expression, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxNesting*2 {
		return nil, invalid("nested too deeply")
	}
	return p.chain("||", p.and)
}

func (p *filterParser) and() (expression, error) { return p.chain("&&", p.operand) }

func (p *filterParser) chain(sign string, next func() (expression, error)) (expression, error) {
	first, err := next()
	if err != nil {
		return nil, err
	}
	operands := []expression{first}
	for {
		save := p.pos
		if !p.take(sign) {
			p.pos = save
			break
		}
		e, err := next()
		if err != nil {
			return nil, err
		}
		operands = append(operands, e)
	}
	if len(operands) == 1 {
		return first, p.ok()
	}
	return &logicalNode{or: sign == "||", operands: operands}, p.ok()
}

func (p *filterParser) operand() (expression, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxNesting*2 {
		return nil, invalid("nested too deeply")
	}
	p.skipBlanks()
	save := p.pos
	if p.current() == '!' {
		p.pos++
		p.skipBlanks()
		if !isContext(p.current()) {
			e, err := p.operand()
			if err != nil {
				return nil, err
			}
			return &notNode{operand: e}, nil
		}
		p.pos = save
	}
	p.skipBlanks()
	if p.current() != '(' {
		return p.relation()
	}
	p.pos++
	e, err := p.or()
	if err != nil {
		return nil, err
	}
	p.skipBlanks()
	if p.current() != ')' {
		return nil, invalid("expected ')'")
	}
	p.pos++
	return e, p.ok()
}

// relation reads a value and, if both can be read, an operator and a value; else it asks for the value's existence.
func (p *filterParser) relation() (expression, error) {
	left, err := p.value()
	if err != nil {
		return nil, err
	}
	save := p.pos
	op, right, err := p.rest()
	if err == nil {
		return &relationNode{left: left, op: op, right: right}, nil
	}
	var taken *syntaxError
	if !errors.As(err, &taken) {
		return nil, err
	}
	p.pos = save
	if left.path == nil {
		return nil, invalid("a constant is no condition")
	}
	left.exists = true
	return &relationNode{left: left, op: opExists, right: operandNode{constant: operand{kind: operandBool, bool: left.wanted}}}, nil
}

func (p *filterParser) rest() (operator, operandNode, error) {
	op, err := p.operator()
	if err != nil {
		return "", operandNode{}, err
	}
	right, err := p.value()
	return op, right, err
}

func isRelational(b byte) bool { return b == '<' || b == '>' || b == '=' || b == '~' || b == '!' }

func (p *filterParser) operator() (operator, error) {
	p.skipBlanks()
	start := p.pos
	if isRelational(p.current()) {
		for p.inBounds() && isRelational(p.current()) {
			p.pos++
		}
	} else {
		for p.inBounds() && p.current() != ' ' {
			p.pos++
		}
	}
	if err := p.ok(); err != nil {
		return "", err
	}
	text := p.slice(start, p.pos)
	if len(text) > maxOperatorLength {
		return "", invalid("unknown operator")
	}
	op := operator(strings.ToUpper(text))
	if !op.known() {
		return "", invalid("unknown operator " + text)
	}
	return op, nil
}

func (p *filterParser) value() (operandNode, error) {
	p.skipBlanks()
	b := p.current()
	if b == '!' {
		p.pos++
		p.skipBlanks()
		b = p.current()
		if !isContext(b) {
			return operandNode{}, invalid("'!' out of place")
		}
	}
	if isContext(b) {
		return p.path()
	}
	o, err := p.literal(b)
	if err == nil {
		err = p.ok()
	}
	return operandNode{constant: o}, err
}

func (p *filterParser) literal(b byte) (operand, error) {
	switch b {
	case '\'', '"':
		return p.quoted(b)
	case 't', 'f':
		return p.boolean()
	case 'n':
		if p.in(p.pos+3) && p.slice(p.pos, p.pos+4) == "null" {
			p.pos += 4
			return operand{kind: operandNull}, nil
		}
		return operand{}, invalid("expected null")
	case '{', '[':
		return p.json(b)
	case '/':
		return p.pattern()
	default:
		return p.number()
	}
}

func (p *filterParser) quoted(quote byte) (operand, error) {
	start, end := p.pos, p.indexOfUnescaped(p.pos, quote)
	if end < 0 {
		return operand{}, invalid("string is not closed")
	}
	p.pos = end + 1
	s, err := unescape(p.slice(start+1, end))
	return operand{kind: operandString, text: s}, err
}

func (p *filterParser) boolean() (operand, error) {
	for _, w := range []string{"true", "false"} {
		if w[0] == p.current() && p.in(p.pos+len(w)-1) && p.slice(p.pos, p.pos+len(w)) == w {
			p.pos += len(w)
			return operand{kind: operandBool, bool: w == "true"}, nil
		}
	}
	return operand{}, invalid("expected true or false")
}

func (p *filterParser) json(opening byte) (operand, error) {
	closing := byte('}')
	if opening == '[' {
		closing = ']'
	}
	end, err := p.indexOfClosing(p.pos, opening, closing, false)
	if err != nil {
		return operand{}, err
	}
	if end < 0 {
		return operand{}, invalid("JSON is not closed")
	}
	text := p.slice(p.pos, end+1)
	p.pos = end + 1
	return literalOperand(text), nil
}

// literalOperand is a JSON text within a path; json-smart reads it when it is needed, and only then it may fail.
func literalOperand(text string) operand {
	v, err := jsonvalue.ParseString(text, jsonvalue.Options{Lenient: true})
	return operand{kind: operandLiteral, text: text, value: v, bad: err != nil}
}

func (p *filterParser) pattern() (operand, error) {
	start, end := p.pos, p.indexOfUnescaped(p.pos, '/')
	if end < 0 {
		return operand{}, invalid("regular expression is not closed")
	}
	flags := end + 1
	for p.in(flags) && strings.IndexByte("dixmsuU", p.at(flags)) >= 0 {
		flags++
	}
	p.pos = flags
	re, err := compileRegex(p.slice(start+1, end), p.slice(end+1, flags))
	if err != nil {
		return operand{}, &crashError{err.Error()}
	}
	return operand{kind: operandPattern, regex: re}, nil
}

func (p *filterParser) number() (operand, error) {
	start := p.pos
	for p.inBounds() {
		if b := p.current(); !isDigit(b) && b != '-' && b != '.' && b != 'e' && b != 'E' {
			break
		}
		p.pos++
	}
	n, ok := parseNumber(p.slice(start, p.pos))
	if !ok {
		return operand{}, &crashError{"expected a value"}
	}
	return operand{kind: operandNumber, number: n}, nil
}

// path reads a path up to a blank, an operator or the parenthesis that closes the condition.
func (p *filterParser) path() (operandNode, error) {
	wanted := true
	if i := p.previousSignificant(p.pos); i >= 0 && p.at(i) == '!' {
		wanted = false
	}
	start := p.pos
	p.pos++
	for p.inBounds() {
		if p.current() == '[' {
			end, err := p.indexOfClosing(p.pos, '[', ']', false)
			if err != nil {
				return operandNode{}, err
			}
			if end < 0 {
				return operandNode{}, invalid("bracket is not closed")
			}
			p.pos = end + 1
		}
		b := p.current()
		if b == ')' && !p.closesCall(start) || !p.inBounds() || isRelational(b) || b == ' ' {
			break
		}
		p.pos++
	}
	if err := p.ok(); err != nil {
		return operandNode{}, err
	}
	node, err := parsePath(p.slice(start, p.pos), p.nesting+1)
	if err != nil {
		return operandNode{}, err
	}
	return operandNode{path: node, wanted: wanted}, nil
}

// closesCall reports whether the ')' at the cursor ends a call without arguments: it stands behind '(' and, further back
// in the path, a dot.
func (p *filterParser) closesCall(start int) bool {
	i := p.previousSignificant(p.pos)
	if i < 0 || p.at(i) != '(' {
		return false
	}
	for i--; p.in(i) && i > start; i-- {
		if p.at(i) == '.' {
			return true
		}
	}
	return false
}
