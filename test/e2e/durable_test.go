package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/sluice-gateway/sluice/test/fleet"
)

// writer changes APIs of its own at random and remembers what was acknowledged.
type writer struct {
	client *apigateway.Client
	random *rand.Rand
	name   string
	made   int
	apis   []*written
	keys   []string
	acked  *atomic.Int64
}

// written is what is known of one API.
type written struct {
	id, root, method string
	// resources are acknowledged, removed are acknowledged as deleted.
	resources, removed map[string]bool
	// served is the text of the last deployment that was acknowledged; tried that
	// of one whose answer has not come.
	served, tried string
}

// write makes one change after the other until one fails.
func (w *writer) write(ctx context.Context) error {
	for {
		w.made++
		if err := w.once(ctx); err != nil {
			return err
		}
		w.acked.Add(1)
	}
}

func (w *writer) once(ctx context.Context) error {
	if len(w.apis) == 0 || w.random.IntN(12) == 0 {
		return w.create(ctx)
	}
	one := w.apis[w.random.IntN(len(w.apis))]
	switch kind := w.random.IntN(10); {
	case one.method == "":
		return w.find(ctx, one)
	case kind < 5:
		return w.add(ctx, one)
	case kind < 6 && len(one.resources) > 0:
		return w.remove(ctx, one)
	case kind < 8:
		return w.deploy(ctx, one)
	default:
		key, err := w.client.CreateApiKey(ctx, &apigateway.CreateApiKeyInput{Name: aws.String(w.text())})
		if err == nil {
			w.keys = append(w.keys, *key.Id)
		}
		return err
	}
}

// text is one of its own that no other change has.
func (w *writer) text() string { return fmt.Sprintf("%s-%d", w.name, w.made) }

func (w *writer) create(ctx context.Context) error {
	name := w.text()
	made, err := w.client.ImportRestApi(ctx, &apigateway.ImportRestApiInput{Body: fleet.Document(name, name, 1)})
	if err != nil {
		return err
	}
	one := &written{id: *made.Id, resources: map[string]bool{}, removed: map[string]bool{}}
	w.apis = append(w.apis, one)
	return w.find(ctx, one)
}

func (w *writer) find(ctx context.Context, one *written) error {
	listed, err := w.client.GetResources(ctx, &apigateway.GetResourcesInput{RestApiId: &one.id})
	if err != nil {
		return err
	}
	for _, resource := range listed.Items {
		switch *resource.Path {
		case "/":
			one.root = *resource.Id
		case "/m0":
			one.method = *resource.Id
		}
	}
	return nil
}

func (w *writer) add(ctx context.Context, one *written) error {
	made, err := w.client.CreateResource(ctx, &apigateway.CreateResourceInput{
		RestApiId: &one.id, ParentId: &one.root, PathPart: aws.String(w.text()),
	})
	if err == nil {
		one.resources[*made.Id] = true
	}
	return err
}

func (w *writer) remove(ctx context.Context, one *written) error {
	id := slices.Sorted(maps.Keys(one.resources))[0]
	delete(one.resources, id)
	_, err := w.client.DeleteResource(ctx, &apigateway.DeleteResourceInput{RestApiId: &one.id, ResourceId: &id})
	if err == nil {
		one.removed[id] = true
	}
	return err
}

func (w *writer) deploy(ctx context.Context, one *written) error {
	text, live, get, code := w.text(), "live", "GET", "200"
	_, err := w.client.PutIntegrationResponse(ctx, &apigateway.PutIntegrationResponseInput{
		RestApiId: &one.id, ResourceId: &one.method, HttpMethod: &get, StatusCode: &code,
		ResponseTemplates: map[string]string{"application/json": text},
	})
	if err != nil {
		return err
	}
	one.tried = text
	_, err = w.client.CreateDeployment(ctx, &apigateway.CreateDeploymentInput{RestApiId: &one.id, StageName: &live})
	if err == nil {
		one.served, one.tried = text, ""
	}
	return err
}

