package regex

import (
	"slices"
	"strings"
	"unicode"
)

// set is characters as ranges, sorted and apart from each other.
type set []span

type span struct{ low, high rune }

const maxRune = unicode.MaxRune

func chars(s string) set {
	var out set
	for _, c := range s {
		out = append(out, span{c, c})
	}
	return out.normal()
}

func (s set) normal() set {
	slices.SortFunc(s, func(a, b span) int { return int(a.low - b.low) })
	var out set
	for _, r := range s {
		if n := len(out); n > 0 && r.low <= out[n-1].high+1 {
			out[n-1].high = max(out[n-1].high, r.high)
			continue
		}
		out = append(out, r)
	}
	return out
}

func (s set) union(t set) set { return append(slices.Clone(s), t...).normal() }

func (s set) negate() set {
	var out set
	next := rune(0)
	for _, r := range s {
		if r.low > next {
			out = append(out, span{next, r.low - 1})
		}
		next = r.high + 1
	}
	if next <= maxRune {
		out = append(out, span{next, maxRune})
	}
	return out
}

func (s set) intersect(t set) set { return s.negate().union(t.negate()).negate() }

func (s set) has(c rune) bool {
	_, ok := slices.BinarySearchFunc(s, c, func(r span, c rune) int {
		switch {
		case r.high < c:
			return -1
		case r.low > c:
			return 1
		default:
			return 0
		}
	})
	return ok
}

// fold adds the other case of letters: only ASCII's, unless all is set.
func (s set) fold(all bool) set {
	out := slices.Clone(s)
	for _, r := range s {
		if all && r.high-r.low < 1000 {
			for c := r.low; c <= r.high; c++ {
				for f := unicode.SimpleFold(c); f != c; f = unicode.SimpleFold(f) {
					out = append(out, span{f, f})
				}
			}
			continue
		}
		for _, shift := range []struct{ low, high, by rune }{{'a', 'z', 'A' - 'a'}, {'A', 'Z', 'a' - 'A'}} {
			low, high := max(r.low, shift.low), min(r.high, shift.high)
			if low <= high {
				out = append(out, span{low + shift.by, high + shift.by})
			}
		}
	}
	return out.normal()
}

func fromTable(t *unicode.RangeTable) set {
	var out set
	for _, r := range t.R16 {
		out = appendStrided(out, rune(r.Lo), rune(r.Hi), rune(r.Stride))
	}
	for _, r := range t.R32 {
		out = appendStrided(out, rune(r.Lo), rune(r.Hi), rune(r.Stride))
	}
	return out.normal()
}

func appendStrided(out set, low, high, stride rune) set {
	if stride == 1 {
		return append(out, span{low, high})
	}
	for c := low; c <= high; c += stride {
		out = append(out, span{c, c})
	}
	return out
}

func digits() set { return set{{'0', '9'}} }
func word() set   { return set{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}} }
func blanks() set { return set{{'\t', '\r'}, {' ', ' '}} }
func vertical() set {
	return set{{'\n', '\r'}, {0x85, 0x85}, {0x2028, 0x2029}}
}

func horizontal() set {
	return set{{'\t', '\t'}, {' ', ' '}, {0xA0, 0xA0}, {0x1680, 0x1680}, {0x180E, 0x180E}, {0x2000, 0x200A}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}}
}

// property returns the set that \p{name} stands for.
func property(name string) (set, bool) {
	switch name {
	case "Lower":
		return set{{'a', 'z'}}, true
	case "Upper":
		return set{{'A', 'Z'}}, true
	case "ASCII":
		return set{{0, 0x7F}}, true
	case "Alpha":
		return set{{'A', 'Z'}, {'a', 'z'}}, true
	case "Digit":
		return digits(), true
	case "Alnum":
		return set{{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}, true
	case "Punct":
		return set{{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}, true
	case "Graph":
		return set{{'!', '~'}}, true
	case "Print":
		return set{{' ', '~'}}, true
	case "Blank":
		return chars(" \t"), true
	case "Cntrl":
		return set{{0, 0x1F}, {0x7F, 0x7F}}, true
	case "XDigit":
		return set{{'0', '9'}, {'A', 'F'}, {'a', 'f'}}, true
	case "Space":
		return blanks(), true
	case "L1":
		return set{{0, 0xFF}}, true
	case "LC":
		return fromTable(unicode.Lu).union(fromTable(unicode.Ll)).union(fromTable(unicode.Lt)), true
	}
	if t, ok := unicode.Categories[name]; ok {
		return fromTable(t), true
	}
	return prefixedProperty(name)
}

// prefixedProperty reads names such as IsGreek and script=Greek.
func prefixedProperty(name string) (set, bool) {
	for _, prefix := range []string{"Is", "IsScript=", "script=", "sc=", "general_category=", "gc="} {
		rest, ok := strings.CutPrefix(name, prefix)
		if !ok {
			continue
		}
		for _, tables := range []map[string]*unicode.RangeTable{unicode.Categories, unicode.Scripts, unicode.Properties} {
			if t, ok := tables[rest]; ok {
				return fromTable(t), true
			}
		}
		switch rest {
		case "Alphabetic":
			return fromTable(unicode.L).union(fromTable(unicode.Nl)).union(fromTable(unicode.Other_Alphabetic)), true
		case "Letter":
			return fromTable(unicode.L), true
		case "Digit":
			return fromTable(unicode.Nd), true
		case "Uppercase":
			return fromTable(unicode.Lu), true
		case "Lowercase":
			return fromTable(unicode.Ll), true
		}
	}
	return nil, false
}
