package e2e_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/sluice-gateway/sluice/test/fleet"
	"github.com/sluice-gateway/sluice/test/functionhost"
)

// canaryEvent is what tells a canary's Lambda event from another.
type canaryEvent struct {
	RequestContext struct {
		IsCanaryRequest *bool  `json:"isCanaryRequest"`
		DeploymentID    string `json:"deploymentId"`
	} `json:"requestContext"`
	StageVariables map[string]string `json:"stageVariables"`
}

// TestCanaryRelease walks a release: two deployments share a stage's traffic,
// the canary with variables of its own; then it is promoted, another is taken
// back, and the first deployment is brought back from history.
func TestCanaryRelease(t *testing.T) {
	t.Parallel()
	const calls, percent = 2000, 20
	var mu sync.Mutex
	var events []canaryEvent
	f := fleet.Start(t, fleet.Options{
		Functions: []functionhost.Function{greeter(t)},
		Observe: func(_ string, _ http.Header, raw []byte) {
			var event canaryEvent
			if err := json.Unmarshal(raw, &event); err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			events = append(events, event)
		},
	})
	api := f.NewAPI(t, "canary")
	api.Method("GET", "/version")
	api.Lambda("GET", "/function", "greeter")
	point(t, f, api, "v1")
	first := api.Deploy("live")
	patchStage(t, f, api, types.PatchOperation{Op: types.OpReplace, Path: aws.String("/variables/variant"), Value: aws.String("plain")})
	expect(t, f.Caller(), api.Host(), "/live/version", 200, `"/v1/plain"`)

	point(t, f, api, "v2")
	second := deployCanary(t, f, api, percent)
	counts := countVersions(t, f, api, calls)
	deviation := math.Sqrt(calls * percent * (100 - percent) / 10000.0)
	if off := math.Abs(float64(counts["/v2/special"]) - calls*percent/100.0); off > 5*deviation {
		t.Errorf("%d of %d calls went to the canary, want %d%% within 5 deviations of %.1f", counts["/v2/special"], calls, percent, deviation)
	}
	if counts["/v1/plain"]+counts["/v2/special"] != calls {
		t.Errorf("the backend saw %v", counts)
	}
	t.Logf("%v of %d calls, a deviation is %.1f", counts, calls, deviation)
	caller := f.Caller()
	for range 100 {
		expect(t, caller, api.Host(), "/live/function", 200, "Hello")
	}
	mu.Lock()
	expectEvents(t, events, first, second)
	mu.Unlock()

	patchStage(t, f, api,
		types.PatchOperation{Op: types.OpReplace, Path: aws.String("/canarySettings/percentTraffic"), Value: aws.String("0.0")},
		types.PatchOperation{Op: types.OpCopy, From: aws.String("/canarySettings/stageVariableOverrides"), Path: aws.String("/variables")},
		types.PatchOperation{Op: types.OpCopy, From: aws.String("/canarySettings/deploymentId"), Path: aws.String("/deploymentId")},
	)
	expectOnly(t, f, api, "/v2/special")
	point(t, f, api, "v3")
	third := deployCanary(t, f, api, 100)
	expectOnly(t, f, api, "/v3/special")
	patchStage(t, f, api, types.PatchOperation{Op: types.OpRemove, Path: aws.String("/canarySettings")})
	expectOnly(t, f, api, "/v2/special")
	api.Switch("live", first)
	expectOnly(t, f, api, "/v1/special")
	expectHistory(t, f, api, first, second, third)
}

// point makes GET /version call a path that names a version and a variable.
func point(t *testing.T, f *fleet.Fleet, api *fleet.API, version string) {
	t.Helper()
	api.Integrate("GET", "/version", apigateway.PutIntegrationInput{
		Type: types.IntegrationTypeHttpProxy, IntegrationHttpMethod: aws.String("GET"),
		Uri: aws.String(f.Upstream.URL() + "/" + version + "/${stageVariables.variant}"),
	})
}

