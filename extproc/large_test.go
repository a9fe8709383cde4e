package extproc_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/sluice-gateway/sluice/controlplane/compile"
	"github.com/sluice-gateway/sluice/controlplane/definition"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// largePlan has an HTTP integration, passed through both ways, and a Lambda proxy.
func largePlan(t *testing.T, url string) *planv1.Plan {
	t.Helper()
	content := definition.Content{Resources: map[string]*definition.Resource{
		"http": {ID: "http", Path: "/http", Methods: map[string]*definition.Method{"POST": {
			AuthorizationType: "NONE", Responses: map[string]*definition.MethodResponse{"200": {StatusCode: "200"}},
			Integration: &definition.Integration{
				Type: "HTTP", HTTPMethod: "POST", URI: url + "/echo",
				Responses: map[string]*definition.IntegrationResponse{"200": {StatusCode: "200"}},
			},
		}}},
		"function": {ID: "function", Path: "/function", Methods: map[string]*definition.Method{"POST": {
			AuthorizationType: "NONE", Integration: &definition.Integration{
				Type: "AWS_PROXY", HTTPMethod: "POST",
				URI: "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:f/invocations",
			},
		}}},
	}}
	made, problems := compile.Compile(compile.Input{
		AccountID: "123456789012", Region: "us-east-1", APIID: "large", Stage: &definition.Stage{StageName: "dev", DeploymentID: "d"},
		Content: &content, Settings: compile.Settings{Functions: []compile.Function{{Pattern: "*", URL: url}}},
	})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return made
}

// startLarge echoes bodies; as a function it answers with the body's hash and
// the body. /grow answers with more than any limit.
func startLarge(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		if strings.HasPrefix(r.URL.Path, "/2015-03-31/") {
			var event struct {
				Body string `json:"body"`
			}
			_ = json.Unmarshal(body, &event)
			sum := sha256.Sum256([]byte(event.Body))
			answer, _ := json.Marshal(map[string]any{"headers": map[string]string{"x-sum": hex.EncodeToString(sum[:])}, "body": event.Body})
			_, _ = w.Write(answer)
			return
		}
		if r.Header.Get("Content-Type") == "grow/much" {
			body = make([]byte, 12<<20)
		}
		_, _ = w.Write(body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// TestLargeBodies carries bodies just below AWS's 10 MB both ways, several at
// once, and refuses larger ones.
func TestLargeBodies(t *testing.T) {
	t.Parallel()
	g := startGateway(t, []*planv1.Plan{largePlan(t, startLarge(t))})
	body := strings.Repeat("0123456789abcdef", 9<<16) // 9 MiB
	var group sync.WaitGroup
	for range 4 {
		for _, path := range []string{"/dev/http", "/dev/function"} {
			group.Go(func() {
				got := g.send(t, "large.execute-api.localhost", exchangeCase{Method: "POST", Path: path, Headers: []string{"Content-Type: text/plain"}, Body: body})
				if got.status != 200 || got.body != body {
					t.Errorf("%s: %d with %d bytes of %d: %.200s", path, got.status, len(got.body), len(body), got.body)
				}
				sum := sha256.Sum256([]byte(body))
				if path == "/dev/function" && got.header.Get("x-sum") != hex.EncodeToString(sum[:]) {
					t.Error("the function got another body")
				}
			})
		}
	}
	group.Wait()
	got := g.send(t, "large.execute-api.localhost", exchangeCase{Method: "POST", Path: "/dev/http", Headers: []string{"Content-Type: text/plain"}, Body: body + body[:2<<20]})
	if got.status != 413 || got.header.Get("Content-Length") == "" || !strings.Contains(got.body, `"Request Too Long"`) {
		t.Errorf("a request of 11 MiB: %d %v %.200s", got.status, got.header, got.body)
	}
	got = g.send(t, "large.execute-api.localhost", exchangeCase{Method: "POST", Path: "/dev/http", Headers: []string{"Content-Type: grow/much"}, Body: "x"})
	if got.status != 500 || got.body != `{"message":"Internal server error"}` {
		t.Errorf("a response of 12 MiB: %d %.200s", got.status, got.body)
	}
}
