package syntax

import (
	"errors"
	"strings"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/regex"
)

// filterParser reads the condition of one filter:
//
//	or       = and { "||" and }
//	and      = operand { "&&" operand }
//	operand  = "!" operand | "(" or ")" | relation, which is:
//	value, or two of them and an operator between
type filterParser struct {
	cursor

	nesting int
	depth   int
}

// parseFilter reads `[?( ... )]`.
func parseFilter(text string, nesting int) (Expression, error) {
	if nesting > MaxNesting {
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

func (p *filterParser) or() (Expression, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > MaxNesting*2 {
		return nil, invalid("nested too deeply")
	}
	return p.chain("||", p.and)
}

func (p *filterParser) and() (Expression, error) { return p.chain("&&", p.operand) }

func (p *filterParser) chain(sign string, next func() (Expression, error)) (Expression, error) {
	first, err := next()
	if err != nil {
		return nil, err
	}
	operands := []Expression{first}
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
	return &Logical{Or: sign == "||", Operands: operands}, p.ok()
}

func (p *filterParser) operand() (Expression, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > MaxNesting*2 {
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
			return &Not{Operand: e}, nil
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
func (p *filterParser) relation() (Expression, error) {
	left, err := p.value()
	if err != nil {
		return nil, err
	}
	save := p.pos
	op, right, err := p.rest()
	if err == nil {
		return &Relation{Left: left, Op: op, Right: right}, nil
	}
	if _, taken := errors.AsType[*syntaxError](err); !taken {
		return nil, err
	}
	p.pos = save
	if left.Path == nil {
		return nil, invalid("a constant is no condition")
	}
	left.Exists = true
	return &Relation{Left: left, Op: Exists, Right: Operand{Constant: Constant{Kind: ConstantBool, Bool: left.Wanted}}}, nil
}

func (p *filterParser) rest() (Operator, Operand, error) {
	op, err := p.operator()
	if err != nil {
		return "", Operand{}, err
	}
	right, err := p.value()
	return op, right, err
}

func isRelational(b byte) bool { return b == '<' || b == '>' || b == '=' || b == '~' || b == '!' }

func (p *filterParser) operator() (Operator, error) {
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
	op := Operator(strings.ToUpper(text))
	if !op.known() {
		return "", invalid("unknown operator " + text)
	}
	return op, nil
}

func (p *filterParser) value() (Operand, error) {
	p.skipBlanks()
	b := p.current()
	if b == '!' {
		p.pos++
		p.skipBlanks()
		b = p.current()
		if !isContext(b) {
			return Operand{}, invalid("'!' out of place")
		}
	}
	if isContext(b) {
		return p.path()
	}
	o, err := p.literal(b)
	if err == nil {
		err = p.ok()
	}
	return Operand{Constant: o}, err
}

func (p *filterParser) literal(b byte) (Constant, error) {
	switch b {
	case '\'', '"':
		return p.quoted(b)
	case 't', 'f':
		return p.boolean()
	case 'n':
		if p.in(p.pos+3) && p.slice(p.pos, p.pos+4) == "null" {
			p.pos += 4
			return Constant{Kind: ConstantNull}, nil
		}
		return Constant{}, invalid("expected null")
	case '{', '[':
		return p.json(b)
	case '/':
		return p.pattern()
	default:
		return p.number()
	}
}

func (p *filterParser) quoted(quote byte) (Constant, error) {
	start, end := p.pos, p.indexOfUnescaped(p.pos, quote)
	if end < 0 {
		return Constant{}, invalid("string is not closed")
	}
	p.pos = end + 1
	s, err := Unescape(p.slice(start+1, end))
	return Constant{Kind: ConstantString, Text: s}, err
}

func (p *filterParser) boolean() (Constant, error) {
	for _, w := range []string{"true", "false"} {
		if w[0] == p.current() && p.in(p.pos+len(w)-1) && p.slice(p.pos, p.pos+len(w)) == w {
			p.pos += len(w)
			return Constant{Kind: ConstantBool, Bool: w == "true"}, nil
		}
	}
	return Constant{}, invalid("expected true or false")
}

func (p *filterParser) json(opening byte) (Constant, error) {
	closing := byte('}')
	if opening == '[' {
		closing = ']'
	}
	end, err := p.indexOfClosing(p.pos, opening, closing, false)
	if err != nil {
		return Constant{}, err
	}
	if end < 0 {
		return Constant{}, invalid("JSON is not closed")
	}
	text := p.slice(p.pos, end+1)
	p.pos = end + 1
	return Constant{Kind: ConstantJSON, Text: text}, nil
}

func (p *filterParser) pattern() (Constant, error) {
	start, end := p.pos, p.indexOfUnescaped(p.pos, '/')
	if end < 0 {
		return Constant{}, invalid("regular expression is not closed")
	}
	flags := end + 1
	for p.in(flags) && strings.IndexByte("dixmsuU", p.at(flags)) >= 0 {
		flags++
	}
	p.pos = flags
	re, err := regex.Compile(p.slice(start+1, end), p.slice(end+1, flags))
	if err != nil {
		return Constant{}, &crashError{err.Error()}
	}
	return Constant{Kind: ConstantPattern, Regex: re}, nil
}

func (p *filterParser) number() (Constant, error) {
	start := p.pos
	for p.inBounds() {
		if b := p.current(); !isDigit(b) && b != '-' && b != '.' && b != 'e' && b != 'E' {
			break
		}
		p.pos++
	}
	text := p.slice(start, p.pos)
	if _, ok := jsonvalue.ParseDecimal(text); !ok {
		return Constant{}, &crashError{"expected a value"}
	}
	return Constant{Kind: ConstantNumber, Text: text}, nil
}

// path reads a path up to a blank, an operator or the parenthesis that closes the condition.
func (p *filterParser) path() (Operand, error) {
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
				return Operand{}, err
			}
			if end < 0 {
				return Operand{}, invalid("bracket is not closed")
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
		return Operand{}, err
	}
	node, err := parsePath(p.slice(start, p.pos), p.nesting+1)
	if err != nil {
		return Operand{}, err
	}
	return Operand{Path: node, Wanted: wanted}, nil
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
