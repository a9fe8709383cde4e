package plan

import (
	"testing"

	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

func TestRules(t *testing.T) {
	t.Parallel()
	table := NewTable()
	err := table.Plans([]*planv1.Plan{{
		Name: "a/prod/1", ApiId: "a", Stage: "prod",
		Release: &planv1.Release{DeploymentId: "main", Operations: []*planv1.Operation{{Id: "r.GET", Method: "GET"}}},
		Canary:  &planv1.Canary{Release: &planv1.Release{DeploymentId: "canary"}},
	}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"a/prod/1/r.GET": "r.GET", "a/prod/1/unmatched": "unmatched", "a/prod/1/gone": "", "a/prod/2/unmatched": "", "unmatched": "", "": ""} {
		rules := table.Rules(name)
		switch {
		case rules == nil && want != "" || rules != nil && rules.ID != want:
			t.Errorf("%q: got %+v, want %q", name, rules, want)
		case rules != nil && (rules.Context.DeploymentID != "main" || rules.Name != name):
			t.Errorf("%q: got %s of deployment %s", name, rules.Name, rules.Context.DeploymentID)
		}
	}
}
