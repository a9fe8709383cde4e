package xds

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/controlplane/xds/nodes"
)

// order brings a batch out, make before break. A change that somebody refuses is
// dropped at that step, and what was offered for it withdrawn.
func (p *Publisher) order(ctx context.Context, changes []*change, usages usageChange) {
	p.offerPlans(ctx, changes, usages)
	p.offerClusters(ctx, changes)
	p.switchRoutes(ctx, changes)
	for _, one := range changes {
		if len(one.refused) == 0 {
			p.settle(one)
		}
	}
	for _, one := range changes {
		if len(one.refused) > 0 {
			p.abandon(ctx, one)
		}
	}
}

// offerPlans brings plans and usage plans to the ext services, before any route
// names them.
func (p *Publisher) offerPlans(ctx context.Context, changes []*change, usages usageChange) {
	offered, wanted := resources{}, versions{}
	for _, one := range changes {
		for _, name := range changed(one.before.versions().plans, one.after.versions().plans) {
			offered[name], wanted[name] = one.after.plans[name], one.after.planVersions[name]
		}
	}
	p.offer(ctx, PlanType, offered, nil)
	p.offer(ctx, UsagePlanType, usages.offered, usages.withdrawn)
	usageVersions, err := versionsOf(usages.offered)
	if err != nil {
		p.failed(ctx, "usage plans have no version", err)
	}
	refused := p.await(ctx, nodes.Want{Kind: nodes.KindService, Subscribed: PlanType, Of: PlanType, Versions: wanted})
	p.await(ctx, nodes.Want{Kind: nodes.KindService, Subscribed: UsagePlanType, Of: UsagePlanType, Versions: usageVersions, Gone: usages.withdrawn})
	for _, one := range changes {
		one.drop(refused, one.after.versions().plans)
	}
}

// offerClusters brings clusters to Envoys, before any route leads to them.
func (p *Publisher) offerClusters(ctx context.Context, changes []*change) {
	offered, wanted, secrets := resources{}, versions{}, resources{}
	for _, one := range going(changes) {
		for name, version := range one.after.versions().clusters {
			if p.clusters[name].version != version {
				offered[name], wanted[name] = one.after.clusters[name], version
			}
		}
		for _, name := range changed(one.before.versions().secrets, one.after.versions().secrets) {
			secrets[name] = one.after.secrets[name]
		}
	}
	// A cluster asks for its certificate as soon as it is there.
	p.offer(ctx, secretType, secrets, nil)
	var lookup time.Duration
	if p.nodes.Any(nodes.KindEnvoy) {
		lookup = warm(ctx, offered)
	}
	p.offer(ctx, clusterType, offered, nil)
	refused := p.await(ctx, nodes.Want{Kind: nodes.KindEnvoy, Subscribed: clusterType, Of: clusterType, Versions: wanted})
	if len(secrets) > 0 {
		lookup = max(lookup, warmPause)
	}
	pause(ctx, lookup)
	for _, one := range going(changes) {
		one.drop(refused, one.after.versions().clusters)
	}
	for name := range refused {
		// What served before under the same name goes on serving.
		if old := p.clusters[name]; old.proto != nil {
			p.offer(ctx, clusterType, resources{name: old.proto}, nil)
		} else {
			p.offer(ctx, clusterType, nil, []string{name})
		}
	}
}

// pause waits, for what nobody answers.
func pause(ctx context.Context, long time.Duration) {
	if long <= 0 {
		return
	}
	select {
	case <-time.After(long):
	case <-ctx.Done():
	}
}

// switchRoutes is the moment at which requests meet what is new: one resource an
// API. A new API's routes are there before the scope that leads to them, and a
// deleted one's scope goes before its routes.
func (p *Publisher) switchRoutes(ctx context.Context, changes []*change) {
	routes, scopes := resources{}, resources{}
	wanted, wantedScopes := versions{}, versions{}
	var goneRoutes, goneScopes []string
	for _, one := range going(changes) {
		before, after := one.before.versions(), one.after.versions()
		for _, name := range changed(before.routes, after.routes) {
			routes[name], wanted[name] = one.after.routes[name], after.routes[name]
			p.nodes.Announce(name, after.routes[name], one.after.releases())
		}
		for _, name := range changed(before.scopes, after.scopes) {
			scopes[name], wantedScopes[name] = one.after.scopes[name], after.scopes[name]
		}
		goneRoutes = append(goneRoutes, gone(before.routes, after.routes)...)
		goneScopes = append(goneScopes, gone(before.scopes, after.scopes)...)
	}
	p.offer(ctx, routeType, routes, nil)
	p.offer(ctx, scopeType, scopes, goneScopes)
	refused := p.await(ctx, nodes.Want{Kind: nodes.KindEnvoy, Subscribed: scopeType, Of: scopeType, Versions: wantedScopes, Gone: goneScopes})
	maps.Copy(refused, p.await(ctx, nodes.Want{Kind: nodes.KindEnvoy, Subscribed: scopeType, Of: routeType, Versions: wanted}))
	p.offer(ctx, routeType, nil, goneRoutes)
	p.nodes.Forget(goneRoutes)
	for _, one := range going(changes) {
		after := one.after.versions()
		if one.drop(refused, after.routes) || one.drop(refused, after.scopes) {
			p.switchBack(ctx, one)
		}
	}
}

// switchBack offers again what served before an API's change was refused.
func (p *Publisher) switchBack(ctx context.Context, one *change) {
	before, after := one.before.versions(), one.after.versions()
	var routes, scopes resources
	if one.before != nil {
		routes, scopes = one.before.routes, one.before.scopes
	}
	p.offer(ctx, routeType, routes, gone(after.routes, before.routes))
	p.offer(ctx, scopeType, scopes, gone(after.scopes, before.scopes))
}

