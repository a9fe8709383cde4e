package envoy_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestCustomisedResponses holds §4: what a user customised is said for Envoy's
// errors as it is for ours, with its status, headers and variables.
func TestCustomisedResponses(t *testing.T) {
	t.Parallel()
	const host = "responses0.execute-api.localhost"
	address := serve(t, [2]string{}, translated(t, towards(t, compilePlan(t, "gatewayresponses"), backend(t).Address())))
	inherited := func(kind, message, path string) string {
		return `{"type":"` + kind + `","said":"` + message + `","team":"r&d 100%","at":"` + path + `","none":""}`
	}
	for _, test := range []struct {
		name, path string
		headers    []string
		status     int
		want       map[string]string
		body       string
	}{
		{
			"its own status and template", "/live/slow/1?q=17",
			[]string{"x-upstream-delay: 3s"},
			408,
			map[string]string{"Content-Type": "application/xml", "Access-Control-Allow-Origin": ""},
			`<late path="/live/slow/1" verb="GET" q="17" id="ID" 50%/>`,
		},
		{
			"inherited", "/live/refused",
			[]string{"X-Own: mine"},
			504,
			map[string]string{"Content-Type": "application/json", "Access-Control-Allow-Origin": "*", "X-Asked": "mine", "X-Amzn-Errortype": "InternalServerErrorException"},
			inherited("INTEGRATION_FAILURE", "Network error communicating with endpoint", "/refused"),
		},
		{
			"extauth is dead", "/live/keyed", nil, 500,
			map[string]string{"Access-Control-Allow-Origin": "*", "X-Asked": ""},
			inherited("DEFAULT_5XX", "Internal server error", "/keyed"),
		},
		{
			"extproc is dead", "/live/http", nil, 500,
			map[string]string{"Access-Control-Allow-Origin": "*"},
			inherited("DEFAULT_5XX", "Internal server error", "/http"),
		},
		{
			"refused", "/live/broken", nil, 500,
			map[string]string{"Access-Control-Allow-Origin": "*", "Content-Type": "application/json"},
			inherited("API_CONFIGURATION_ERROR", "Internal server error", "/broken"),
		},
		{
			"no such path", "/live/nothing?x=1", nil, 404,
			map[string]string{"X-Stage": "live", "X-Amzn-Errortype": "MissingAuthenticationTokenException"},
			`{"no":"/live/nothing in ` + host + `"}`,
		},
		{
			"the backend's own", "/live/slow/1",
			[]string{"x-upstream-status: 504", "x-upstream-body: theirs"},
			504,
			map[string]string{"Access-Control-Allow-Origin": ""},
			"theirs",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := call{host: host, path: test.path, headers: test.headers}.send(t, address)
			wantIDs(t, got)
			body := strings.ReplaceAll(got.body, got.header.Get("X-Amz-Apigw-Id"), "ID")
			if got.status != test.status || body != test.body {
				t.Errorf("%d %q, want %d %q", got.status, body, test.status, test.body)
			}
			for name, want := range test.want {
				if value := got.header.Get(name); value != want {
					t.Errorf("%s: %q, want %q", name, value, want)
				}
			}
			if id := got.header.Get("X-Id"); id != "" && id != got.header.Get("X-Amzn-Requestid") {
				t.Errorf("X-Id %q is not the request's", id)
			}
			if _, there := got.header[http.CanonicalHeaderKey("x-sluice-reply")]; there {
				t.Error("x-sluice-reply reached the client")
			}
		})
	}
}
