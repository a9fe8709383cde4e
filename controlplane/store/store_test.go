package store_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/controlplane/store/embedded"
	"github.com/sluice-gateway/sluice/internal/awserror"
	"github.com/sluice-gateway/sluice/internal/secret"
)

var here = store.Scope{Account: "000000000000", Region: "us-east-1"}

var masterKey = bytes.Repeat([]byte{7}, secret.KeySize)

// started is a store on an embedded etcd of its own.
func started(t testing.TB) *store.Store {
	t.Helper()
	etcd, err := embedded.Start(t.Context(), embedded.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(etcd.Stop)
	return opened(t, etcd.Endpoint())
}

func opened(t testing.TB, endpoint string) *store.Store {
	t.Helper()
	made, err := store.Open(t.Context(), store.Config{Endpoints: []string{endpoint}, MasterKey: masterKey, Random: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := made.Close(); err != nil {
			t.Error(err)
		}
	})
	return made
}

func sample(id string, methods int) *definition.API {
	api := &definition.API{
		RestAPI:   definition.RestAPI{ID: id, Name: "name " + id, RootResourceID: "root", CreatedDate: time.Unix(1700000000, 0).UTC()},
		Resources: map[string]*definition.Resource{"root": {ID: "root", Path: "/"}},
	}
	for i := range methods {
		one := fmt.Sprintf("r%03d", i)
		api.Resources[one] = &definition.Resource{
			ID: one, ParentID: "root", PathPart: one, Path: "/" + one, Seq: int64(i),
			Methods: map[string]*definition.Method{"GET": {
				HTTPMethod: "GET", AuthorizationType: "NONE",
				Integration: &definition.Integration{Type: "HTTP_PROXY", HTTPMethod: "GET", URI: "http://127.0.0.1:1/" + one},
			}},
		}
	}
	return api
}

func TestAPI(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), started(t)
	ref := store.Ref{Scope: here, ID: "aaaaaaaaaa"}
	if err := s.CreateAPI(ctx, here, sample(ref.ID, 3)); err != nil {
		t.Fatal(err)
	}
	if err := s.CreateAPI(ctx, store.Scope{Account: "111111111111", Region: "eu-west-1"}, sample(ref.ID, 1)); !errors.Is(err, store.ErrExists) {
		t.Errorf("another account made an API of the same id: %v", err)
	}
	if _, err := s.API(ctx, store.Ref{Scope: store.Scope{Account: "111111111111", Region: "us-east-1"}, ID: ref.ID}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("another account sees the API: %v", err)
	}
	change := func(fn func(*definition.API) error) {
		t.Helper()
		if err := s.Change(ctx, ref, fn); err != nil {
			t.Fatal(err)
		}
	}
	change(func(api *definition.API) error {
		delete(api.Resources, "r001")
		api.Resources["r002"].Methods["GET"].APIKeyRequired = true
		api.Models["Pet"] = &definition.Model{ID: "m", Name: "Pet", ContentType: "application/json", Schema: "{}"}
		api.Deployments["d1"] = &definition.Deployment{ID: "d1"}
		api.Stages["prod"] = &definition.Stage{StageName: "prod", DeploymentID: "d1"}
		return nil
	})
	change(func(api *definition.API) error {
		api.RestAPI.Name = "renamed"
		api.Deployments["d2"] = &definition.Deployment{ID: "d2"}
		return nil
	})
	got, err := s.API(ctx, ref)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Resources) != 3 || !got.Resources["r002"].Methods["GET"].APIKeyRequired || got.Models["Pet"] == nil ||
		got.Stages["prod"].DeploymentID != "d1" || got.RestAPI.Name != "renamed" {
		t.Errorf("read back: %+v", got)
	}
	for id, name := range map[string]string{"d1": "name aaaaaaaaaa", "d2": "renamed"} {
		content, err := s.Content(ctx, ref, id)
		if err != nil {
			t.Fatal(err)
		}
		if content.RestAPI.Name != name || len(content.Resources) != 3 {
			t.Errorf("deployment %s froze %q with %d resources", id, content.RestAPI.Name, len(content.Resources))
		}
	}
	change(func(api *definition.API) error { delete(api.Deployments, "d2"); return nil })
	if _, err := s.Content(ctx, ref, "d2"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the content of a deleted deployment is there: %v", err)
	}
	if err := s.DeleteAPI(ctx, ref); err != nil {
		t.Fatal(err)
	}
	if _, err := s.API(ctx, ref); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("after deletion: %v", err)
	}
	if _, err := s.Content(ctx, ref, "d1"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("content after deletion: %v", err)
	}
	if err := s.CreateAPI(ctx, here, sample(ref.ID, 1)); err != nil {
		t.Errorf("the id is not free after deletion: %v", err)
	}
}

