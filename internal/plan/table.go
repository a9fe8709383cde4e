package plan

import (
	"fmt"
	"maps"
	"strings"
	"sync"
	"sync/atomic"

	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// Table is every plan that may be asked for, by name. Reading takes no lock and
// allocates nothing; writers are few and wait for each other.
type Table struct {
	plans atomic.Pointer[map[string]*Plan]
	mu    sync.Mutex
}

// NewTable makes an empty table.
func NewTable() *Table {
	t := &Table{}
	t.plans.Store(&map[string]*Plan{})
	return t
}

// Plans adds plans and drops those of the given names. Old plans stay until
// they are named, because requests that Envoy routed by them are still coming.
// When one of the plans cannot serve, nothing changes and the error says why.
func (t *Table) Plans(updated []*planv1.Plan, removed []string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	next := maps.Clone(*t.plans.Load())
	relatives := byStage(next)
	for _, definition := range updated {
		stage := stageOf(definition)
		compiled, err := compile(definition, relatives[stage])
		if err != nil {
			return fmt.Errorf("plan %s: %w", definition.GetName(), err)
		}
		next[definition.GetName()] = compiled
		relatives[stage] = append(relatives[stage], compiled)
	}
	for _, name := range removed {
		delete(next, name)
	}
	t.plans.Store(&next)
	return nil
}

// byStage are the plans of each stage, from which compiled parts are taken over.
// It is made once for all that comes together: ten thousand plans come at a start.
func byStage(plans map[string]*Plan) map[[2]string][]*Plan {
	found := make(map[[2]string][]*Plan, len(plans))
	for _, known := range plans {
		stage := stageOf(known.Definition)
		found[stage] = append(found[stage], known)
	}
	return found
}

func stageOf(plan *planv1.Plan) [2]string { return [2]string{plan.GetApiId(), plan.GetStage()} }

// Lookup finds the operation that a route's name, {plan}/{operation}, stands
// for. It does not allocate. What it gives stays valid for as long as it is held.
func (t *Table) Lookup(routeName string) (*Operation, bool) {
	slash := strings.LastIndexByte(routeName, '/')
	if slash < 0 {
		return nil, false
	}
	plan, found := (*t.plans.Load())[routeName[:slash]]
	if !found {
		return nil, false
	}
	operation, found := plan.operations[routeName[slash+1:]]
	return operation, found
}

// Plan finds a plan by name.
func (t *Table) Plan(name string) (*Plan, bool) {
	plan, found := (*t.plans.Load())[name]
	return plan, found
}

// Len is the number of plans held.
func (t *Table) Len() int { return len(*t.plans.Load()) }
