package document

import (
	"fmt"
	"iter"
	"strings"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// Members goes through an object in order, and through nothing of another kind.
func Members(value jsonvalue.Value) iter.Seq2[string, jsonvalue.Value] {
	if value.Kind() != jsonvalue.KindObject {
		return func(func(string, jsonvalue.Value) bool) {}
	}
	return value.Object().All()
}

// Items are an array's elements; none of another kind.
func Items(value jsonvalue.Value) []jsonvalue.Value {
	if value.Kind() != jsonvalue.KindArray {
		return nil
	}
	return value.Array().Elems()
}

// Text is a string, or a number or Boolean as it was written; else empty.
func Text(value jsonvalue.Value) string {
	switch value.Kind() {
	case jsonvalue.KindString:
		return value.Text()
	case jsonvalue.KindNumber:
		return value.NumberText()
	case jsonvalue.KindBool:
		return fmt.Sprint(value.Bool())
	default:
		return ""
	}
}

// Texts are the strings of an array, or one string alone.
func Texts(value jsonvalue.Value) []string {
	if value.Kind() == jsonvalue.KindString {
		return []string{value.Text()}
	}
	var all []string
	for _, item := range Items(value) {
		if text := Text(item); text != "" {
			all = append(all, text)
		}
	}
	return all
}

// TextMap is an object of scalars; nil when there is none. Objects and lists in
// it are kept as JSON text, as AWS keeps templates that were written as objects.
func TextMap(value jsonvalue.Value) map[string]string {
	if value.Kind() != jsonvalue.KindObject || value.Len() == 0 {
		return nil
	}
	all := map[string]string{}
	for name, member := range Members(value) {
		switch member.Kind() {
		case jsonvalue.KindObject, jsonvalue.KindArray:
			all[name] = Compact(member)
		default:
			all[name] = Text(member)
		}
	}
	return all
}

// Truth reads true, "true" and the like.
func Truth(value jsonvalue.Value) bool {
	return value.Bool() || strings.EqualFold(value.Text(), "true")
}

// Compact is a value as JSON without blanks. What was parsed within the bounds
// prints within them.
func Compact(value jsonvalue.Value) string {
	text, _ := value.JSON(jsonvalue.Verbatim)
	return text
}

// Copied is a value of its own, whose changes do not reach the document.
func Copied(value jsonvalue.Value) jsonvalue.Value {
	switch value.Kind() {
	case jsonvalue.KindObject:
		object := jsonvalue.NewObject()
		for name, member := range Members(value) {
			object.Put(name, Copied(member))
		}
		return jsonvalue.FromObject(object)
	case jsonvalue.KindArray:
		array := jsonvalue.NewArray()
		for _, item := range Items(value) {
			array.Append(Copied(item))
		}
		return jsonvalue.FromArray(array)
	default:
		return value
	}
}

// Pretty prints a value as AWS prints documents and schemas: Jackson's default
// Pretty printer, two blanks, a blank on both sides of a colon.
func Pretty(value jsonvalue.Value) string {
	return string(appendPretty(nil, value, 0))
}

func appendPretty(out []byte, value jsonvalue.Value, depth int) []byte {
	switch value.Kind() {
	case jsonvalue.KindObject:
		if value.Len() == 0 {
			return append(out, "{ }"...)
		}
		out = append(out, '{')
		first := true
		for name, member := range Members(value) {
			if !first {
				out = append(out, ',')
			}
			first = false
			out = appendLine(out, depth+1)
			out = jsonvalue.AppendQuoted(out, name, jsonvalue.Verbatim)
			out = append(out, " : "...)
			out = appendPretty(out, member, depth+1)
		}
		out = appendLine(out, depth)
		return append(out, '}')
	case jsonvalue.KindArray:
		if value.Len() == 0 {
			return append(out, "[ ]"...)
		}
		out = append(out, "[ "...)
		for i, item := range Items(value) {
			if i > 0 {
				out = append(out, ", "...)
			}
			out = appendPretty(out, item, depth)
		}
		return append(out, " ]"...)
	default:
		return append(out, Compact(value)...)
	}
}

func appendLine(out []byte, depth int) []byte {
	out = append(out, '\n')
	for range depth {
		out = append(out, "  "...)
	}
	return out
}
