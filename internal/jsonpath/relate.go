package jsonpath

import (
	"cmp"
	"strings"
	"unicode/utf8"

	"github.com/sluice-gateway/sluice/internal/jsonpath/syntax"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/regex"
)

// relate evaluates one relation as Jayway's evaluators do, their exceptions included.
func relate(ev *evaluator, op syntax.Operator, l, r *operand) (bool, error) {
	switch op {
	case syntax.Equal:
		return equalOperands(ev, l, r)
	case syntax.NotEqual:
		ok, err := equalOperands(ev, l, r)
		return !ok, err
	case syntax.TypeEqual:
		return sameAndEqual(ev, l, r)
	case syntax.TypeNotEqual:
		ok, err := sameAndEqual(ev, l, r)
		return !ok, err
	case syntax.Less, syntax.LessEqual, syntax.Greater, syntax.GreaterEqual:
		return ordered(op, l, r), nil
	case syntax.Matches:
		return matchRegex(ev, l, r)
	case syntax.In:
		return isIn(ev, l, r)
	case syntax.NotIn:
		ok, err := isIn(ev, l, r)
		return !ok, err
	case syntax.Contains:
		return contains(ev, l, r)
	case syntax.Size:
		return sized(l, r)
	case syntax.Empty:
		return isEmpty(l, r)
	case syntax.Exists:
		return sameExistence(l, r)
	case syntax.SubsetOf, syntax.AnyOf, syntax.NoneOf:
		return relateLists(ev, op, l, r)
	default: // ALL, TYPE and MATCHES want operands that no path can write
		return false, refused("operator takes no such operand")
	}
}

func sameExistence(l, r *operand) (bool, error) {
	if l.kind != operandBool && r.kind != operandBool {
		return false, failed("exists wants true or false")
	}
	if l.kind != operandBool || r.kind != operandBool {
		return false, refused("expected true or false")
	}
	return l.bool == r.bool, nil
}

// isJSON reports whether Jayway has the operand as a JsonNode.
func (o *operand) isJSON() bool { return o.kind == operandJSON || o.kind == operandLiteral }

// parsed returns the value of a JSON operand.
func (o *operand) parsed() (jsonvalue.Value, error) {
	if o.bad {
		return jsonvalue.Value{}, failed("JSON in a filter cannot be read")
	}
	return o.value, nil
}

// equalOperands is the left side's equals. It is not symmetric: text and number compare as the left side does.
func equalOperands(ev *evaluator, l, r *operand) (bool, error) {
	if !l.isJSON() || !r.isJSON() {
		return l.equals(r), nil
	}
	v, err := r.parsed()
	if err != nil {
		return false, err
	}
	if l.kind == operandLiteral { // Jayway compares the text on the left with the value on the right
		return v.Kind() == jsonvalue.KindString && v.Text() == l.text, nil
	}
	if err := ev.spend(v.Len()); err != nil {
		return false, err
	}
	return jsonvalue.Equal(l.value, v), nil
}

// sameAndEqual wants both sides of one class first.
func sameAndEqual(ev *evaluator, l, r *operand) (bool, error) {
	if l.kind != r.kind && (!l.isJSON() || !r.isJSON()) {
		return false, nil
	}
	return equalOperands(ev, l, r)
}

// equals is ValueNode.equals, which lists use too.
func (o *operand) equals(p *operand) bool {
	switch o.kind {
	case operandNull:
		return p.kind == operandNull
	case operandBool:
		return p.kind == operandBool && o.bool == p.bool
	case operandString:
		switch p.kind {
		case operandString:
			return o.text == p.text
		case operandNumber:
			return o.text == p.number.String()
		}
		return false
	case operandNumber:
		switch p.kind {
		case operandNumber:
			return o.number.compare(p.number) == 0
		case operandString:
			n, ok := parseNumber(p.text)
			return ok && o.number.compare(n) == 0
		}
		return false
	case operandJSON:
		return p.kind == operandJSON && jsonvalue.Equal(o.value, p.value)
	case operandLiteral:
		return p.kind == operandLiteral && o.text == p.text
	default: // undefined, patterns and paths equal nothing
		return false
	}
}

func ordered(op syntax.Operator, l, r *operand) bool {
	var c int
	switch {
	case l.kind == operandNumber && r.kind == operandNumber:
		c = l.number.compare(r.number)
	case l.kind == operandString && r.kind == operandString:
		c = compareJava(l.text, r.text)
	default:
		return false
	}
	switch op {
	case syntax.Less:
		return c < 0
	case syntax.LessEqual:
		return c <= 0
	case syntax.Greater:
		return c > 0
	default:
		return c >= 0
	}
}

