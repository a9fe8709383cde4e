package wire

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

// Validate checks an input against its constraints, before the operation's own
// rules. All violations go into one ValidationException: those of the body
// first, then those of labels, query string and headers, each in the model's
// order, as recorded from AWS. It returns nil or an *awserror.Error.
func (c *Codec) Validate(operation *Operation, input any) error {
	from, err := structOf(input)
	if err != nil {
		return err
	}
	check := checker{codec: c}
	made := c.plan(from.Type())
	prefix := ""
	if operation.Protocol == "rest-json" {
		prefix = memberName(operation.Name) + "Input."
	}
	for _, body := range []bool{true, false} {
		for i := range made.fields {
			one := &made.fields[i]
			if inside := one.location == inBody || one.location == inPayload; inside != body {
				continue
			}
			at := memberName(one.goName)
			if body {
				at = prefix + at
			}
			check.member(one.rule, from.Field(one.index), at)
		}
	}
	return check.exception()
}

// checker collects violations.
type checker struct {
	codec      *Codec
	violations []string
}

// exception is the error of everything found, nil when nothing was.
func (k *checker) exception() error {
	switch count := len(k.violations); count {
	case 0:
		return nil
	case 1:
		return awserror.NewValidation("1 validation error detected: " + k.violations[0])
	default:
		return awserror.NewValidation(strconv.Itoa(count) + " validation errors detected: " + strings.Join(k.violations, "; "))
	}
}

// member checks one member and what lies below it.
func (k *checker) member(demands *rule, value reflect.Value, at string) {
	if isAbsent(value) {
		if demands != nil && demands.Required {
			k.violations = append(k.violations, "Value null at '"+at+"' failed to satisfy constraint: Member must not be null")
		}
		return
	}
	if value.Kind() == reflect.Pointer {
		value = value.Elem()
	}
	if demands != nil {
		for _, broken := range demands.broken(value) {
			k.violations = append(k.violations, fmt.Sprintf("Value '%s' at '%s' failed to satisfy constraint: %s", printed(value), at, broken))
		}
	}
	k.below(value, at)
}

// below checks structures inside a value, under their own constraints.
func (k *checker) below(value reflect.Value, at string) {
	switch {
	case isTime(value.Type()) || isBlob(value.Type()):
	case value.Kind() == reflect.Struct:
		made := k.codec.plan(value.Type())
		for i := range made.fields {
			one := &made.fields[i]
			k.member(one.rule, value.Field(one.index), at+"."+memberName(one.goName))
		}
	case value.Kind() == reflect.Slice && holdsStructures(value.Type().Elem()):
		for i := range value.Len() {
			k.below(value.Index(i), at+"."+strconv.Itoa(i+1)+".member")
		}
	case value.Kind() == reflect.Map && holdsStructures(value.Type().Elem()):
		for _, key := range sortedKeys(value) {
			k.below(value.MapIndex(key), at+"."+key.String()+".member")
		}
	default:
	}
}

func holdsStructures(of reflect.Type) bool {
	switch of.Kind() {
	case reflect.Struct:
		return !isTime(of)
	case reflect.Slice, reflect.Map:
		return holdsStructures(of.Elem())
	default:
		return false
	}
}

// broken lists the texts of the constraints that a value fails.
func (r *rule) broken(value reflect.Value) []string {
	var texts []string
	if len(r.Enum) > 0 && value.Kind() == reflect.String && !slices.Contains(r.Enum, value.String()) {
		texts = append(texts, r.enumText())
	}
	if size, counted := measure(value); counted {
		if r.Max != nil && size > *r.Max {
			texts = append(texts, boundText(value.Type(), "less", *r.Max))
		}
		if r.Min != nil && size < *r.Min {
			texts = append(texts, boundText(value.Type(), "greater", *r.Min))
		}
	}
	if r.pattern != nil && value.Kind() == reflect.String && !r.pattern.MatchString(value.String()) {
		texts = append(texts, r.patternText())
	}
	if r.element != nil && anyBroken(r.element, elements(value)) {
		texts = append(texts, elementText(value.Kind(), r.element, value.Type().Elem()))
	}
	if r.key != nil && value.Kind() == reflect.Map && anyBroken(r.key, value.MapKeys()) {
		texts = append(texts, "Map keys must satisfy constraint: ["+strings.Join(r.key.all(value.Type().Key()), ", ")+"]")
	}
	return texts
}

