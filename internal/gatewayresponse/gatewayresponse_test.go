package gatewayresponse

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// sent is a request whose values are those of a map: "context.x" and so on.
type sent map[string]string

func (s sent) AppendContext(dst []byte, name string) ([]byte, bool) {
	value, found := s["context."+name]
	return append(dst, value...), found
}

func (s sent) StageVariable(name string) (string, bool) {
	value, found := s["stageVariables."+name]
	return value, found
}

func (s sent) Parameter(location, name string) (string, bool) {
	value, found := s[location+"."+name]
	return value, found
}

// TestDefaults holds every type against data-plane-rest.md §4.
func TestDefaults(t *testing.T) {
	t.Parallel()
	cases := []struct {
		kind      Type
		status    int
		body      string
		errorType string
	}{
		{AccessDenied, 403, `{"Message":"User is not authorized to access this resource"}`, "AccessDeniedException"},
		{APIConfigurationError, 500, `{"message":"Internal server error"}`, "InternalServerErrorException"},
		{AuthorizerConfigurationError, 500, `{"message":null}`, "AuthorizerConfigurationException"},
		{AuthorizerFailure, 500, `{"message":null}`, "AuthorizerFailureException"},
		{BadRequestBody, 400, `{"message":"Invalid request body"}`, "BadRequestException"},
		{Default5XX, 500, `{"message":"Internal server error"}`, "InternalServerErrorException"},
		{ExpiredToken, 403, `{"message":"The security token included in the request is expired"}`, "ExpiredTokenException"},
		{IntegrationTimeout, 504, `{"message":"Endpoint request timed out"}`, "InternalServerErrorException"},
		{IntegrationFailure, 504, `{"message":"Network error communicating with endpoint"}`, "InternalServerErrorException"},
		{InvalidAPIKey, 403, `{"message":"Forbidden"}`, "ForbiddenException"},
		{MissingAuthenticationToken, 403, `{"message":"Missing Authentication Token"}`, "MissingAuthenticationTokenException"},
		{QuotaExceeded, 429, `{"message":"Limit Exceeded"}`, "LimitExceededException"},
		{RequestTooLarge, 413, `{"message":"Request Too Long"}`, "RequestTooLargeException"},
		{Throttled, 429, `{"message":"Too Many Requests"}`, "TooManyRequestsException"},
		{Unauthorized, 401, `{"message":"Unauthorized"}`, "UnauthorizedException"},
		{UnsupportedMediaType, 415, `{"message":"Unsupported Media Type"}`, "BadRequestException"},
		{WAFFiltered, 403, `{"message":"Forbidden"}`, "ForbiddenException"},
		{typeCount, 500, `{"message":"Internal server error"}`, "InternalServerErrorException"},
	}
	set := Compile(nil)
	for _, test := range cases {
		want := Answer{Status: test.status, Body: []byte(test.body), Headers: []Header{
			{"Content-Type", "application/json"}, {"x-amzn-ErrorType", test.errorType},
		}}
		if diff := cmp.Diff(want, set.Render(nil, test.kind, &Values{})); diff != "" {
			t.Errorf("%s: -want +got\n%s", test.kind, diff)
		}
	}
}

// TestInheritance holds test_gateway_response_put, recorded from AWS.
func TestInheritance(t *testing.T) {
	t.Parallel()
	default4XX := &planv1.GatewayResponse{
		Type: "DEFAULT_4XX", StatusCode: "404",
		ResponseParameters: map[string]string{"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"},
		ResponseTemplates:  map[string]string{"application/json": `{"type":"$context.error.responseType"}`},
	}
	without := &planv1.GatewayResponse{Type: "DEFAULT_4XX", ResponseParameters: default4XX.GetResponseParameters()}
	cases := []struct {
		name   string
		put    []*planv1.GatewayResponse
		kind   Type
		values Values
		status int
		body   string
		cors   string
	}{
		{"an unput type takes all of its default", []*planv1.GatewayResponse{default4XX}, InvalidAPIKey, Values{}, 404, `{"type":"INVALID_API_KEY"}`, "*"},
		{"a put type takes nothing of it", []*planv1.GatewayResponse{default4XX, {Type: "INVALID_API_KEY"}}, InvalidAPIKey, Values{}, 403, `{"message":"Forbidden"}`, ""},
		{"a 5XX type does not take the 4XX default", []*planv1.GatewayResponse{default4XX}, IntegrationTimeout, Values{}, 504, `{"message":"Endpoint request timed out"}`, ""},
		{"no status keeps each type's own", []*planv1.GatewayResponse{without}, Throttled, Values{}, 429, `{"message":"Too Many Requests"}`, "*"},
		{"no template keeps the default one", []*planv1.GatewayResponse{without}, AccessDenied, Values{}, 403, `{"Message":"User is not authorized to access this resource"}`, "*"},
		{"a put ACCESS_DENIED has the template as it is", []*planv1.GatewayResponse{{
			Type: "ACCESS_DENIED", ResponseTemplates: map[string]string{"application/json": `{"message":$context.error.messageString}`},
		}}, AccessDenied, Values{}, 403, `{"message":"User is not authorized to access this resource"}`, ""},
		{"413 cannot be customised", []*planv1.GatewayResponse{default4XX, {Type: "REQUEST_TOO_LARGE", StatusCode: "400"}}, RequestTooLarge, Values{}, 413, `{"message":"Request Too Long"}`, ""},
		{"the user's status beats the caller's", []*planv1.GatewayResponse{{Type: "DEFAULT_5XX", StatusCode: "503"}}, Default5XX, Values{Status: 502}, 503, `{"message":"Internal server error"}`, ""},
		{"the caller's status beats the type's", nil, Default5XX, Values{Status: 502}, 502, `{"message":"Internal server error"}`, ""},
	}
	for _, test := range cases {
		got := Compile(test.put).Render(nil, test.kind, &test.values)
		if got.Status != test.status || string(got.Body) != test.body || header(got, "Access-Control-Allow-Origin") != test.cors {
			t.Errorf("%s: got %d %s %v", test.name, got.Status, got.Body, got.Headers)
		}
	}
}

