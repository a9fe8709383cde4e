package compile_test

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	"github.com/sluice-gateway/sluice/controlplane/compile"
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/internal/secret"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// proxied is a method that passes to a backend.
func proxied(verb string) *definition.Method {
	return &definition.Method{HTTPMethod: verb, AuthorizationType: "NONE", Integration: &definition.Integration{Type: "HTTP_PROXY", HTTPMethod: verb, URI: "http://backend.example/x"}}
}

func compiled(content *definition.Content) *planv1.Plan {
	plan, _ := compile.Compile(compile.Input{
		AccountID: "123456789012", Region: "us-east-1", APIID: "abc1234567",
		Stage: &definition.Stage{StageName: "live", DeploymentID: "dep001"}, Content: content,
	})
	return plan
}

// walk finds an operation as AWS does: down the tree of resources, a literal child
// before the {parameter} before the {greedy+}, turning back from a dead end; a verb
// of a resource before its ANY.
func walk(content *definition.Content, prefix, rest []string, verb string) string {
	for _, resource := range content.Resources {
		parts := split(resource.Path)
		if len(rest) == 0 && slices.Equal(parts, prefix) {
			for _, tried := range []string{verb, "ANY"} {
				if resource.Methods[tried] != nil {
					return resource.ID + "." + tried
				}
			}
		}
	}
	if len(rest) == 0 {
		return ""
	}
	for _, next := range []string{rest[0], "{x}"} {
		if found := walk(content, append(slices.Clone(prefix), next), rest[1:], verb); found != "" {
			return found
		}
	}
	return walkGreedy(content, prefix, verb)
}

func walkGreedy(content *definition.Content, prefix []string, verb string) string {
	return walk(content, append(slices.Clone(prefix), "{g+}"), nil, verb)
}

func split(path string) []string {
	return slices.DeleteFunc(strings.Split(path, "/"), func(part string) bool { return part == "" })
}

// serves says whether an operation matches, as a route does.
func serves(operation *planv1.Operation, parts []string, verb string) bool {
	if operation.GetMethod() != verb && operation.GetMethod() != "ANY" {
		return false
	}
	for i, segment := range operation.GetSegments() {
		switch {
		case i >= len(parts):
			return false
		case segment.GetGreedy() != "":
			return true
		case segment.GetLiteral() != "" && segment.GetLiteral() != parts[i]:
			return false
		}
	}
	return len(operation.GetSegments()) == len(parts)
}

// TestRoutingOrder holds that the first operation that matches is the one which
// AWS's walk with its turning back finds.
func TestRoutingOrder(t *testing.T) {
	t.Parallel()
	segment := rapid.SampledFrom([]string{"a", "b", "{x}", "{g+}"})
	rapid.Check(t, func(t *rapid.T) {
		content := &definition.Content{Resources: map[string]*definition.Resource{}}
		for range rapid.IntRange(1, 20).Draw(t, "resources") {
			parts := rapid.SliceOfN(segment, 0, 4).Draw(t, "path")
			if greedy := slices.Index(parts, "{g+}"); greedy >= 0 {
				parts = parts[:greedy+1]
			}
			path := "/" + strings.Join(parts, "/")
			if content.Resources[path] == nil {
				content.Resources[path] = &definition.Resource{ID: fmt.Sprintf("r%d", len(content.Resources)), Path: path, Methods: map[string]*definition.Method{}}
			}
			verb := rapid.SampledFrom([]string{"GET", "POST", "ANY"}).Draw(t, "verb")
			content.Resources[path].Methods[verb] = proxied(verb)
		}
		operations := compiled(content).GetRelease().GetOperations()
		for range 20 {
			parts := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 5).Draw(t, "asked")
			verb := rapid.SampledFrom([]string{"GET", "POST", "PUT"}).Draw(t, "asked verb")
			got := ""
			if at := slices.IndexFunc(operations, func(o *planv1.Operation) bool { return serves(o, parts, verb) }); at >= 0 {
				got = operations[at].GetId()
			}
			if want := walk(content, nil, parts, verb); got != want {
				t.Fatalf("%s /%s: the list serves %q, AWS's walk %q", verb, strings.Join(parts, "/"), got, want)
			}
		}
	})
}

