package jsonschema

import (
	"fmt"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// The texts below are those of Java's json-schema-validator, which AWS shows.

func wrongType(found, allowed string) string {
	return fmt.Sprintf("instance type (%s) does not match any allowed primitive type (allowed: %s)", found, allowed)
}

func notInEnum(v jsonvalue.Value, values string) string {
	return fmt.Sprintf("instance value (%s) not found in enum (possible values: %s)", jsonText(v), values)
}

func allOfFailed(passed, of int) string {
	return fmt.Sprintf("instance failed to match all required schemas (matched only %d out of %d)", passed, of)
}

func anyOfFailed(of int) string {
	return fmt.Sprintf("instance failed to match at least one required schema among %d", of)
}

func oneOfFailed(passed, of int) string {
	return fmt.Sprintf("instance failed to match exactly one schema (matched %d out of %d)", passed, of)
}

func notFailed() string { return "instance matched a schema which it should not have" }

func tooLarge(limit string, v jsonvalue.Value) string {
	return fmt.Sprintf("numeric instance is greater than the required maximum (maximum: %s, found: %s)", limit, shorten(numberText(v)))
}

func notBelow(limit string) string {
	return "numeric instance is not strictly lower than the required maximum " + limit
}

func tooSmall(limit string, v jsonvalue.Value) string {
	return fmt.Sprintf("numeric instance is lower than the required minimum (minimum: %s, found: %s)", limit, shorten(numberText(v)))
}

func notAbove(limit string) string {
	return "numeric instance is not strictly greater than the required minimum " + limit
}

func notMultiple(of string, v jsonvalue.Value) string {
	return fmt.Sprintf("remainder of division is not zero (%s / %s)", shorten(numberText(v)), of)
}

func tooLong(s string, length, limit int) string {
	return fmt.Sprintf("string \"%s\" is too long (length: %d, maximum allowed: %d)", shorten(s), length, limit)
}

func tooShort(s string, length, limit int) string {
	return fmt.Sprintf("string \"%s\" is too short (length: %d, required minimum: %d)", shorten(s), length, limit)
}

func noMatch(regex, s string) string {
	return fmt.Sprintf("ECMA 262 regex \"%s\" does not match input string \"%s\"", regex, shorten(s))
}

func tooManyForTuple(allowed, found int) string {
	return fmt.Sprintf("schema only allows %d elements in array but instance has %d elements", allowed, found)
}

func arrayTooLong(limit, found int) string {
	return fmt.Sprintf("array is too long: must have at most %d elements but instance has %d elements", limit, found)
}

func arrayTooShort(limit, found int) string {
	return fmt.Sprintf("array is too short: must have at least %d elements but instance has %d elements", limit, found)
}

func duplicates() string { return "array must not contain duplicate elements" }

func notAllowed(names []string) string {
	return "object instance has properties which are not allowed by the schema: " + shorten(quotedList(names))
}

func missingProperties(names []string) string {
	return fmt.Sprintf("object has missing required properties (%s)", quotedList(names))
}

func missingNeeds(name string, required, missing []string) string {
	return fmt.Sprintf("property %q of object has missing property dependencies (schema requires %s; missing: %s)",
		name, quotedList(required), quotedList(missing))
}

func tooManyProperties(found, limit int) string {
	return fmt.Sprintf("object has too many properties (found %d but schema requires at most %d)", found, limit)
}

func tooFewProperties(found, limit int) string {
	return fmt.Sprintf("object has too few properties (found %d but schema requires at least %d)", found, limit)
}
