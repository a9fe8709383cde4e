package regex

// class reads what follows a '[': Java's with unions and intersections, or ECMA's.
func (p *parser) class() (set, error) {
	p.nesting++
	defer func() { p.nesting-- }()
	if p.nesting > maxNesting {
		return nil, p.fail("nested too deeply")
	}
	negate := p.take("^")
	var s, left set
	intersects, first := false, true
	for {
		p.skip()
		if !p.more() {
			return nil, p.fail("class is not closed")
		}
		if p.peek() == ']' && (!first || p.ecma) {
			p.pos++
			break
		}
		if !p.ecma && p.take("&&") {
			if intersects {
				left = left.intersect(s)
			} else if !first {
				left = s
			}
			intersects = intersects || !first
			s, first = nil, true
			continue
		}
		part, err := p.classPart()
		if err != nil {
			return nil, err
		}
		s = s.union(part)
		first = false
	}
	if intersects && !first {
		s = left.intersect(s)
	} else if intersects {
		s = left
	}
	if negate {
		s = s.negate()
	}
	return s, nil
}

// classPart reads a character, a range, an escape or a class within a class.
func (p *parser) classPart() (set, error) {
	if !p.ecma && p.take("[") {
		return p.class()
	}
	low, s, err := p.classChar()
	if err != nil || s != nil {
		return s, err
	}
	if p.peek() != '-' || p.pos+1 >= len(p.text) || p.text[p.pos+1] == ']' || !p.ecma && p.text[p.pos+1] == '[' {
		return p.folded(set{{low, low}}), nil
	}
	p.pos++
	high, s, err := p.classChar()
	if err != nil {
		return nil, err
	}
	if s != nil { // ECMA's web browsers take [a-\d] for three parts
		if p.ecma {
			return s.union(set{{low, low}, {'-', '-'}}), nil
		}
		return nil, p.fail("bad range")
	}
	if high < low {
		return nil, p.fail("range out of order")
	}
	return p.folded(set{{low, high}}), nil
}

// classChar reads one character, or an escape that stands for a set.
func (p *parser) classChar() (rune, set, error) {
	if !p.take(`\`) {
		return p.next(), nil, nil
	}
	if !p.more() {
		return 0, nil, p.fail("backslash at the end")
	}
	if p.ecma && p.take("b") {
		return '\b', nil, nil
	}
	s, ok, err := p.classEscape()
	if err != nil || ok {
		return 0, s, err
	}
	c, err := p.character()
	return c, nil, err
}
