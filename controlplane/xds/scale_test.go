package xds_test

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// TestThousandAPIs holds that changing one API of a thousand, with ten methods
// each, compiles and sends that one alone, and how soon it is served.
// SLUICE_TEST_APIS makes it another number.
func TestThousandAPIs(t *testing.T) {
	apis, changes := 1000, 20
	if text := os.Getenv("SLUICE_TEST_APIS"); text != "" {
		var err error
		apis, err = strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
	}
	p := started(t, nil)
	begun := time.Now()
	var group sync.WaitGroup
	next := make(chan int)
	for range 16 {
		group.Go(func() {
			for i := range next {
				p.create(fmt.Sprintf("api%07d", i), 10, "one")
			}
		})
	}
	for i := range apis {
		next <- i
	}
	close(next)
	group.Wait()
	t.Logf("%d APIs created and published in %v", apis, time.Since(begun))
	begun = time.Now()
	sink := newTable()
	p.service("services/a", sink)
	t.Logf("a service has them in %v", time.Since(begun))
	begun = time.Now()
	p.envoy("envoy/a")
	client := &http.Client{Timeout: 5 * time.Second}
	last := fmt.Sprintf("api%07d", apis-1)
	eventually(t, "the last API answers", func() bool { status, _ := p.answer(client, last); return status == http.StatusOK })
	t.Logf("Envoy serves them in %v", time.Since(begun))
	eventually(t, "Envoy has all", func() bool {
		for _, node := range p.publisher.Status().Nodes {
			if len(node.Pending) > 0 || (node.Kind == "envoy" && len(node.Serving) != apis) {
				return false
			}
		}
		return true
	})
	before := p.publisher.Status().Counts
	var served, returned []time.Duration
	for i := range changes {
		id, text := fmt.Sprintf("api%07d", (i*37)%apis), fmt.Sprintf("changed %d", i)
		begun := time.Now()
		p.deploy(id, fmt.Sprintf("d%d", i+1), text)
		returned = append(returned, time.Since(begun))
		eventually(t, "the new answer", func() bool { _, body := p.answer(client, id); return body == text })
		served = append(served, time.Since(begun))
	}
	after := p.publisher.Status().Counts
	sent := []uint64{
		after.StagesCompiled - before.StagesCompiled, after.PlansSent - before.PlansSent, after.RoutesSent - before.RoutesSent,
		after.ScopesSent - before.ScopesSent, after.ClustersSent - before.ClustersSent,
	}
	if want := []uint64{uint64(changes), uint64(changes), uint64(changes), 0, 0}; !slices.Equal(sent, want) {
		t.Errorf("%d changes compiled and sent %v stages, plans, routes, scopes, clusters; want %v", changes, sent, want)
	}
	slices.Sort(served)
	slices.Sort(returned)
	t.Logf("served after %v at the median, %v at the most; the call returned after %v at the median",
		served[len(served)/2], served[len(served)-1], returned[len(returned)/2])
	if median := served[len(served)/2]; median > 100*time.Millisecond {
		t.Errorf("served after %v at the median, want within 100 ms", median)
	}
}
