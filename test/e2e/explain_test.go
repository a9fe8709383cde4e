package e2e_test

import (
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/apigateway"

	"github.com/sluice-gateway/sluice/test/fleet"
)

// TestWhy makes an API fail in every way, on a stage that explains and on one
// that does not: the first says why in a header and to `sluice explain`, the
// second answers byte for byte as if there were no such thing.
func TestWhy(t *testing.T) {
	t.Parallel()
	f := fleet.Start(t, fleet.Options{})
	api := f.NewAPI(t, "why")
	api.HTTPProxy("GET", "/keyed/{id}", f.Upstream.URL()+"/keyed/{id}", fleet.KeyRequired)
	api.HTTPProxy("GET", "/refused", "http://127.0.0.1:1/")
	api.Lambda("POST", "/function", "nobody-has-this-function")
	quiet, told := "prod", "dev"
	deployment := api.Deploy(quiet)
	_, err := f.Client.CreateStage(t.Context(), &apigateway.CreateStageInput{
		RestApiId: &api.ID, StageName: &told, DeploymentId: &deployment, Variables: map[string]string{"x-sluice-explain": "true"},
	})
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		verb, path, header string
		status             int
		reason             string
		// says are texts that `sluice explain` prints; none: there is no story,
		// because Envoy alone met the request.
		says []string
	}{
		{"GET", "/keyed/7", "", 403, "api-key.missing", []string{"api key", "x-api-key header", "GET /dev/keyed/7"}},
		{"GET", "/keyed/7", "x-api-key: nobody-has-this-value", 403, "api-key.unknown", []string{"No usage plan holds this API key"}},
		{"POST", "/function", "", 500, "integration.configuration", []string{"integration", "API_CONFIGURATION_ERROR", "Lambda answered the invocation with 404"}},
		{"DELETE", "/keyed/7", "", 403, "route.unmatched", []string{"but not with DELETE", "GET /keyed/{id}"}},
		{"GET", "/nowhere", "", 403, "route.unmatched", []string{"No resource matches the path /nowhere"}},
		{"GET", "/nowhere", "Authorization: Bearer x", 403, "route.unmatched-with-authorization", []string{"INVALID_SIGNATURE"}},
		{"GET", "/refused", "", 504, "integration.unreachable", nil},
	}
	caller := f.Caller()
	expect(t, caller, api.Host(), "/"+told+"/keyed/1", 403, "Forbidden")
	for _, test := range cases {
		name := test.verb + " " + test.path + " " + test.header
		var headers []string
		if test.header != "" {
			headers = []string{test.header}
		}
		with, err := caller.Do(t.Context(), test.verb, api.Host(), "/"+told+test.path, "", headers...)
		if err != nil {
			t.Fatal(err)
		}
		without, err := caller.Do(t.Context(), test.verb, api.Host(), "/"+quiet+test.path, "", headers...)
		if err != nil {
			t.Fatal(err)
		}
		if got := with.Header.Get("X-Sluice-Reason"); with.Status != test.status || got != test.reason {
			t.Errorf("%s: got %d, reason %q, want %d, %q", name, with.Status, got, test.status, test.reason)
		}
		if without.Status != with.Status || without.Body != with.Body || !slices.Equal(names(without.Header), names(with.Header, "X-Sluice-Reason")) {
			t.Errorf("%s: a stage that explains nothing answers %d %s %v, the other %d %s %v",
				name, without.Status, without.Body, names(without.Header), with.Status, with.Body, names(with.Header))
		}
		if test.says != nil {
			explained(t, f, with.Header.Get("X-Amzn-Requestid"), append(test.says, test.reason))
		}
	}
}

// names lists the names of headers but for some.
func names(header http.Header, but ...string) []string {
	var all []string
	for name := range header {
		if !slices.Contains(but, name) {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}

// explained wants `sluice explain` to say certain texts about a request.
func explained(t *testing.T, f *fleet.Fleet, requestID string, texts []string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), fleet.Binary(t), "explain", requestID)
	command.Env = append(os.Environ(), "SLUICE_ADMIN_ADDRESS="+f.Admin, "SLUICE_DATA_DIR="+f.DataDir)
	printed, err := command.CombinedOutput()
	if err != nil {
		t.Errorf("sluice explain %s: %v\n%s", requestID, err, printed)
		return
	}
	for _, text := range texts {
		if !strings.Contains(string(printed), text) {
			t.Errorf("sluice explain does not say %q:\n%s", text, printed)
		}
	}
}
