package store_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/store"
)

func TestWatch(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	s := started(t)
	ref := store.Ref{Scope: here, ID: "aaaaaaaaaa"}
	events := s.Watch(ctx)
	if first := <-events; !first.Resync {
		t.Fatalf("the first event is %+v", first)
	}
	if err := s.CreateAPI(ctx, here, sample(ref.ID, 1)); err != nil {
		t.Fatal(err)
	}
	err := s.Change(ctx, ref, func(api *definition.API) error {
		api.Deployments["d1"] = &definition.Deployment{ID: "d1"}
		api.Stages["prod"] = &definition.Stage{StageName: "prod", DeploymentID: "d1"}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := store.Touched{Scope: here, Noun: store.Stages, API: ref.ID, ID: "prod"}
	for event := range events {
		if slices.Contains(event.Touched, want) {
			return
		}
	}
	t.Error("the stage was never heard of")
}

// TestWaiting holds that a change of what is served, and no other, waits.
func TestWaiting(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	var waited []int64
	s := started(t).Waiting(func(_ context.Context, revision int64) { waited = append(waited, revision) })
	ref := store.Ref{Scope: here, ID: "aaaaaaaaaa"}
	if err := s.CreateAPI(ctx, here, sample(ref.ID, 1)); err != nil {
		t.Fatal(err)
	}
	if len(waited) != 0 {
		t.Errorf("creating an API waited")
	}
	err := s.Change(ctx, ref, func(api *definition.API) error {
		api.Stages["prod"] = &definition.Stage{StageName: "prod"}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	revision, err := s.Revision(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if !cmp.Equal(waited, []int64{revision}) {
		t.Errorf("waited for %v, want %d", waited, revision)
	}
	if err := s.DeleteAPI(ctx, ref); err != nil || len(waited) != 2 {
		t.Errorf("deleting a served API waited %d times, %v", len(waited), err)
	}
}
