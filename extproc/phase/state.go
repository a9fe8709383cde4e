package phase

import (
	"net/url"
	"strings"
	"time"

	"github.com/sluice-gateway/sluice/extproc/message"
	"github.com/sluice-gateway/sluice/internal/lambda"
	"github.com/sluice-gateway/sluice/internal/plan"
	"github.com/sluice-gateway/sluice/internal/requestcontext"
	"github.com/sluice-gateway/sluice/internal/vtl"
)

// State is what the phases of one exchange share. It is used again for later
// exchanges: nothing of it outlives its own.
type State struct {
	Operation *plan.Operation
	// Context is $context.
	Context requestcontext.Context
	// Request is the method request; its headers are those that survive the gateway
	// (Ingress).
	Request message.Request
	// Received names every header that came, so that what must not go on to a
	// backend can be taken off.
	Received []string
	// Path is the path below the stage, RawQuery the query as sent.
	Path, RawQuery string
	// Body is the client's body, once it is there.
	Body []byte
	// TraceID is X-Amzn-Trace-Id, the client's or a new one.
	TraceID string
	// Overrides is what templates set.
	Overrides vtl.Overrides
	// Response is the backend's, once it is there; its headers are copied.
	Response message.Response
	// ResponseBody is the backend's body, once it is there.
	ResponseBody []byte
	// Lambda is the function's answer, for integrations that call one.
	Lambda lambda.Answer
	// Scratch is memory for headers in the making.
	Scratch vtl.Pairs

	query      vtl.Pairs
	parameters vtl.Pairs
	parsed     bool
	outgoing   Outgoing
	fill       []filling
	// requestJSON and responseJSON are the bodies as mappings read them.
	requestJSON, responseJSON document
}

// Arrival is what is known of a request beside its message.
type Arrival struct {
	Time time.Time
	// Random gives bits for new trace ids.
	Random func() uint64
}

// Reset makes the State ready for another exchange and keeps its memory.
func (s *State) Reset() {
	*s = State{
		Received: s.Received[:0], query: s.query[:0], parameters: s.parameters[:0],
		Request: message.Request{Headers: s.Request.Headers[:0]}, Response: message.Response{Headers: s.Response.Headers[:0]},
		Lambda: s.Lambda, Scratch: s.Scratch[:0], fill: s.fill[:0],
		outgoing: Outgoing{Query: s.outgoing.Query[:0], Headers: s.outgoing.Headers[:0]},
	}
}

// Begin takes in a request for an operation: it splits the path, lets only
// those headers live that AWS lets live, and fills $context.
func (s *State) Begin(operation *plan.Operation, request *message.Request, arrival Arrival) {
	s.Operation = operation
	headers := s.Request.Headers[:0]
	s.Request = *request
	s.Request.Headers = headers
	requestID := s.ingress(request.Headers)
	raw, query, _ := strings.Cut(request.Path, "?")
	s.RawQuery, _, _ = strings.Cut(query, "#")
	full := "/" + strings.TrimLeft(raw, "/")
	if strings.HasPrefix(raw, "/") && !strings.HasPrefix(raw, "//") {
		full = raw
	}
	s.Path = below(full, operation.Plan.Definition.GetStage())
	c := &s.Context
	c.Operation = operation.Context
	c.RequestID, c.ExtendedRequestID = requestID, ExtendedRequestID(requestID)
	c.HTTPMethod, c.Path, c.Time = request.Method, full, arrival.Time
	c.DomainName = hostOnly(request.Authority)
	c.Identity.SourceIP, c.Identity.UserAgent = request.SourceIP, s.Request.Headers.First("user-agent")
	s.trace(arrival)
	c.TraceID = s.TraceID
}

// TakeResponse takes in the backend's response.
func (s *State) TakeResponse(response *message.Response) {
	headers := s.Response.Headers[:0]
	headers = append(headers, response.Headers...)
	s.Response = *response
	s.Response.Headers = headers
}

// below cuts the stage off a path: what is left starts with one slash.
func below(path, stage string) string {
	rest, found := strings.CutPrefix(path[1:], stage)
	if !found || rest != "" && rest[0] != '/' {
		return path // a custom domain's
	}
	switch {
	case rest == "":
		return "/"
	case strings.HasPrefix(rest, "//"):
		return "/" + strings.TrimLeft(rest, "/")
	default:
		return rest
	}
}

// hostOnly is a host without its port, in lower case.
func hostOnly(authority string) string {
	if colon := strings.LastIndexByte(authority, ':'); colon > strings.LastIndexByte(authority, ']') {
		authority = authority[:colon]
	}
	return strings.ToLower(authority)
}

// ExtendedRequestID is x-amz-apigw-id, which Envoy makes of the request id too.
func ExtendedRequestID(requestID string) string {
	const length = 15
	if len(requestID) > length {
		requestID = requestID[:length]
	}
	return requestID + "="
}

// Query is the decoded query, in the order of the parameters.
func (s *State) Query() vtl.Pairs {
	if !s.parsed {
		s.query, s.parsed = appendQuery(s.query[:0], s.RawQuery), true
	}
	return s.query
}

// PathParameters are the path parameters as they were sent.
func (s *State) PathParameters() vtl.Pairs {
	if len(s.parameters) == 0 {
		s.parameters = s.Operation.PathParameters(s.parameters[:0], s.Path)
	}
	return s.parameters
}

// DecodedPathParameter is a path parameter without percent-escapes, as
// templates and mappings see it.
func (s *State) DecodedPathParameter(name string) (string, bool) {
	value, found := s.PathParameters().Get(name)
	if !found || strings.IndexByte(value, '%') < 0 {
		return value, found
	}
	decoded, err := url.PathUnescape(value)
	if err != nil {
		return value, true
	}
	return decoded, true
}

// appendQuery decodes a query as forms are: pairs end at & or ;, a plus is a
// blank. What is not an escape stays as it is.
func appendQuery(dst vtl.Pairs, raw string) vtl.Pairs {
	for raw != "" {
		part := raw
		if end := strings.IndexAny(raw, "&;"); end >= 0 {
			part, raw = raw[:end], raw[end+1:]
		} else {
			raw = ""
		}
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		dst = append(dst, vtl.Pair{Name: formDecode(name), Value: formDecode(value)})
	}
	return dst
}

func formDecode(text string) string {
	if !strings.ContainsAny(text, "%+") {
		return text
	}
	decoded, err := url.QueryUnescape(text)
	if err != nil {
		return strings.ReplaceAll(text, "+", " ")
	}
	return decoded
}
