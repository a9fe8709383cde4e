package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

// maxDepth bounds the nesting of JSON; no AWS shape comes near.
const maxDepth = 100

// The Java classes that the framework names in its errors.
const (
	classString  = "class java.lang.String"
	classBoolean = "class java.lang.Boolean"
	classNumber  = "class com.amazon.coral.value.json.numbers.TruncatingBigNumber"
)

// readBody reads a JSON object into a struct. Unknown members are ignored, null
// is absent.
func (c *Codec) readBody(body []byte, into reflect.Value) error {
	parsed, err := parseJSON(body)
	if err != nil {
		return err
	}
	return c.readStruct(parsed, into)
}

// parseJSON parses a bounded text of JSON, keeping numbers as text.
func parseJSON(body []byte) (any, error) {
	if !utf8.Valid(body) || tooDeep(body) {
		return nil, awserror.NewSerialization("")
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var parsed any
	if err := decoder.Decode(&parsed); err != nil {
		return nil, awserror.NewSerialization("").WithCause(err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, awserror.NewSerialization("")
	}
	return parsed, nil
}

// tooDeep says whether a JSON text nests more than maxDepth levels.
func tooDeep(body []byte) bool {
	depth, quoted := 0, false
	for i := 0; i < len(body); i++ {
		switch char := body[i]; {
		case quoted && char == '\\':
			i++
		case char == '"':
			quoted = !quoted
		case quoted:
		case char == '{' || char == '[':
			if depth++; depth > maxDepth {
				return true
			}
		case char == '}' || char == ']':
			depth--
		}
	}
	return false
}

func (c *Codec) readStruct(parsed any, into reflect.Value) error {
	object, ok := parsed.(map[string]any)
	if !ok {
		return notStructure(parsed)
	}
	made := c.plan(into.Type())
	for i := range made.fields {
		one := &made.fields[i]
		value, present := object[one.name]
		if one.location != inBody || !present || value == nil {
			continue
		}
		err := c.readValue(value, into.Field(one.index))
		if err != nil && one.otherwise != "" {
			err = c.readValue(json.Number(one.otherwise), into.Field(one.index))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readValue reads one value into a member, an element or an entry.
func (c *Codec) readValue(parsed any, into reflect.Value) error {
	switch {
	case into.Kind() == reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		return c.readValue(parsed, into.Elem())
	case isTime(into.Type()):
		return readTime(parsed, into)
	case isBlob(into.Type()):
		return readBlob(parsed, into)
	}
	switch into.Kind() {
	case reflect.Struct:
		return c.readStruct(parsed, into)
	case reflect.Slice:
		return c.readList(parsed, into)
	case reflect.Map:
		return c.readMap(parsed, into)
	default:
		return readScalar(parsed, into)
	}
}

func (c *Codec) readList(parsed any, into reflect.Value) error {
	list, ok := parsed.([]any)
	if !ok {
		return notList(parsed)
	}
	made := reflect.MakeSlice(into.Type(), 0, len(list))
	for _, value := range list {
		if value == nil {
			continue
		}
		element := reflect.New(into.Type().Elem()).Elem()
		if err := c.readValue(value, element); err != nil {
			return err
		}
		made = reflect.Append(made, element)
	}
	into.Set(made)
	return nil
}

func (c *Codec) readMap(parsed any, into reflect.Value) error {
	object, ok := parsed.(map[string]any)
	if !ok {
		return notStructure(parsed)
	}
	made := reflect.MakeMapWithSize(into.Type(), len(object))
	for name, value := range object {
		if value == nil {
			continue
		}
		element := reflect.New(into.Type().Elem()).Elem()
		if err := c.readValue(value, element); err != nil {
			return err
		}
		made.SetMapIndex(reflect.ValueOf(name), element)
	}
	into.Set(made)
	return nil
}

func readScalar(parsed any, into reflect.Value) error {
	switch value := parsed.(type) {
	case string:
		if into.Kind() == reflect.String {
			into.SetString(value)
			return nil
		}
		return notConverted(classString, into.Type())
	case bool:
		if into.Kind() == reflect.Bool {
			into.SetBool(value)
			return nil
		}
		return notConverted(classBoolean, into.Type())
	case json.Number:
		return readNumber(value, into)
	default:
		return misplaced(parsed)
	}
}

func readNumber(number json.Number, into reflect.Value) error {
	switch into.Kind() {
	case reflect.Float64:
		value, err := number.Float64()
		if err != nil {
			return notConverted(classNumber, into.Type())
		}
		into.SetFloat(value)
	case reflect.Int32, reflect.Int64:
		value, ok := truncated(number)
		if !ok || into.OverflowInt(value) {
			return notConverted(classNumber, into.Type())
		}
		into.SetInt(value)
	default:
		return notConverted(classNumber, into.Type())
	}
	return nil
}

// truncated is the whole part of a number, as the framework's TruncatingBigNumber
// gives it, when it fits.
func truncated(number json.Number) (int64, bool) {
	if whole, err := strconv.ParseInt(number.String(), 10, 64); err == nil {
		return whole, true
	}
	value, err := number.Float64()
	if err != nil || math.Abs(value) >= 1<<63 {
		return 0, false
	}
	whole, accuracy := big.NewFloat(value).Int64()
	return whole, accuracy == big.Exact || math.Abs(value) < 1<<53
}

func readTime(parsed any, into reflect.Value) error {
	switch value := parsed.(type) {
	case json.Number:
		seconds, err := value.Float64()
		if err != nil || math.Abs(seconds) > 1e12 {
			return notConverted(classNumber, into.Type())
		}
		whole, part := math.Modf(seconds)
		into.Set(reflect.ValueOf(time.Unix(int64(whole), int64(part*1e9)).UTC()))
		return nil
	case string:
		return setTimeText(into, value)
	default:
		return misplaced(parsed)
	}
}

// readBlob reads base64, as blobs inside JSON are written.
func readBlob(parsed any, into reflect.Value) error {
	text, ok := parsed.(string)
	if !ok {
		return misplaced(parsed)
	}
	decoded, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return awserror.NewSerialization("Invalid base64").WithCause(err)
	}
	into.SetBytes(decoded)
	return nil
}
