package phase

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/sluice-gateway/sluice/extproc/message"
	"github.com/sluice-gateway/sluice/internal/gatewayresponse"
	"github.com/sluice-gateway/sluice/internal/plan"
	"github.com/sluice-gateway/sluice/internal/vtl"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// Outgoing is the integration request: what mappings, templates and overrides
// make of a method request, before an integration type adds its own. It is
// valid until the next request of the State.
type Outgoing struct {
	Method string
	// Path is the integration's, its placeholders filled, percent-encoded.
	Path string
	// URIQuery is the query of the integration's URI, placeholders filled, encoded.
	URIQuery string
	// Query are mapped and overridden parameters, not encoded.
	Query vtl.Pairs
	// Headers are mapped and overridden ones, in lower case.
	Headers message.Fields
	// Body is the payload.
	Body []byte
}

// Bodiless says whether calls of a verb carry no body to a backend.
func Bodiless(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// IntegrationRequest makes the integration request of a non-proxy integration.
// Its body is appended to dst.
func (s *State) IntegrationRequest(dst []byte) (*Outgoing, error) {
	out := &s.outgoing
	*out = Outgoing{Query: out.Query[:0], Headers: out.Headers[:0]}
	payload, binary, err := s.requestPayload()
	if err != nil {
		return nil, err
	}
	template := s.Operation.Requests.ForRequest(s.requestType())
	switch {
	case template != nil && binary:
		return nil, Misconfigured("a mapping template cannot read a binary payload")
	case template != nil:
		out.Body, err = s.render(dst, template, payload, integrationRequest)
	case s.refusesPassthrough():
		return nil, &Failure{
			Type: gatewayresponse.UnsupportedMediaType, Reason: "no request template for " + s.requestType(), Wanted: "one of: " + s.Operation.Requests.Types(),
		}
	default:
		dst = append(dst, payload...)
		out.Body = dst
	}
	if err != nil {
		return nil, err
	}
	return out, s.applyMappings(out)
}

// refusesPassthrough says whether a payload without a template may not pass.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-passthrough-behaviors.html
func (s *State) refusesPassthrough() bool {
	switch s.Operation.Definition.GetIntegration().GetPassthrough() {
	case planv1.PassthroughBehavior_PASSTHROUGH_BEHAVIOR_NEVER:
		return true
	case planv1.PassthroughBehavior_PASSTHROUGH_BEHAVIOR_WHEN_NO_TEMPLATES:
		return len(s.Operation.Requests) > 0
	default:
		return false
	}
}

// MapProxy makes the integration request of an HTTP_PROXY: mappings alone.
func (s *State) MapProxy() (*Outgoing, error) {
	out := &s.outgoing
	*out = Outgoing{Query: out.Query[:0], Headers: out.Headers[:0]}
	return out, s.applyMappings(out)
}

// applyMappings applies parameter mappings and then overrides, and renders the URI.
func (s *State) applyMappings(out *Outgoing) error {
	out.Method = s.Operation.Definition.GetIntegration().GetHttpMethod()
	if out.Method == "" {
		out.Method = s.Request.Method
	}
	if name := s.Operation.Forbidden; name != "" {
		return ForbiddenMapping(name)
	}
	s.fill = s.fill[:0]
	for i := range s.Operation.Mappings {
		err := s.mapOne(out, &s.Operation.Mappings[i])
		if err != nil {
			return err
		}
	}
	err := s.override(out)
	if err != nil {
		return err
	}
	out.Path = s.uri(s.Operation.URIPath, escapePath)
	out.URIQuery = s.uri(s.Operation.URIQuery, url.QueryEscape)
	return nil
}

// mapOne applies one mapping. A source that has no value maps nothing.
func (s *State) mapOne(out *Outgoing, mapping *plan.Mapping) error {
	if mapping.Place == plan.Query && mapping.From.Kind == plan.FromMultiQuery {
		for _, pair := range s.Query() {
			if pair.Name == mapping.From.Name {
				out.Query = append(out.Query, vtl.Pair{Name: mapping.Name, Value: pair.Value})
			}
		}
		return nil
	}
	value, found, err := s.requestValue(&mapping.From)
	if err != nil || !found {
		return err
	}
	switch mapping.Place {
	case plan.Header:
		out.Headers = append(out.Headers, message.Field{Name: mapping.Name, Value: headerText(value)})
	case plan.Query:
		out.Query = append(out.Query, vtl.Pair{Name: mapping.Name, Value: value})
	default:
		if mapping.From.Kind == plan.FromPath {
			// As it was sent: its escapes are in it.
			value, _ = s.PathParameters().Get(mapping.From.Name)
			s.fill = append(s.fill, filling{mapping.Name, value, true})
			return nil
		}
		s.fill = append(s.fill, filling{mapping.Name, value, false})
	}
	return nil
}

// override applies $context.requestOverride, which wins over mappings.
func (s *State) override(out *Outgoing) error {
	if s.Overrides.Empty() {
		return nil
	}
	for name, values := range s.Overrides.RequestHeaders() {
		name = strings.ToLower(name)
		if s.Operation.ForbiddenHeader(name) {
			return ForbiddenMapping(name)
		}
		if !validHeader(name) {
			return Misconfigured("requestOverride.header names " + name + ", which is no header")
		}
		out.Headers = out.Headers.Without(func(known string) bool { return known == name })
		for _, value := range values {
			out.Headers = append(out.Headers, message.Field{Name: name, Value: headerText(value)})
		}
	}
	for name, values := range s.Overrides.RequestQuery() {
		out.Query = vtl.Pairs(message.Fields(out.Query).Without(func(known string) bool { return known == name }))
		for _, value := range values {
			out.Query = append(out.Query, vtl.Pair{Name: name, Value: value})
		}
	}
	for name, values := range s.Overrides.RequestPath() {
		s.fill = append(s.fill, filling{name, strings.Join(values, ","), false})
	}
	return nil
}

// filling is a value for a placeholder of the URI.
type filling struct {
	name, value string
	// encoded says that the value has its escapes already.
	encoded bool
}

// uri renders a part of the integration's URI. A placeholder that nothing fills
// stays.
func (s *State) uri(pieces []plan.Piece, escape func(string) string) string {
	if len(pieces) == 1 && !pieces[0].Placeholder {
		return pieces[0].Text
	}
	var made strings.Builder
	for _, piece := range pieces {
		if !piece.Placeholder {
			made.WriteString(piece.Text)
			continue
		}
		value := "%7B" + piece.Text + "%7D"
		for _, known := range s.fill {
			if known.name != piece.Text {
				continue
			}
			value = known.value
			if !known.encoded {
				value = escape(value)
			}
		}
		made.WriteString(value)
	}
	return made.String()
}

// AppendTarget appends the path and the whole query: the URI's own, then what is
// passed through, then what is mapped.
func (o *Outgoing) AppendTarget(dst []byte, passed string) []byte {
	dst = append(dst, o.Path...)
	separator := byte('?')
	part := func(text string) {
		if text != "" {
			dst = append(append(dst, separator), text...)
			separator = '&'
		}
	}
	part(o.URIQuery)
	part(passed)
	for _, pair := range o.Query {
		part(url.QueryEscape(pair.Name) + "=" + url.QueryEscape(pair.Value))
	}
	return dst
}