func deployCanary(t *testing.T, f *fleet.Fleet, api *fleet.API, percent float64) string {
	t.Helper()
	made, err := f.Client.CreateDeployment(t.Context(), &apigateway.CreateDeploymentInput{
		RestApiId: &api.ID, StageName: aws.String("live"), CanarySettings: &types.DeploymentCanarySettings{
			PercentTraffic: percent, StageVariableOverrides: map[string]string{"variant": "special"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return *made.Id
}

func patchStage(t *testing.T, f *fleet.Fleet, api *fleet.API, operations ...types.PatchOperation) {
	t.Helper()
	_, err := f.Client.UpdateStage(t.Context(), &apigateway.UpdateStageInput{
		RestApiId: &api.ID, StageName: aws.String("live"), PatchOperations: operations,
	})
	if err != nil {
		t.Fatal(err)
	}
}

// countVersions calls so often, over eight connections, and counts the paths
// that the backend got.
func countVersions(t *testing.T, f *fleet.Fleet, api *fleet.API, calls int) map[string]int {
	t.Helper()
	var mu sync.Mutex
	counts := map[string]int{}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			caller := f.Caller()
			for range calls / 8 {
				answer, err := caller.Do(t.Context(), http.MethodGet, api.Host(), "/live/version", "")
				var echo struct {
					Path string `json:"path"`
				}
				if err == nil {
					err = json.Unmarshal([]byte(answer.Body), &echo)
				}
				if err != nil {
					t.Errorf("%d %q: %v", answer.Status, answer.Body, err)
					return
				}
				mu.Lock()
				counts[echo.Path]++
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return counts
}

// expectEvents wants both kinds of events, each wholly of its deployment.
func expectEvents(t *testing.T, events []canaryEvent, base, canary string) {
	t.Helper()
	seen := map[bool]int{}
	for _, event := range events {
		said := event.RequestContext.IsCanaryRequest
		is := said != nil && *said
		seen[is]++
		variant, deployment := "plain", base
		if is {
			variant, deployment = "special", canary
		}
		if event.StageVariables["variant"] != variant || event.RequestContext.DeploymentID != deployment {
			t.Errorf("isCanaryRequest %v came with variables %v of deployment %s", is, event.StageVariables, event.RequestContext.DeploymentID)
		}
	}
	if seen[true] == 0 || seen[false] == 0 {
		t.Errorf("events by isCanaryRequest: %v, want both", seen)
	}
}

// expectOnly wants all of many calls to go one way.
func expectOnly(t *testing.T, f *fleet.Fleet, api *fleet.API, path string) {
	t.Helper()
	expect(t, f.Caller(), api.Host(), "/live/version", 200, fmt.Sprintf("%q", path))
	if counts := countVersions(t, f, api, 80); counts[path] != 80 {
		t.Errorf("the backend saw %v, want %s only", counts, path)
	}
}

// expectHistory wants deployments kept, and the stage to say which it serves.
func expectHistory(t *testing.T, f *fleet.Fleet, api *fleet.API, deployments ...string) {
	t.Helper()
	listed, err := f.Client.GetDeployments(t.Context(), &apigateway.GetDeploymentsInput{RestApiId: &api.ID})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, one := range listed.Items {
		ids = append(ids, *one.Id)
	}
	slices.Sort(ids)
	if want := slices.Sorted(slices.Values(deployments)); !slices.Equal(ids, want) {
		t.Errorf("deployments are %s, want %s", strings.Join(ids, " "), strings.Join(want, " "))
	}
	stage, err := f.Client.GetStage(t.Context(), &apigateway.GetStageInput{RestApiId: &api.ID, StageName: aws.String("live")})
	if err != nil {
		t.Fatal(err)
	}
	if *stage.DeploymentId != deployments[0] || stage.CanarySettings != nil {
		t.Errorf("the stage serves %s with canary %+v, want %s alone", *stage.DeploymentId, stage.CanarySettings, deployments[0])
	}
}
