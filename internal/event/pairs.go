package event

import (
	"encoding/base64"
	"unsafe"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl"
)

// few is how many pairs are looked through one by one; more than that are
// indexed, so that a hostile query costs no quadratic time.
const few = 48

// grouping visits the names of a list of pairs, each once.
type grouping struct {
	pairs vtl.Pairs
	// index gives the places of each name's pairs, when there are many.
	index map[string][]int
}

func group(pairs vtl.Pairs) grouping {
	made := grouping{pairs: pairs}
	if len(pairs) > few {
		made.index = make(map[string][]int, len(pairs))
		for i := range pairs {
			made.index[pairs[i].Name] = append(made.index[pairs[i].Name], i)
		}
	}
	return made
}

// first says whether the pair at i is the first of its name.
func (g *grouping) first(i int) bool {
	name := g.pairs[i].Name
	if g.index != nil {
		return g.index[name][0] == i
	}
	for at := range i {
		if g.pairs[at].Name == name {
			return false
		}
	}
	return true
}

// each calls take with the value of every pair that has the name of the one at i.
func (g *grouping) each(i int, take func(value string)) {
	name := g.pairs[i].Name
	if g.index != nil {
		for _, at := range g.index[name] {
			take(g.pairs[at].Value)
		}
		return
	}
	for at := i; at < len(g.pairs); at++ {
		if g.pairs[at].Name == name {
			take(g.pairs[at].Value)
		}
	}
}

// appendLast appends an object with the last value of each name; null when
// there is none.
func appendLast(dst []byte, pairs vtl.Pairs) []byte {
	if len(pairs) == 0 {
		return append(dst, "null"...)
	}
	groups := group(pairs)
	separator := byte('{')
	for i := range pairs {
		if !groups.first(i) {
			continue
		}
		var last string
		groups.each(i, func(value string) { last = value })
		dst = append(dst, separator)
		separator = ','
		dst = append(jsonvalue.AppendQuoted(dst, pairs[i].Name, jsonvalue.Verbatim), ':')
		dst = jsonvalue.AppendQuoted(dst, last, jsonvalue.Verbatim)
	}
	return append(dst, '}')
}

// appendLists appends an object with all values of each name; null when there
// is none.
func appendLists(dst []byte, pairs vtl.Pairs) []byte {
	if len(pairs) == 0 {
		return append(dst, "null"...)
	}
	groups := group(pairs)
	separator := byte('{')
	for i := range pairs {
		if !groups.first(i) {
			continue
		}
		dst = append(dst, separator)
		separator = ','
		dst = append(jsonvalue.AppendQuoted(dst, pairs[i].Name, jsonvalue.Verbatim), ':')
		inner := byte('[')
		groups.each(i, func(value string) {
			dst = append(dst, inner)
			inner = ','
			dst = jsonvalue.AppendQuoted(dst, value, jsonvalue.Verbatim)
		})
		dst = append(dst, ']')
	}
	return append(dst, '}')
}

// appendMember appends a key, written out with what stands before it, and a text.
func appendMember(dst []byte, key, value string) []byte {
	return jsonvalue.AppendQuoted(append(dst, key...), value, jsonvalue.Verbatim)
}

// appendNullable is appendMember, with null for the empty text.
func appendNullable(dst []byte, key, value string) []byte {
	if value == "" {
		return append(append(dst, key...), "null"...)
	}
	return appendMember(dst, key, value)
}

func appendBase64(dst, body []byte) []byte {
	dst = append(dst, '"')
	dst = base64.StdEncoding.AppendEncode(dst, body)
	return append(dst, '"')
}

// textOf is a string in the memory of body, which lives as long as the call.
func textOf(body []byte) string { return unsafe.String(unsafe.SliceData(body), len(body)) }