func anyBroken(demands *rule, values []reflect.Value) bool {
	return slices.ContainsFunc(values, func(value reflect.Value) bool { return len(demands.broken(value)) > 0 })
}

func elements(value reflect.Value) []reflect.Value {
	var found []reflect.Value
	switch value.Kind() {
	case reflect.Slice:
		for i := range value.Len() {
			found = append(found, value.Index(i))
		}
	case reflect.Map:
		for _, key := range sortedKeys(value) {
			found = append(found, value.MapIndex(key))
		}
	default:
	}
	return found
}

func elementText(kind reflect.Kind, demands *rule, of reflect.Type) string {
	start := "Member must satisfy constraint: ["
	if kind == reflect.Map {
		start = "Map value must satisfy constraint: ["
	}
	return start + strings.Join(demands.all(of), ", ") + "]"
}

// all lists the texts of every constraint, as AWS names them for an element.
func (r *rule) all(of reflect.Type) []string {
	var texts []string
	if r.Max != nil {
		texts = append(texts, boundText(of, "less", *r.Max))
	}
	if r.Min != nil {
		texts = append(texts, boundText(of, "greater", *r.Min))
	}
	if r.Pattern != "" {
		texts = append(texts, r.patternText())
	}
	if len(r.Enum) > 0 {
		texts = append(texts, r.enumText())
	}
	return texts
}

func (r *rule) enumText() string {
	return "Member must satisfy enum value set: [" + strings.Join(r.Enum, ", ") + "]"
}

func (r *rule) patternText() string {
	return "Member must satisfy regular expression pattern: " + r.Pattern
}

func boundText(of reflect.Type, direction string, bound int64) string {
	measured := "length"
	switch of.Kind() {
	case reflect.Int32, reflect.Int64, reflect.Float64:
		measured = "value"
	default:
	}
	return "Member must have " + measured + " " + direction + " than or equal to " + strconv.FormatInt(bound, 10)
}

// measure is what Min and Max bound: a number's value, a text's characters, a
// collection's entries.
func measure(value reflect.Value) (int64, bool) {
	switch value.Kind() {
	case reflect.String:
		return int64(utf8.RuneCountInString(value.String())), true
	case reflect.Int32, reflect.Int64:
		return value.Int(), true
	case reflect.Float64:
		return int64(value.Float()), true
	case reflect.Slice, reflect.Map:
		return int64(value.Len()), true
	default:
		return 0, false
	}
}

// printed is a value as Java prints it in errors: lists as [a, b], maps as
// {a=b}.
func printed(value reflect.Value) string {
	switch {
	case value.Kind() == reflect.String:
		return value.String()
	case isBlob(value.Type()):
		return "java.nio.HeapByteBuffer[pos=0 lim=" + strconv.Itoa(value.Len()) + " cap=" + strconv.Itoa(value.Len()) + "]"
	case value.Kind() == reflect.Slice:
		parts := make([]string, 0, value.Len())
		for _, element := range elements(value) {
			parts = append(parts, printed(element))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case value.Kind() == reflect.Map:
		parts := make([]string, 0, value.Len())
		for _, key := range sortedKeys(value) {
			parts = append(parts, key.String()+"="+printed(value.MapIndex(key)))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	default:
		return fmt.Sprint(value.Interface())
	}
}

func sortedKeys(value reflect.Value) []reflect.Value {
	keys := value.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	return keys
}
