// Package patch is the one engine behind every Update… operation: it runs AWS's
// patchOperations, which are JSON Patch with declared paths and texts for
// values, over any noun. The paths of a noun are a table, data beside it in
// package update; patch itself knows no noun.
package patch

import (
	"strings"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

// The operations, as AWS's Op names them. Move and test are in AWS's model and
// no path supports them.
const (
	Add     = "add"
	Remove  = "remove"
	Replace = "replace"
	Copy    = "copy"
)

// Operation is one of AWS's patchOperations. Nil means absent.
type Operation struct {
	Op                string
	Path, Value, From *string
}

// At is where an operation meets a noun.
type At struct {
	Operation
	// Keys are the path's variable segments, unescaped.
	Keys []string
}

// Text is the operation's value, empty when absent.
func (a At) Text() string {
	if a.Value == nil {
		return ""
	}
	return *a.Value
}

// Edit does an operation to a noun.
type Edit[T any] func(target *T, at At) error

// Path is one declared path of a noun and what may be done there; nil edits are
// refused.
type Path[T any] struct {
	// Pattern is such as /requestParameters/{name}: a segment in braces stands for
	// any other.
	Pattern string

	Add, Remove, Replace, Copy Edit[T]
}

// Table is what may be patched of a noun. Of several paths that match, the first
// counts.
type Table[T any] struct {
	Paths []Path[T]
	// Refuse makes the error for what the paths do not allow: Named, Listed or the
	// noun's own.
	Refuse func(Refused) error
}

// Refused is an operation that no path allows.
type Refused struct {
	Operation
	// Known says that the path itself is declared; Allowed are the operations that
	// it supports then.
	Known   bool
	Allowed []string
	// Paths are those that support the operation, in the table's order.
	Paths []string
}

// Apply runs the operations in order. The target may be half changed when one is
// refused: the caller drops it then.
func (t Table[T]) Apply(target *T, operations []Operation) error {
	for _, operation := range operations {
		if operation.Path == nil {
			return awserror.NewBadRequest("Invalid patch path null")
		}
		path, keys := t.find(*operation.Path)
		if path == nil {
			return t.Refuse(Refused{Operation: operation, Paths: t.supporting(operation.Op)})
		}
		edit := path.edit(operation.Op)
		if edit == nil {
			return t.Refuse(Refused{Operation: operation, Known: true, Allowed: path.allowed(), Paths: t.supporting(operation.Op)})
		}
		if err := edit(target, At{Operation: operation, Keys: keys}); err != nil {
			return err
		}
	}
	return nil
}

func (t Table[T]) find(path string) (*Path[T], []string) {
	for i := range t.Paths {
		if keys, ok := match(t.Paths[i].Pattern, path); ok {
			return &t.Paths[i], keys
		}
	}
	return nil, nil
}

// match holds a path against a pattern and gives the variable segments.
func match(pattern, path string) (keys []string, ok bool) {
	wanted, given := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(wanted) != len(given) {
		return nil, false
	}
	for i, segment := range wanted {
		switch {
		case strings.HasPrefix(segment, "{"):
			if given[i] == "" {
				return nil, false
			}
			keys = append(keys, Unescape(given[i]))
		case segment != given[i]:
			return nil, false
		}
	}
	return keys, true
}

// Unescape reads a segment of a JSON pointer: ~1 is a slash, ~0 a tilde.
func Unescape(segment string) string {
	return strings.ReplaceAll(strings.ReplaceAll(segment, "~1", "/"), "~0", "~")
}

func (p *Path[T]) edit(operation string) Edit[T] {
	switch operation {
	case Add:
		return p.Add
	case Remove:
		return p.Remove
	case Replace:
		return p.Replace
	case Copy:
		return p.Copy
	default:
		return nil
	}
}

func (p *Path[T]) allowed() []string {
	var all []string
	for _, operation := range []string{Add, Remove, Replace, Copy} {
		if p.edit(operation) != nil {
			all = append(all, operation)
		}
	}
	return all
}

func (t Table[T]) supporting(operation string) []string {
	var paths []string
	for i := range t.Paths {
		if t.Paths[i].edit(operation) != nil {
			paths = append(paths, t.Paths[i].Pattern)
		}
	}
	return paths
}

// Named refuses as AWS does for most nouns: by naming the path, or the
// operations that the path supports.
func Named(refused Refused) error {
	if refused.Known {
		return awserror.BadRequestf("Invalid patch operation specified. Must be one of: [%s]", strings.Join(refused.Allowed, ", "))
	}
	return awserror.BadRequestf("Invalid patch path %s", *refused.Path)
}

// Listed refuses as AWS does for its oldest nouns: by listing the paths that
// support the operation. The two blanks are AWS's.
func Listed(refused Refused) error {
	if len(refused.Paths) == 0 {
		return awserror.BadRequestf("Invalid patch path  '%s' specified for op '%s'. Please choose supported operations", *refused.Path, refused.Op)
	}
	return awserror.BadRequestf("Invalid patch path  '%s' specified for op '%s'. Must be one of: [%s]",
		*refused.Path, refused.Op, strings.Join(refused.Paths, ", "))
}
