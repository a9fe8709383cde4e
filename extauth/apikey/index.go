// Package apikey finds who an API key belongs to and which usage plan admits it
// to a stage. Keys are known by the SHA-256 of their values alone. It does not
// count: the limits that it names are internal/usage's to apply.
package apikey

import (
	"crypto/sha256"
	"maps"
	"slices"

	"github.com/sluice-gateway/sluice/internal/explain"
	"github.com/sluice-gateway/sluice/internal/usage"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// Plan is a usage plan, ready to admit. It never changes.
type Plan struct {
	// Name is the resource's: {accountId}/{region}/{usagePlanId}.
	Name string
	// ID is the usage plan's.
	ID string
	// AccountID owns it; it admits to that account's APIs alone.
	AccountID string
	// Throttle is for each key over all stages of the plan; nil: none.
	Throttle *usage.Limit
	// Quota is for each key over all stages of the plan; nil: none.
	Quota *usage.Limit

	stages map[string]*stage
	keys   []*Key
}

// stage is one of the plan's apiStages.
type stage struct {
	// methods are the throttles by "/pets/GET".
	methods map[string]*usage.Limit
}

// Key is an API key in a plan.
type Key struct {
	// ID is the key's own, Name and CustomerID what its owner calls it.
	ID, Name, CustomerID string
	// Enabled keys alone admit.
	Enabled bool

	plan   *Plan
	digest digest
}

type digest [sha256.Size]byte

// newPlan compiles a usage plan.
func newPlan(definition *planv1.UsagePlan) *Plan {
	made := &Plan{
		Name: definition.GetName(), ID: definition.GetId(), AccountID: definition.GetAccountId(),
		stages: make(map[string]*stage, len(definition.GetStages())),
	}
	prefix := "plan/" + made.Name
	if throttle := definition.GetThrottle(); throttle != nil {
		made.Throttle = usage.NewBucket(prefix, throttle.GetRate(), throttle.GetBurst())
	}
	if quota := definition.GetQuota(); quota != nil {
		period, _ := usage.ParsePeriod(quota.GetPeriod())
		made.Quota = usage.NewQuota(prefix, usage.Quota{Limit: quota.GetLimit(), Offset: quota.GetOffset(), Period: period})
	}
	for _, one := range definition.GetStages() {
		name := one.GetApiId() + "/" + one.GetStage()
		methods := make(map[string]*usage.Limit, len(one.GetMethods()))
		for method, throttle := range one.GetMethods() {
			methods[method] = usage.NewBucket(prefix+"/"+name+method, throttle.GetRate(), throttle.GetBurst())
		}
		made.stages[name] = &stage{methods: methods}
	}
	for _, key := range definition.GetKeys() {
		if len(key.GetDigest()) != sha256.Size {
			continue
		}
		made.keys = append(made.keys, &Key{
			ID: key.GetId(), Name: key.GetName(), CustomerID: key.GetCustomerId(), Enabled: key.GetEnabled(),
			plan: made, digest: digest(key.GetDigest()),
		})
	}
	return made
}

const partCount = 256

// Index is all usage plans at one moment. It never changes: updating makes
// another that shares what is the same.
type Index struct {
	plans map[string]*Plan
	// parts are keys by the first byte of their digest, so that a change of a plan
	// copies only the parts that it has keys in.
	parts [partCount]map[digest][]*Key
}

// With is the index with plans added or replaced and others, by name, removed.
func (x *Index) With(updated []*planv1.UsagePlan, removed []string) *Index {
	next := &Index{plans: maps.Clone(x.plans), parts: x.parts}
	if next.plans == nil {
		next.plans = make(map[string]*Plan, len(updated))
	}
	var owned [partCount]bool
	drop := func(name string) {
		if plan := next.plans[name]; plan != nil {
			delete(next.plans, name)
			next.edit(&owned, plan, remove)
		}
	}
	for _, name := range removed {
		drop(name)
	}
	for _, definition := range updated {
		drop(definition.GetName())
		plan := newPlan(definition)
		next.plans[plan.Name] = plan
		next.edit(&owned, plan, insert)
	}
	return next
}

// edit changes the parts that hold a plan's keys, copying each before the first
// change.
func (x *Index) edit(owned *[partCount]bool, plan *Plan, change func([]*Key, *Key) []*Key) {
	for _, key := range plan.keys {
		at := key.digest[0]
		if !owned[at] {
			owned[at] = true
			copied := maps.Clone(x.parts[at])
			if copied == nil {
				copied = map[digest][]*Key{}
			}
			x.parts[at] = copied
		}
		keys := change(x.parts[at][key.digest], key)
		if len(keys) == 0 {
			delete(x.parts[at], key.digest)
			continue
		}
		x.parts[at][key.digest] = keys
	}
}

// insert and remove never change the slice they are given: others read it.
func insert(keys []*Key, key *Key) []*Key { return append(slices.Clip(slices.Clone(keys)), key) }

func remove(keys []*Key, key *Key) []*Key {
	return slices.DeleteFunc(slices.Clone(keys), func(other *Key) bool { return other == key })
}

// Match is a key that admits its bearer to a stage.
type Match struct {
	Key  *Key
	Plan *Plan

	stage *stage
}

// MethodThrottle is the plan's throttle for each key and method, such as
// "/pets/GET"; nil: none.
func (m *Match) MethodThrottle(method string) *usage.Limit { return m.stage.methods[method] }

// MaxValueLength is the length of the longest value that an API key can have.
const MaxValueLength = 128

// Find looks a key's value up for a stage, "{apiId}/{stage}", of an account.
// When nothing matches, the reason says why.
func (x *Index) Find(value, account, stageKey string) (Match, explain.Reason) {
	switch {
	case value == "":
		return Match{}, explain.APIKeyMissing
	case len(value) > MaxValueLength:
		return Match{}, explain.APIKeyUnknown
	}
	wanted := digest(sha256.Sum256([]byte(value)))
	reason := explain.APIKeyUnknown
	for _, key := range x.parts[wanted[0]][wanted] {
		if key.plan.AccountID != account {
			continue
		}
		stage := key.plan.stages[stageKey]
		switch {
		case stage == nil:
			if reason == explain.APIKeyUnknown {
				reason = explain.APIKeyNotInStage
			}
		case !key.Enabled:
			reason = explain.APIKeyDisabled
		default:
			return Match{Key: key, Plan: key.plan, stage: stage}, ""
		}
	}
	return Match{}, reason
}

// Len is how many usage plans there are.
func (x *Index) Len() int { return len(x.plans) }