// compareJava is String.compareTo, by UTF-16 units: characters above U+FFFF come before U+E000.
func compareJava(a, b string) int {
	for i := 0; i < len(a) && i < len(b); i++ {
		if a[i] == b[i] {
			continue
		}
		if a[i] >= 0xEE && b[i] >= 0xEE && (a[i] >= 0xF0) != (b[i] >= 0xF0) {
			return cmp.Compare(b[i], a[i])
		}
		return cmp.Compare(a[i], b[i])
	}
	return cmp.Compare(len(a), len(b))
}

// javaLength is String.length, in UTF-16 units.
func javaLength(s string) int {
	n := utf8.RuneCountInString(s)
	for i := range len(s) {
		if s[i] >= 0xF0 {
			n++
		}
	}
	return n
}

func sized(l, r *operand) (bool, error) {
	if r.kind != operandNumber {
		return false, nil
	}
	want := int(r.number.decimal().Int32())
	switch {
	case l.kind == operandString:
		return javaLength(l.text) == want, nil
	case l.isJSON():
		v, err := l.parsed()
		if err != nil {
			return false, err
		}
		if a := list(v); a != nil {
			return a.Len() == want, nil
		}
		return want == -1, nil // Jayway's length of an object
	default:
		return false, nil
	}
}

func isEmpty(l, r *operand) (bool, error) {
	var empty bool
	switch {
	case l.kind == operandString:
		empty = l.text == ""
	case l.isJSON():
		v, err := l.parsed()
		if err != nil {
			return false, err
		}
		switch v.Kind() {
		case jsonvalue.KindObject:
			return false, failed("empty of an object")
		case jsonvalue.KindArray:
			empty = v.Len() == 0
		default:
			empty = v.Text() == ""
		}
	default:
		return false, nil
	}
	if r.kind != operandBool {
		return false, refused("empty wants true or false")
	}
	return empty == r.bool, nil
}

// matchRegex matches a whole text, or any of an array's.
func matchRegex(ev *evaluator, l, r *operand) (bool, error) {
	if (l.kind == operandPattern) == (r.kind == operandPattern) {
		return false, nil
	}
	if r.kind != operandPattern {
		l, r = r, l
	}
	re := r.regex
	if l.isJSON() {
		v, err := l.parsed()
		if err != nil {
			return false, err
		}
		if list(v) != nil {
			items, err := listOperand(ev, l)
			if err != nil {
				return false, err
			}
			for i := range items {
				ok, err := matchWhole(ev, re, items[i].subject())
				if ok || err != nil {
					return ok, err
				}
			}
			return false, nil
		}
	}
	return matchWhole(ev, re, l.subject())
}

// matchCost is how much of a regular expression's work counts as a step.
const matchCost = 64

func matchWhole(ev *evaluator, re *regex.Pattern, text string) (bool, error) {
	ok, cost, err := re.Match(text, true, (maxSteps-ev.steps)*matchCost)
	if err != nil {
		return false, failed(err.Error())
	}
	return ok, ev.spend(cost/matchCost + 1)
}

// subject is the text that a regular expression is matched with.
func (o *operand) subject() string {
	switch o.kind {
	case operandString:
		return o.text
	case operandNumber:
		return o.number.String()
	case operandBool:
		if o.bool {
			return "true"
		}
		return "false"
	default:
		return ""
	}
}

func contains(ev *evaluator, l, r *operand) (bool, error) {
	switch {
	case l.kind == operandString && r.kind == operandString:
		return strings.Contains(l.text, r.text), nil
	case l.isJSON():
		items, ok, err := jsonList(ev, l)
		return ok && has(items, r), err
	default:
		return false, nil
	}
}

func isIn(ev *evaluator, l, r *operand) (bool, error) {
	if !r.isJSON() {
		return false, refused("expected a list")
	}
	items, ok, err := jsonList(ev, r)
	return ok && has(items, l), err
}

func has(items []operand, o *operand) bool {
	for i := range items {
		if o.equals(&items[i]) {
			return true
		}
	}
	return false
}

func relateLists(ev *evaluator, op syntax.Operator, l, r *operand) (bool, error) {
	if !r.isJSON() {
		return false, refused("expected a list")
	}
	right, ok, err := jsonList(ev, r)
	if !ok {
		return false, err
	}
	if !l.isJSON() {
		return false, refused("expected a list")
	}
	left, ok, err := jsonList(ev, l)
	if !ok {
		return false, err
	}
	for i := range left {
		if err := ev.spend(len(right)); err != nil {
			return false, err
		}
		found := has(right, &left[i])
		switch {
		case op == syntax.SubsetOf && !found:
			return false, nil
		case op != syntax.SubsetOf && found:
			return op == syntax.AnyOf, nil
		}
	}
	return op != syntax.AnyOf, nil
}