func header(answer Answer, name string) string {
	for _, one := range answer.Headers {
		if strings.EqualFold(one.Name, name) {
			return one.Value
		}
	}
	return ""
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	request := sent{
		"context.requestId": "id-1", "context.authorizer.x-y": "z", "stageVariables.env": "prod",
		"header.X-A": "a", "querystring.q": "b", "path.p": "c",
	}
	cases := []struct{ template, want string }{
		{`plain`, `plain`},
		{`$context.requestId.`, `id-1.`},
		{`${context.requestId}s`, `id-1s`},
		{`[$context.authorizer.x-y]`, `[z]`},
		{`$stageVariables.env/${stageVariables.env}`, `prod/prod`},
		{`$method.request.header.X-A method.request.querystring.q ${method.request.path.p}`, `a b c`},
		{`[$context.nothing][$stageVariables.nothing][method.request.header.None]`, `[][][]`},
		{`$context.error.message|$context.error.messageString|$context.error.validationErrorString`, `say "hi"|"say \"hi\""|[x]`},
		{`$ $$ $context ${context.requestId $context. method.request.cookie.x`, `$ $$ $context ${context.requestId $context. method.request.cookie.x`},
		{`#set($x = 1)$x`, `#set($x = 1)$x`},
	}
	for _, test := range cases {
		set := Compile([]*planv1.GatewayResponse{{Type: "THROTTLED", ResponseTemplates: map[string]string{"text/plain": test.template}}})
		got := set.Render([]byte("before "), Throttled, &Values{Message: `say "hi"`, ValidationError: "[x]", Request: request})
		if string(got.Body) != "before "+test.want {
			t.Errorf("%s: got %s, want %s", test.template, got.Body, test.want)
		}
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	set := Compile([]*planv1.GatewayResponse{{Type: "UNAUTHORIZED", ResponseParameters: map[string]string{
		"gatewayresponse.header.A-Static": "'it''s'", "gatewayresponse.header.B-Header": "method.request.header.X",
		"gatewayresponse.header.C-Context": "context.requestId", "gatewayresponse.header.D-Stage": "stageVariables.v",
		"gatewayresponse.header.E-Missing": "method.request.path.none", "gatewayresponse.header.F-Wrong": "no.such.thing",
		"gatewayresponse.path.G": "'unused'", "gatewayresponse.header.Content-Type": "'text/css'",
	}}})
	got := set.Render(nil, Unauthorized, &Values{Request: sent{"header.X": "a\r\nSet-Cookie: b", "context.requestId": "r", "stageVariables.v": "s"}})
	want := []Header{
		{"x-amzn-ErrorType", "UnauthorizedException"},
		{"A-Static", "it''s"},
		{"B-Header", "aSet-Cookie: b"},
		{"C-Context", "r"},
		{"Content-Type", "text/css"},
		{"D-Stage", "s"},
	}
	if diff := cmp.Diff(want, got.Headers); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestAccept(t *testing.T) {
	t.Parallel()
	set := Compile([]*planv1.GatewayResponse{
		{Type: "THROTTLED", ResponseTemplates: map[string]string{"application/json": "json", "text/html": "html", "application/xml": "xml"}},
		{Type: "UNAUTHORIZED", ResponseTemplates: map[string]string{"text/html": "html", "text/css": "css"}},
	})
	cases := []struct {
		kind                    Type
		accept, body, mediaType string
	}{
		{Throttled, "", "json", "application/json"},
		{Throttled, "*/*", "json", "application/json"},
		{Throttled, "text/html", "html", "text/html"},
		{Throttled, "image/png, Application/XML;q=0.8, text/html", "xml", "application/xml"},
		{Unauthorized, "application/json", "css", "text/css"},
	}
	for _, test := range cases {
		got := set.Render(nil, test.kind, &Values{Accept: test.accept})
		if string(got.Body) != test.body || header(got, "Content-Type") != test.mediaType {
			t.Errorf("%s %q: got %s as %s", test.kind, test.accept, got.Body, header(got, "Content-Type"))
		}
	}
}

// FuzzTemplate wants no panic, and valid JSON of a message whatever it holds.
func FuzzTemplate(f *testing.F) {
	f.Add("${context.error.messageString", "a\x00\xff\"\\\u2028")
	f.Add("method.request.header.-$", "")
	f.Fuzz(func(t *testing.T, text, message string) {
		set := Compile([]*planv1.GatewayResponse{{Type: "THROTTLED", ResponseTemplates: map[string]string{"a/b": text}, ResponseParameters: map[string]string{"gatewayresponse.header.A": text}}})
		set.Render(nil, Throttled, &Values{Message: message, Request: sent{}})
		body := set.Render(nil, Unauthorized, &Values{Message: message}).Body
		if !json.Valid(body) || !utf8.Valid(body) {
			t.Errorf("no JSON: %q", body)
		}
	})
}

// BenchmarkRender is a denial as AWS words it; benchstat over two commits tells
// what a change costs.
func BenchmarkRender(b *testing.B) {
	set := Compile(nil)
	var buffer [256]byte
	values := &Values{Accept: "*/*"}
	b.ReportAllocs()
	for b.Loop() {
		set.Render(buffer[:0], InvalidAPIKey, values)
	}
}
