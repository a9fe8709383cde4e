package xds_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/controlplane/xds"
	"github.com/sluice-gateway/sluice/internal/secret"
)

// TestPlans holds that a service gets each new plan, keeps the old one for the
// drain time, and loses it then.
func TestPlans(t *testing.T) {
	t.Parallel()
	p := started(t, func(config *xds.Config) { config.Drain = 300 * time.Millisecond })
	p.create("aaaaaaaaaa", 2, "one")
	sink := newTable()
	p.service("services/a", sink)
	if got := sink.deployments("aaaaaaaaaa"); !slices.Equal(got, []string{"d0"}) {
		t.Fatalf("a new service has %v", got)
	}
	p.deploy("aaaaaaaaaa", "d1", "two")
	if got := sink.deployments("aaaaaaaaaa"); !slices.Contains(got, "d1") || !slices.Contains(got, "d0") {
		t.Errorf("when the call returned, the service had %v", got)
	}
	eventually(t, "the old plan goes", func() bool { return slices.Equal(sink.deployments("aaaaaaaaaa"), []string{"d1"}) })
	// Back again: a plan is named by its content.
	p.deploy("aaaaaaaaaa", "d0", "two")
	if got := sink.deployments("aaaaaaaaaa"); !slices.Contains(got, "d0") {
		t.Errorf("rolled back, the service has %v", got)
	}
	if err := p.store.DeleteAPI(t.Context(), store.Ref{Scope: here, ID: "aaaaaaaaaa"}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "all plans go with the API", func() bool { return len(sink.deployments("aaaaaaaaaa")) == 0 })
}

// TestRoutesWaitForPlans holds that no Envoy hears of routes before every
// service has the plan.
func TestRoutesWaitForPlans(t *testing.T) {
	t.Parallel()
	p := started(t, func(config *xds.Config) { config.ServedWait = 50 * time.Millisecond })
	p.create("aaaaaaaaaa", 1, "one")
	quick, slow := newTable(), newTable()
	p.service("extauth/quick", quick)
	p.service("extproc/slow", slow)
	p.envoy("envoy/a")
	client := &http.Client{Timeout: 5 * time.Second}
	hold := make(chan struct{})
	slow.set(func(s *table) { s.hold = hold })
	p.deploy("aaaaaaaaaa", "d1", "two")
	eventually(t, "the quick service has the plan", func() bool { return slices.Contains(quick.deployments("aaaaaaaaaa"), "d1") })
	for range 50 {
		if status, body := p.answer(client, "aaaaaaaaaa"); status != http.StatusOK || body != "one" {
			t.Fatalf("before the slow service has the plan: %d %q", status, body)
		}
	}
	close(hold)
	eventually(t, "the new answer", func() bool { _, body := p.answer(client, "aaaaaaaaaa"); return body == "two" })
	// Envoy answers by its new routes a moment before it says so.
	eventually(t, "the status says that Envoy serves d1", func() bool {
		for _, node := range p.publisher.Status().Nodes {
			if node.Kind == "envoy" && (len(node.Serving) != 1 || node.Serving[0].Deployment != "d1") {
				return false
			}
		}
		return true
	})
}

