package jsonpath

import (
	"strings"

	"github.com/sluice-gateway/sluice/internal/jsonpath/syntax"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/regex"
)

// operandKind says what Jayway takes an operand for.
type operandKind uint8

const (
	operandUndefined operandKind = iota
	operandNull
	operandBool
	operandNumber
	operandString
	operandJSON    // an array or object of the document
	operandLiteral // a JSON text: of the path, or a string of the document that looks like one
	operandPattern
	operandPath // a string of the document that is a path; nothing equals it
)

// operand is one side of a relation at reading.
type operand struct {
	kind   operandKind
	bool   bool
	text   string // of a string or literal
	number number
	value  jsonvalue.Value // of a document's array or object, and of a parsed literal
	bad    bool            // a literal that is no JSON
	regex  *regex.Pattern
}

// literalOperand is a JSON text; json-smart reads it when it is needed, and only then it may fail.
func literalOperand(text string) operand {
	v, err := jsonvalue.ParseString(text, jsonvalue.Options{Lenient: true})
	return operand{kind: operandLiteral, text: text, value: v, bad: err != nil}
}

// constantOperand takes a filter's constant for an operand.
func constantOperand(c syntax.Constant) operand {
	switch c.Kind {
	case syntax.ConstantBool:
		return operand{kind: operandBool, bool: c.Bool}
	case syntax.ConstantNumber:
		n, _ := parseNumber(c.Text)
		return operand{kind: operandNumber, number: n}
	case syntax.ConstantString:
		return operand{kind: operandString, text: c.Text}
	case syntax.ConstantJSON:
		return literalOperand(c.Text)
	case syntax.ConstantPattern:
		return operand{kind: operandPattern, regex: c.Regex}
	default:
		return operand{kind: operandNull}
	}
}

// operandOf takes a document's value for an operand.
func operandOf(v jsonvalue.Value) (operand, error) {
	switch v.Kind() {
	case jsonvalue.KindNull:
		return operand{kind: operandNull}, nil
	case jsonvalue.KindBool:
		return operand{kind: operandBool, bool: v.Bool()}, nil
	case jsonvalue.KindString:
		return operand{kind: operandString, text: v.Text()}, nil
	case jsonvalue.KindNumber:
		n, ok := numberOf(v)
		if !ok {
			return operand{}, failed("not a number")
		}
		return operand{kind: operandNumber, number: n}, nil
	case jsonvalue.KindObject:
		return operand{kind: operandJSON, value: v}, nil
	case jsonvalue.KindArray:
		if list(v) != nil {
			return operand{kind: operandJSON, value: v}, nil
		}
	}
	return operand{}, failed("a filter cannot compare this value")
}

// jsonList returns the elements of a JSON operand; ok is false when it is no array.
func jsonList(ev *evaluator, o *operand) (items []operand, ok bool, err error) {
	v, err := o.parsed()
	if err != nil || list(v) == nil {
		return nil, false, err
	}
	items, err = listOperand(ev, o)
	return items, err == nil, err
}

// listOperand takes each element for an operand, as Jayway's ValueListNode does: text that looks like a path or JSON is
// one, other text loses its quotes and escapes, and an array or object within fails.
func listOperand(ev *evaluator, o *operand) ([]operand, error) {
	elems := o.value.Array().Elems()
	if err := ev.spend(len(elems)); err != nil {
		return nil, err
	}
	items := make([]operand, 0, len(elems))
	for _, e := range elems {
		if e.Kind() == jsonvalue.KindString {
			item, err := textOperand(ev, e.Text())
			if err != nil {
				return nil, err
			}
			items = append(items, item)
			continue
		}
		if e.Array() != nil || e.Object() != nil {
			return nil, failed("a list in a filter holds an array or object")
		}
		item, err := operandOf(e)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, nil
}

// textOperand classifies a string of a list.
func textOperand(ev *evaluator, s string) (operand, error) {
	trimmed := strings.TrimFunc(s, func(c rune) bool { return c <= ' ' })
	if trimmed != "" && (trimmed[0] == '$' || trimmed[0] == '@') && len(trimmed) <= MaxPath {
		if err := ev.spend(len(trimmed)); err != nil {
			return operand{}, err
		}
		if _, err := syntax.Parse(trimmed); err == nil {
			return operand{kind: operandPath}, nil
		}
	}
	if n := len(trimmed); n > 1 && (trimmed[0] == '[' && trimmed[n-1] == ']' || trimmed[0] == '{' && trimmed[n-1] == '}') {
		if err := ev.spend(n / 16); err != nil {
			return operand{}, err
		}
		if lit := literalOperand(trimmed); !lit.bad {
			lit.text = s
			return lit, nil
		}
	}
	return stringOperand(s)
}

// stringOperand strips quotes and escapes from text of more than one character.
func stringOperand(s string) (operand, error) {
	n := len(s)
	if n > 1 && s[0] == s[n-1] && (s[0] == '\'' || s[0] == '"') {
		s = s[1 : n-1]
	}
	if n > 1 {
		var err error
		s, err = syntax.Unescape(s)
		if err != nil {
			return operand{}, failed(err.Error())
		}
	}
	return operand{kind: operandString, text: s}, nil
}
