package functionhost_test

import (
	"context"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-gateway/sluice/test/functionhost"
)

// build compiles the example's function once for a test.
func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "function")
	command := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "../../examples/hello/function")
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("build the function: %v\n%s", err, output)
	}
	return binary
}

func invoke(t *testing.T, url, event string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(event))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

// TestInvokeRunsRealFunction sends Lambda's Invoke calls to a function built
// with aws-lambda-go.
func TestInvokeRunsRealFunction(t *testing.T) {
	t.Parallel()
	host, err := functionhost.Start(context.Background(), "127.0.0.1:0", []functionhost.Function{
		{Name: "hello", Command: []string{build(t)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(host.Close)
	path := host.URL() + "/2015-03-31/functions/"

	response, body := invoke(t, path+"arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Ahello/invocations",
		`{"pathParameters":{"name":"Ada"},"requestContext":{"stage":"test","requestId":"r1"}}`)
	if response.StatusCode != http.StatusOK || !strings.Contains(body, `Hello, Ada!`) {
		t.Errorf("by ARN: got %d %s", response.StatusCode, body)
	}
	response, body = invoke(t, path+"hello/invocations", `{"pathParameters":17}`)
	if response.Header.Get("X-Amz-Function-Error") == "" || !strings.Contains(body, "errorMessage") {
		t.Errorf("bad event: got %v %s, want a function error", response.Header, body)
	}
	response, body = invoke(t, path+"nobody/invocations", `{}`)
	if response.StatusCode != http.StatusNotFound {
		t.Errorf("unknown function: got %d %s, want 404", response.StatusCode, body)
	}
}
