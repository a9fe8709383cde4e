// Package show makes what clients see of API Gateway's nouns: the wire form of a
// definition, with AWS's rules of which members are there. It decides nothing
// and stores nothing.
package show

import (
	"time"
)

// text is a member that is absent when empty.
func text(value string) *string {
	if value == "" {
		return nil
	}
	return &value
}

// moment is a member that is absent when zero.
func moment(value time.Time) *time.Time {
	if value.IsZero() {
		return nil
	}
	return &value
}

// list is a member that is absent when empty.
func list[T any](values []T) []T {
	if len(values) == 0 {
		return nil
	}
	return values
}

// entries is a member that is absent when empty.
func entries[V any](values map[string]V) map[string]V {
	if len(values) == 0 {
		return nil
	}
	return values
}

// always is a map that is there even when empty.
func always[V any](values map[string]V) map[string]V {
	if values == nil {
		return map[string]V{}
	}
	return values
}

// each shows every value of a map.
func each[A, B any](values map[string]*A, one func(*A) B) map[string]B {
	if len(values) == 0 {
		return nil
	}
	made := make(map[string]B, len(values))
	for key, value := range values {
		made[key] = one(value)
	}
	return made
}

// All shows every value of a list. Its result is never nil: an empty list is
// written as one.
func All[A, B any](values []A, one func(A) B) []B {
	made := make([]B, 0, len(values))
	for _, value := range values {
		made = append(made, one(value))
	}
	return made
}
