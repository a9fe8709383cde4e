package sdk_test

import "context"

// keys knows the one key of the test.
type keys struct{}

// Secret implements sigv4.Keys.
func (keys) Secret(context.Context, string, string) (string, error) { return "secret", nil }
