package regex

import "unicode/utf8"

// FindAll gives the places of all matches as Java's Matcher.find does, one behind the other: an empty match right behind
// another counts. Each is the start and end of the whole and, when groups are asked for, of every group, -1 where a group
// has none. Cost and budget are those of Match, for all matches together.
func (p *Pattern) FindAll(s string, groups bool, budget int) (places [][]int, cost int, err error) {
	m := matcher{text: s, groups: make([]int, 2*p.groups), limit: min(maxSteps, budget/stepCost)}
	if p.find == nil || (p.ascii && !isASCII(s)) {
		places, err = p.walk(&m, groups)
		return places, m.steps * stepCost, err
	}
	if len(s) > budget/p.weight {
		return nil, 0, ErrTooComplex
	}
	places, err = p.engine(&m, groups)
	return places, len(s)*p.weight + m.steps*stepCost, err
}

// engine finds all matches by Go's engine.
func (p *Pattern) engine(m *matcher, groups bool) ([][]int, error) {
	s := m.text
	var all [][]int
	found := p.find.FindAllStringIndex(s, -1)
	for i, at := range found {
		place, err := p.place(m, at[0], at[1], groups)
		if err != nil {
			return nil, err
		}
		all = append(all, place)
		// Go leaves out an empty match where the one before ended.
		if at[0] == at[1] || (i+1 < len(found) && found[i+1][0] == at[1]) {
			continue
		}
		end, err := p.matchAt(m, at[1])
		if err != nil {
			return nil, err
		}
		if end == at[1] {
			all = append(all, m.taken(at[1], end, groups))
		}
	}
	return all, nil
}

// walk finds all matches by backtracking.
func (p *Pattern) walk(m *matcher, groups bool) ([][]int, error) {
	var all [][]int
	for start := 0; start <= len(m.text); {
		end, err := p.matchAt(m, start)
		if err != nil {
			return nil, err
		}
		if end >= 0 {
			all = append(all, m.taken(start, end, groups))
		}
		if end > start {
			start = end
			continue
		}
		_, n := utf8.DecodeRuneInString(m.text[start:])
		start += max(n, 1)
	}
	return all, nil
}

// matchAt matches at one place only and gives the end, -1 for no match.
func (p *Pattern) matchAt(m *matcher, start int) (int, error) {
	for i := range m.groups {
		m.groups[i] = -1
	}
	end := -1
	if !p.tree.match(m, start, func(i int) bool { end = i; return true }) {
		end = -1
	}
	if m.tooComplex {
		return -1, ErrTooComplex
	}
	return end, nil
}

// place gives the place of a match that is known, with its groups when they are asked for.
func (p *Pattern) place(m *matcher, start, end int, groups bool) ([]int, error) {
	if !groups || p.groups == 1 {
		return []int{start, end}, nil
	}
	for i := range m.groups {
		m.groups[i] = -1
	}
	p.tree.match(m, start, func(i int) bool { return i == end })
	if m.tooComplex {
		return nil, ErrTooComplex
	}
	return m.taken(start, end, true), nil
}

// taken copies the place of the match that was just made.
func (m *matcher) taken(start, end int, groups bool) []int {
	place := []int{start, end}
	if groups {
		place = append(place, m.groups[2:]...)
	}
	return place
}

// Groups gives the number of capturing groups.
func (p *Pattern) Groups() int { return p.groups - 1 }
