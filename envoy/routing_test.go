package envoy_test

import (
	"fmt"
	"testing"

	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

const routingHost = "routing000.execute-api.localhost"

// TestRouting holds data-plane-rest.md §1 and §2 against a real Envoy. Backend is
// the path that the backend got; without one the answer is a gateway response.
func TestRouting(t *testing.T) {
	t.Parallel()
	for name, resources := range map[string]int{"in a list": 0, "in a tree": 60} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan := compilePlan(t, "routing")
			for i := range resources {
				path := fmt.Sprintf("filler%d", i)
				plan.Release.Operations = append([]*planv1.Operation{{
					Id: path + ".GET", Method: "GET", Class: planv1.Class_CLASS_NATIVE, Refusal: &planv1.Refusal{Message: "filler"},
					Segments: []*planv1.Segment{{Kind: &planv1.Segment_Literal{Literal: path}}},
				}}, plan.GetRelease().GetOperations()...)
			}
			routes(t, serve(t, [2]string{}, translated(t, towards(t, plan, backend(t).Address()))))
		})
	}
}

func routes(t *testing.T, address string) {
	t.Helper()
	for _, test := range []struct{ name, verb, path, backend string }{
		{"root", "GET", "/live", "/root"},
		{"root with a slash", "GET", "/live/", "/root"},
		{"static", "GET", "/live/part1", "/part1"},
		{"static below static", "GET", "/live/part1/hardcoded-value", "/part1-hardcoded"},
		{"backtracking to the greedy one", "GET", "/live/part1/random-value", "/proxy/part1/random-value"},
		{"a verb that the static path lacks", "OPTIONS", "/live/test", "/proxy/test"},
		{"its own verb", "POST", "/live/test", "/test"},
		{"ANY before greedy", "OPTIONS", "/live/test/any", "/test-any"},
		{"ANY before greedy, again", "GET", "/live/test/any", "/test-any"},
		{"a verb before ANY", "GET", "/live/verbs", "/verbs-get"},
		{"ANY for the others", "DELETE", "/live/verbs", "/verbs-any"},
		{"ANY is HEAD too", "HEAD", "/live/verbs", ""},
		{"a parameter", "GET", "/live/pets/17", "/v1/pets/17/info"},
		{"a parameter with a trailing slash", "GET", "/live/pets/17/", "/v1/pets/17/info"},
		{"escapes stay", "GET", "/live/pets/a%2Fb%20c", "/v1/pets/a%2Fb%20c/info"},
		{"two parameters, mapped crosswise", "GET", "/live/pets/1/toys/2", "/toys/2/of/1"},
		{"greedy below a parameter", "PATCH", "/live/pets/1/files/a/b//c/", "/files/a/b//c"},
		{"a parameter is never empty", "GET", "/live/pets//files/x", "/proxy/pets//files/x"},
		{"a dot is a dot", "GET", "/live/a.b", "/dotted"},
		{"and nothing else", "GET", "/live/axb", "/proxy/axb"},
		{"case matters", "GET", "/live/Part1", "/proxy/Part1"},
		{"greedy", "GET", "/live/proxy-value", "/proxy/proxy-value"},
		{"greedy drops the last slash", "GET", "/live/proxy-value/", "/proxy/proxy-value"},
		{"greedy keeps inner slashes", "GET", "/live/proxy-value//double-slash", "/proxy/proxy-value//double-slash"},
		{"slashes before the stage", "GET", "//live/proxy-value", "/proxy/proxy-value"},
		{"slashes behind the stage", "GET", "/live//proxy-value", "/proxy/proxy-value"},
		{"slashes before a static path", "GET", "/live//part1", "/part1"},
		{"recorded escapes", "GET", "/live/proxy-value/api/user/test%2Balias@gmail.com/plus/test+alias@gmail.com", "/proxy/proxy-value/api/user/test%2Balias@gmail.com/plus/test+alias@gmail.com"},
		{"dots are no way up", "GET", "/live/x/../part1", "/proxy/x/../part1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := call{verb: test.verb, host: routingHost, path: test.path}.send(t, address)
			if test.verb == "HEAD" {
				if got.status != 200 {
					t.Errorf("%d, want 200", got.status)
				}
				return
			}
			if echo := got.echo(t); echo.Path != test.backend || echo.Method != test.verb {
				t.Errorf("backend got %s %s, want %s %s", echo.Method, echo.Path, test.verb, test.backend)
			}
			wantIDs(t, got)
		})
	}
	for _, test := range []struct{ name, verb, host, path, errorType, message string }{
		{"a path without a method", "DELETE", routingHost, "/live/pets", "MissingAuthenticationTokenException", "Missing Authentication Token"},
		{"a verb that nothing has", "PUT", routingHost, "/live/part1", "MissingAuthenticationTokenException", "Missing Authentication Token"},
		{"a verb beyond ANY", "TRACE", routingHost, "/live/verbs", "MissingAuthenticationTokenException", "Missing Authentication Token"},
		{"greedy wants a segment", "OPTIONS", routingHost, "/live/", "MissingAuthenticationTokenException", "Missing Authentication Token"},
		{"an unknown stage", "GET", routingHost, "/other/part1", "ForbiddenException", "Forbidden"},
		{"a longer stage", "GET", routingHost, "/liver/part1", "ForbiddenException", "Forbidden"},
		{"no stage", "GET", routingHost, "/", "ForbiddenException", "Forbidden"},
		{"a stage in capitals", "GET", routingHost, "/LIVE/part1", "ForbiddenException", "Forbidden"},
		{"an unknown API", "GET", "nosuchapi0.execute-api.localhost", "/live/part1", "ForbiddenException", "Forbidden"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := call{verb: test.verb, host: test.host, path: test.path}.send(t, address)
			wantGatewayResponse(t, got, 403, test.errorType, test.message)
		})
	}
	t.Run("hosts", func(t *testing.T) {
		t.Parallel()
		for _, host := range []string{routingHost + ":8080", "routing000.execute-api.us-east-1.amazonaws.com", "routing000.execute-api.us-east-1.amazonaws.com:443"} {
			if echo := (call{host: host, path: "/live/part1?x=1&x=2&y=%2B+"}).send(t, address).echo(t); echo.Path != "/part1" || echo.Query != "x=1&x=2&y=%2B+" {
				t.Errorf("%s: backend got %s?%s", host, echo.Path, echo.Query)
			}
		}
	})
}
