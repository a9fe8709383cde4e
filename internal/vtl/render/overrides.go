package render

import (
	"iter"
	"math"
	"strconv"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl/javavalue"
)

// Overrides holds what the templates of one exchange set in
// $context.RequestOverride and $context.ResponseOverride. The zero value is
// ready and empty. It serves one goroutine at a time.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html
type Overrides struct {
	request, response *jsonvalue.Object
}

func (o *Overrides) requestObject() *jsonvalue.Object {
	if o.request == nil {
		o.request = parts("path", "header", "querystring")
	}
	return o.request
}

func (o *Overrides) responseObject() *jsonvalue.Object {
	if o.response == nil {
		o.response = parts("header")
	}
	return o.response
}

// parts makes an object of empty objects.
func parts(names ...string) *jsonvalue.Object {
	o := jsonvalue.NewSilentObject()
	for _, name := range names {
		o.Put(name, jsonvalue.FromObject(jsonvalue.NewSilentObject()))
	}
	return o
}

// Empty reports whether no template has set anything.
func (o *Overrides) Empty() bool {
	return o == nil || (isBare(o.request) && isBare(o.response))
}

// isBare reports whether an object holds nothing but empty objects.
func isBare(o *jsonvalue.Object) bool {
	if o == nil {
		return true
	}
	for _, v := range o.All() {
		if v.Object() == nil || v.Object().Len() > 0 {
			return false
		}
	}
	return true
}

// RequestPath yields the path parameters to fill into the integration's URI.
func (o *Overrides) RequestPath() iter.Seq2[string, []string] { return o.each(true, "path") }

// RequestQuery yields the query parameters of the integration request; several
// values stand for a parameter sent several times.
func (o *Overrides) RequestQuery() iter.Seq2[string, []string] { return o.each(true, "querystring") }

// RequestHeaders yields the headers of the integration request.
func (o *Overrides) RequestHeaders() iter.Seq2[string, []string] { return o.each(true, "header") }

// ResponseHeaders yields the headers of the method response.
func (o *Overrides) ResponseHeaders() iter.Seq2[string, []string] { return o.each(false, "header") }

// Status gives the status of the method response; false when none is set or it
// is no integer from 100 to 599, which AWS ignores.
func (o *Overrides) Status() (int, bool) {
	if o == nil || o.response == nil {
		return 0, false
	}
	v, _ := o.response.Get("status")
	n, ok := v.Int64()
	if f := v.Float64(); !ok && v.IsNumber() && f == math.Trunc(f) {
		n, ok = int64(f), true
	}
	if v.Kind() == jsonvalue.KindString {
		parsed, err := strconv.ParseInt(v.Text(), 10, 32)
		n, ok = parsed, err == nil
	}
	return int(n), ok && n >= 100 && n <= 599
}

// Object gives what was set in both as one object with the members
// RequestOverride and ResponseOverride, parts that are empty left out; nil when
// nothing was set.
func (o *Overrides) Object() *jsonvalue.Object {
	if o.Empty() {
		return nil
	}
	result := jsonvalue.NewObject()
	for _, side := range [...]struct {
		name  string
		whole *jsonvalue.Object
	}{{RequestOverride, o.request}, {ResponseOverride, o.response}} {
		if isBare(side.whole) {
			continue
		}
		kept := jsonvalue.NewObject()
		for name, v := range side.whole.All() {
			if v.Object() == nil || v.Object().Len() > 0 {
				kept.Put(name, v)
			}
		}
		result.Put(side.name, jsonvalue.FromObject(kept))
	}
	return result
}

// each yields the members of a part as texts; an array is several.
func (o *Overrides) each(request bool, name string) iter.Seq2[string, []string] {
	return func(yield func(string, []string) bool) {
		if o == nil {
			return
		}
		whole := o.response
		if request {
			whole = o.request
		}
		if whole == nil {
			return
		}
		part, _ := whole.Get(name)
		if part.Object() == nil {
			return
		}
		for key, v := range part.Object().All() {
			if !yield(key, texts(v)) {
				return
			}
		}
	}
}

func texts(v value) []string {
	array := v.Array()
	if array == nil {
		return []string{v.String()}
	}
	all := make([]string, 0, array.Len())
	for _, e := range array.All() {
		all = append(all, e.String())
	}
	return all
}

// settle replaces what belongs to the rendering that ends by what lasts: views of
// maps by lists, all else that is not JSON by its text.
func (o *Overrides) settle() {
	for _, whole := range [...]*jsonvalue.Object{o.request, o.response} {
		settleObject(whole, 3)
	}
}

func settleObject(o *jsonvalue.Object, depth int) {
	if o == nil || depth == 0 {
		return
	}
	for name, v := range o.All() {
		if v.Object() != nil {
			settleObject(v.Object(), depth-1)
			continue
		}
		if v.Kind() != jsonvalue.KindForeign {
			continue
		}
		if elems, ok := javavalue.Collection(v); ok {
			o.Put(name, jsonvalue.FromArray(jsonvalue.NewList(elems...)))
			continue
		}
		o.Put(name, jsonvalue.String(v.String()))
	}
}
