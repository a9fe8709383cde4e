package xds_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/definition"
)

// TestNewBackend holds that the first request after a call meets a backend that
// Envoy did not know before, by name as by address.
func TestNewBackend(t *testing.T) {
	t.Parallel()
	p := started(t, nil)
	p.service("services/a", newTable())
	p.envoy("envoy/a")
	client := &http.Client{Timeout: 5 * time.Second}
	for i := range 20 {
		host := []string{"127.0.0.1", "localhost"}[i%2]
		backend := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(out, "backend %d", i)
		}))
		t.Cleanup(backend.Close)
		address, err := url.Parse(backend.URL)
		if err != nil {
			t.Fatal(err)
		}
		id := fmt.Sprintf("api%07d", i)
		api := mock(id, 1, "")
		api.Resources["r000"].Methods["GET"].Integration = &definition.Integration{
			Type: "HTTP_PROXY", HTTPMethod: "GET", URI: "http://" + host + ":" + address.Port() + "/",
		}
		api.Deployments = map[string]*definition.Deployment{"d0": {ID: "d0"}}
		api.Stages = map[string]*definition.Stage{"prod": {StageName: "prod", DeploymentID: "d0"}}
		if err := p.store.CreateAPI(t.Context(), here, api); err != nil {
			t.Fatal(err)
		}
		if status, body := p.answer(client, id); status != http.StatusOK || body != fmt.Sprintf("backend %d", i) {
			t.Errorf("%s: %d %q", host, status, body)
		}
	}
}
