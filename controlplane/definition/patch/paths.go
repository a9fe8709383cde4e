package patch

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

// Text is a path that replaces a text.
func Text[T any](pattern string, field func(*T) *string) Path[T] {
	return Path[T]{Pattern: pattern, Replace: func(target *T, at At) error {
		*field(target) = at.Text()
		return nil
	}}
}

// Optional is Text that may be removed too.
func Optional[T any](pattern string, field func(*T) *string) Path[T] {
	path := Text(pattern, field)
	path.Remove = func(target *T, _ At) error {
		*field(target) = ""
		return nil
	}
	return path
}

// OneOf is Text with a closed set of values; wrong says what is not among them.
func OneOf[T any](pattern string, field func(*T) *string, wrong string, values ...string) Path[T] {
	return Path[T]{Pattern: pattern, Replace: func(target *T, at At) error {
		if !slices.Contains(values, at.Text()) {
			return awserror.NewBadRequest(wrong)
		}
		*field(target) = at.Text()
		return nil
	}}
}

// Flag is a path that replaces a boolean. AWS takes whatever is not "true" for
// false.
func Flag[T any](pattern string, field func(*T) *bool) Path[T] {
	return Path[T]{Pattern: pattern, Replace: func(target *T, at At) error {
		*field(target) = Boolean(at.Text())
		return nil
	}}
}

// Boolean reads a value as AWS reads its booleans.
func Boolean(text string) bool { return strings.EqualFold(text, "true") }

// Whole is a path that replaces a whole number.
func Whole[T any](pattern string, field func(*T) *int32) Path[T] {
	return Path[T]{Pattern: pattern, Replace: func(target *T, at At) error {
		number, err := Int32(at)
		if err != nil {
			return err
		}
		*field(target) = number
		return nil
	}}
}

// Int32 reads an operation's value as a whole number.
func Int32(at At) (int32, error) {
	number, err := strconv.ParseInt(strings.TrimSpace(at.Text()), 10, 32)
	if err != nil {
		return 0, invalidValue(at)
	}
	return int32(number), nil
}

// Float reads an operation's value as a number.
func Float(at At) (float64, error) {
	number, err := strconv.ParseFloat(strings.TrimSpace(at.Text()), 64)
	if err != nil || number != number || number > 1e300 || number < -1e300 {
		return 0, invalidValue(at)
	}
	return number, nil
}

func invalidValue(at At) error {
	return awserror.BadRequestf("Invalid patch value specified. Could not parse value '%s' for path %s", at.Text(), *at.Path)
}

// Entry is a path whose last variable segment names an entry of a map. Parse
// reads the value; missing, when not nil, refuses to replace or remove an entry
// that is not there.
func Entry[T, V any](pattern string, field func(*T) *map[string]V, parse func(At) (V, error), missing error) Path[T] {
	set := func(target *T, at At) error {
		value, err := parse(at)
		if err != nil {
			return err
		}
		entries := field(target)
		if *entries == nil {
			*entries = map[string]V{}
		}
		(*entries)[at.Keys[len(at.Keys)-1]] = value
		return nil
	}
	present := func(target *T, at At) error {
		if _, found := (*field(target))[at.Keys[len(at.Keys)-1]]; !found {
			return missing
		}
		return nil
	}
	return Path[T]{
		Pattern: pattern,
		Add:     set,
		Replace: func(target *T, at At) error {
			if err := present(target, at); err != nil {
				return err
			}
			return set(target, at)
		},
		Remove: func(target *T, at At) error {
			if err := present(target, at); err != nil {
				return err
			}
			delete(*field(target), at.Keys[len(at.Keys)-1])
			return nil
		},
	}
}

// Plain reads an entry that is a text; AnyFlag one that is a boolean.
func Plain(at At) (string, error) { return at.Text(), nil }

// AnyFlag reads an entry that is a boolean, as Flag does.
func AnyFlag(at At) (bool, error) { return Boolean(at.Text()), nil }

// Members is a path that adds its value to a list and removes it from there.
func Members[T any](pattern string, field func(*T) *[]string) Path[T] {
	return Path[T]{
		Pattern: pattern,
		Add: func(target *T, at At) error {
			insert(field(target), at.Text())
			return nil
		},
		Remove: func(target *T, at At) error {
			drop(field(target), at.Text())
			return nil
		},
	}
}

// Named members are a path whose last segment is the member of a list: add and
// remove it, or replace it with the value.
func Element[T any](pattern string, field func(*T) *[]string) Path[T] {
	last := func(at At) string { return at.Keys[len(at.Keys)-1] }
	return Path[T]{
		Pattern: pattern,
		Add: func(target *T, at At) error {
			insert(field(target), last(at))
			return nil
		},
		Remove: func(target *T, at At) error {
			drop(field(target), last(at))
			return nil
		},
		Replace: func(target *T, at At) error {
			list := field(target)
			if place := slices.Index(*list, last(at)); place >= 0 {
				*list = slices.Clone(*list)
				(*list)[place] = at.Text()
				return nil
			}
			insert(list, at.Text())
			return nil
		},
	}
}

func insert(list *[]string, member string) {
	if !slices.Contains(*list, member) {
		*list = append(slices.Clone(*list), member)
	}
}

func drop(list *[]string, member string) {
	*list = slices.DeleteFunc(slices.Clone(*list), func(one string) bool { return one == member })
}
