package plan

import (
	"strings"

	"github.com/sluice-gateway/sluice/internal/admission"
)

// Rules are what a caller of the operation behind a route name must pass; nil
// when there is none. {plan}/unmatched stands for requests that no operation of
// a plan matches.
func (t *Table) Rules(routeName string) *admission.Rules {
	if operation, found := t.Lookup(routeName); found {
		return operation.Rules
	}
	name, unmatched := strings.CutSuffix(routeName, "/"+admission.UnmatchedID)
	if !unmatched {
		return nil
	}
	plan, found := t.Plan(name)
	if !found || len(plan.releases) == 0 {
		return nil
	}
	// The canary's release, if there is one, comes after the stage's own.
	release := plan.releases[0]
	return release.Rules.Unmatched(release.Definition.GetOperations())
}
