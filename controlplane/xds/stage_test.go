package xds_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/store"
)

// TestStageTakesEffectAtOnce holds that a stage's variables, canary and
// deployment change what callers meet when the call returns, with no
// redeployment.
func TestStageTakesEffectAtOnce(t *testing.T) {
	t.Parallel()
	p := started(t, nil)
	p.service("services/a", newTable())
	p.envoy("envoy/a")
	client := &http.Client{Timeout: 5 * time.Second}
	var addresses []string
	for _, name := range []string{"blue", "green"} {
		backend := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) { fmt.Fprint(out, name) }))
		t.Cleanup(backend.Close)
		addresses = append(addresses, strings.TrimPrefix(backend.URL, "http://"))
	}
	ref := store.Ref{Scope: here, ID: "aaaaaaaaaa"}
	proxy := mock(ref.ID, 1, "")
	proxy.Resources["r000"].Methods["GET"].Integration = &definition.Integration{
		Type: "HTTP_PROXY", HTTPMethod: "GET", URI: "http://${stageVariables.backend}/",
	}
	proxy.Deployments = map[string]*definition.Deployment{"d0": {ID: "d0"}}
	proxy.Stages = map[string]*definition.Stage{
		"prod": {StageName: "prod", DeploymentID: "d0", Variables: map[string]string{"backend": addresses[0]}},
	}
	if err := p.store.CreateAPI(t.Context(), here, proxy); err != nil {
		t.Fatal(err)
	}
	err := p.store.Change(t.Context(), ref, func(api *definition.API) error {
		api.Resources["r000"].Methods["GET"] = mockMethod("mocked")
		api.Deployments["d1"] = &definition.Deployment{ID: "d1"}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		name   string
		change func(stage *definition.Stage)
		want   string
	}{
		{"as created", func(*definition.Stage) {}, "blue"},
		{"another variable", func(stage *definition.Stage) { stage.Variables["backend"] = addresses[1] }, "green"},
		{"a canary of all", func(stage *definition.Stage) {
			stage.CanarySettings = &definition.CanarySettings{PercentTraffic: 100, DeploymentID: "d1"}
		}, "mocked"},
		{"a canary of none", func(stage *definition.Stage) { stage.CanarySettings.PercentTraffic = 0 }, "green"},
		{"a canary with another variable", func(stage *definition.Stage) {
			stage.CanarySettings = &definition.CanarySettings{
				PercentTraffic: 100, DeploymentID: "d0", StageVariableOverrides: map[string]string{"backend": addresses[0]},
			}
		}, "blue"},
		{"no canary", func(stage *definition.Stage) { stage.CanarySettings = nil }, "green"},
		{"another deployment", func(stage *definition.Stage) { stage.DeploymentID = "d1" }, "mocked"},
		{"rolled back", func(stage *definition.Stage) { stage.DeploymentID = "d0" }, "green"},
	}
	for _, step := range steps {
		err := p.store.Change(t.Context(), ref, func(api *definition.API) error { step.change(api.Stages["prod"]); return nil })
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if status, body := p.answer(client, ref.ID); status != http.StatusOK || body != step.want {
				t.Errorf("%s: %d %q, want %q", step.name, status, body, step.want)
			}
		}
	}
	half := func(api *definition.API) error {
		api.Stages["prod"].CanarySettings = &definition.CanarySettings{PercentTraffic: 50, DeploymentID: "d1"}
		return nil
	}
	if err := p.store.Change(t.Context(), ref, half); err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for range 400 {
		_, body := p.answer(client, ref.ID)
		counts[body]++
	}
	if len(counts) != 2 || counts["mocked"] < 120 || counts["mocked"] > 280 {
		t.Errorf("a canary of half: %v", counts)
	}
}