// TestRefusedPlan holds that a plan which a service refuses changes nothing for
// callers, and no other API.
func TestRefusedPlan(t *testing.T) {
	t.Parallel()
	p := started(t, nil)
	p.create("aaaaaaaaaa", 1, "a one")
	p.create("bbbbbbbbbb", 1, "b one")
	sink := newTable()
	p.service("services/a", sink)
	p.envoy("envoy/a")
	client := &http.Client{Timeout: 5 * time.Second}
	sink.set(func(s *table) { s.refuse = "aaaaaaaaaa" })
	var group sync.WaitGroup
	group.Go(func() { p.deploy("aaaaaaaaaa", "d1", "a two") })
	group.Go(func() { p.deploy("bbbbbbbbbb", "d1", "b two") })
	group.Wait()
	if _, body := p.answer(client, "bbbbbbbbbb"); body != "b two" {
		t.Errorf("the other API answers %q", body)
	}
	if _, body := p.answer(client, "aaaaaaaaaa"); body != "a one" {
		t.Errorf("the refused API answers %q", body)
	}
	status := p.publisher.Status()
	if len(status.Problems) != 1 || status.Problems[0].API != "aaaaaaaaaa" {
		t.Errorf("problems: %+v", status.Problems)
	}
	if i := slices.IndexFunc(status.Nodes, func(node xds.Node) bool { return node.ID == "services/a" }); i < 0 || len(status.Nodes[i].Nacks) != 1 {
		t.Errorf("nodes: %+v", status.Nodes)
	}
	sink.set(func(s *table) { s.refuse = "" })
	p.deploy("aaaaaaaaaa", "d2", "a three")
	if _, body := p.answer(client, "aaaaaaaaaa"); body != "a three" {
		t.Errorf("repaired, the API answers %q", body)
	}
	if problems := p.publisher.Status().Problems; len(problems) != 0 {
		t.Errorf("repaired, problems: %+v", problems)
	}
}

// TestUsagePlans holds that keys and their plans are published with the call.
func TestUsagePlans(t *testing.T) {
	t.Parallel()
	p := started(t, nil)
	sink := newTable()
	p.service("services/a", sink)
	ctx := t.Context()
	key := &definition.APIKey{ID: "k1", Enabled: true, Value: secret.New("value-of-the-first-key")}
	if err := p.store.APIKeys().Create(ctx, here, "k1", key); err != nil {
		t.Fatal(err)
	}
	plan := &definition.UsagePlan{ID: "p1", Name: "gold", KeyIDs: []string{"k1"}}
	if err := p.store.UsagePlans().Create(ctx, here, "p1", plan); err != nil {
		t.Fatal(err)
	}
	keys := func() int {
		sink.mu.Lock()
		defer sink.mu.Unlock()
		enabled := 0
		for _, plan := range sink.usage {
			for _, key := range plan.GetKeys() {
				if key.GetEnabled() {
					enabled++
				}
			}
		}
		return enabled
	}
	if keys() != 1 {
		t.Fatalf("%d enabled keys after the call", keys())
	}
	if err := p.store.APIKeys().Change(ctx, here, "k1", func(key *definition.APIKey) error { key.Enabled = false; return nil }); err != nil {
		t.Fatal(err)
	}
	if keys() != 0 {
		t.Errorf("a disabled key is enabled after the call")
	}
	if err := p.store.UsagePlans().Delete(ctx, here, "p1"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the usage plan goes", func() bool {
		sink.mu.Lock()
		defer sink.mu.Unlock()
		return len(sink.usage) == 0
	})
}

// TestComesBack holds that nodes go on while the control plane is away, and are
// then sent only what they lack.
func TestComesBack(t *testing.T) {
	t.Parallel()
	p := started(t, nil)
	for i := range 20 {
		p.create(fmt.Sprintf("api%07d", i), 2, "one")
	}
	sink := newTable()
	p.service("services/a", sink)
	p.envoy("envoy/a")
	client := &http.Client{Timeout: 5 * time.Second}
	p.stop()
	if status, body := p.answer(client, "api0000003"); status != http.StatusOK || body != "one" {
		t.Errorf("without a control plane: %d %q", status, body)
	}
	before := p.store.Waiting(nil)
	p.store = before
	p.deploy("api0000003", "d1", "two")
	p.run(before, nil)
	eventually(t, "the new answer", func() bool { _, body := p.answer(client, "api0000003"); return body == "two" })
	counts := p.publisher.Status().Counts
	if counts.PlansSent != 1 || counts.RoutesSent != 1 || counts.ScopesSent != 0 {
		t.Errorf("sent to nodes that came back: %+v", counts)
	}
}