func TestFailedChangeWritesNothing(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), started(t)
	ref := store.Ref{Scope: here, ID: "aaaaaaaaaa"}
	if err := s.CreateAPI(ctx, here, sample(ref.ID, 1)); err != nil {
		t.Fatal(err)
	}
	before, err := s.API(ctx, ref)
	if err != nil {
		t.Fatal(err)
	}
	refused := errors.New("refused")
	err = s.Change(ctx, ref, func(api *definition.API) error {
		api.RestAPI.Name = "lost"
		clear(api.Resources)
		return refused
	})
	if err != refused { //nolint:errorlint // it must be the very error
		t.Errorf("got %v", err)
	}
	after, err := s.API(ctx, ref)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Error(diff)
	}
	revision, err := s.Revision(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Change(ctx, ref, func(*definition.API) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if again, err := s.Revision(ctx); err != nil || again != revision {
		t.Errorf("a change of nothing wrote something: %d → %d, %v", revision, again, err)
	}
}

// TestConcurrentChanges holds that no change is lost, in one process and over
// two.
func TestConcurrentChanges(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	etcd, err := embedded.Start(ctx, embedded.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(etcd.Stop)
	stores := []*store.Store{opened(t, etcd.Endpoint()), opened(t, etcd.Endpoint())}
	ref := store.Ref{Scope: here, ID: "aaaaaaaaaa"}
	if err := stores[0].CreateAPI(ctx, here, sample(ref.ID, 1)); err != nil {
		t.Fatal(err)
	}
	if err := stores[0].UsagePlans().Create(ctx, here, "plan", &definition.UsagePlan{ID: "plan", Name: "plan"}); err != nil {
		t.Fatal(err)
	}
	const workers, each = 10, 10
	var group sync.WaitGroup
	for worker := range workers {
		s := stores[worker%len(stores)]
		group.Go(func() {
			for i := range each {
				id := fmt.Sprintf("w%d.%d", worker, i)
				err := s.Update(ctx, here, func(tx *store.Tx) error {
					api, err := tx.API(ref.ID)
					if err != nil {
						return err
					}
					api.Resources[id] = &definition.Resource{ID: id, Seq: int64(len(api.Resources))}
					plan, err := s.UsagePlans().In(tx).Get("plan")
					if err != nil {
						return err
					}
					plan.KeyIDs = append(plan.KeyIDs, id)
					return s.UsagePlans().In(tx).Put("plan", plan)
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	api, err := stores[0].API(ctx, ref)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := stores[1].UsagePlans().Get(ctx, here, "plan")
	if err != nil {
		t.Fatal(err)
	}
	sequence := map[int64]bool{}
	for _, resource := range api.Resources {
		sequence[resource.Seq] = true
	}
	// The two of the sample have the same number.
	if len(api.Resources) != 2+workers*each || len(plan.KeyIDs) != workers*each || len(sequence) != 1+workers*each {
		t.Errorf("%d resources with %d numbers, %d keys", len(api.Resources), len(sequence), len(plan.KeyIDs))
	}
}

// TestLoser holds that a change which always meets another ends with AWS's
// conflict error, and writes nothing.
func TestLoser(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), started(t)
	ref := store.Ref{Scope: here, ID: "aaaaaaaaaa"}
	if err := s.CreateAPI(ctx, here, sample(ref.ID, 1)); err != nil {
		t.Fatal(err)
	}
	tries := 0
	err := s.Update(ctx, here, func(tx *store.Tx) error {
		tries++
		api, err := tx.API(ref.ID)
		if err != nil {
			return err
		}
		api.RestAPI.Name = "the loser's"
		return s.Update(ctx, here, func(other *store.Tx) error {
			api, err := other.API(ref.ID)
			if err != nil {
				return err
			}
			api.RestAPI.Name = fmt.Sprintf("winner %d", tries)
			return nil
		})
	})
	if !errors.Is(err, store.ErrConflict) {
		t.Fatalf("after %d tries: %v, want ErrConflict", tries, err)
	}
	refused := awserror.From(err)
	if refused.Code != awserror.Conflict || refused.Status != 409 ||
		refused.Message != "Unable to complete operation due to concurrent modification. Please try again later." {
		t.Errorf("AWS's answer would be %d %s %q", refused.Status, refused.Code, refused.Message)
	}
	api, err := s.API(ctx, ref)
	if err != nil || api.RestAPI.Name != fmt.Sprintf("winner %d", tries) {
		t.Errorf("the API is %+v, %v", api, err)
	}
}

func TestCollections(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), started(t)
	keys := s.APIKeys()
	first := &definition.APIKey{ID: "k1", Name: "one", Enabled: true, Value: secret.New("value-of-the-first-key")}
	if err := keys.Create(ctx, here, "k1", first); err != nil {
		t.Fatal(err)
	}
	if err := keys.Create(ctx, here, "k1", first); !errors.Is(err, store.ErrExists) {
		t.Errorf("the same id twice: %v", err)
	}
	if err := keys.Create(ctx, here, "k2", &definition.APIKey{ID: "k2", Value: first.Value}); !errors.Is(err, store.ErrTaken) {
		t.Errorf("the same value twice: %v", err)
	}
	if err := keys.Create(ctx, store.Scope{Account: "111111111111", Region: "us-east-1"}, "k2", &definition.APIKey{ID: "k2", Value: first.Value}); err != nil {
		t.Errorf("the same value in another account: %v", err)
	}
	got, err := keys.Get(ctx, here, "k1")
	if err != nil || !got.Value.Equal(first.Value) || got.Name != "one" {
		t.Fatalf("read back %+v, %v", got, err)
	}
	found, err := s.APIKeyByValue(ctx, here, first.Value)
	if err != nil || found.ID != "k1" {
		t.Errorf("by value: %+v, %v", found, err)
	}
	if err := keys.Change(ctx, here, "k1", func(key *definition.APIKey) error { key.Enabled = false; return nil }); err != nil {
		t.Fatal(err)
	}
	revision, err := s.Revision(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := keys.Change(ctx, here, "k1", func(key *definition.APIKey) error { key.Enabled = false; return nil }); err != nil {
		t.Fatal(err)
	}
	if again, err := s.Revision(ctx); err != nil || again != revision {
		t.Errorf("sealing the same again wrote something (%v)", err)
	}
	if err := keys.Delete(ctx, here, "k1"); err != nil {
		t.Fatal(err)
	}
	if err := keys.Delete(ctx, here, "k1"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("deleted twice: %v", err)
	}
	if err := keys.Create(ctx, here, "k2", &definition.APIKey{ID: "k2", Value: first.Value}); err != nil {
		t.Errorf("a deleted key's value is not free: %v", err)
	}
	plans := s.UsagePlans()
	for i := range 25 {
		id := fmt.Sprintf("p%02d", i)
		if err := plans.Create(ctx, here, id, &definition.UsagePlan{ID: id, Name: id}); err != nil {
			t.Fatal(err)
		}
	}
	paged, err := plans.Page(ctx, here, "", "p09", 5)
	if err != nil || len(paged) != 5 || paged[0].ID != "p10" {
		t.Errorf("page: %v, %v", paged, err)
	}
	all, err := plans.List(ctx, here, "p1")
	if err != nil || len(all) != 10 {
		t.Errorf("%d plans start with p1, %v", len(all), err)
	}
	scopes, err := s.Scopes(ctx)
	if want := []store.Scope{here, {Account: "111111111111", Region: "us-east-1"}}; err != nil || !cmp.Equal(scopes, want) {
		t.Errorf("scopes %v, %v", scopes, err)
	}
}

// TestSecretsAreSealed looks for the secrets in everything that etcd wrote.
func TestSecretsAreSealed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	etcd, err := embedded.Start(t.Context(), embedded.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	s := opened(t, etcd.Endpoint())
	key := &definition.APIKey{ID: "k1", Name: "the-name-is-no-secret", Value: secret.New("the-value-is-a-secret-0123456789")}
	if err := s.APIKeys().Create(t.Context(), here, "k1", key); err != nil {
		t.Fatal(err)
	}
	etcd.Stop()
	var all []byte
	err = filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(name)
		all = append(all, text...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(all), "the-name-is-no-secret") {
		t.Error("the name is not in the files: the test looks in the wrong place")
	}
	for _, hidden := range []string{key.Value.Reveal(), "dGhlLXZhbHVlLWlzLWEtc2VjcmV0"} {
		if strings.Contains(string(all), hidden) {
			t.Errorf("%s is in etcd's files", hidden)
		}
	}
}

func TestLargeContent(t *testing.T) {
	t.Parallel()
	ctx, s := t.Context(), started(t)
	ref := store.Ref{Scope: here, ID: "aaaaaaaaaa"}
	api := sample(ref.ID, 600)
	for i, resource := range api.Resources {
		noise := make([]byte, 4<<10)
		if _, err := rand.Read(noise); err != nil {
			t.Fatal(err)
		}
		for _, method := range resource.Methods {
			text := fmt.Sprintf("%s %x", i, noise)
			method.Integration.RequestTemplates = map[string]string{"application/json": text}
		}
	}
	if err := s.CreateAPI(ctx, here, api); err != nil {
		t.Fatal(err)
	}
	err := s.Change(ctx, ref, func(api *definition.API) error {
		api.Deployments["d1"] = &definition.Deployment{ID: "d1"}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	content, err := s.Content(ctx, ref, "d1")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(api.Resources, content.Resources); diff != "" {
		t.Error("the content is not what was frozen")
	}
	if err := s.DeleteAPI(ctx, ref); err != nil {
		t.Fatal(err)
	}
}

// TestManyAPIs holds that ten thousand APIs can be listed, by pages and at once.
func TestManyAPIs(t *testing.T) {
	t.Parallel()
	const count = 10000
	ctx, s := t.Context(), started(t)
	begun := time.Now()
	var group sync.WaitGroup
	next := make(chan int)
	for range 16 {
		group.Go(func() {
			for i := range next {
				if err := s.CreateAPI(ctx, here, sample(fmt.Sprintf("api%07d", i), 10)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range count {
		next <- i
	}
	close(next)
	group.Wait()
	t.Logf("%d APIs of 10 methods created in %v", count, time.Since(begun))
	begun = time.Now()
	all, err := s.APIs(ctx, here, "", 0)
	if err != nil || len(all) != count {
		t.Fatalf("%d APIs, %v", len(all), err)
	}
	t.Logf("listed in %v", time.Since(begun))
	begun = time.Now()
	last := ""
	pages, seen := 0, 0
	for {
		some, err := s.APIs(ctx, here, last, 500)
		if err != nil {
			t.Fatal(err)
		}
		if len(some) == 0 {
			break
		}
		pages, seen, last = pages+1, seen+len(some), some[len(some)-1].ID
	}
	if pages != count/500 || seen != count {
		t.Errorf("%d APIs on %d pages", seen, pages)
	}
	t.Logf("paged in %v", time.Since(begun))
}
