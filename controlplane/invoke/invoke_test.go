package invoke

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest"
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/internal/trial"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	cases := []struct {
		resource, path string
		want           []pair
		ok             bool
	}{
		{"/", "/", nil, true},
		{"/", "/pets", nil, false},
		{"/pets/{petId}", "/pets/123", []pair{{"petId", "123"}}, true},
		{"/pets/{petId}", "/pets//123/", []pair{{"petId", "123"}}, true},
		{"/pets/{petId}", "/pets/{petId}", []pair{{"petId", "{petId}"}}, true},
		{"/pets/{petId}", "/pets", nil, false},
		{"/pets/{petId}", "/cats/123", nil, false},
		{"/files/{proxy+}", "/files/a/b/c", []pair{{"proxy", "a/b/c"}}, true},
		{"/files/{proxy+}", "/files", nil, false},
		{"/{a}/x/{b}", "/1/x/2", []pair{{"a", "1"}, {"b", "2"}}, true},
	}
	for _, test := range cases {
		got, ok := match(test.resource, test.path)
		if ok != test.ok || (ok && !cmp.Equal(got, test.want, cmp.AllowUnexported(pair{}))) {
			t.Errorf("%s over %s: %v, %v", test.resource, test.path, got, ok)
		}
	}
}

// TestLog holds the log of a proxied call, line by line, as recorded of AWS.
func TestLog(t *testing.T) {
	t.Parallel()
	made := newCall(rest.TestCall{
		Resource: &definition.Resource{ID: "r", Path: "/pets/{petId}"}, PathWithQuery: "/pets/123?foo=bar",
		Method: &definition.Method{HTTPMethod: "GET", Responses: map[string]*definition.MethodResponse{
			"200": {ResponseParameters: map[string]bool{"method.response.header.X-OWN": true}},
		}},
	})
	answer := made.answer(&trial.Record{
		RequestID: "id", Latency: 12 * time.Millisecond,
		Endpoint: &trial.Message{Method: "GET", URI: "https://backend/123?foo=bar", Headers: []trial.Header{{Name: "x-long", Value: strings.Repeat("x", 2000)}}},
		Received: &trial.Message{Status: 200, Headers: []trial.Header{{Name: "server", Value: "nginx"}}, Body: []byte("hi")},
		Answer: trial.Message{Status: 200, Body: []byte("hi"), Headers: []trial.Header{
			{Name: "x-own", Value: "1"}, {Name: "x-amzn-trace-id", Value: "Root=1"}, {Name: "content-length", Value: "2"},
		}},
	}, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	at := "Fri Jan 02 03:04:05 UTC 2026 : "
	want := "Execution log for request id\n" +
		at + "Starting execution for request: id\n" +
		at + "HTTP Method: GET, Resource Path: /pets/123\n" +
		at + "Method request path: {petId=123}\n" +
		at + "Method request query string: {foo=bar}\n" +
		at + "Method request headers: {}\n" +
		at + "Method request body before transformations: \n" +
		at + "Endpoint request URI: https://backend/123?foo=bar\n" +
		at + "Endpoint request headers: {X-Long=" + strings.Repeat("x", maxLogged-len("{X-Long=")) + " [TRUNCATED]\n" +
		at + "Endpoint request body after transformations: \n" +
		at + "Sending request to https://backend/123?foo=bar\n" +
		at + "Received response. Status: 200, Integration latency: 12 ms\n" +
		at + "Endpoint response headers: {Server=nginx}\n" +
		at + "Endpoint response body before transformations: hi\n" +
		at + "Method response body after transformations: hi\n" +
		at + "Method response headers: {X-Amzn-Trace-Id=Root=1, X-OWN=1}\n" +
		at + "Successfully completed execution\n" +
		at + "Method completed with status: 200\n"
	if diff := cmp.Diff(want, answer.Log); diff != "" {
		t.Error(diff)
	}
	if answer.Latency != 12 || answer.Status != 200 || answer.Body != "hi" || !cmp.Equal(answer.Headers, map[string][]string{"X-Amzn-Trace-Id": {"Root=1"}, "X-OWN": {"1"}}) {
		t.Errorf("%+v", answer)
	}
}

func TestReachable(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{"0.0.0.0:8080": "127.0.0.1:8080", ":8080": "127.0.0.1:8080", "[::]:80": "127.0.0.1:80", "10.1.2.3:80": "10.1.2.3:80"} {
		if got := reachable(address); got != want {
			t.Errorf("%s: %s", address, got)
		}
	}
}

// FuzzMatch holds that no path breaks the matcher.
func FuzzMatch(f *testing.F) {
	f.Add("/pets/{petId}", "/pets/123")
	f.Add("/files/{proxy+}", "/files//a/")
	f.Fuzz(func(t *testing.T, resource, path string) {
		found, ok := match(resource, path)
		if !ok && len(found) > 0 {
			t.Errorf("%q over %q: no match, but %v", resource, path, found)
		}
	})
}
