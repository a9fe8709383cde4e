// Package property reads the properties of a template's resources: into the inputs
// of AWS's SDK, and in comparison with what is there. It calls nothing.
package property

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// Decode fills an SDK input from a resource's properties. CloudFormation's names
// are the SDK's but for their first letter's case; numbers and Booleans may be
// written as texts, and an object where AWS wants a text becomes JSON. Members that
// the input does not have are left alone: they are their caller's.
func Decode(value jsonvalue.Value, into any) error {
	return decodeValue(value, reflect.ValueOf(into).Elem(), "")
}

func decodeValue(value jsonvalue.Value, into reflect.Value, path string) error {
	if value.IsUndefined() || value.IsNull() {
		return nil
	}
	switch into.Kind() {
	case reflect.Pointer:
		made := reflect.New(into.Type().Elem())
		if err := decodeValue(value, made.Elem(), path); err != nil {
			return err
		}
		into.Set(made)
		return nil
	case reflect.Struct:
		return decodeStruct(value, into, path)
	case reflect.Map:
		return decodeMap(value, into, path)
	case reflect.Slice:
		return decodeSlice(value, into, path)
	default:
		return decodeScalar(value, into, path)
	}
}

func decodeStruct(value jsonvalue.Value, into reflect.Value, path string) error {
	if value.Kind() != jsonvalue.KindObject {
		return fmt.Errorf("%s: want an object, got %s", path, value.Kind())
	}
	for _, entry := range value.Object().Entries() {
		field := into.FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, entry.Key) })
		if !field.IsValid() || !field.CanSet() {
			continue
		}
		if err := decodeValue(entry.Value, field, path+"/"+entry.Key); err != nil {
			return err
		}
	}
	return nil
}

func decodeMap(value jsonvalue.Value, into reflect.Value, path string) error {
	if value.Kind() != jsonvalue.KindObject {
		return fmt.Errorf("%s: want an object, got %s", path, value.Kind())
	}
	made := reflect.MakeMap(into.Type())
	for _, entry := range value.Object().Entries() {
		member := reflect.New(into.Type().Elem()).Elem()
		if err := decodeValue(entry.Value, member, path+"/"+entry.Key); err != nil {
			return err
		}
		made.SetMapIndex(reflect.ValueOf(entry.Key), member)
	}
	into.Set(made)
	return nil
}

func decodeSlice(value jsonvalue.Value, into reflect.Value, path string) error {
	if value.Kind() != jsonvalue.KindArray {
		return fmt.Errorf("%s: want a list, got %s", path, value.Kind())
	}
	made := reflect.MakeSlice(into.Type(), value.Len(), value.Len())
	for i, item := range value.Array().Elems() {
		if err := decodeValue(item, made.Index(i), fmt.Sprintf("%s/%d", path, i)); err != nil {
			return err
		}
	}
	into.Set(made)
	return nil
}

func decodeScalar(value jsonvalue.Value, into reflect.Value, path string) error {
	written := Scalar(value)
	switch into.Kind() {
	case reflect.String:
		into.SetString(written)
	case reflect.Bool:
		is, err := strconv.ParseBool(strings.ToLower(written))
		if err != nil {
			return fmt.Errorf("%s: %q is no Boolean", path, written)
		}
		into.SetBool(is)
	case reflect.Int32, reflect.Int64:
		number, err := strconv.ParseFloat(written, 64)
		if err != nil {
			return fmt.Errorf("%s: %q is no number", path, written)
		}
		into.SetInt(int64(number))
	case reflect.Float64:
		number, err := strconv.ParseFloat(written, 64)
		if err != nil {
			return fmt.Errorf("%s: %q is no number", path, written)
		}
		into.SetFloat(number)
	default:
		return fmt.Errorf("%s: cannot be read", path)
	}
	return nil
}

// Scalar prints a value as CloudFormation's texts are: what is no scalar is JSON.
func Scalar(value jsonvalue.Value) string {
	switch value.Kind() {
	case jsonvalue.KindString:
		return value.Text()
	case jsonvalue.KindNumber:
		return value.NumberText()
	case jsonvalue.KindUndefined, jsonvalue.KindNull:
		return ""
	default:
		printed, _ := value.JSON(jsonvalue.Verbatim)
		return printed
	}
}

// Tags reads a list of {Key, Value}.
func Tags(value jsonvalue.Value) map[string]string {
	all := map[string]string{}
	if value.Kind() != jsonvalue.KindArray {
		return all
	}
	for _, item := range value.Array().Elems() {
		all[Scalar(item.Get("Key"))] = Scalar(item.Get("Value"))
	}
	return all
}

// Items are an array's elements; none of another kind.
func Items(value jsonvalue.Value) []jsonvalue.Value {
	if value.Kind() != jsonvalue.KindArray {
		return nil
	}
	return value.Array().Elems()
}
