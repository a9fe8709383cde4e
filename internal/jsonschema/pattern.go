package jsonschema

import (
	"fmt"

	"github.com/sluice-gateway/sluice/internal/regex"
)

// pattern is a compiled `pattern` or name of patternProperties; it matches anywhere in a text.
type pattern interface {
	fmt.Stringer
	MatchString(s string) bool
}

func compilePattern(s string) (pattern, error) { return regex.CompileECMA(s) }
