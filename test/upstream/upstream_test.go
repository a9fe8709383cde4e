package upstream_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sluice-gateway/sluice/test/upstream"
)

// TestScript asks for an answer by headers, and for the echo of what was sent.
func TestScript(t *testing.T) {
	t.Parallel()
	server, err := upstream.Start(context.Background(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)

	status, header, body := ask(t, server.URL()+"/a%2Fb//c?x=%20y", "hello", map[string]string{})
	var received upstream.Echo
	if err := json.Unmarshal([]byte(body), &received); err != nil {
		t.Fatalf("echo %q: %v", body, err)
	}
	got := []any{status, header.Get("Content-Type"), received.Method, received.Path, received.Query, received.Body}
	want := []any{200, "application/json", "POST", "/a%2Fb//c", "x=%20y", "hello"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("echo (-want +got):\n%s", diff)
	}

	status, header, body = ask(t, server.URL()+"/", "", map[string]string{
		"x-upstream-status": "418", "x-upstream-header": "X-Pot: tea", "x-upstream-body": "short",
	})
	got = []any{status, header.Get("X-Pot"), body}
	want = []any{418, "tea", "short"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("scripted (-want +got):\n%s", diff)
	}
}

func ask(t *testing.T, url, body string, headers map[string]string) (int, http.Header, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(text)
}
