package jsonschema

import "github.com/sluice-gateway/sluice/internal/regex"

// pattern is a compiled `pattern` or name of patternProperties; it matches anywhere in a text.
type pattern = *regex.Pattern

func compilePattern(s string) (pattern, error) { return regex.CompileECMA(s) }

// matchCost is how much of a regular expression's work counts as a step.
const matchCost = 256

// matches reports whether p matches in s; a match that costs too much ends the validation.
func (c *checker) matches(p pattern, s string) bool {
	ok, cost, err := p.Match(s, false, max(maxSteps-c.steps, 0)*matchCost)
	if err != nil && c.exhausted == "" {
		c.exhausted = err.Error()
	}
	return c.spend(cost/matchCost) && ok
}
