package extauth

import (
	"crypto/sha256"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/extauth/apikey"
	"github.com/sluice-gateway/sluice/internal/admission"
	"github.com/sluice-gateway/sluice/internal/explain"
	"github.com/sluice-gateway/sluice/internal/gatewayresponse"
	"github.com/sluice-gateway/sluice/internal/usage"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// named are headers by lower-case name.
type named map[string]string

func (n named) Get(name string) (string, bool) {
	value, found := n[name]
	return value, found
}

// samplePlan is a stage with one operation of each kind that decisions differ by.
func samplePlan() *planv1.Plan {
	pets := []*planv1.Segment{{Kind: &planv1.Segment_Literal{Literal: "pets"}}, {Kind: &planv1.Segment_Parameter{Parameter: "petId"}}}
	return &planv1.Plan{
		Name: "abcde12345/prod/0011", AccountId: "123456789012", Region: "us-east-1", ApiId: "abcde12345", Stage: "prod",
		AccountThrottle: &planv1.Throttle{Rate: 1e6, Burst: 1e6},
		Release: &planv1.Release{
			DeploymentId: "dep1", StageVariables: map[string]string{"env": "blue"},
			Operations: []*planv1.Operation{
				{Id: "r1.GET", Method: "GET", ResourceId: "r1", ResourcePath: "/pets/{petId}", Segments: pets, Decision: &planv1.Decision{ApiKeyRequired: true}},
				{Id: "r2.GET", Method: "GET", ResourcePath: "/limited", Decision: &planv1.Decision{Throttle: &planv1.Throttle{Rate: 1, Burst: 2}}},
				{Id: "r3.GET", Method: "GET", ResourcePath: "/both", Decision: &planv1.Decision{ApiKeyRequired: true, Throttle: &planv1.Throttle{Rate: 1, Burst: 1}}},
				{Id: "r4.GET", Method: "GET", ResourcePath: "/custom", Decision: &planv1.Decision{Authorization: planv1.AuthorizationType_AUTHORIZATION_TYPE_CUSTOM}},
				{Id: "r5.GET", Method: "GET", ResourcePath: "/open"},
				{Id: "r6.GET", Method: "GET", ResourcePath: "/hot", Decision: &planv1.Decision{ApiKeyRequired: true}},
			},
		},
	}
}

// keyValue is the value of a key by its id.
func keyValue(id string) string { return "value-of-the-api-key-" + id }

func key(id string, enabled bool) *planv1.UsagePlanKey {
	sum := sha256.Sum256([]byte(keyValue(id)))
	return &planv1.UsagePlanKey{Id: id, Digest: sum[:], Enabled: enabled, Name: "name of " + id}
}

func usagePlans() []*planv1.UsagePlan {
	stage := func(methods map[string]*planv1.Throttle) []*planv1.UsagePlanStage {
		return []*planv1.UsagePlanStage{{ApiId: "abcde12345", Stage: "prod", Methods: methods}}
	}
	return []*planv1.UsagePlan{
		{
			Name: "123456789012/us-east-1/free", Id: "free", AccountId: "123456789012", Throttle: &planv1.Throttle{Rate: 1, Burst: 3},
			Stages: stage(map[string]*planv1.Throttle{"/hot/GET": {Rate: 1, Burst: 1}}),
			Keys:   []*planv1.UsagePlanKey{key("good", true), key("other", true), key("off", false)},
		},
		{
			Name: "123456789012/us-east-1/quota", Id: "quota", AccountId: "123456789012", Quota: &planv1.Quota{Limit: 2, Period: "DAY"},
			Stages: stage(nil), Keys: []*planv1.UsagePlanKey{key("counted", true)},
		},
		{
			Name: "123456789012/us-east-1/elsewhere", Id: "elsewhere", AccountId: "123456789012",
			Stages: []*planv1.UsagePlanStage{{ApiId: "abcde12345", Stage: "dev"}}, Keys: []*planv1.UsagePlanKey{key("dev", true), key("good", true)},
		},
		{
			Name: "999999999999/us-east-1/foreign", Id: "foreign", AccountId: "999999999999",
			Stages: stage(nil), Keys: []*planv1.UsagePlanKey{key("foreign", true)},
		},
	}
}

// table compiles a plan's rules by route name.
func table(plan *planv1.Plan) map[string]*admission.Rules {
	release := admission.CompileRelease(plan, plan.GetRelease())
	made := map[string]*admission.Rules{}
	for _, operation := range plan.GetRelease().GetOperations() {
		rules := release.Operation(operation)
		made[rules.Name] = rules
	}
	unmatched := release.Unmatched(plan.GetRelease().GetOperations())
	made[unmatched.Name] = unmatched
	return made
}

func newDecider(tb testing.TB) *Decider {
	tb.Helper()
	keys := apikey.NewStore()
	if err := keys.UsagePlans(usagePlans(), nil); err != nil {
		tb.Fatal(err)
	}
	return NewDecider(keys, usage.NewMemory())
}

// attempt is one call in a sequence and what becomes of it.
type attempt struct {
	operation, key string
	after          time.Duration
	// kind is the gateway response, reason the rule; no reason: allowed.
	kind   gatewayresponse.Type
	reason explain.Reason
}

func TestDecide(t *testing.T) {
	t.Parallel()
	const (
		throttled = gatewayresponse.Throttled
		noKey     = gatewayresponse.InvalidAPIKey
	)
	cases := map[string][]attempt{
		"an open operation":      {{operation: "r5.GET"}, {operation: "r5.GET", key: "nobody's"}},
		"an unknown operation":   {{operation: "gone.GET", kind: gatewayresponse.Default5XX, reason: explain.OperationUnknown}},
		"what is not built":      {{operation: "r4.GET", kind: gatewayresponse.APIConfigurationError, reason: explain.AuthorizationUnsupported}},
		"no key":                 {{operation: "r1.GET", kind: noKey, reason: explain.APIKeyMissing}},
		"a wrong key":            {{operation: "r1.GET", key: "wrong", kind: noKey, reason: explain.APIKeyUnknown}},
		"a disabled key":         {{operation: "r1.GET", key: "off", kind: noKey, reason: explain.APIKeyDisabled}},
		"a key of another stage": {{operation: "r1.GET", key: "dev", kind: noKey, reason: explain.APIKeyNotInStage}},
		"another account's key":  {{operation: "r1.GET", key: "foreign", kind: noKey, reason: explain.APIKeyUnknown}},
		"a key that two plans hold, one with the stage": {{operation: "r1.GET", key: "good"}},
		"the plan's throttle, for each key": {
			{operation: "r1.GET", key: "good"},
			{operation: "r1.GET", key: "good"},
			{operation: "r1.GET", key: "good"},
			{operation: "r1.GET", key: "good", kind: throttled, reason: explain.ThrottlePlan},
			{operation: "r1.GET", key: "other"},
			{operation: "r1.GET", key: "good", after: time.Second},
		},
		"the plan's throttle of a method is narrower": {
			{operation: "r6.GET", key: "good"},
			{operation: "r6.GET", key: "good", kind: throttled, reason: explain.ThrottlePlanMethod},
			{operation: "r1.GET", key: "good"},
			{operation: "r1.GET", key: "good"},
			{operation: "r1.GET", key: "good", kind: throttled, reason: explain.ThrottlePlan},
		},
		"the stage's throttle is shared by all": {
			{operation: "r2.GET"},
			{operation: "r2.GET"},
			{operation: "r2.GET", kind: throttled, reason: explain.ThrottleStage},
			{operation: "r5.GET"},
			{operation: "r2.GET", after: time.Second},
		},
		"a request refused by the stage costs the key nothing": {
			{operation: "r3.GET", key: "good"},
			{operation: "r3.GET", key: "good", kind: throttled, reason: explain.ThrottleStage},
			{operation: "r3.GET", key: "good", kind: throttled, reason: explain.ThrottleStage},
			{operation: "r1.GET", key: "good"},
			{operation: "r1.GET", key: "good"},
		},
		"a quota": {
			{operation: "r1.GET", key: "counted"},
			{operation: "r1.GET", key: "counted"},
			{operation: "r1.GET", key: "counted", kind: gatewayresponse.QuotaExceeded, reason: explain.QuotaPlan},
			{operation: "r1.GET", key: "counted", after: 12 * time.Hour},
		},
	}
	rules := table(samplePlan())
	for name, calls := range cases {
		decider, now := newDecider(t), noon
		for i, one := range calls {
			now = now.Add(one.after)
			request := &Request{Headers: named{}}
			if one.key != "" {
				request.Headers = named{"x-api-key": keyValue(one.key)}
			}
			got := decider.Decide(t.Context(), rules["abcde12345/prod/0011/"+one.operation], request, now)
			if got.Allowed != (one.reason == "") || got.Denial.Reason != one.reason || !got.Allowed && got.Denial.Type != one.kind {
				t.Errorf("%s: call %d: got %+v, want %s %s", name, i, got.Denial, one.kind, one.reason)
			}
		}
	}
}

// TestAccountThrottle is the widest limit, last in order.
func TestAccountThrottle(t *testing.T) {
	t.Parallel()
	plan := samplePlan()
	plan.AccountThrottle = &planv1.Throttle{Rate: 1, Burst: 1}
	rules, decider := table(plan), newDecider(t)
	request := &Request{Headers: named{"x-api-key": keyValue("good")}}
	for i, want := range []explain.Reason{"", explain.ThrottleAccount, explain.ThrottleAccount, explain.ThrottleAccount, explain.ThrottleAccount} {
		if got := decider.Decide(t.Context(), rules["abcde12345/prod/0011/r1.GET"], request, noon); got.Denial.Reason != want {
			t.Errorf("call %d: got %q, want %q", i, got.Denial.Reason, want)
		}
	}
}

// TestKeyFromAuthorizer ignores the header when the API says AUTHORIZER.
func TestKeyFromAuthorizer(t *testing.T) {
	t.Parallel()
	plan := samplePlan()
	plan.Release.ApiKeySource = planv1.ApiKeySource_API_KEY_SOURCE_AUTHORIZER
	request := &Request{Headers: named{"x-api-key": keyValue("good")}}
	got := newDecider(t).Decide(t.Context(), table(plan)["abcde12345/prod/0011/r1.GET"], request, noon)
	if got.Allowed || got.Denial.Reason != explain.APIKeyMissing {
		t.Errorf("got %+v", got)
	}
}

// TestDecisionKnowsTheCaller wants a throttled caller to be known, too.
func TestDecisionKnowsTheCaller(t *testing.T) {
	t.Parallel()
	rules, decider := table(samplePlan())["abcde12345/prod/0011/r6.GET"], newDecider(t)
	request := &Request{ID: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef", Headers: named{"x-api-key": keyValue("good")}}
	for range 2 {
		got := decider.Decide(t.Context(), rules, request, noon)
		context := request.Context(rules, noon)
		got.Identify(context)
		id, _ := context.Text("identity.apiKeyId")
		extended, _ := context.Text("extendedRequestId")
		if got.Key == nil || got.Plan.ID != "free" || id != "good" || extended != "c6af9ac6-7b61-1=" {
			t.Errorf("got %+v, identity.apiKeyId %q, extendedRequestId %q", got, id, extended)
		}
	}
}

// TestUnmatched answers requests that no operation matches as AWS does
// (data-plane-rest.md §2), and tells the operator what comes closest.
func TestUnmatched(t *testing.T) {
	t.Parallel()
	rules, decider := table(samplePlan())["abcde12345/prod/0011/unmatched"], newDecider(t)
	const signature = "AWS4-HMAC-SHA256 Credential=AKID/20261125/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=00"
	cases := []struct {
		method, path, authorization string
		status                      int
		body, errorType             string
		detail, wanted              string
	}{
		{
			"GET", "/prod/nothing", "", 403, `{"message":"Missing Authentication Token"}`, "MissingAuthenticationTokenException",
			"No resource matches the path /nothing.", "GET /both, GET /custom, GET /hot, GET /limited, GET /open, GET /pets/{petId}",
		},
		{
			"DELETE", "/prod/pets/7/", signature, 403, `{"message":"Missing Authentication Token"}`, "MissingAuthenticationTokenException",
			"The path matches, but not with DELETE.", "GET /pets/{petId}",
		},
		{
			"GET", "/prod/pets/7/tail", "Bearer abc", 403,
			`{"message":"Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): 'w1Xc6WwWEogNEZQP/dkBTThsJT4MNlKmzQanIm970rY='."}`,
			"IncompleteSignatureException", "No resource matches the path /pets/7/tail.", "GET /pets/{petId}",
		},
		{
			"GET", "/prod//pets", "", 403, `{"message":"Missing Authentication Token"}`, "MissingAuthenticationTokenException",
			"No resource matches the path /pets.", "GET /pets/{petId}",
		},
	}
	for _, test := range cases {
		request := &Request{Method: test.method, Path: test.path, Headers: named{"x-amz-date": "20261125T120000Z"}}
		if test.authorization != "" {
			request.Headers = named{"authorization": test.authorization, "x-amz-date": "20261125T120000Z"}
		}
		decision := decider.Decide(t.Context(), rules, request, noon)
		answer := Answer(nil, rules, request, &decision, noon)
		if decision.Allowed || answer.Status != test.status || string(answer.Body) != test.body || answer.Headers[1].Value != test.errorType {
			t.Errorf("%s %s: got %d %s %v", test.method, test.path, answer.Status, answer.Body, answer.Headers)
		}
		story := Story(rules, request, &decision, answer.Status, noon)
		if story.Detail != test.detail || story.Wanted != test.wanted {
			t.Errorf("%s %s: got %q, wanted %q", test.method, test.path, story.Detail, story.Wanted)
		}
	}
}

// BenchmarkDecide is the whole decision of a keyed operation: a usage plan with
// both throttles, and the stage's and the account's.
func BenchmarkDecide(b *testing.B) {
	plans := usagePlans()
	plans[0].Throttle = &planv1.Throttle{Rate: 1e9, Burst: 1e9}
	plans[0].Stages[0].Methods["/both/GET"] = &planv1.Throttle{Rate: 1e9, Burst: 1e9}
	keys := apikey.NewStore()
	if err := keys.UsagePlans(plans, nil); err != nil {
		b.Fatal(err)
	}
	decider := NewDecider(keys, usage.NewMemory())
	plan := samplePlan()
	plan.AccountThrottle = &planv1.Throttle{Rate: 1e9, Burst: 1e9}
	plan.Release.Operations[2].Decision.Throttle = &planv1.Throttle{Rate: 1e9, Burst: 1e9}
	rules := table(plan)["abcde12345/prod/0011/r3.GET"]
	request := &Request{Headers: named{"x-api-key": keyValue("good")}}
	now := time.Now()
	b.ReportAllocs()
	for b.Loop() {
		if got := decider.Decide(b.Context(), rules, request, now); !got.Allowed {
			b.Fatal(got.Denial.Reason)
		}
	}
}

// BenchmarkDenied is a denial with the answer that its caller gets.
func BenchmarkDenied(b *testing.B) {
	decider, rules := newDecider(b), table(samplePlan())["abcde12345/prod/0011/r1.GET"]
	request := &Request{Headers: named{"x-api-key": keyValue("wrong"), "accept": "*/*"}}
	now := time.Now()
	var body [256]byte
	b.ReportAllocs()
	for b.Loop() {
		decision := decider.Decide(b.Context(), rules, request, now)
		Answer(body[:0], rules, request, &decision, now)
	}
}
