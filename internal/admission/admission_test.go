package admission

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sluice-gateway/sluice/internal/gatewayresponse"
	"github.com/sluice-gateway/sluice/internal/requestcontext"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

func samplePlan(change func(*planv1.Plan)) *planv1.Plan {
	plan := &planv1.Plan{
		Name: "abc/prod/1", AccountId: "123456789012", Region: "us-east-1", ApiId: "abc", Stage: "prod",
		Release: &planv1.Release{DeploymentId: "d1", IsCanary: true, HasCanarySettings: true},
	}
	if change != nil {
		change(plan)
	}
	return plan
}

// TestRules holds what is read off a plan.
func TestRules(t *testing.T) {
	t.Parallel()
	plan := samplePlan(func(plan *planv1.Plan) {
		plan.Explain, plan.AccessLog = true, &planv1.AccessLog{Format: "$context.requestId"}
		plan.AccountThrottle = &planv1.Throttle{Rate: 1, Burst: 1}
		plan.Release.ApiKeySource = planv1.ApiKeySource_API_KEY_SOURCE_AUTHORIZER
		plan.Release.GatewayResponses = []*planv1.GatewayResponse{{Type: "THROTTLED", StatusCode: "420"}}
	})
	rules := CompileRelease(plan, plan.GetRelease()).Operation(&planv1.Operation{
		Id: "r1.GET", Method: "GET", ResourceId: "r1", ResourcePath: "/", OperationName: "Root",
		Decision: &planv1.Decision{ApiKeyRequired: true, Throttle: &planv1.Throttle{Rate: 1, Burst: 1}},
	})
	want := requestcontext.Operation{
		AccountID: "123456789012", Region: "us-east-1", APIID: "abc", Stage: "prod", DeploymentID: "d1", HasCanary: true, IsCanary: true,
		ResourceID: "r1", ResourcePath: "/", OperationName: "Root",
	}
	if diff := cmp.Diff(want, rules.Context); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if rules.Name != "abc/prod/1/r1.GET" || rules.StageKey != "abc/prod" || rules.MethodKey != "//GET" || rules.Unsupported != "" || rules.IsUnmatched() {
		t.Errorf("got %+v", rules)
	}
	if !rules.APIKeyRequired || !rules.KeyFromAuthorizer || !rules.Explain || !rules.AccessLog || rules.Account == nil || rules.Throttle == nil {
		t.Errorf("got %+v", rules)
	}
	if got := rules.Responses.Render(nil, gatewayresponse.Throttled, &gatewayresponse.Values{}); got.Status != 420 {
		t.Errorf("a customised response has status %d", got.Status)
	}
}

// TestBucketsOutliveDeployments wants a redeployment, and a canary, to go on with
// the buckets of the same method.
func TestBucketsOutliveDeployments(t *testing.T) {
	t.Parallel()
	operation := &planv1.Operation{Id: "r1.GET", Method: "GET", ResourcePath: "/pets", Decision: &planv1.Decision{Throttle: &planv1.Throttle{Rate: 1, Burst: 1}}}
	first := CompileRelease(samplePlan(nil), &planv1.Release{}).Operation(operation)
	operation.Id = "canary.r1.GET"
	second := CompileRelease(samplePlan(func(plan *planv1.Plan) { plan.Name = "abc/prod/2" }), &planv1.Release{}).Operation(operation)
	other := CompileRelease(samplePlan(func(plan *planv1.Plan) { plan.Stage = "dev" }), &planv1.Release{}).Operation(operation)
	if first.Throttle.Name != second.Throttle.Name || first.Throttle.Name == other.Throttle.Name {
		t.Errorf("got %q, %q, %q", first.Throttle.Name, second.Throttle.Name, other.Throttle.Name)
	}
}

// TestUnsupported refuses what cannot be decided, whatever the compiler let
// through.
func TestUnsupported(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		policy   string
		decision *planv1.Decision
		refused  bool
	}{
		"nothing":         {"", nil, false},
		"none":            {"", &planv1.Decision{Authorization: planv1.AuthorizationType_AUTHORIZATION_TYPE_NONE}, false},
		"IAM":             {"", &planv1.Decision{Authorization: planv1.AuthorizationType_AUTHORIZATION_TYPE_AWS_IAM}, true},
		"custom":          {"", &planv1.Decision{Authorization: planv1.AuthorizationType_AUTHORIZATION_TYPE_CUSTOM}, true},
		"Cognito":         {"", &planv1.Decision{Authorization: planv1.AuthorizationType_AUTHORIZATION_TYPE_COGNITO_USER_POOLS}, true},
		"one of tomorrow": {"", &planv1.Decision{Authorization: 99}, true},
		"a policy":        {"{}", nil, true},
		"a policy, said":  {"", &planv1.Decision{ResourcePolicy: true}, true},
	}
	for name, test := range cases {
		release := CompileRelease(samplePlan(nil), &planv1.Release{ResourcePolicy: test.policy})
		if rules := release.Operation(&planv1.Operation{Id: "r1.GET", Decision: test.decision}); (rules.Unsupported != "") != test.refused {
			t.Errorf("%s: unsupported %q", name, rules.Unsupported)
		}
	}
}

// TestClosest tells what an unmatched request came closest to.
func TestClosest(t *testing.T) {
	t.Parallel()
	literal := func(text string) *planv1.Segment {
		return &planv1.Segment{Kind: &planv1.Segment_Literal{Literal: text}}
	}
	parameter := &planv1.Segment{Kind: &planv1.Segment_Parameter{Parameter: "id"}}
	greedy := &planv1.Segment{Kind: &planv1.Segment_Greedy{Greedy: "proxy"}}
	rules := CompileRelease(samplePlan(nil), &planv1.Release{}).Unmatched([]*planv1.Operation{
		{Method: "GET", ResourcePath: "/"},
		{Method: "POST", ResourcePath: "/pets", Segments: []*planv1.Segment{literal("pets")}},
		{Method: "GET", ResourcePath: "/pets/{id}", Segments: []*planv1.Segment{literal("pets"), parameter}},
		{Method: "PUT", ResourcePath: "/files/{proxy+}", Segments: []*planv1.Segment{literal("files"), greedy}},
	})
	if !rules.IsUnmatched() || rules.Name != "abc/prod/1/unmatched" {
		t.Errorf("got %+v", rules)
	}
	for _, test := range []struct{ method, path, detail, wanted string }{
		{"DELETE", "/", "The path matches, but not with DELETE.", "GET /"},
		{"GET", "/pets", "The path matches, but not with GET.", "POST /pets"},
		{"GET", "/pets/1/tail", "No resource matches the path /pets/1/tail.", "GET /pets/{id}"},
		{"GET", "/files/a/b", "The path matches, but not with GET.", "PUT /files/{proxy+}"},
		{"PUT", "/files", "No resource matches the path /files.", "PUT /files/{proxy+}"},
	} {
		if detail, wanted := rules.Closest(test.method, test.path); detail != test.detail || wanted != test.wanted {
			t.Errorf("%s %s: got %q, %q", test.method, test.path, detail, wanted)
		}
	}
}
