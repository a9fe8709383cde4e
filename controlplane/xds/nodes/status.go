package nodes

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

// Nodes tells of the nodes.
func (t *Tracker) Nodes() []Node {
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

// Announce says what a version of an API's routes serves, before it is offered.
func (t *Tracker) Announce(routes, version string, releases []Release) {
	t.mu.Lock()
	defer t.mu.Unlock()
	known := t.releases[routes]
	if known == nil || len(known) >= maxReleases {
		known = map[string][]Release{}
		t.releases[routes] = known
	}
	known[version] = releases
}

// Forget drops what is known of routes that are gone.
func (t *Tracker) Forget(routes []string) {
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
func (t *Tracker) note(one *stream, kind string, accepted Versions) {
	if one.kind != KindEnvoy || kind != RouteType {
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

// Behind says whether a connected Envoy does not have these routes yet.
func (t *Tracker) Behind(routes Versions) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, one := range t.streams {
		if one.kind != KindEnvoy || one.types[ScopeType] == nil {
			continue
		}
		for name, version := range routes {
			if held := one.types[RouteType]; held == nil || held.accepted[name] != version {
				return true
			}
		}
	}
	return false
}
