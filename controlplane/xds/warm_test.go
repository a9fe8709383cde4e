package xds

import (
	"testing"
	"time"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpointv3 "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
)

// TestWarm holds that addresses cost no wait, and that names cost a bounded one,
// however many have no address.
func TestWarm(t *testing.T) {
	t.Parallel()
	cluster := func(host string) *clusterv3.Cluster {
		return &clusterv3.Cluster{Name: host, LoadAssignment: &endpointv3.ClusterLoadAssignment{
			Endpoints: []*endpointv3.LocalityLbEndpoints{{LbEndpoints: []*endpointv3.LbEndpoint{{
				HostIdentifier: &endpointv3.LbEndpoint_Endpoint{Endpoint: &endpointv3.Endpoint{Address: &corev3.Address{
					Address: &corev3.Address_SocketAddress{SocketAddress: &corev3.SocketAddress{Address: host}},
				}}},
			}}}},
		}}
	}
	if wait := warm(t.Context(), resources{"a": cluster("10.0.0.1"), "b": cluster("::1")}); wait != 0 {
		t.Errorf("addresses are waited for: %v", wait)
	}
	if wait := warm(t.Context(), resources{"a": cluster("localhost")}); wait < warmPause || wait > longestLookup {
		t.Errorf("a name is waited for %v", wait)
	}
	unknown := resources{}
	for i := range 200 {
		name := string(rune('a'+i%26)) + string(rune('a'+i/26)) + ".does-not-exist.invalid"
		unknown[name] = cluster(name)
	}
	begun := time.Now()
	wait := warm(t.Context(), unknown)
	if took := time.Since(begun); took > 4*longestLookup || wait > longestLookup {
		t.Errorf("names without an address took %v, and are waited for %v", took, wait)
	}
}
