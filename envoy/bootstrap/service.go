package bootstrap

import (
	"fmt"
	"time"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpointv3 "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	overloadv3 "github.com/envoyproxy/go-control-plane/envoy/config/overload/v3"
	connectionsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/resource_monitors/downstream_connections/v3"
	heapv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/resource_monitors/fixed_heap/v3"
	httpv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// connectTimeout bounds a connection to one of our own services, which are near.
const connectTimeout = time.Second

// xdsService is the control plane's stream. After a restart of the control
// plane an Envoy is back within a second or so; the spread keeps a thousand
// Envoys from coming in the same instant.
func xdsService() *corev3.GrpcService {
	return &corev3.GrpcService{TargetSpecifier: &corev3.GrpcService_EnvoyGrpc_{EnvoyGrpc: &corev3.GrpcService_EnvoyGrpc{
		ClusterName: ClusterXDS,
		RetryPolicy: &corev3.RetryPolicy{RetryBackOff: &corev3.BackoffStrategy{
			BaseInterval: durationpb.New(100 * time.Millisecond), MaxInterval: durationpb.New(2 * time.Second),
		}},
	}}}
}

// serviceCluster is one of our gRPC services. Its circuit breakers are open:
// Envoy's 1,024 requests at a time would turn a slow backend into errors of
// operations that do not call it.
func serviceCluster(name, text string, security TLS) (*clusterv3.Cluster, error) {
	address, err := parseAddress(text)
	if err != nil {
		return nil, fmt.Errorf("cluster %s: %w", name, err)
	}
	options, err := anypb.New(http2Options())
	if err != nil {
		return nil, fmt.Errorf("cluster %s: %w", name, err)
	}
	discovery := clusterv3.Cluster_STRICT_DNS
	if resolved(address) {
		discovery = clusterv3.Cluster_STATIC
	}
	var socket *corev3.TransportSocket
	if security.enabled() && address.GetPipe() == nil {
		if socket, err = security.transportSocket(address); err != nil {
			return nil, err
		}
	}
	unbounded := wrapperspb.UInt32(1_000_000)
	return &clusterv3.Cluster{
		Name:                          name,
		ClusterDiscoveryType:          &clusterv3.Cluster_Type{Type: discovery},
		ConnectTimeout:                durationpb.New(connectTimeout),
		TransportSocket:               socket,
		TypedExtensionProtocolOptions: map[string]*anypb.Any{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": options},
		CircuitBreakers: &clusterv3.CircuitBreakers{Thresholds: []*clusterv3.CircuitBreakers_Thresholds{{
			MaxConnections: unbounded, MaxPendingRequests: unbounded, MaxRequests: unbounded, MaxRetries: unbounded,
		}}},
		LoadAssignment: &endpointv3.ClusterLoadAssignment{
			ClusterName: name,
			Endpoints: []*endpointv3.LocalityLbEndpoints{{LbEndpoints: []*endpointv3.LbEndpoint{{
				HostIdentifier: &endpointv3.LbEndpoint_Endpoint{Endpoint: &endpointv3.Endpoint{Address: address}},
			}}}},
		},
	}, nil
}

// http2Options speak HTTP/2 and notice a peer that is gone without a word.
func http2Options() *httpv3.HttpProtocolOptions {
	return &httpv3.HttpProtocolOptions{
		UpstreamProtocolOptions: &httpv3.HttpProtocolOptions_ExplicitHttpConfig_{ExplicitHttpConfig: &httpv3.HttpProtocolOptions_ExplicitHttpConfig{
			ProtocolConfig: &httpv3.HttpProtocolOptions_ExplicitHttpConfig_Http2ProtocolOptions{Http2ProtocolOptions: &corev3.Http2ProtocolOptions{
				ConnectionKeepalive: &corev3.KeepaliveSettings{Interval: durationpb.New(30 * time.Second), Timeout: durationpb.New(5 * time.Second)},
			}},
		}},
	}
}

// overloadManager bounds connections, and memory where a bound is set.
func overloadManager(config Config) (*overloadv3.OverloadManager, error) {
	connections := config.MaxConnections
	if connections == 0 {
		connections = DefaultMaxConnections
	}
	manager := &overloadv3.OverloadManager{RefreshInterval: durationpb.New(250 * time.Millisecond)}
	err := addMonitor(manager, "envoy.resource_monitors.global_downstream_max_connections",
		&connectionsv3.DownstreamConnectionsConfig{MaxActiveDownstreamConnections: connections})
	if err != nil || config.MaxHeapBytes == 0 {
		return manager, err
	}
	const heap = "envoy.resource_monitors.fixed_heap"
	if err := addMonitor(manager, heap, &heapv3.FixedHeapConfig{MaxHeapSizeBytes: config.MaxHeapBytes}); err != nil {
		return nil, err
	}
	// https://www.envoyproxy.io/docs/envoy/latest/configuration/best_practices/edge
	manager.Actions = []*overloadv3.OverloadAction{
		threshold("envoy.overload_actions.shrink_heap", heap, 0.95),
		threshold("envoy.overload_actions.stop_accepting_requests", heap, 0.98),
	}
	return manager, nil
}

func addMonitor(manager *overloadv3.OverloadManager, name string, config proto.Message) error {
	packed, err := anypb.New(config)
	if err != nil {
		return fmt.Errorf("bootstrap: %s: %w", name, err)
	}
	manager.ResourceMonitors = append(manager.ResourceMonitors, &overloadv3.ResourceMonitor{
		Name: name, ConfigType: &overloadv3.ResourceMonitor_TypedConfig{TypedConfig: packed},
	})
	return nil
}

func threshold(action, monitor string, value float64) *overloadv3.OverloadAction {
	return &overloadv3.OverloadAction{Name: action, Triggers: []*overloadv3.Trigger{{
		Name: monitor, TriggerOneof: &overloadv3.Trigger_Threshold{Threshold: &overloadv3.ThresholdTrigger{Value: value}},
	}}}
}
