package envoy

import (
	"maps"
	"slices"
	"strings"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"

	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// Resources are what one API needs of Envoy, each kind in the order of its names.
type Resources struct {
	// Scopes lead from a host to the API's routes: one a host.
	Scopes []*routev3.ScopedRouteConfiguration
	// Routes holds the API's one RouteConfiguration, named by the API's id.
	Routes []*routev3.RouteConfiguration
	// Clusters are the backends'. APIs share equal ones, under equal names.
	Clusters []*clusterv3.Cluster
	// Secrets are the names under which SDS must give certificates.
	Secrets []string
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
	// CAFile is the bundle by which backends' certificates are verified. Empty:
	// DefaultCAFile.
	CAFile string
	// MaxConnections and MaxRequests bound what one Envoy sends to one backend at a
	// time. 0: DefaultMaxConnections and DefaultMaxRequests.
	MaxConnections, MaxRequests uint32
}

// Translate makes Envoy's configuration for all stages of one API. Plans may
// come in any order; without any there is nothing.
func Translate(plans []*planv1.Plan, settings Settings) (Resources, []Problem) {
	if len(plans) == 0 {
		return Resources{}, nil
	}
	settings.complete()
	plans = slices.SortedFunc(slices.Values(plans), func(a, b *planv1.Plan) int {
		return strings.Compare(a.GetStage(), b.GetStage())
	})
	clusters, secrets := map[string]*clusterv3.Cluster{}, map[string]bool{}
	needed := func(backend *planv1.Backend, proxy bool) {
		name := clusterName(backend, proxy)
		if clusters[name] == nil {
			clusters[name] = cluster(backend, proxy, &settings)
		}
		if id := backend.GetClientCertificateId(); backend.GetTls() && id != "" {
			secrets[ClientCertificateSecret(id)] = true
		}
	}
	made := Resources{Routes: []*routev3.RouteConfiguration{routeConfiguration(plans, needed)}}
	hosts := map[string]bool{}
	for _, plan := range plans {
		for _, host := range plan.GetHosts() {
			hosts[host] = true
		}
	}
	for _, host := range slices.Sorted(maps.Keys(hosts)) {
		made.Scopes = append(made.Scopes, scope(host, plans[0].GetApiId()))
	}
	for _, name := range slices.Sorted(maps.Keys(clusters)) {
		made.Clusters = append(made.Clusters, clusters[name])
	}
	made.Secrets = slices.Sorted(maps.Keys(secrets))
	return made, nil
}
