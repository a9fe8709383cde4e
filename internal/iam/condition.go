package iam

import (
	"bytes"
	"encoding/json"
	"sort"
	"strings"
)

// quantifier says how many of a key's values must hold.
type quantifier int

const (
	oneValue quantifier = iota
	forAllValues
	forAnyValue
)

// condition is one compiled operator on one key.
type condition struct {
	key        string
	quantifier quantifier
	// ifExists holds when the key is absent.
	ifExists bool
	// negated turns the test round: no value of the policy may match.
	negated bool
	// null asks only whether the key is absent, which it must be when wantNull.
	null, wantNull bool
	// tests holds one test for each value of the policy.
	tests []test
}

// test says whether one value of the request matches one of the policy.
type test func(value string, request *Request) bool

// holds says whether a request meets the condition.
func (c *condition) holds(request *Request) bool {
	values, present := request.values(c.key)
	if c.null {
		return (!present || len(values) == 0) == c.wantNull
	}
	if !present || len(values) == 0 {
		// "If the key is absent, negated operators match" (IAM User Guide), and
		// ForAllValues is true of no values.
		return c.ifExists || c.quantifier == forAllValues || c.negated && c.quantifier == oneValue
	}
	if c.quantifier == forAllValues || c.negated && c.quantifier == oneValue {
		return c.all(values, request)
	}
	return c.some(values, request)
}

func (c *condition) all(values []string, request *Request) bool {
	for _, value := range values {
		if c.matches(value, request) == c.negated {
			return false
		}
	}
	return true
}

func (c *condition) some(values []string, request *Request) bool {
	for _, value := range values {
		if c.matches(value, request) != c.negated {
			return true
		}
	}
	return false
}

// matches says whether any value of the policy matches.
func (c *condition) matches(value string, request *Request) bool {
	for _, one := range c.tests {
		if one(value, request) {
			return true
		}
	}
	return false
}

// parseConditions compiles a Condition element: operator → key → values.
func parseConditions(written *element, into *statement, _ Kind, variables bool) error {
	operators := make([]string, 0, len(written.Condition))
	for name := range written.Condition {
		operators = append(operators, name)
	}
	sort.Strings(operators)
	for _, name := range operators {
		for key, raw := range written.Condition[name] {
			made, err := parseCondition(name, key, raw, variables)
			if err != nil {
				return err
			}
			into.conditions = append(into.conditions, made)
		}
	}
	return nil
}

func parseCondition(name, key string, raw json.RawMessage, variables bool) (condition, error) {
	made := condition{key: strings.ToLower(key)}
	operator := name
	if rest, found := strings.CutPrefix(operator, "ForAllValues:"); found {
		made.quantifier, operator = forAllValues, rest
	} else if rest, found := strings.CutPrefix(operator, "ForAnyValue:"); found {
		made.quantifier, operator = forAnyValue, rest
	}
	values, err := scalarsOf(raw)
	if err != nil {
		return condition{}, problem("Condition %s %s: values must be texts, numbers or booleans", name, key)
	}
	if operator == "Null" {
		if len(values) != 1 || values[0] != "true" && values[0] != "false" {
			return condition{}, problem("Condition Null %s must be true or false", key)
		}
		made.null, made.wantNull = true, values[0] == "true"
		return made, nil
	}
	operator, made.ifExists = strings.CutSuffix(operator, "IfExists")
	make1, negated, known := operatorNamed(operator)
	if !known || key == "" {
		return condition{}, problem("unknown Condition operator %s on %q", name, key)
	}
	made.negated = negated
	for _, value := range values {
		one, err := make1(value, variables)
		if err != nil {
			return condition{}, problem("Condition %s %s: %v", name, key, err)
		}
		made.tests = append(made.tests, one)
	}
	return made, nil
}

// scalarsOf reads one scalar or a list of them, as texts.
func scalarsOf(raw json.RawMessage) ([]string, error) {
	list, err := listOf(raw)
	if err != nil {
		return nil, err
	}
	var texts []string
	for _, one := range list {
		one = bytes.TrimSpace(one)
		switch {
		case len(one) == 0 || one[0] == '{' || one[0] == '[' || one[0] == 'n':
			return nil, problem("not a scalar")
		case one[0] == '"':
			var text string
			if err := json.Unmarshal(one, &text); err != nil {
				return nil, err
			}
			texts = append(texts, text)
		default:
			texts = append(texts, string(one))
		}
	}
	return texts, nil
}
