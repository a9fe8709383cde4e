package planclient_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	cachetypes "github.com/envoyproxy/go-control-plane/pkg/cache/types"
	"github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	serverv3 "github.com/envoyproxy/go-control-plane/pkg/server/v3"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"

	"github.com/sluice-gateway/sluice/internal/planclient"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

const (
	planType      = "type.googleapis.com/sluice.plan.v1.Plan"
	usagePlanType = "type.googleapis.com/sluice.plan.v1.UsagePlan"
)

// control is a control plane: go-control-plane's own server over one cache a
// type, which can be stopped and started.
type control struct {
	t            *testing.T
	socket       string
	plans, usage *cache.LinearCache
	stop         func()

	mu       sync.Mutex
	requests []*discoveryv3.DeltaDiscoveryRequest
	sent     []string
}

func newControl(t *testing.T) *control {
	t.Helper()
	dir, err := os.MkdirTemp("", "planclient")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return &control{
		t: t, socket: filepath.Join(dir, "xds.sock"),
		plans: cache.NewLinearCache(planType), usage: cache.NewLinearCache(usagePlanType),
	}
}

func (c *control) start() {
	c.t.Helper()
	listener, err := net.Listen("unix", c.socket)
	if err != nil {
		c.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(c.t.Context())
	mux := &cache.MuxCache{
		ClassifyDelta: func(request *cache.DeltaRequest) string { return request.GetTypeUrl() },
		Caches:        map[string]cache.Cache{planType: c.plans, usagePlanType: c.usage},
	}
	server := grpc.NewServer()
	discoveryv3.RegisterAggregatedDiscoveryServiceServer(server, serverv3.NewServer(ctx, mux, serverv3.CallbackFuncs{
		StreamDeltaRequestFunc: func(_ int64, request *discoveryv3.DeltaDiscoveryRequest) error {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.requests = append(c.requests, request)
			return nil
		},
		StreamDeltaResponseFunc: func(_ int64, _ *discoveryv3.DeltaDiscoveryRequest, response *discoveryv3.DeltaDiscoveryResponse) {
			c.mu.Lock()
			defer c.mu.Unlock()
			for _, one := range response.GetResources() {
				c.sent = append(c.sent, one.GetName())
			}
		},
	}))
	go func() { _ = server.Serve(listener) }()
	c.stop = sync.OnceFunc(func() { cancel(); server.Stop() })
	c.t.Cleanup(c.stop)
}

func (c *control) offer(names ...string) {
	c.t.Helper()
	offered := map[string]cachetypes.Resource{}
	for _, name := range names {
		offered[name] = &planv1.Plan{Name: name}
	}
	if err := c.plans.UpdateResources(offered, nil); err != nil {
		c.t.Fatal(err)
	}
}

// refusals are the names that were refused, with their reasons.
func (c *control) refusals() map[string]string {
	c.mu.Lock()
	defer c.mu.Unlock()
	found := map[string]string{}
	for _, request := range c.requests {
		for _, packed := range request.GetErrorDetail().GetDetails() {
			detail := new(errdetails.BadRequest)
			if err := packed.UnmarshalTo(detail); err != nil {
				c.t.Error(err)
			}
			for _, violation := range detail.GetFieldViolations() {
				found[violation.GetField()] = violation.GetDescription()
			}
		}
	}
	return found
}

// table holds plans, and refuses those whose names say so.
type table struct {
	mu    sync.Mutex
	plans map[string]bool
	calls int
}

func (s *table) Plans(updated []*planv1.Plan, removed []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	for _, plan := range updated {
		if strings.Contains(plan.GetName(), "bad") {
			return errors.New("this plan is bad")
		}
	}
	for _, plan := range updated {
		s.plans[plan.GetName()] = true
	}
	for _, name := range removed {
		delete(s.plans, name)
	}
	return nil
}

func (s *table) UsagePlans([]*planv1.UsagePlan, []string) error { return nil }

func (s *table) has(names ...string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range names {
		if !s.plans[name] {
			return false
		}
	}
	return len(s.plans) == len(names)
}

func (c *control) client(sink planclient.Sink, delay time.Duration) (synced chan struct{}) {
	ctx, cancel := context.WithCancel(c.t.Context())
	synced = make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		err := planclient.Run(ctx, planclient.Config{
			Node: "services/test", Target: "unix://" + c.socket, Sink: sink, RemovalDelay: delay, Synced: func() { close(synced) },
		})
		if !errors.Is(err, context.Canceled) {
			c.t.Errorf("the client ended with %v", err)
		}
	})
	c.t.Cleanup(func() { cancel(); group.Wait() })
	return synced
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