// expectAll wants everything that was acknowledged.
func (w *writer) expectAll(t *testing.T, caller *fleet.Caller) {
	t.Helper()
	for _, key := range w.keys {
		if _, err := w.client.GetApiKey(t.Context(), &apigateway.GetApiKeyInput{ApiKey: &key}); err != nil {
			t.Errorf("an API key is lost: %v", err)
		}
	}
	for _, one := range w.apis {
		listed, err := w.client.GetResources(t.Context(), &apigateway.GetResourcesInput{RestApiId: &one.id, Limit: aws.Int32(500)})
		if err != nil {
			t.Errorf("an API is lost: %v", err)
			continue
		}
		there := map[string]bool{}
		for _, resource := range listed.Items {
			there[*resource.Id] = true
			if one.removed[*resource.Id] {
				t.Errorf("API %s: the deleted resource %s is back", one.id, *resource.Id)
			}
		}
		for id := range one.resources {
			if !there[id] {
				t.Errorf("API %s: resource %s is lost", one.id, id)
			}
		}
		if one.served != "" {
			expectDeployed(t, caller, one)
		}
	}
}

// expectDeployed wants the last deployment to answer, or the one that was under
// way when the gateway was killed.
func expectDeployed(t *testing.T, caller *fleet.Caller, one *written) {
	t.Helper()
	fleet.Eventually(t, 15*time.Second, func() error {
		answer, err := caller.Do(t.Context(), http.MethodGet, one.id+".execute-api.localhost", "/live/m0", "")
		if err == nil && (answer.Status != http.StatusOK || (answer.Body != one.served && answer.Body != one.tried)) {
			err = fmt.Errorf("API %s: %d %q, want %q or %q", one.id, answer.Status, answer.Body, one.served, one.tried)
		}
		return err
	})
}

