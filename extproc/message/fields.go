package message

import (
	"iter"
	"slices"
	"strings"

	"github.com/sluice-gateway/sluice/internal/vtl"
)

// Field is one header line, its name in lower case; it is what templates call a
// named text.
type Field = vtl.Pair

// Fields are header lines in the order in which they came.
type Fields []Field

// Get gives the last value of a header; the name is lower case.
func (f Fields) Get(name string) (string, bool) {
	for _, field := range slices.Backward(f) {
		if field.Name == name {
			return field.Value, true
		}
	}
	return "", false
}

// First gives the first value of a header, or "".
func (f Fields) First(name string) string {
	for i := range f {
		if f[i].Name == name {
			return f[i].Value
		}
	}
	return ""
}

// Fold gives the last value of a header, whatever the case of the name.
// Envoy has all names in lower case, and so a mapping's Content-Type must find
// content-type.
func (f Fields) Fold(name string) (string, bool) {
	for _, field := range slices.Backward(f) {
		if strings.EqualFold(field.Name, name) {
			return field.Value, true
		}
	}
	return "", false
}

// Values yields every value of a header, whatever the case of the name.
func (f Fields) Values(name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range f {
			if strings.EqualFold(f[i].Name, name) && !yield(f[i].Value) {
				return
			}
		}
	}
}

// Without removes, in place, the headers for which drop says so.
func (f Fields) Without(drop func(name string) bool) Fields {
	kept := f[:0]
	for _, field := range f {
		if !drop(field.Name) {
			kept = append(kept, field)
		}
	}
	return kept
}