func TestReceives(t *testing.T) {
	t.Parallel()
	c := newControl(t)
	sink := &table{plans: map[string]bool{}}
	// The control plane may come later than the service.
	synced := c.client(sink, 50*time.Millisecond)
	c.offer("a/prod/1", "b/prod/1")
	c.start()
	<-synced
	if !sink.has("a/prod/1", "b/prod/1") {
		t.Fatalf("synced with %v", sink.plans)
	}
	c.offer("a/prod/2")
	eventually(t, "a new plan beside the old", func() bool { return sink.has("a/prod/1", "a/prod/2", "b/prod/1") })
	removed := time.Now()
	if err := c.plans.DeleteResource("a/prod/1"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the old plan goes", func() bool { return sink.has("a/prod/2", "b/prod/1") })
	if took := time.Since(removed); took < 50*time.Millisecond {
		t.Errorf("a removed plan went after %v, before requests under way had ended", took)
	}
}

// TestRemovedAndBack holds that a plan which comes back before it goes stays.
func TestRemovedAndBack(t *testing.T) {
	t.Parallel()
	c := newControl(t)
	sink := &table{plans: map[string]bool{}}
	c.offer("a/prod/1")
	c.start()
	<-c.client(sink, 100*time.Millisecond)
	if err := c.plans.DeleteResource("a/prod/1"); err != nil {
		t.Fatal(err)
	}
	c.offer("a/prod/1")
	c.offer("b/prod/1")
	for deadline := time.Now().Add(300 * time.Millisecond); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if sink.mu.Lock(); !sink.plans["a/prod/1"] {
			t.Fatal("a plan that came back was removed")
		}
		sink.mu.Unlock()
	}
}

// TestRefusal holds that a bad plan is named with its reason and keeps no other
// away.
func TestRefusal(t *testing.T) {
	t.Parallel()
	c := newControl(t)
	sink := &table{plans: map[string]bool{}}
	var names, good []string
	for i := range 1000 {
		name := fmt.Sprintf("api%04d/prod/1", i)
		if i == 300 || i == 700 {
			name = fmt.Sprintf("bad%04d/prod/1", i)
		} else {
			good = append(good, name)
		}
		names = append(names, name)
	}
	c.offer(names...)
	c.start()
	<-c.client(sink, time.Minute)
	if !sink.has(good...) {
		t.Errorf("%d of %d good plans are there", len(sink.plans), len(good))
	}
	if sink.calls > 50 {
		t.Errorf("two bad plans of a thousand took %d calls to find", sink.calls)
	}
	eventually(t, "the refusal", func() bool { return len(c.refusals()) > 0 })
	refusals := c.refusals()
	if len(refusals) != 2 || refusals["bad0300/prod/1"] != "this plan is bad" || refusals["bad0700/prod/1"] != "this plan is bad" {
		t.Errorf("refused: %v", refusals)
	}
}

// TestReconnects holds that after a restart of the control plane only what
// differs is sent, and that what is there stays meanwhile.
func TestReconnects(t *testing.T) {
	t.Parallel()
	c := newControl(t)
	sink := &table{plans: map[string]bool{}}
	c.offer("a/prod/1", "b/prod/1", "c/prod/1")
	c.start()
	<-c.client(sink, 50*time.Millisecond)
	c.stop()
	c.mu.Lock()
	c.sent = nil
	c.mu.Unlock()
	c.offer("d/prod/1")
	if err := c.plans.DeleteResource("b/prod/1"); err != nil {
		t.Fatal(err)
	}
	if !sink.has("a/prod/1", "b/prod/1", "c/prod/1") {
		t.Error("without a control plane, plans are gone")
	}
	c.start()
	eventually(t, "what changed meanwhile", func() bool { return sink.has("a/prod/1", "c/prod/1", "d/prod/1") })
	c.mu.Lock()
	defer c.mu.Unlock()
	if !slices.Equal(c.sent, []string{"d/prod/1"}) {
		t.Errorf("sent again: %v", c.sent)
	}
}
