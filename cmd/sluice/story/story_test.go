package story

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sluice-gateway/sluice/internal/explain"
)

// TestExplain fetches a story from the admin address as the command does.
func TestExplain(t *testing.T) {
	t.Parallel()
	ring := explain.New(1)
	want := explain.Story{
		RequestID: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef", Time: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC), API: "abc", Stage: "prod",
		Operation: "r1.GET", Method: "GET", Path: "/prod/pets", Status: 500, ResponseType: "API_CONFIGURATION_ERROR",
		Phase: "integration request", Reason: explain.TemplateFailed, Detail: "index out of range", Mapping: "application/json", Line: 3,
	}
	ring.Record(&want)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /explain/{requestId}", Serve(ring.Find))
	server := httptest.NewServer(mux)
	defer server.Close()
	address := strings.TrimPrefix(server.URL, "http://")
	got, err := Fetch(t.Context(), address, want.RequestID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if _, err := Fetch(t.Context(), address, "other/../id"); err == nil || !strings.Contains(err.Error(), "nothing is known of request") {
		t.Errorf("an unknown request: got %v", err)
	}
	var printed strings.Builder
	if err := Write(&printed, got); err != nil {
		t.Fatal(err)
	}
	const text = `request    GET /prod/pets at 2026-11-25T12:00:00Z
answer     500, gateway response API_CONFIGURATION_ERROR
operation  r1.GET of stage prod, API abc
phase      integration request
reason     template.failed: A mapping template failed.
in short   index out of range
where      application/json, line 3
`
	if diff := cmp.Diff(text, printed.String()); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestReasons wants every reason to be explained.
func TestReasons(t *testing.T) {
	t.Parallel()
	var printed strings.Builder
	if err := WriteReasons(&printed); err != nil {
		t.Fatal(err)
	}
	for _, reason := range explain.Reasons() {
		if reason.Text() == "" || !strings.Contains(printed.String(), string(reason)+" ") {
			t.Errorf("%s has no text", reason)
		}
	}
}
