package apikey

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-gateway/sluice/internal/explain"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

func value(key string) string { return "a-value-of-an-api-key/" + key }

func keyOf(id string, enabled bool) *planv1.UsagePlanKey {
	sum := sha256.Sum256([]byte(value(id)))
	return &planv1.UsagePlanKey{Id: id, Digest: sum[:], Enabled: enabled}
}

// TestIndexAgainstModel changes usage plans at random and compares every look-up
// with a search through the plans as they are.
func TestIndexAgainstModel(t *testing.T) {
	t.Parallel()
	keys := []string{"a", "b", "c", "d", "e"}
	stages := []string{"api1/prod", "api1/dev", "api2/prod"}
	rapid.Check(t, func(t *rapid.T) {
		model := map[string]*planv1.UsagePlan{}
		index := &Index{}
		for range rapid.IntRange(1, 12).Draw(t, "changes") {
			name := rapid.SampledFrom([]string{"p1", "p2", "p3"}).Draw(t, "plan")
			before, unchanged := index, search(index.definitions(), keys, stages)
			if rapid.Bool().Draw(t, "remove") {
				delete(model, name)
				index = index.With(nil, []string{name, "unknown"})
			} else {
				model[name] = drawPlan(t, name, keys, stages)
				index = index.With([]*planv1.UsagePlan{model[name]}, nil)
			}
			for key, want := range search(model, keys, stages) {
				if got := found(index, key); got != want {
					t.Fatalf("%s: got %s, want %s", key, got, want)
				}
			}
			for key, want := range unchanged {
				if got := found(before, key); got != want {
					t.Fatalf("an index that others read changed: %s: got %s, want %s", key, got, want)
				}
			}
		}
		if index.Len() != len(model) {
			t.Fatalf("%d plans, want %d", index.Len(), len(model))
		}
	})
}

// definitions are the plans of an index as the model has them.
func (x *Index) definitions() map[string]*planv1.UsagePlan {
	made := map[string]*planv1.UsagePlan{}
	for name, plan := range x.plans {
		one := &planv1.UsagePlan{Name: name, AccountId: plan.AccountID}
		for key := range plan.stages {
			api, stage, _ := strings.Cut(key, "/")
			one.Stages = append(one.Stages, &planv1.UsagePlanStage{ApiId: api, Stage: stage})
		}
		for _, key := range plan.keys {
			one.Keys = append(one.Keys, keyOf(key.ID, key.Enabled))
		}
		made[name] = one
	}
	return made
}

func drawPlan(t *rapid.T, name string, keys, stages []string) *planv1.UsagePlan {
	plan := &planv1.UsagePlan{Name: name, AccountId: rapid.SampledFrom([]string{"mine", "theirs"}).Draw(t, "account")}
	for _, key := range keys {
		if rapid.Bool().Draw(t, "has "+key) {
			plan.Keys = append(plan.Keys, keyOf(key, rapid.Bool().Draw(t, "enabled")))
		}
	}
	for _, stage := range stages {
		if rapid.Bool().Draw(t, "lists "+stage) {
			api, stage, _ := strings.Cut(stage, "/")
			plan.Stages = append(plan.Stages, &planv1.UsagePlanStage{ApiId: api, Stage: stage})
		}
	}
	return plan
}

// search looks every key up for every stage in the simplest way: "admitted" or
// the reason.
func search(plans map[string]*planv1.UsagePlan, keys, stages []string) map[string]string {
	made := map[string]string{}
	for _, key := range keys {
		for _, stage := range stages {
			best := explain.APIKeyUnknown
			for _, plan := range plans {
				at := slices.IndexFunc(plan.GetKeys(), func(one *planv1.UsagePlanKey) bool { return one.GetId() == key })
				if at < 0 || plan.GetAccountId() != "mine" {
					continue
				}
				lists := slices.ContainsFunc(plan.GetStages(), func(one *planv1.UsagePlanStage) bool { return one.GetApiId()+"/"+one.GetStage() == stage })
				switch {
				case lists && plan.GetKeys()[at].GetEnabled():
					best = "admitted"
				case lists && best != "admitted":
					best = explain.APIKeyDisabled
				case best == explain.APIKeyUnknown:
					best = explain.APIKeyNotInStage
				}
			}
			made[key+" "+stage] = string(best)
		}
	}
	return made
}

func found(index *Index, keyAndStage string) string {
	key, stage, _ := strings.Cut(keyAndStage, " ")
	match, reason := index.Find(value(key), "mine", stage)
	if match.Key == nil {
		return string(reason)
	}
	if match.Key.ID != key || match.Plan.AccountID != "mine" {
		return "somebody else's: " + match.Key.ID
	}
	return "admitted"
}

func TestFindOddValues(t *testing.T) {
	t.Parallel()
	index := (&Index{}).With([]*planv1.UsagePlan{{Name: "p", AccountId: "mine", Keys: []*planv1.UsagePlanKey{{Id: "short", Digest: []byte("short")}}}}, nil)
	for given, want := range map[string]explain.Reason{
		"": explain.APIKeyMissing, strings.Repeat("x", MaxValueLength+1): explain.APIKeyUnknown, "short": explain.APIKeyUnknown, "\x00\xff": explain.APIKeyUnknown,
	} {
		if match, reason := index.Find(given, "mine", "api1/prod"); match.Key != nil || reason != want {
			t.Errorf("%.10q: got %v %s, want %s", given, match.Key, reason, want)
		}
	}
}

// BenchmarkUpdate is a change of a plan with 10 keys among 10,000 plans.
func BenchmarkUpdate(b *testing.B) {
	var plans []*planv1.UsagePlan
	for i := range 10_000 {
		plan := &planv1.UsagePlan{Name: fmt.Sprint("p", i), AccountId: "mine", Stages: []*planv1.UsagePlanStage{{ApiId: "api1", Stage: "prod"}}}
		for j := range 10 {
			plan.Keys = append(plan.Keys, keyOf(fmt.Sprint(i, "/", j), true))
		}
		plans = append(plans, plan)
	}
	store := NewStore()
	if err := store.UsagePlans(plans, nil); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := store.UsagePlans(plans[:1], nil); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFind is one look-up among 1,000 keys.
func BenchmarkFind(b *testing.B) {
	plan := &planv1.UsagePlan{Name: "p", AccountId: "mine", Stages: []*planv1.UsagePlanStage{{ApiId: "api1", Stage: "prod"}}}
	for i := range 1000 {
		plan.Keys = append(plan.Keys, keyOf(fmt.Sprint(i), true))
	}
	index := (&Index{}).With([]*planv1.UsagePlan{plan}, nil)
	wanted := value("500")
	b.ReportAllocs()
	for b.Loop() {
		if match, _ := index.Find(wanted, "mine", "api1/prod"); match.Key == nil {
			b.Fatal("not found")
		}
	}
}