// TestNames hold that a plan is named by its content: equal ones alike, others
// otherwise, and that an operation's checksum changes with it alone.
func TestNames(t *testing.T) {
	t.Parallel()
	content := func(uri string) *definition.Content {
		one, two := proxied("GET"), proxied("GET")
		two.Integration.URI = uri
		return &definition.Content{Resources: map[string]*definition.Resource{
			"a": {ID: "a", Path: "/a", Methods: map[string]*definition.Method{"GET": one}},
			"b": {ID: "b", Path: "/b", Methods: map[string]*definition.Method{"GET": two}},
		}}
	}
	first, again, other := compiled(content("http://x.example/1")), compiled(content("http://x.example/1")), compiled(content("http://x.example/2"))
	if diff := cmp.Diff(first, again, protocmp.Transform()); diff != "" {
		t.Errorf("equal inputs gave:\n%s", diff)
	}
	if first.GetName() == other.GetName() {
		t.Errorf("two contents are both named %s", first.GetName())
	}
	if !strings.HasPrefix(first.GetName(), "abc1234567/live/") {
		t.Errorf("name %s", first.GetName())
	}
	before, after := first.GetRelease().GetOperations(), other.GetRelease().GetOperations()
	if before[0].GetChecksum() != after[0].GetChecksum() || before[1].GetChecksum() == after[1].GetChecksum() {
		t.Errorf("checksums %s %s, then %s %s; want the second changed alone", before[0].GetChecksum(), before[1].GetChecksum(), after[0].GetChecksum(), after[1].GetChecksum())
	}
}

// TestNothing holds that a stage without a deployment, or with an empty one, has a
// plan: its paths are unknown, not absent.
func TestNothing(t *testing.T) {
	t.Parallel()
	for _, content := range []*definition.Content{nil, {}} {
		plan, problems := compile.Compile(compile.Input{APIID: "abc1234567", Region: "us-east-1", Stage: &definition.Stage{StageName: "live"}, Content: content})
		if len(problems) > 0 || plan.GetName() == "" || len(plan.GetHosts()) != 2 || plan.GetRelease() == nil {
			t.Errorf("%v: %v %v", content, plan, problems)
		}
	}
}

// TestUsagePlan holds that a key's value travels as its digest alone.
func TestUsagePlan(t *testing.T) {
	t.Parallel()
	const value = "the-value-of-a-key-of-some-length"
	made := compile.UsagePlan("123456789012", "us-east-1", &definition.UsagePlan{
		ID: "plan01", Name: "gold", KeyIDs: []string{"key1", "gone", "key2"},
		Throttle: &definition.ThrottleSettings{RateLimit: 1.5, BurstLimit: 3}, Quota: &definition.QuotaSettings{Limit: 100, Offset: 7, Period: "WEEK"},
		APIStages: []definition.APIStage{{APIID: "api", Stage: "live", Throttle: map[string]definition.ThrottleSettings{"/pets/GET": {RateLimit: 2, BurstLimit: 4}}}},
	}, []*definition.APIKey{
		{ID: "key1", Name: "one", Value: secret.New(value), Enabled: true, CustomerID: "c1"}, {ID: "key2", Value: secret.New("another-value-of-some-length")},
	})
	one, two := sha256.Sum256([]byte(value)), sha256.Sum256([]byte("another-value-of-some-length"))
	want := &planv1.UsagePlan{
		Name: "123456789012/us-east-1/plan01", Id: "plan01", AccountId: "123456789012", Region: "us-east-1", PlanName: "gold",
		Throttle: &planv1.Throttle{Rate: 1.5, Burst: 3}, Quota: &planv1.Quota{Limit: 100, Offset: 7, Period: "WEEK"},
		Stages: []*planv1.UsagePlanStage{{ApiId: "api", Stage: "live", Methods: map[string]*planv1.Throttle{"/pets/GET": {Rate: 2, Burst: 4}}}},
		Keys:   []*planv1.UsagePlanKey{{Id: "key1", Digest: one[:], Enabled: true, Name: "one", CustomerId: "c1"}, {Id: "key2", Digest: two[:]}},
	}
	if diff := cmp.Diff(want, made, protocmp.Transform()); diff != "" {
		t.Errorf("-want +made:\n%s", diff)
	}
	encoded, err := proto.Marshal(made)
	if err != nil || strings.Contains(string(encoded), value) {
		t.Errorf("the value is in the message, or %v", err)
	}
}

