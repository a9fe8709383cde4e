// Package gatewayresponse makes every answer that our services give instead of
// a backend's: AWS's GatewayResponse types with their statuses, texts and
// x-amzn-ErrorType, and what a user customised of them, compiled once. It is not
// VTL (AWS only substitutes variables here), and it knows neither a transport
// nor where the values of variables come from.
//
// The rules are the API Gateway developer guide's "Gateway responses in API
// Gateway" and what was recorded of GetGatewayResponses.
package gatewayresponse

import (
	"strconv"

	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// Header is one header of an answer.
type Header struct {
	// Name is spelled as AWS spells it.
	Name string
	// Value holds no control characters.
	Value string
}

// Answer is a whole answer, ready for any transport. The transport adds what is
// on all answers: x-amzn-RequestId, x-amz-apigw-id, Date and Content-Length.
type Answer struct {
	// Status is the HTTP status, 100 to 599.
	Status int
	// Headers are in a stable order, Content-Type first.
	Headers []Header
	// Body is dst with the body appended.
	Body []byte
}

// Request is where variables get their values. Names come without their prefix.
type Request interface {
	// AppendContext appends $context.{name} as text; false when there is none.
	AppendContext(dst []byte, name string) ([]byte, bool)
	// StageVariable gives $stageVariables.{name}.
	StageVariable(name string) (string, bool)
	// Parameter gives method.request.{location}.{name}. Locations are header,
	// path, querystring, multivalueheader and multivaluequerystring.
	Parameter(location, name string) (string, bool)
}

// Values are what one answer says.
type Values struct {
	// Message is $context.error.message. Empty: the type's own text.
	Message string
	// Status, when not zero, is used instead of the type's own status, though a
	// status that the user gave wins: 502 for a malformed Lambda answer.
	Status int
	// ErrorType, when not empty, is x-amzn-ErrorType instead of the type's own.
	ErrorType string
	// ValidationError is $context.error.validationErrorString.
	ValidationError string
	// Accept is the client's Accept header: it chooses the template.
	Accept string
	// Request gives variables their values; nil: all are missing.
	Request Request
}

// Set is what an API answers for each type. It never changes and is safe for use
// by many goroutines. The zero value is not useful: see Compile.
type Set struct {
	responses [typeCount]*response
}

// response is one type, compiled.
type response struct {
	// status is 0 when the type has none of its own (DEFAULT_4XX, DEFAULT_5XX).
	status int
	// fixed says that the user chose status.
	fixed     bool
	templates []template
	headers   []headerParameter
	// namesType and namesContent say that headers set these themselves.
	namesType, namesContent bool
}

// template is a body by content type.
type template struct {
	contentType string
	body        expression
}

// Compile makes a Set of what the user customised; nothing customised is
// everything as AWS has it. What AWS would not have accepted is left out.
func Compile(customised []*planv1.GatewayResponse) *Set {
	put := map[Type]*planv1.GatewayResponse{}
	for _, one := range customised {
		if kind, known := ParseType(one.GetType()); known {
			put[kind] = one
		}
	}
	set := &Set{}
	for kind := range typeCount {
		set.responses[kind] = compile(kind, put)
	}
	return set
}

// compile resolves one type: put types use their own values alone; others take
// all from DEFAULT_4XX or DEFAULT_5XX when that was put (recorded).
func compile(kind Type, put map[Type]*planv1.GatewayResponse) *response {
	made := &response{status: kind.Status(), templates: defaultTemplates(kind)}
	custom := put[kind]
	if custom == nil {
		custom = put[kind.parent()]
	}
	if custom == nil || kind == RequestTooLarge {
		// AWS: "REQUEST_TOO_LARGE cannot be customised".
		return made
	}
	if status, err := strconv.Atoi(custom.GetStatusCode()); err == nil && status >= 100 && status < 600 {
		made.status, made.fixed = status, true
	}
	if templates := compileTemplates(custom.GetResponseTemplates()); len(templates) > 0 {
		made.templates = templates
	}
	made.headers = compileHeaders(custom.GetResponseParameters())
	for i := range made.headers {
		made.namesType = made.namesType || equalFold(made.headers[i].name, errorTypeHeader)
		made.namesContent = made.namesContent || equalFold(made.headers[i].name, contentTypeHeader)
	}
	return made
}

const (
	contentTypeHeader = "Content-Type"
	errorTypeHeader   = "x-amzn-ErrorType"
	jsonContent       = "application/json"
)

// Render makes an answer, its body appended to dst. It allocates the answer's
// headers and what dst must grow by, nothing else, unless templates are the
// user's.
func (s *Set) Render(dst []byte, kind Type, values *Values) Answer {
	if kind >= typeCount {
		kind = Default5XX
	}
	made := s.responses[kind]
	chosen := made.choose(values.Accept)
	scope := scope{kind: kind, values: values}
	answer := Answer{Status: made.answerStatus(kind, values.Status), Headers: make([]Header, 0, 2+len(made.headers))}
	if !made.namesContent {
		answer.Headers = append(answer.Headers, Header{Name: contentTypeHeader, Value: chosen.contentType})
	}
	if !made.namesType {
		answer.Headers = append(answer.Headers, Header{Name: errorTypeHeader, Value: scope.errorType(answer.Status)})
	}
	answer.Body = chosen.body.append(dst, &scope)
	for i := range made.headers {
		if value, found := made.headers[i].value.headerValue(&scope); found {
			answer.Headers = append(answer.Headers, Header{Name: made.headers[i].name, Value: value})
		}
	}
	return answer
}

// answerStatus is the user's status, else the caller's, else the type's.
func (r *response) answerStatus(kind Type, asked int) int {
	switch {
	case r.fixed:
		return r.status
	case asked != 0:
		return asked
	case r.status != 0:
		return r.status
	case kind == Default4XX:
		return 400
	default:
		return 500
	}
}
