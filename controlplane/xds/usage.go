package xds

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/sluice-gateway/sluice/controlplane/compile"
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/store"
)

// usage is what is known of one scope's usage plans and keys, so that a change
// of one key costs one read.
type usage struct {
	keys  map[string]*definition.APIKey
	plans map[string]*definition.UsagePlan
	// names are the published resources of the plans.
	names map[string]string
}

// touchedUsage are the plans and keys of a scope to read anew.
type touchedUsage struct {
	all         bool
	plans, keys map[string]bool
}

// refreshUsage reads what was touched of a scope, and gives the usage plans to
// publish and those to withdraw.
func (p *Publisher) refreshUsage(ctx context.Context, scope store.Scope, touched *touchedUsage) (offered resources, withdrawn []string, err error) {
	known := p.usage[scope]
	if known == nil || touched.all {
		return p.readUsage(ctx, scope)
	}
	for id := range touched.keys {
		key, err := p.config.Store.APIKeys().Get(ctx, scope, id)
		switch {
		case errors.Is(err, store.ErrNotFound):
			delete(known.keys, id)
		case err != nil:
			return nil, nil, err
		default:
			known.keys[id] = key
		}
	}
	dirty := maps.Clone(touched.plans)
	for id, plan := range known.plans {
		if slices.ContainsFunc(plan.KeyIDs, func(key string) bool { return touched.keys[key] }) {
			dirty[id] = true
		}
	}
	offered = resources{}
	for id := range dirty {
		plan, err := p.config.Store.UsagePlans().Get(ctx, scope, id)
		switch {
		case errors.Is(err, store.ErrNotFound):
			if name, published := known.names[id]; published {
				withdrawn = append(withdrawn, name)
			}
			delete(known.plans, id)
			delete(known.names, id)
		case err != nil:
			return nil, nil, err
		default:
			if err := p.completeKeys(ctx, scope, known, plan); err != nil {
				return nil, nil, err
			}
			known.offer(scope, plan, offered)
		}
	}
	return offered, withdrawn, nil
}

// completeKeys reads a plan's keys of which no event told yet.
func (p *Publisher) completeKeys(ctx context.Context, scope store.Scope, known *usage, plan *definition.UsagePlan) error {
	for _, id := range plan.KeyIDs {
		if known.keys[id] != nil {
			continue
		}
		key, err := p.config.Store.APIKeys().Get(ctx, scope, id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return fmt.Errorf("usage plan %s: %w", plan.ID, err)
		}
		known.keys[id] = key
	}
	return nil
}

// readUsage reads all of a scope.
func (p *Publisher) readUsage(ctx context.Context, scope store.Scope) (offered resources, withdrawn []string, err error) {
	keys, err := p.config.Store.APIKeys().List(ctx, scope, "")
	if err != nil {
		return nil, nil, err
	}
	plans, err := p.config.Store.UsagePlans().List(ctx, scope, "")
	if err != nil {
		return nil, nil, err
	}
	known := &usage{keys: map[string]*definition.APIKey{}, plans: map[string]*definition.UsagePlan{}, names: map[string]string{}}
	for _, key := range keys {
		known.keys[key.ID] = key
	}
	offered = resources{}
	for _, plan := range plans {
		known.offer(scope, plan, offered)
	}
	if before := p.usage[scope]; before != nil {
		for id, name := range before.names {
			if known.names[id] != name {
				withdrawn = append(withdrawn, name)
			}
		}
	}
	p.usage[scope] = known
	return offered, withdrawn, nil
}

// offer compiles a plan.
func (u *usage) offer(scope store.Scope, plan *definition.UsagePlan, offered resources) {
	keys := make([]*definition.APIKey, 0, len(plan.KeyIDs))
	for _, id := range plan.KeyIDs {
		if key := u.keys[id]; key != nil {
			keys = append(keys, key)
		}
	}
	made := compile.UsagePlan(scope.Account, scope.Region, plan, keys)
	u.plans[plan.ID], u.names[plan.ID] = plan, made.GetName()
	offered[made.GetName()] = made
}
