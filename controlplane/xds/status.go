package xds

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// maxReleases is how many versions of an API's routes the status remembers: the
// current one and those that a slow Envoy may still have.
const maxReleases = 8

// Release is what an API's routes serve of one stage.
type Release struct {
	Account    string `json:"account"`
	Region     string `json:"region"`
	API        string `json:"api"`
	Stage      string `json:"stage"`
	Deployment string `json:"deployment"`
	Plan       string `json:"plan"`
}

// Serving is a release with the moment at which an Envoy took it.
type Serving struct {
	Release

	Since time.Time `json:"since"`
}

// Pending is a message that a node has not answered.
type Pending struct {
	Type      string    `json:"type"`
	Resources int       `json:"resources"`
	Since     time.Time `json:"since"`
}

// Nack is what a node refused, and why. It is told of until the node takes
// another version of the same.
type Nack struct {
	Type string    `json:"type"`
	Name string    `json:"name"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// Node is an Envoy or an ext service that is connected.
type Node struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind"`
	Connected time.Time `json:"connectedSince"`
	// Late says that it did not answer in time, and is not waited for.
	Late bool `json:"late,omitempty"`
	// Resources counts what it has by type.
	Resources map[string]int `json:"resources"`
	// Serving is what an Envoy serves, by API and stage.
	Serving []Serving `json:"serving,omitempty"`
	Pending []Pending `json:"pending,omitempty"`
	Nacks   []Nack    `json:"nacks,omitempty"`
}

// Counts count since the start.
type Counts struct {
	Batches        uint64 `json:"batches"`
	StagesCompiled uint64 `json:"stagesCompiled"`
	// Resources sent, over all nodes.
	PlansSent      uint64 `json:"plansSent"`
	UsagePlansSent uint64 `json:"usagePlansSent"`
	ClustersSent   uint64 `json:"clustersSent"`
	RoutesSent     uint64 `json:"routesSent"`
	ScopesSent     uint64 `json:"scopesSent"`
}

// Status is who has what, and what is wrong.
type Status struct {
	// Synced says that all that was stored at the start is offered.
	Synced bool `json:"synced"`
	// Published is the store's revision up to which everything is.
	Published int64 `json:"publishedRevision"`
	// LastBatch is how long the last batch took.
	LastBatch time.Duration `json:"lastBatchNanoseconds"`
	Counts    Counts        `json:"counts"`
	Nodes     []Node        `json:"nodes"`
	Problems  []Problem     `json:"problems"`
}

// Status tells who has what at the moment.
func (p *Publisher) Status() Status {
	made := Status{Synced: p.Ready() == nil, Nodes: p.nodes.status(), Problems: []Problem{}}
	p.nodes.mu.Lock()
	made.Counts = Counts{
		PlansSent: p.nodes.sent[PlanType], UsagePlansSent: p.nodes.sent[UsagePlanType], ClustersSent: p.nodes.sent[clusterType],
		RoutesSent: p.nodes.sent[routeType], ScopesSent: p.nodes.sent[scopeType],
	}
	p.nodes.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	made.Published, made.LastBatch = p.state.published, p.state.last
	made.Counts.Batches, made.Counts.StagesCompiled = p.state.batches, p.state.compiled
	for _, problems := range p.state.problems {
		made.Problems = append(made.Problems, problems...)
	}
	slices.SortFunc(made.Problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region), cmp.Compare(a.API, b.API),
			cmp.Compare(a.Stage, b.Stage), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Message, b.Message))
	})
	return made
}

// status tells of the nodes.
func (t *tracker) status() []Node {
	t.mu.Lock()
	defer t.mu.Unlock()
	nodes := []Node{}
	for _, one := range t.streams {
		made := Node{ID: one.node, Kind: string(one.kind), Connected: one.connected, Late: one.late, Resources: map[string]int{}}
		for _, kind := range slices.Sorted(maps.Keys(one.types)) {
			made.hold(kind, one.types[kind])
		}
		for _, serving := range one.serving {
			made.Serving = append(made.Serving, serving)
		}
		slices.SortFunc(made.Serving, func(a, b Serving) int {
			return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region), cmp.Compare(a.API, b.API), cmp.Compare(a.Stage, b.Stage))
		})
		nodes = append(nodes, made)
	}
	slices.SortFunc(nodes, func(a, b Node) int { return cmp.Or(cmp.Compare(a.ID, b.ID), a.Connected.Compare(b.Connected)) })
	return nodes
}

// hold adds what a node has of one type.
func (n *Node) hold(kind string, held *holding) {
	n.Resources[kind] = len(held.accepted)
	for _, sent := range held.pending {
		n.Pending = append(n.Pending, Pending{Type: kind, Resources: len(sent.offered) + len(sent.removed), Since: sent.at})
	}
	for _, place := range slices.Sorted(maps.Keys(held.nacks)) {
		n.Nacks = append(n.Nacks, held.nacks[place])
	}
}

// stageName is a stage among all.
type stageName struct{ account, region, api, stage string }

// announce says what a version of an API's routes serves, before it is offered.
func (t *tracker) announce(routes, version string, releases []Release) {
	t.mu.Lock()
	defer t.mu.Unlock()
	known := t.releases[routes]
	if known == nil || len(known) >= maxReleases {
		known = map[string][]Release{}
		t.releases[routes] = known
	}
	known[version] = releases
}

// forget drops what is known of routes that are gone.
func (t *tracker) forget(routes []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, name := range routes {
		for _, releases := range t.releases[name] {
			for _, one := range releases {
				for _, stream := range t.streams {
					delete(stream.serving, one.name())
				}
			}
		}
		delete(t.releases, name)
	}
}

func (r Release) name() stageName { return stageName{r.Account, r.Region, r.API, r.Stage} }

// note keeps since when an Envoy serves what it accepted. Call it with the lock
// held.
func (t *tracker) note(one *stream, kind string, accepted versions) {
	if one.kind != kindEnvoy || kind != routeType {
		return
	}
	for name, version := range accepted {
		known := t.releases[name]
		now := known[version]
		for _, releases := range known {
			for _, release := range releases {
				if !slices.ContainsFunc(now, func(other Release) bool { return other.name() == release.name() }) {
					delete(one.serving, release.name())
				}
			}
		}
		for _, release := range now {
			if before, serves := one.serving[release.name()]; !serves || before.Deployment != release.Deployment || before.Plan != release.Plan {
				one.serving[release.name()] = Serving{release, t.now()}
			}
		}
	}
}

// behind says whether a connected Envoy does not have these routes yet.
func (t *tracker) behind(routes versions) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, one := range t.streams {
		if one.kind != kindEnvoy || one.types[scopeType] == nil {
			continue
		}
		for name, version := range routes {
			if held := one.types[routeType]; held == nil || held.accepted[name] != version {
				return true
			}
		}
	}
	return false
}