// TestMethodSettings holds by which keys a stage's throttles apply.
func TestMethodSettings(t *testing.T) {
	t.Parallel()
	content := &definition.Content{Resources: map[string]*definition.Resource{}}
	for id, path := range map[string]string{"root": "/", "pets": "/pets", "pet": "/pets/{id}"} {
		content.Resources[id] = &definition.Resource{ID: id, Path: path, Methods: map[string]*definition.Method{"GET": proxied("GET")}}
	}
	plan, _ := compile.Compile(compile.Input{APIID: "abc1234567", Region: "us-east-1", Content: content, Stage: &definition.Stage{
		StageName: "live", MethodSettings: map[string]*definition.MethodSetting{
			"*/*": {ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1}, "~1/GET": {ThrottlingRateLimit: 2, ThrottlingBurstLimit: 2},
			"pets~1{id}/GET": {ThrottlingRateLimit: -1, ThrottlingBurstLimit: -1},
		},
	}})
	want := map[string]float64{"/": 2, "/pets": 1, "/pets/{id}": 0}
	for _, operation := range plan.GetRelease().GetOperations() {
		if rate := operation.GetDecision().GetThrottle().GetRate(); rate != want[operation.GetResourcePath()] {
			t.Errorf("%s: rate %v, want %v", operation.GetResourcePath(), rate, want[operation.GetResourcePath()])
		}
	}
}

// FuzzAddress has URIs of all kinds compiled: whatever a user wrote is a plan, with
// a problem or a backend that can be connected to.
func FuzzAddress(f *testing.F) {
	for _, seed := range []string{
		"http://x", "https://x:8443/a/{b}?c=d#e", "http://[::1]:80/", "http://${stageVariables.a}/", "ftp://x", "http://x:0", "http://a b/", "://", "http://user@x/",
		"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:1:function:f:alias/invocations",
		"arn:aws:apigateway:us-east-1:sub.s3:path/{bucket}/{key}", "arn:aws:apigateway:us-east-1:sqs:action/SendMessage", "arn:aws:apigateway::::",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, uri string) {
		for _, kind := range []string{"HTTP_PROXY", "AWS"} {
			method := proxied("GET")
			method.Integration.Type, method.Integration.URI = kind, uri
			plan, problems := compile.Compile(compile.Input{
				APIID: "abc1234567", Region: "us-east-1", Stage: &definition.Stage{StageName: "live"},
				Content: &definition.Content{Resources: map[string]*definition.Resource{"r": {ID: "r", Path: "/", Methods: map[string]*definition.Method{"GET": method}}}},
			})
			operation := plan.GetRelease().GetOperations()[0]
			backend := operation.GetIntegration().GetBackend()
			if (operation.GetRefusal() == nil) != (len(problems) == 0) || (operation.GetRefusal() == nil) != (backend.GetHost() != "") {
				t.Errorf("%q: refusal %v, problems %v, backend %v", uri, operation.GetRefusal(), problems, backend)
			}
			if backend != nil && (backend.GetPort() == 0 || strings.ContainsAny(backend.GetHost(), " /?{}@")) {
				t.Errorf("%q: backend %v", uri, backend)
			}
		}
	})
}
