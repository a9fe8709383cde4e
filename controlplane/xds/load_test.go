package xds_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/controlplane/xds"
)

// TestNoRequestIsLost holds that redeployments and stage switches under load
// fail no request, and that after a call no answer is of what it replaced.
func TestNoRequestIsLost(t *testing.T) {
	t.Parallel()
	const redeployments, callers = 200, 4
	p := started(t, func(config *xds.Config) { config.Drain = 100 * time.Millisecond })
	p.create("aaaaaaaaaa", 2, "0000")
	p.service("services/a", newTable())
	p.envoy("envoy/a")
	var stopped atomic.Bool
	var least, requests atomic.Int64
	var group sync.WaitGroup
	failures := make(chan string, callers)
	for range callers {
		group.Go(func() {
			client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			for !stopped.Load() {
				oldest := least.Load()
				status, body := p.answer(client, "aaaaaaaaaa")
				var number int64
				if _, err := fmt.Sscanf(body, "%d", &number); err != nil || status != http.StatusOK || number < oldest {
					failures <- fmt.Sprintf("%d %q after deployment %d was served", status, body, oldest)
					return
				}
				requests.Add(1)
			}
		})
	}
	for i := 1; i <= redeployments; i++ {
		p.deploy("aaaaaaaaaa", fmt.Sprintf("d%d", i), fmt.Sprintf("%04d", i))
		// The worker threads hear of new routes a moment after Envoy's ACK.
		eventually(t, "the new answer", func() bool {
			_, body := p.answer(http.DefaultClient, "aaaaaaaaaa")
			return body == fmt.Sprintf("%04d", i)
		})
		least.Store(int64(i))
	}
	stopped.Store(true)
	group.Wait()
	close(failures)
	for failure := range failures {
		t.Error(failure)
	}
	t.Logf("%d redeployments under %d requests", redeployments, requests.Load())
}

// TestManyChangesAtOnce holds that each call returns when its own change is
// served, whoever else changes what.
func TestManyChangesAtOnce(t *testing.T) {
	t.Parallel()
	const apis, rounds = 8, 10
	p := started(t, nil)
	for i := range apis {
		p.create(fmt.Sprintf("api%07d", i), 1, "0")
	}
	p.service("services/a", newTable())
	p.envoy("envoy/a")
	var group sync.WaitGroup
	var late atomic.Int64
	for i := range apis {
		group.Go(func() {
			id := fmt.Sprintf("api%07d", i)
			client := &http.Client{Timeout: 5 * time.Second}
			for round := 1; round <= rounds; round++ {
				text := fmt.Sprintf("%d", round)
				p.deploy(id, "d"+text, text)
				if _, body := p.answer(client, id); body != text {
					late.Add(1)
				}
				eventually(t, "the new answer", func() bool { _, body := p.answer(client, id); return body == text })
			}
		})
	}
	group.Wait()
	t.Logf("%d of %d calls returned a moment before their change was served", late.Load(), apis*rounds)
	if late.Load() > apis*rounds/10 {
		t.Errorf("%d of %d calls returned before their change was served", late.Load(), apis*rounds)
	}
}

// TestStagesAndDeletion holds that new stages, gone stages and gone APIs are
// served, and not, when the call returns.
func TestStagesAndDeletion(t *testing.T) {
	t.Parallel()
	p := started(t, nil)
	p.service("services/a", newTable())
	p.envoy("envoy/a")
	client := &http.Client{Timeout: 5 * time.Second}
	p.create("aaaaaaaaaa", 1, "one")
	soon := func(what string, want int) {
		t.Helper()
		begun := time.Now()
		eventually(t, what, func() bool { status, _ := p.answer(client, "aaaaaaaaaa"); return status == want })
		took := time.Since(begun)
		t.Logf("%s: %v after the call returned", what, took)
		// A hundred milliseconds, with room for a machine that does other things too.
		if took > time.Second {
			t.Errorf("%s took %v after the call returned", what, took)
		}
	}
	soon("a new API answers", http.StatusOK)
	ref := store.Ref{Scope: here, ID: "aaaaaaaaaa"}
	err := p.store.Change(t.Context(), ref, func(api *definition.API) error { delete(api.Stages, "prod"); return nil })
	if err != nil {
		t.Fatal(err)
	}
	soon("a deleted stage is forbidden", http.StatusForbidden)
	err = p.store.Change(t.Context(), ref, func(api *definition.API) error {
		api.Stages["prod"] = &definition.Stage{StageName: "prod", DeploymentID: "d0"}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	soon("the stage is there again", http.StatusOK)
	if err := p.store.DeleteAPI(t.Context(), ref); err != nil {
		t.Fatal(err)
	}
	soon("a deleted API is forbidden", http.StatusForbidden)
	eventually(t, "the status says that Envoy has nothing left", func() bool {
		for _, node := range p.publisher.Status().Nodes {
			if node.Kind == "envoy" && (len(node.Serving) != 0 || node.Resources["type.googleapis.com/envoy.config.route.v3.RouteConfiguration"] != 0) {
				return false
			}
		}
		return true
	})
}

// TestNoHosts holds that an API whose own endpoint is disabled answers nobody,
// and holds up nobody.
func TestNoHosts(t *testing.T) {
	t.Parallel()
	p := started(t, nil)
	p.service("services/a", newTable())
	p.envoy("envoy/a")
	client := &http.Client{Timeout: 5 * time.Second}
	p.create("aaaaaaaaaa", 1, "one")
	for i, disabled := range []bool{false, true, false, true} {
		begun := time.Now()
		err := p.store.Change(t.Context(), store.Ref{Scope: here, ID: "aaaaaaaaaa"}, func(api *definition.API) error {
			id := fmt.Sprintf("e%d", i)
			api.RestAPI.DisableExecuteAPIEndpoint = disabled
			api.Deployments[id] = &definition.Deployment{ID: id}
			api.Stages["prod"].DeploymentID = id
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begun); took > xds.DefaultServedWait {
			t.Errorf("disabled %v: the call took %v", disabled, took)
		}
		want := map[bool]int{false: http.StatusOK, true: http.StatusForbidden}[disabled]
		eventually(t, "the answer of an endpoint that is disabled, or not", func() bool { status, _ := p.answer(client, "aaaaaaaaaa"); return status == want })
	}
	for _, node := range p.publisher.Status().Nodes {
		if node.Late {
			t.Errorf("%s is late", node.ID)
		}
	}
}
