package xds

import (
	"cmp"
	"slices"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/xds/nodes"
)

// What is known of nodes, told by the status.
type (
	// Node is an Envoy or an ext service that is connected.
	Node = nodes.Node
	// Release is what an API's routes serve of one stage, Serving a release with the
	// moment at which an Envoy took it.
	Release = nodes.Release
	Serving = nodes.Serving
	// Pending is a message that a node has not answered, Nack what it refused.
	Pending = nodes.Pending
	Nack    = nodes.Nack
)

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
	made := Status{Synced: p.Ready() == nil, Nodes: p.nodes.Nodes(), Problems: []Problem{}}
	made.Counts = Counts{
		PlansSent: p.nodes.Sent(PlanType), UsagePlansSent: p.nodes.Sent(UsagePlanType), ClustersSent: p.nodes.Sent(clusterType),
		RoutesSent: p.nodes.Sent(routeType), ScopesSent: p.nodes.Sent(scopeType),
	}
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
