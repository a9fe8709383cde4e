package wire

import (
	"encoding/base64"
	"math"
	"reflect"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// jsonWriter writes one answer's body.
type jsonWriter struct {
	codec  *Codec
	format Format
	self   string
	out    []byte
}

// into gives the response what was written.
func (w *jsonWriter) into(response *Response) *Response {
	response.Body = w.out
	kind := "application/json"
	if w.format == HAL {
		kind = "application/hal+json"
	}
	response.Header.Set("Content-Type", kind)
	return response
}

// message writes the outermost structure. In HAL it has its links, and a list
// of items lies under _embedded.
func (w *jsonWriter) message(made *plan, from reflect.Value) {
	if w.format != HAL {
		w.structure(made, from)
		return
	}
	w.out = append(w.out, `{"_links":{"self":{"href":`...)
	w.text(w.self)
	w.out = append(w.out, `}}`...)
	for i := range made.fields {
		one := &made.fields[i]
		value := from.Field(one.index)
		if one.location != inBody || isAbsent(value) {
			continue
		}
		w.out = append(w.out, ',')
		if embedded := one.name == "item" && value.Kind() == reflect.Slice; embedded {
			w.out = append(w.out, `"_embedded":{"item":`...)
			w.value(one, value)
			w.out = append(w.out, '}')
			continue
		}
		w.text(one.name)
		w.out = append(w.out, ':')
		w.value(one, value)
	}
	w.out = append(w.out, '}')
}

func (w *jsonWriter) structure(made *plan, from reflect.Value) {
	w.out = append(w.out, '{')
	first := true
	for i := range made.fields {
		one := &made.fields[i]
		value := from.Field(one.index)
		if one.location != inBody || isAbsent(value) {
			continue
		}
		if !first {
			w.out = append(w.out, ',')
		}
		first = false
		w.text(one.name)
		w.out = append(w.out, ':')
		w.value(one, value)
	}
	w.out = append(w.out, '}')
}

// isAbsent says whether a member is nil, which is not written.
func isAbsent(value reflect.Value) bool {
	switch value.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return value.IsNil()
	default:
		return false
	}
}

func (w *jsonWriter) value(one *field, value reflect.Value) {
	if value.Kind() == reflect.Pointer {
		if value.IsNil() {
			w.out = append(w.out, "null"...)
			return
		}
		value = value.Elem()
	}
	switch moment, isMoment := reflect.TypeAssert[time.Time](value); {
	case isMoment:
		w.time(one, moment)
		return
	case isBlob(value.Type()):
		w.text(base64.StdEncoding.EncodeToString(value.Bytes()))
		return
	}
	switch value.Kind() {
	case reflect.Struct:
		w.structure(w.codec.plan(value.Type()), value)
	case reflect.Slice:
		w.list(one, value)
	case reflect.Map:
		w.mapping(one, value)
	case reflect.String:
		w.text(value.String())
	case reflect.Bool:
		w.out = strconv.AppendBool(w.out, value.Bool())
	case reflect.Float64:
		w.float(value.Float())
	default:
		w.out = strconv.AppendInt(w.out, value.Int(), 10)
	}
}

func (w *jsonWriter) list(one *field, value reflect.Value) {
	w.out = append(w.out, '[')
	for i := range value.Len() {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		w.value(one, value.Index(i))
	}
	w.out = append(w.out, ']')
}

func (w *jsonWriter) mapping(one *field, value reflect.Value) {
	names := make([]string, 0, value.Len())
	for _, key := range value.MapKeys() {
		names = append(names, key.String())
	}
	slices.Sort(names)
	w.out = append(w.out, '{')
	for i, name := range names {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		w.text(name)
		w.out = append(w.out, ':')
		w.value(one, value.MapIndex(reflect.ValueOf(name)))
	}
	w.out = append(w.out, '}')
}

// time writes whole seconds, as AWS does.
func (w *jsonWriter) time(one *field, moment time.Time) {
	if one.iso || w.format == HAL {
		w.text(moment.UTC().Truncate(time.Second).Format(time.RFC3339))
		return
	}
	w.out = strconv.AppendInt(w.out, moment.Unix(), 10)
}

// float writes a number as Java does, with a fraction: 10000.0.
func (w *jsonWriter) float(number float64) {
	if math.IsNaN(number) || math.IsInf(number, 0) {
		w.out = append(w.out, "null"...)
		return
	}
	w.out = strconv.AppendFloat(w.out, number, 'f', -1, 64)
	if number == math.Trunc(number) {
		w.out = append(w.out, ".0"...)
	}
}

// texts writes an object of strings, in order.
func (w *jsonWriter) texts(members [][2]string) {
	w.out = append(w.out, '{')
	for i, member := range members {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		w.text(member[0])
		w.out = append(w.out, ':')
		w.text(member[1])
	}
	w.out = append(w.out, '}')
}

// text writes a string, escaping only what JSON demands.
func (w *jsonWriter) text(text string) {
	const digits = "0123456789abcdef"
	w.out = append(w.out, '"')
	for _, char := range text {
		switch {
		case char == '"' || char == '\\':
			w.out = append(w.out, '\\', byte(char))
		case char == '\n':
			w.out = append(w.out, '\\', 'n')
		case char == '\r':
			w.out = append(w.out, '\\', 'r')
		case char == '\t':
			w.out = append(w.out, '\\', 't')
		case char < ' ':
			w.out = append(w.out, '\\', 'u', '0', '0', digits[char>>4], digits[char&15])
		default:
			// Ranging makes invalid bytes U+FFFD, so that the answer is always UTF-8.
			w.out = utf8.AppendRune(w.out, char)
		}
	}
	w.out = append(w.out, '"')
}