// abandon withdraws what was offered for a change that was refused.
func (p *Publisher) abandon(ctx context.Context, one *change) {
	before, after := one.before.versions(), one.after.versions()
	p.offer(ctx, PlanType, nil, gone(after.plans, before.plans))
	clusters := slices.DeleteFunc(gone(after.clusters, before.clusters), func(name string) bool {
		_, used := p.clusters[name]
		return used
	})
	p.offer(ctx, clusterType, nil, clusters)
}

// settle makes a change that went out what is served, and lets what it replaced
// go after the drain time.
func (p *Publisher) settle(one *change) {
	before, after := one.before.versions(), one.after.versions()
	for name, version := range after.clusters {
		used := p.clusters[name]
		used.version, used.proto = version, one.after.clusters[name]
		used.uses++
		p.clusters[name] = used
	}
	for name := range before.clusters {
		used := p.clusters[name]
		used.uses--
		p.clusters[name] = used
	}
	if one.after == nil {
		delete(p.apis, one.ref)
	} else {
		p.apis[one.ref] = one.after
	}
	left := drain{
		due: time.Now().Add(p.config.Drain), ref: one.ref,
		plans: gone(before.plans, after.plans), clusters: gone(before.clusters, after.clusters), secrets: gone(before.secrets, after.secrets),
	}
	if len(left.plans)+len(left.clusters)+len(left.secrets) > 0 {
		p.drains = append(p.drains, left)
	}
}

// going are the changes that nobody refused.
func going(changes []*change) []*change {
	return slices.DeleteFunc(slices.Clone(changes), func(one *change) bool { return len(one.refused) > 0 })
}

// drop takes a change out of the batch when something it needs was refused, and
// says whether it did.
func (c *change) drop(refused map[string]string, needed versions) bool {
	for name := range needed {
		text, bad := refused[name]
		if !bad {
			continue
		}
		c.refused = append(c.refused, Problem{
			Account: c.ref.Account, Region: c.ref.Region, API: c.ref.ID, Path: name,
			Message: "refused, the last good stays: " + text,
		})
	}
	return len(c.refused) > 0
}

// offer changes a cache. That a resource cannot be encoded is told, and hurts no
// other.
func (p *Publisher) offer(ctx context.Context, kind string, offered resources, withdrawn []string) {
	if err := p.caches.change(kind, offered, withdrawn); err != nil {
		p.failed(ctx, "resources cannot be offered", err)
	}
}

// await waits for a step's answers and tells who was late.
func (p *Publisher) await(ctx context.Context, wanted nodes.Want) map[string]string {
	refused, late := p.nodes.Await(ctx, wanted, p.config.AckWait)
	if len(late) > 0 {
		p.config.Logger.LogAttrs(ctx, slog.LevelWarn, "nodes do not answer; the batch goes on without them",
			slog.String("nodes", strings.Join(late, " ")), slog.String("type", wanted.Of))
	}
	for name, text := range refused {
		p.config.Logger.LogAttrs(ctx, slog.LevelError, "a resource was refused", slog.String("name", name),
			slog.String("type", wanted.Of), slog.String("error", text))
	}
	if refused == nil {
		refused = map[string]string{}
	}
	return refused
}

// drain is what no route names any more.
type drain struct {
	due                      time.Time
	ref                      store.Ref
	plans, clusters, secrets []string
}

// nextDrain is when the next is due; nil when there is none.
func (p *Publisher) nextDrain() <-chan time.Time {
	if len(p.drains) == 0 {
		return nil
	}
	return time.After(time.Until(p.drains[0].due))
}

// drain withdraws what is due, unless it came into use again, or an Envoy may
// still route by it.
func (p *Publisher) drain(ctx context.Context) {
	now := time.Now()
	var plans, clusters, secrets []string
	var left []drain
	away := p.nodes.Away(envoyAway)
	for _, one := range p.drains {
		switch {
		case one.due.After(now):
			left = append(left, one)
		case away || p.nodes.Behind(p.apis[one.ref].versions().routes):
			one.due = now.Add(p.config.Drain)
			left = append(left, one)
		default:
			plans = append(plans, unused(one.plans, p.apis[one.ref].versions().plans)...)
			clusters = append(clusters, p.unusedClusters(one.clusters)...)
			secrets = append(secrets, p.unusedSecrets(one.secrets)...)
		}
	}
	slices.SortStableFunc(left, func(a, b drain) int { return a.due.Compare(b.due) })
	p.drains = left
	p.offer(ctx, PlanType, nil, plans)
	p.offer(ctx, clusterType, nil, clusters)
	p.offer(ctx, secretType, nil, secrets)
}

// unusedSecrets looks through all APIs: certificates come and go rarely.
func (p *Publisher) unusedSecrets(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		for _, api := range p.apis {
			if api.secretVersions[name] != "" {
				return true
			}
		}
		return false
	})
}

func (p *Publisher) unusedClusters(names []string) []string {
	var unused []string
	for _, name := range names {
		if used, known := p.clusters[name]; known && used.uses <= 0 {
			delete(p.clusters, name)
			unused = append(unused, name)
		}
	}
	return unused
}

func unused(names []string, inUse versions) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return inUse[name] != "" })
}

// gone are the names in before that are not in after.
func gone(before, after versions) []string {
	var names []string
	for name := range before {
		if _, kept := after[name]; !kept {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// apiVersions are the versions of all that an API has.
type apiVersions struct{ plans, secrets, clusters, routes, scopes versions }

// versions gives them; none for an API that is not there.
func (s *served) versions() apiVersions {
	if s == nil {
		return apiVersions{}
	}
	return apiVersions{s.planVersions, s.secretVersions, s.clusterVersions, s.routeVersions, s.scopeVersions}
}
