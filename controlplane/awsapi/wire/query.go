package wire

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

// maxListed bounds the entries of a list in the query protocol.
const maxListed = 10_000

// Form gives the parameters of a request in the query protocol, which are a form
// in the body, or the query string when there is no body. Action names the
// operation.
func Form(request *Request) (url.Values, error) {
	if len(request.Body) == 0 {
		return request.Query, nil
	}
	form, err := url.ParseQuery(string(request.Body))
	if err != nil {
		return nil, awserror.New("MalformedQueryString", 400, "The query string contains a syntax error.").WithCause(err)
	}
	return form, nil
}

// decodeQuery reads an input of the query protocol: Name=…, List.member.1=…,
// Structure.Name=….
func (c *Codec) decodeQuery(request *Request, input any) error {
	into, err := structOf(input)
	if err != nil {
		return err
	}
	form, err := Form(request)
	if err != nil {
		return err
	}
	reader := queryReader{codec: c, form: form, prefixes: prefixesOf(form)}
	return reader.structure(into, "")
}

// queryReader reads structures out of a flat form.
type queryReader struct {
	codec *Codec
	form  url.Values
	// prefixes are the names, and their beginnings at dots, that the form has.
	prefixes map[string]bool
}

func prefixesOf(form url.Values) map[string]bool {
	prefixes := map[string]bool{}
	for name := range form {
		for end := strings.LastIndexByte(name, '.'); ; end = strings.LastIndexByte(name, '.') {
			prefixes[name] = true
			if end < 0 || prefixes[name[:end]] {
				break
			}
			name = name[:end]
		}
	}
	return prefixes
}

func (r *queryReader) structure(into reflect.Value, prefix string) error {
	made := r.codec.plan(into.Type())
	for i := range made.fields {
		one := &made.fields[i]
		if err := r.value(into.Field(one.index), prefix+one.name, one.flattened); err != nil {
			return err
		}
	}
	return nil
}

func (r *queryReader) value(into reflect.Value, name string, flattened bool) error {
	if !r.prefixes[name] {
		return nil
	}
	if into.Kind() == reflect.Pointer {
		into.Set(reflect.New(into.Type().Elem()))
		into = into.Elem()
	}
	switch {
	case isBlob(into.Type()):
		decoded, err := base64.StdEncoding.DecodeString(r.form.Get(name))
		if err != nil {
			return awserror.NewSerialization("Invalid base64").WithCause(err)
		}
		into.SetBytes(decoded)
		return nil
	case isTime(into.Type()):
		return setText(into, r.form.Get(name))
	}
	switch into.Kind() {
	case reflect.Struct:
		return r.structure(into, name+".")
	case reflect.Slice:
		return r.list(into, name, flattened)
	case reflect.Map:
		return r.mapping(into, name, flattened)
	default:
		return setText(into, r.form.Get(name))
	}
}

func (r *queryReader) list(into reflect.Value, name string, flattened bool) error {
	if !flattened {
		name += ".member"
	}
	into.Set(reflect.MakeSlice(into.Type(), 0, 0))
	for i := 1; r.prefixes[name+"."+strconv.Itoa(i)]; i++ {
		if i > maxListed {
			return awserror.NewSerialization("Too many list entries")
		}
		element := reflect.New(into.Type().Elem()).Elem()
		if err := r.value(element, name+"."+strconv.Itoa(i), false); err != nil {
			return err
		}
		into.Set(reflect.Append(into, element))
	}
	return nil
}

func (r *queryReader) mapping(into reflect.Value, name string, flattened bool) error {
	if !flattened {
		name += ".entry"
	}
	into.Set(reflect.MakeMap(into.Type()))
	for i := 1; r.prefixes[name+"."+strconv.Itoa(i)]; i++ {
		if i > maxListed {
			return awserror.NewSerialization("Too many map entries")
		}
		entry := fmt.Sprintf("%s.%d", name, i)
		element := reflect.New(into.Type().Elem()).Elem()
		if err := r.value(element, entry+".value", false); err != nil {
			return err
		}
		into.SetMapIndex(reflect.ValueOf(r.form.Get(entry+".key")), element)
	}
	return nil
}
