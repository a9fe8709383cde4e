package xds

import (
	"context"
	"net"
	"time"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	"golang.org/x/sync/errgroup"
)

const (
	// longestLookup bounds how long a batch waits for the addresses of new backends:
	// one that has none must not hold up the others.
	longestLookup = 250 * time.Millisecond
	// warmPause is what an Envoy has for its own lookup after ours.
	warmPause = 10 * time.Millisecond
	// lookups is how many names are asked for at a time.
	lookups = 32
)

// warm looks up the names of new clusters, and says how long an Envoy will take
// to do the same. Envoy acknowledges a cluster before it knows its addresses, and
// until then a route that leads to it answers 503. The lookup here, by the same
// name servers, has the answer ready for Envoy's own.
// https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/cluster_manager#cluster-warming
func warm(ctx context.Context, offered resources) time.Duration {
	names := map[string]bool{}
	for _, one := range offered {
		cluster, _ := one.(*clusterv3.Cluster)
		for _, name := range hostNames(cluster) {
			names[name] = true
		}
	}
	if len(names) == 0 {
		return 0
	}
	began := time.Now()
	looking, cancel := context.WithTimeout(ctx, longestLookup)
	defer cancel()
	var group errgroup.Group
	group.SetLimit(lookups)
	for name := range names {
		group.Go(func() error {
			// That a name is unknown is Envoy's to say, with each request.
			_, _ = net.DefaultResolver.LookupNetIP(looking, "ip", name)
			return nil
		})
	}
	// Lookups give no error here.
	_ = group.Wait()
	return warmPause + min(time.Since(began), longestLookup)/2
}

// hostNames are the names in a cluster's addresses.
func hostNames(cluster *clusterv3.Cluster) []string {
	var names []string
	for _, locality := range cluster.GetLoadAssignment().GetEndpoints() {
		for _, endpoint := range locality.GetLbEndpoints() {
			if name := endpoint.GetEndpoint().GetAddress().GetSocketAddress().GetAddress(); net.ParseIP(name) == nil {
				names = append(names, name)
			}
		}
	}
	return names
}