// TestRandomKills kills a whole gateway with -9 at random moments under writers:
// whatever was acknowledged is there when it is back, and is served. The moments
// are drawn from SLUICE_KILL_SEED, or the clock.
func TestRandomKills(t *testing.T) {
	t.Parallel()
	const kills, writers = 6, 3
	seed, err := strconv.ParseUint(os.Getenv("SLUICE_KILL_SEED"), 10, 64)
	if err != nil {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("SLUICE_KILL_SEED=%d", seed)
	f := fleet.Start(t, fleet.Options{})
	var acked atomic.Int64
	var all []*writer
	for i := range writers {
		all = append(all, &writer{
			client: f.Client, name: fmt.Sprintf("w%d", i), acked: &acked,
			random: rand.New(rand.NewPCG(seed, uint64(i))),
		})
	}
	random := rand.New(rand.NewPCG(seed, writers))
	for range kills {
		killUnder(t, f, all, acked.Load()+1+random.Int64N(60), time.Duration(random.Int64N(int64(10*time.Millisecond))))
		f.StartRole(t, "run")
		f.WaitReady(t)
		caller := f.Caller()
		for _, one := range all {
			one.expectAll(t, caller)
		}
	}
	t.Logf("%d changes were acknowledged over %d kills", acked.Load(), kills)
}

// killUnder kills the gateway a moment after so many changes were acknowledged.
func killUnder(t *testing.T, f *fleet.Fleet, all []*writer, after int64, moment time.Duration) {
	t.Helper()
	var killed atomic.Bool
	var group sync.WaitGroup
	for _, one := range all {
		group.Go(func() {
			if err := one.write(t.Context()); !killed.Load() {
				t.Errorf("a change failed though nothing was killed: %v", err)
			}
		})
	}
	fleet.Eventually(t, 30*time.Second, func() error {
		if count := all[0].acked.Load(); count < after {
			return fmt.Errorf("%d changes of %d", count, after)
		}
		return nil
	})
	time.Sleep(moment) // the random moment itself
	killed.Store(true)
	f.Kill(t, "run")
	group.Wait()
	fleet.Eventually(t, 5*time.Second, func() error {
		if pid := f.EnvoyPID(t); pid != 0 {
			return fmt.Errorf("Envoy %d outlives a gateway that was killed", pid)
		}
		return nil
	})
}

// insist makes a change until it is acknowledged; a loser may see AWS's conflict
// error and nothing else.
func insist(t *testing.T, conflicts *atomic.Int64, change func() error) {
	t.Helper()
	for {
		err := change()
		if err == nil {
			return
		}
		if _, lost := errors.AsType[*types.ConflictException](err); !lost {
			t.Error(err)
			return
		}
		conflicts.Add(1)
	}
}

// TestConcurrentWriters changes one API from 32 places at once: all that was
// acknowledged is there, nothing is half there, and all of it answers.
func TestConcurrentWriters(t *testing.T) {
	t.Parallel()
	const writers = 32
	f := fleet.Start(t, fleet.Options{})
	api := f.NewAPI(t, "shared")
	root := api.Resource("/")
	var conflicts atomic.Int64
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() { writeShared(t, f.Client, api.ID, root, fmt.Sprintf("w%d", i), &conflicts) })
	}
	group.Wait()
	t.Logf("%d losers saw the conflict error", conflicts.Load())
	expectUndivided(t, f.Client, api.ID)
	listed, err := f.Client.GetResources(t.Context(), &apigateway.GetResourcesInput{
		RestApiId: &api.ID, Limit: aws.Int32(500), Embed: []string{"methods"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(listed.Items) != writers+1 {
		t.Errorf("%d resources, want %d", len(listed.Items), writers+1)
	}
	for _, resource := range listed.Items {
		if method, found := resource.ResourceMethods["GET"]; *resource.Path != "/" && (!found || method.MethodIntegration == nil ||
			method.MethodResponses["200"].StatusCode == nil || method.MethodIntegration.IntegrationResponses["200"].StatusCode == nil) {
			t.Errorf("%s is not whole: %+v", *resource.Path, method)
		}
	}
	api.Deploy("live")
	caller := f.Caller()
	for i := range writers {
		expect(t, caller, api.Host(), fmt.Sprintf("/live/w%d", i), 200, fmt.Sprintf("w%d", i))
	}
}

// writeShared adds an operation to an API, deploys it, and says its name in two
// fields at once.
func writeShared(t *testing.T, client *apigateway.Client, id, root, name string, conflicts *atomic.Int64) {
	t.Helper()
	ctx, get, code := t.Context(), "GET", "200"
	var resource string
	insist(t, conflicts, func() error {
		made, err := client.CreateResource(ctx, &apigateway.CreateResourceInput{RestApiId: &id, ParentId: &root, PathPart: &name})
		if err == nil {
			resource = *made.Id
		}
		return err
	})
	insist(t, conflicts, func() error {
		_, err := client.PutMethod(ctx, &apigateway.PutMethodInput{
			RestApiId: &id, ResourceId: &resource, HttpMethod: &get, AuthorizationType: aws.String("NONE"),
		})
		return err
	})
	insist(t, conflicts, func() error {
		_, err := client.PutIntegration(ctx, &apigateway.PutIntegrationInput{
			RestApiId: &id, ResourceId: &resource, HttpMethod: &get, Type: types.IntegrationTypeMock,
			RequestTemplates: map[string]string{"application/json": `{"statusCode": 200}`},
		})
		return err
	})
	insist(t, conflicts, func() error {
		_, err := client.PutMethodResponse(ctx, &apigateway.PutMethodResponseInput{
			RestApiId: &id, ResourceId: &resource, HttpMethod: &get, StatusCode: &code,
		})
		return err
	})
	insist(t, conflicts, func() error {
		_, err := client.PutIntegrationResponse(ctx, &apigateway.PutIntegrationResponseInput{
			RestApiId: &id, ResourceId: &resource, HttpMethod: &get, StatusCode: &code,
			ResponseTemplates: map[string]string{"application/json": name},
		})
		return err
	})
	insist(t, conflicts, func() error {
		_, err := client.UpdateRestApi(ctx, &apigateway.UpdateRestApiInput{RestApiId: &id, PatchOperations: []types.PatchOperation{
			{Op: types.OpReplace, Path: aws.String("/name"), Value: &name},
			{Op: types.OpReplace, Path: aws.String("/description"), Value: &name},
		}})
		return err
	})
	expectUndivided(t, client, id)
}

// expectUndivided wants an API whose two fields are of one writer.
func expectUndivided(t *testing.T, client *apigateway.Client, id string) {
	t.Helper()
	got, err := client.GetRestApi(t.Context(), &apigateway.GetRestApiInput{RestApiId: &id})
	if err != nil {
		t.Error(err)
		return
	}
	if aws.ToString(got.Name) != aws.ToString(got.Description) {
		t.Errorf("half of a change is there: name %q, description %q", *got.Name, aws.ToString(got.Description))
	}
}
