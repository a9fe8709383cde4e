package xds

import (
	"github.com/sluice-gateway/sluice/controlplane/store"
)

// dirty is what changed since the last batch.
type dirty struct {
	// resync says that anything may have.
	resync bool
	apis   map[store.Ref]touchedStages
	usage  map[store.Scope]*touchedUsage
	// revision is the highest that was heard of.
	revision int64
}

func (d *dirty) any() bool { return d.resync || len(d.apis) > 0 || len(d.usage) > 0 }

// note takes in what the store says. What changes nothing that is served, such
// as a method that is not deployed, is published at once, for it is nothing.
func (p *Publisher) note(event store.Event) {
	p.dirty.revision = max(p.dirty.revision, event.Revision)
	p.dirty.resync = p.dirty.resync || event.Resync
	for _, touched := range event.Touched {
		p.dirty.touch(touched)
	}
	if !p.dirty.any() {
		p.reach(p.dirty.revision)
	}
}

func (d *dirty) touch(touched store.Touched) {
	switch touched.Noun {
	case store.Stages:
		d.api(store.Ref{Scope: touched.Scope, ID: touched.API}, touched.ID)
	case store.RestAPIs:
		if touched.Deleted {
			d.api(store.Ref{Scope: touched.Scope, ID: touched.ID}, "")
		}
	case store.UsagePlans:
		d.scope(touched.Scope).plans[touched.ID] = true
	case store.APIKeys:
		d.scope(touched.Scope).keys[touched.ID] = true
	default:
		// Nothing else is served without a deployment.
	}
}

// api marks a stage, or all of an API when it is "".
func (d *dirty) api(ref store.Ref, stage string) {
	if d.apis == nil {
		d.apis = map[store.Ref]touchedStages{}
	}
	if d.apis[ref] == nil {
		d.apis[ref] = touchedStages{}
	}
	d.apis[ref][stage] = true
}

func (d *dirty) scope(scope store.Scope) *touchedUsage {
	if d.usage == nil {
		d.usage = map[store.Scope]*touchedUsage{}
	}
	if d.usage[scope] == nil {
		d.usage[scope] = &touchedUsage{plans: map[string]bool{}, keys: map[string]bool{}}
	}
	return d.usage[scope]
}

// merge puts back what could not be published.
func (d *dirty) merge(left dirty) {
	d.resync = d.resync || left.resync
	d.revision = max(d.revision, left.revision)
	for ref, stages := range left.apis {
		for stage := range stages {
			d.api(ref, stage)
		}
	}
	for scope, touched := range left.usage {
		into := d.scope(scope)
		into.all = into.all || touched.all
		for id := range touched.plans {
			into.plans[id] = true
		}
		for id := range touched.keys {
			into.keys[id] = true
		}
	}
}
