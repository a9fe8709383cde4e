package wire

import (
	"encoding/json"
	"reflect"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

// The framework's texts for JSON of the wrong kind. Those that name classes are
// recorded from AWS; the article "an" is the framework's own, for every type.

// notConverted is a scalar of the wrong kind.
func notConverted(class string, want reflect.Type) error {
	return awserror.NewSerialization(class + " can not be converted to an " + javaName(want))
}

func javaName(of reflect.Type) string {
	switch of.Kind() {
	case reflect.Bool:
		return "Boolean"
	case reflect.Int32:
		return "Integer"
	case reflect.Int64:
		return "Long"
	case reflect.Float64:
		return "Double"
	case reflect.String:
		return "String"
	default:
		return "Date"
	}
}

// misplaced is a list or structure where a scalar is wanted.
func misplaced(parsed any) error {
	switch parsed.(type) {
	case []any:
		return awserror.NewSerialization("Start of list found where not expected")
	case map[string]any:
		return awserror.NewSerialization("Start of structure or map found where not expected.")
	default:
		return awserror.NewSerialization("Unrecognized value " + class(parsed))
	}
}

// notStructure is something else where a structure or map is wanted.
func notStructure(parsed any) error {
	if _, list := parsed.([]any); list {
		return misplaced(parsed)
	}
	return awserror.NewSerialization("Unrecognized structure type " + class(parsed))
}

// notList is something else where a list is wanted.
func notList(parsed any) error {
	if _, structure := parsed.(map[string]any); structure {
		return misplaced(parsed)
	}
	return awserror.NewSerialization("Unrecognized collection type " + class(parsed))
}

func class(parsed any) string {
	switch parsed.(type) {
	case string:
		return classString
	case bool:
		return classBoolean
	case json.Number:
		return classNumber
	default:
		return "null"
	}
}
