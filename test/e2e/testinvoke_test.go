package e2e_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/sluice-gateway/sluice/test/fleet"
)

// TestInvokeMethod tests methods that nobody deployed, of every kind, through
// the real data path, and holds the log to AWS's lines.
func TestInvokeMethod(t *testing.T) {
	t.Parallel()
	lambda := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) {
		_, _ = out.Write([]byte(`{"statusCode": 201, "headers": {"X-Made-By": "lambda"}, "body": "from lambda"}`))
	}))
	t.Cleanup(lambda.Close)
	f := fleet.Start(t, fleet.Options{Lambda: lambda.URL})
	api := f.NewAPI(t, "tested")
	api.Mock("GET", "/mock", `{"said": "$input.params('name')"}`)
	api.HTTPProxy("POST", "/pets/{petId}", "http://"+f.Upstream.Address()+"/backend/{petId}", fleet.KeyRequired)
	api.HTTPProxy("GET", "/dead", "http://127.0.0.1:1/")
	api.Lambda("GET", "/lambda", "hello")
	test := func(verb, path string, change func(*apigateway.TestInvokeMethodInput)) *apigateway.TestInvokeMethodOutput {
		t.Helper()
		input := &apigateway.TestInvokeMethodInput{
			RestApiId: &api.ID, ResourceId: aws.String(api.Resource(path)), HttpMethod: &verb,
		}
		if change != nil {
			change(input)
		}
		answer, err := f.Client.TestInvokeMethod(t.Context(), input)
		if err != nil {
			t.Fatalf("%s %s: %v", verb, path, err)
		}
		return answer
	}
	cases := []struct {
		name, verb, path string
		change           func(*apigateway.TestInvokeMethodInput)
		status           int32
		body             string
		lines            []string
	}{
		{
			"a mock", "GET", "/mock",
			func(in *apigateway.TestInvokeMethodInput) { in.PathWithQueryString = aws.String("/mock?name=rex") },
			200, `{"said": "rex"}`,
			[]string{
				`HTTP Method: GET, Resource Path: /mock`, `Method request path: \{\}`, `Method request query string: \{name=rex\}`,
				`Method request headers: \{\}`, `Method request body before transformations: `,
				`Method response body after transformations: \{"said": "rex"\}`, `Method response headers: \{Content-Type=application/json\}`,
				`Successfully completed execution`, `Method completed with status: 200`,
			},
		},
		{
			"a proxied call that needs a key otherwise", "POST", "/pets/{petId}",
			func(in *apigateway.TestInvokeMethodInput) {
				in.PathWithQueryString, in.Body = aws.String("/pets/123?foo=bar"), aws.String("a body")
				in.Headers = map[string]string{"X-Own": "mine"}
			},
			200, "",
			[]string{
				`HTTP Method: POST, Resource Path: /pets/123`, `Method request path: \{petId=123\}`,
				`Method request query string: \{foo=bar\}`, `Method request headers: \{X-Own=mine\}`,
				`Method request body before transformations: a body`, `Endpoint request URI: http://[0-9.:]+/backend/123\?foo=bar`,
				`Endpoint request headers: \{.*\}`, `Endpoint request body after transformations: a body`,
				`Sending request to http://[0-9.:]+/backend/123\?foo=bar`, `Received response. Status: 200, Integration latency: \d+ ms`,
				`Endpoint response headers: \{.*\}`, `Endpoint response body before transformations: .*`,
				`Method response body after transformations: .*`, `Method response headers: \{.*\}`,
				`Successfully completed execution`, `Method completed with status: 200`,
			},
		},
		{
			"a path of its own", "POST", "/pets/{petId}",
			func(in *apigateway.TestInvokeMethodInput) { in.PathWithQueryString = aws.String("/elsewhere") },
			200, "",
			[]string{`HTTP Method: POST, Resource Path: /elsewhere`, `Method request path: \{\}`},
		},
		{
			"no path at all", "POST", "/pets/{petId}", nil, 200, "",
			[]string{`HTTP Method: POST, Resource Path: /pets/\{petId\}`, `Method request path: \{petId=\{petId\}\}`},
		},
		{
			"a function", "GET", "/lambda", nil, 201, "from lambda",
			[]string{`Method response headers: \{.*X-Made-By=lambda.*\}`, `Method completed with status: 201`},
		},
		{
			"a dead backend", "GET", "/dead", nil, 504, `{"message":"Network error communicating with endpoint"}`,
			[]string{`Execution failed due to a network error communicating with endpoint`, `Method completed with status: 504`},
		},
	}
	for _, one := range cases {
		answer := test(one.verb, one.path, one.change)
		if answer.Status != one.status || (one.body != "" && aws.ToString(answer.Body) != one.body) {
			t.Errorf("%s: %d %q\n%s", one.name, answer.Status, aws.ToString(answer.Body), aws.ToString(answer.Log))
		}
		lines := strings.Split(aws.ToString(answer.Log), "\n")
		if !regexp.MustCompile(`^Execution log for request [0-9a-f-]{36}$`).MatchString(lines[0]) || lines[len(lines)-1] != "" || answer.Latency < 1 {
			t.Errorf("%s: latency %d, log begins %q and ends %q", one.name, answer.Latency, lines[0], lines[len(lines)-1])
		}
		// In their order.
		at := 1
		for _, want := range one.lines {
			found := false
			for ; at < len(lines) && !found; at++ {
				found = regexp.MustCompile(`^\w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC \d{4} : ` + want + `$`).MatchString(lines[at])
			}
			if !found {
				t.Errorf("%s: no line %s in order in\n%s", one.name, want, aws.ToString(answer.Log))
				break
			}
		}
	}
	unknown := []struct{ api, resource, verb, want string }{
		{"nope", api.Resource("/mock"), "GET", "Invalid Resource identifier specified"},
		{api.ID, "nope", "GET", "Invalid Resource identifier specified"},
		{api.ID, api.Resource("/mock"), "PUT", "Invalid Method identifier specified"},
	}
	for _, one := range unknown {
		_, err := f.Client.TestInvokeMethod(t.Context(), &apigateway.TestInvokeMethodInput{RestApiId: &one.api, ResourceId: &one.resource, HttpMethod: &one.verb})
		if failure := new(types.NotFoundException); !errors.As(err, &failure) || failure.ErrorMessage() != one.want {
			t.Errorf("%+v: %v", one, err)
		}
	}
	// Nothing of it is left, and nothing was deployed.
	if answer := f.Caller().Get(t, api.Host(), "/test-invoke-stage/mock"); answer.Status != 403 {
		t.Errorf("the test stage answers callers: %+v", answer)
	}
}
