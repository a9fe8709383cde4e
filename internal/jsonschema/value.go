package jsonschema

import (
	"slices"
	"strings"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// typeSet holds types as bits.
type typeSet uint8

const (
	typeArray typeSet = 1 << iota
	typeBoolean
	typeInteger
	typeNull
	typeNumber
	typeObject
	typeString
)

func typeNamed(name string) typeSet {
	i := slices.Index([]string{"array", "boolean", "integer", "null", "number", "object", "string"}, name)
	if i < 0 {
		return 0
	}
	return 1 << i
}

// typesOf returns a set and its JSON text, in the order of the alphabet; a number may be an integer.
func typesOf(names []string) (typeSet, string) {
	if slices.Contains(names, "number") && !slices.Contains(names, "integer") {
		names = append(slices.Clone(names), "integer")
	}
	names = slices.Sorted(slices.Values(names))
	set := typeSet(0)
	for _, name := range names {
		set |= typeNamed(name)
	}
	return set, quotedList(names)
}

// typeOf returns a value's type. As in draft-04, 1.0 is no integer.
func typeOf(v jsonvalue.Value) (typeSet, string) {
	switch v.Kind() {
	case jsonvalue.KindArray:
		return typeArray, "array"
	case jsonvalue.KindBool:
		return typeBoolean, "boolean"
	case jsonvalue.KindNumber:
		if v.IsInteger() {
			return typeInteger, "integer"
		}
		return typeNumber, "number"
	case jsonvalue.KindObject:
		return typeObject, "object"
	case jsonvalue.KindString:
		return typeString, "string"
	default:
		return typeNull, "null"
	}
}

// quotedList is a JSON array of names.
func quotedList(names []string) string {
	b := []byte{'['}
	for i, name := range names {
		if i > 0 {
			b = append(b, ',')
		}
		b = jsonvalue.AppendQuoted(b, name, jsonvalue.Verbatim)
	}
	return string(append(b, ']'))
}

// numberText is a number as Jackson's DecimalNode prints it: no zeros at the end, an exponent where BigDecimal has one.
func numberText(v jsonvalue.Value) string {
	text := v.NumberText()
	if v.IsInteger() {
		return text
	}
	d, ok := jsonvalue.ParseDecimal(text)
	if !ok {
		return text
	}
	return d.Reduced().String()
}

// maxQuoted bounds what a message shows of a value.
const maxQuoted = 4 << 10

// jsonText is a value as a message shows it.
func jsonText(v jsonvalue.Value) string { return shorten(string(appendShown(nil, v))) }

func appendShown(dst []byte, v jsonvalue.Value) []byte {
	switch {
	case len(dst) > maxQuoted:
		return dst
	case v.IsNumber():
		return append(dst, numberText(v)...)
	case v.Array() != nil:
		dst = append(dst, '[')
		for i, e := range v.Array().All() {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendShown(dst, e)
		}
		return append(dst, ']')
	case v.Object() != nil:
		dst = append(dst, '{')
		for i, e := range v.Object().Entries() {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(jsonvalue.AppendQuoted(dst, shorten(e.Key), jsonvalue.Verbatim), ':')
			dst = appendShown(dst, e.Value)
		}
		return append(dst, '}')
	case v.Kind() == jsonvalue.KindString:
		return jsonvalue.AppendQuoted(dst, shorten(v.Text()), jsonvalue.Verbatim)
	default:
		dst, _ = jsonvalue.AppendJSON(dst, v, jsonvalue.Verbatim, 0)
		return dst
	}
}

// shorten bounds text that a message shows.
func shorten(s string) string {
	if len(s) <= maxQuoted {
		return s
	}
	return strings.ToValidUTF8(s[:maxQuoted], "") + "..."
}

// appendCanonical writes a value so that equal ones, as JSON Schema has it, give equal bytes: 1 is 1.0, members are
// sorted.
func appendCanonical(dst []byte, v jsonvalue.Value) []byte {
	switch v.Kind() {
	case jsonvalue.KindNumber:
		if i, ok := v.Int64(); ok && i%10 != 0 {
			return append(append(dst, '#'), v.NumberText()...)
		}
		d, _ := jsonvalue.ParseDecimal(v.NumberText())
		return append(append(dst, '#'), d.Reduced().String()...)
	case jsonvalue.KindString:
		return jsonvalue.AppendQuoted(dst, v.Text(), jsonvalue.Verbatim)
	case jsonvalue.KindBool:
		if v.Bool() {
			return append(dst, 't')
		}
		return append(dst, 'f')
	case jsonvalue.KindArray:
		dst = append(dst, '[')
		for _, e := range v.Array().All() {
			dst = append(appendCanonical(dst, e), ',')
		}
		return append(dst, ']')
	case jsonvalue.KindObject:
		return appendCanonicalObject(dst, v.Object())
	default:
		return append(dst, 'n')
	}
}

func appendCanonicalObject(dst []byte, o *jsonvalue.Object) []byte {
	dst = append(dst, '{')
	for _, name := range sortedNames(o) {
		dst = append(jsonvalue.AppendQuoted(dst, name, jsonvalue.Verbatim), ':')
		v, _ := o.Get(name)
		dst = append(appendCanonical(dst, v), ',')
	}
	return append(dst, '}')
}

func sortedNames(o *jsonvalue.Object) []string {
	names := make([]string, 0, o.Len())
	for name := range o.All() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
