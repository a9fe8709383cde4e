package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/store/embedded"
	"github.com/sluice-gateway/sluice/internal/secret"
)

// TestWatchAfterCompaction holds that a watcher who missed what etcd no longer
// has is told to read all again.
func TestWatchAfterCompaction(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	etcd, err := embedded.Start(ctx, embedded.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(etcd.Stop)
	s, err := Open(ctx, Config{Endpoints: []string{etcd.Endpoint()}, MasterKey: bytes.Repeat([]byte{7}, secret.KeySize), Random: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	scope := Scope{Account: "000000000000", Region: "us-east-1"}
	for _, id := range []string{"a", "b", "c"} {
		if err := s.UsagePlans().Create(ctx, scope, id, &definition.UsagePlan{ID: id}); err != nil {
			t.Fatal(err)
		}
	}
	revision, err := s.Revision(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.client.Compact(ctx, revision, clientv3.WithCompactPhysical()); err != nil {
		t.Fatal(err)
	}
	events := make(chan Event, 10)
	if next := s.watch(ctx, 2, events); next != 0 || len(events) != 0 {
		t.Fatalf("after the compaction: go on from %d with %d events", next, len(events))
	}
	// What Watch does then.
	go s.watch(ctx, 0, events)
	if first := <-events; !first.Resync || first.Revision != revision {
		t.Errorf("then: %+v", first)
	}
}

func TestParseKey(t *testing.T) {
	t.Parallel()
	scope := Scope{Account: "000000000000", Region: "us-east-1"}
	ref := Ref{scope, "aaaaaaaaaa"}
	cases := map[string]struct {
		want place
		ok   bool
	}{
		ref.own():                         {place{scope, RestAPIs, ref.ID, ref.ID}, true},
		ref.key(Stages, "prod"):           {place{scope, Stages, ref.ID, "prod"}, true},
		ref.key(Models, "a/b"):            {place{scope, Models, ref.ID, "a/b"}, true},
		scope.key(BasePathMappings, "d/"): {place{scope, BasePathMappings, "", "d/"}, true},
		scope.revisionKey(UsagePlans):     {place{}, false},
		scope.key(uniques, "apikeys/00"):  {place{}, false},
		idIndex + ref.ID:                  {place{}, false},
		"/elsewhere/a/b/c/d":              {place{}, false},
		scope.key(Stages, "lost"):         {place{}, false},
	}
	for key, test := range cases {
		got, ok := parseKey(key)
		if ok != test.ok || (ok && got != test.want) {
			t.Errorf("%s: %+v, %v", key, got, ok)
		}
	}
}

// FuzzParseKey holds that no key breaks the parser, and that what it reads is
// the key again.
func FuzzParseKey(f *testing.F) {
	f.Add("/sluice/v1/000000000000/us-east-1/stages/aaaaaaaaaa/prod")
	f.Add("/sluice/v1/000000000000/us-east-1/restapis/aaaaaaaaaa")
	f.Add("/sluice/v1/ids/aaaaaaaaaa")
	f.Fuzz(func(t *testing.T, key string) {
		at, ok := parseKey(key)
		if !ok {
			return
		}
		again := at.scope.key(at.noun, at.id)
		if at.noun.owned() {
			again = Ref{at.scope, at.api}.key(at.noun, at.id)
		}
		if again != key {
			t.Errorf("%q was read as %+v, which is %q", key, at, again)
		}
	})
}
