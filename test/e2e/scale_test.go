package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/test/fleet"
)

// counts are the control plane's own counts of its work, from /status.
type counts struct {
	StagesCompiled uint64 `json:"stagesCompiled"`
	PlansSent      uint64 `json:"plansSent"`
	RoutesSent     uint64 `json:"routesSent"`
	ClustersSent   uint64 `json:"clustersSent"`
	ScopesSent     uint64 `json:"scopesSent"`
}

func readCounts(t *testing.T, f *fleet.Fleet) counts {
	t.Helper()
	response, err := http.Get("http://" + f.Admin + "/status")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var status struct {
		Counts counts `json:"counts"`
	}
	if err := json.NewDecoder(response.Body).Decode(&status); err != nil {
		t.Fatal(err)
	}
	return status.Counts
}

// TestChangeOneOfThousand changes one API of 1,000 with 10 methods each: that
// one alone is compiled and sent, and it is served within 100 ms at the median.
func TestChangeOneOfThousand(t *testing.T) {
	const changes = 21
	f := fleet.Start(t, fleet.Options{})
	begun := time.Now()
	apis := f.Many(t, 1000, 10)
	caller := f.Caller()
	for i, api := range apis {
		expectSoon(t, caller, api.Host(), "/live/m9", fmt.Sprintf("many-%d", i))
	}
	t.Logf("1,000 APIs were made and served after %s", time.Since(begun))
	one := apis[617]
	before := readCounts(t, f)
	var waits []time.Duration
	for i := range changes {
		text := fmt.Sprintf("changed-%d", i)
		one.MockBody("GET", "/m5", text)
		one.Deploy("live")
		answered := time.Now()
		expectSoon(t, caller, one.Host(), "/live/m5", text)
		waits = append(waits, time.Since(answered))
	}
	after := readCounts(t, f)
	slices.Sort(waits)
	t.Logf("served after %s at the median, %s at worst", waits[changes/2], waits[changes-1])
	if waits[changes/2] > visible {
		t.Errorf("a change is served after %s at the median, want %s", waits[changes/2], visible)
	}
	if compiled := after.StagesCompiled - before.StagesCompiled; compiled < changes || compiled > changes+2 {
		t.Errorf("%d changes of one API compiled %d stages", changes, compiled)
	}
	if sent := after.RoutesSent - before.RoutesSent; sent < changes || sent > changes+2 {
		t.Errorf("%d changes of one API sent %d RouteConfigurations to one Envoy", changes, sent)
	}
	if sent := after.ClustersSent - before.ClustersSent; sent != 0 {
		t.Errorf("%d clusters were sent for changes that need none", sent)
	}
	if sent := after.ScopesSent - before.ScopesSent; sent > changes {
		t.Errorf("%d scopes were sent for changes of one API", sent)
	}
}

// expectSoon polls until a path answers a text, for as long as the publishing of
// a thousand may take.
func expectSoon(t *testing.T, caller *fleet.Caller, host, path, text string) {
	t.Helper()
	fleet.Eventually(t, 30*time.Second, func() error {
		answer, err := caller.Do(t.Context(), http.MethodGet, host, path, "")
		if err == nil && (answer.Status != http.StatusOK || answer.Body != text) {
			err = fmt.Errorf("GET %s %s: %d %q, want %q", host, path, answer.Status, answer.Body, text)
		}
		return err
	})
}
