package extproc_test

import (
	"testing"

	"github.com/sluice-gateway/sluice/controlplane/compile"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
	"github.com/sluice-gateway/sluice/test/upstream"
)

// TestMessages counts, through a real Envoy, how many ext_proc messages a call
// of each kind costs. Of a streamed body the last piece may come by itself,
// empty, behind the others (it waits for no answer): such a message may be
// missing, none may be more.
func TestMessages(t *testing.T) {
	t.Parallel()
	backend, err := upstream.Start(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(backend.Close)
	functions := startFunctions(t)
	addresses := map[string]string{"UPSTREAM": backend.URL(), "REFUSED": "http://" + freeAddress(t)}
	var plans []*planv1.Plan
	for _, name := range []string{"lambda", "http", "mock", "proxy", "native", "validation"} {
		read := readCases(t, "testdata/cases/"+name+".yaml", addresses)
		made, problems := compile.Compile(compile.Input{
			AccountID: "123456789012", Region: "us-east-1", APIID: name, Stage: &read.Stage, Content: &read.Content,
			Settings: compile.Settings{Functions: []compile.Function{{Pattern: "*", URL: functions}}},
		})
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		plans = append(plans, made)
	}
	g := startGateway(t, plans)
	cases := []struct {
		name, api, method, path, body string
		status                        int
		most, ends                    uint64
	}{
		{"native HTTP_PROXY", "native", "GET", "/dev/proxy", "", 200, 0, 0},
		{"native HTTP_PROXY with a body", "native", "POST", "/dev/proxy", "x", 200, 0, 0},
		{"static MOCK", "native", "GET", "/dev/mock", "", 200, 0, 0},
		{"no such path", "native", "GET", "/dev/nowhere", "", 403, 0, 0},
		{"MOCK with templates", "mock", "GET", "/dev/any/x?s=200", "", 200, 1, 0},
		{"MOCK with templates and a body", "mock", "POST", "/dev/any/x?s=200", "{}", 200, 3, 1},
		{"Lambda proxy, GET: one on the request's side", "lambda", "GET", "/dev/x", "", 200, 3, 0},
		{"Lambda proxy, POST", "lambda", "POST", "/dev/x", "x", 200, 5, 1},
		{"HTTP with templates, POST", "http", "POST", "/dev/nomatch", "{}", 200, 5, 1},
		{"HTTP, GET", "http", "GET", "/dev/plain", "", 200, 3, 0},
		{"HTTP_PROXY with mappings: headers both ways", "proxy", "GET", "/dev/q/x?testVar=a", "", 200, 2, 0},
		{"HTTP_PROXY with mappings and a body that nobody reads", "proxy", "POST", "/dev/q/x?testVar=a", "body", 200, 2, 0},
		{"refused by validation before the body is awaited", "validation", "POST", "/dev/both/1", "{}", 400, 3, 2},
	}
	for _, test := range cases {
		before := g.messages()
		got := g.send(t, test.api+".execute-api.localhost", exchangeCase{Method: test.method, Path: test.path, Body: test.body})
		if got.status != test.status {
			t.Errorf("%s: status %d: %s", test.name, got.status, got.body)
		}
		if sent := g.messages() - before; sent > test.most || sent < test.most-test.ends {
			t.Errorf("%s: %d messages, want %d, or %d fewer", test.name, sent, test.most, test.ends)
		}
	}
}
