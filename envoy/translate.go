package envoy

import (
	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"

	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// Resources are what one API needs of Envoy, each kind in the order of its names.
type Resources struct {
	// Scopes lead from a host to the API's routes: one a host.
	Scopes []*routev3.ScopedRouteConfiguration
	// Routes holds the API's one RouteConfiguration.
	Routes []*routev3.RouteConfiguration
	// Clusters are the backends'. APIs share equal ones, under equal names.
	Clusters []*clusterv3.Cluster
}

// Problem is something in a plan that Envoy cannot be told. Translate leaves it
// out and refuses the operation.
type Problem struct {
	// Path is where: the operation's route name.
	Path    string
	Message string
}

// Settings are the operator's, the same for all APIs.
type Settings struct {
	// CAFile is the bundle by which backends' certificates are verified. Empty: the
	// system's, at the first of the usual places, DefaultCAFile.
	CAFile string
	// MaxConnections and MaxRequests bound what one Envoy sends to one backend at a
	// time. 0: DefaultMaxConnections and DefaultMaxRequests.
	MaxConnections, MaxRequests uint32
}

// Translate makes Envoy's configuration for all stages of one API. Plans may
// come in any order; without any there is nothing.
func Translate(plans []*planv1.Plan, settings Settings) (Resources, []Problem) {
	settings.complete()
	return Resources{}, nil
}
