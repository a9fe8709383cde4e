package regex

import "strings"

// group reads what follows a '('.
func (p *parser) group() (node, error) {
	if !p.take("?") {
		p.groups++
		index := p.groups
		return p.inner(func(n node) node { return &groupNode{index, n} })
	}
	switch {
	case p.take(":"):
		return p.inner(func(n node) node { return &groupNode{0, n} })
	case p.take("="):
		return p.inner(func(n node) node { return &lookNode{inner: n} })
	case p.take("!"):
		return p.inner(func(n node) node { return &lookNode{inner: n, negate: true} })
	case p.take("<="):
		return p.inner(func(n node) node { return &lookNode{inner: n, behind: true} })
	case p.take("<!"):
		return p.inner(func(n node) node { return &lookNode{inner: n, behind: true, negate: true} })
	case !p.ecma && p.take(">"):
		return p.inner(func(n node) node { return &atomicNode{n} })
	case p.take("<"):
		return p.named()
	case p.ecma:
		return nil, p.fail("unknown group")
	default:
		return p.flagGroup()
	}
}

// inner reads a group's content and its ')'; flags set within end with it.
func (p *parser) inner(wrap func(node) node) (node, error) {
	flags := p.flags
	n, err := p.alternatives()
	if err != nil {
		return nil, err
	}
	if !p.take(")") {
		return nil, p.fail("group is not closed")
	}
	p.flags = flags
	return wrap(n), nil
}

func (p *parser) named() (node, error) {
	name, rest, ok := strings.Cut(p.text[p.pos:], ">")
	if !ok || !isName(name) {
		return nil, p.fail("bad group name")
	}
	if _, taken := p.names[name]; taken {
		return nil, p.fail("group name is taken")
	}
	p.pos = len(p.text) - len(rest)
	p.groups++
	index := p.groups
	if p.names == nil {
		p.names = map[string]int{}
	}
	p.names[name] = index
	return p.inner(func(n node) node { return &groupNode{index, n} })
}

func isName(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if (c < 'a' || c > 'z') && (i == 0 || s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return s != ""
}

// flagGroup reads (?i) or (?i-s:...).
func (p *parser) flagGroup() (n node, err error) {
	flags, on := p.flags, true
	for p.more() {
		switch c := p.next(); c {
		case '-':
			if !on {
				return nil, p.fail("unknown flag")
			}
			on = false
		case ')':
			p.flags = flags
			return n, nil
		case ':':
			outer := p.flags
			p.flags = flags
			n, err = p.inner(func(n node) node { return &groupNode{0, n} })
			p.flags = outer
			return n, err
		default:
			if !flags.set(c, on) {
				return nil, p.fail("unknown flag")
			}
		}
	}
	return nil, p.fail("group is not closed")
}
