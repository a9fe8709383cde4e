// Package bootstrap writes the configuration that an Envoy of Sluice starts
// with: who it is, where its control plane and the services beside it answer,
// and what protects it from overload. Everything else comes over xDS. It starts
// no Envoy (envoy/process does) and knows no plan.
package bootstrap

import (
	"errors"
	"fmt"

	bootstrapv3 "github.com/envoyproxy/go-control-plane/envoy/config/bootstrap/v3"
	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/structpb"
	"sigs.k8s.io/yaml"
)

// Names of the clusters that every Sluice Envoy has; the resources that come
// over xDS refer to them.
const (
	// ClusterXDS is the control plane.
	ClusterXDS = "sluice_xds"
	// ClusterExtAuth is the authorization service.
	ClusterExtAuth = "sluice_extauth"
	// ClusterExtProc is the processing service.
	ClusterExtProc = "sluice_extproc"
)

// DefaultMaxConnections is how many downstream connections an Envoy accepts
// when Config says nothing.
const DefaultMaxConnections = 100_000

// Config says who an Envoy is and whom it talks to. Addresses are HOST:PORT or
// unix:PATH.
type Config struct {
	// NodeID is the Envoy's own name ("envoy/edge-1"), Cluster that of the group
	// of Envoys that it serves in, Zone where it runs (may be empty).
	NodeID, Cluster, Zone string
	// XDS, ExtAuth and ExtProc are where the control plane and the two services
	// answer.
	XDS, ExtAuth, ExtProc string
	// Admin is where Envoy's admin interface listens: whoever reaches it can stop
	// the Envoy, so a unix socket or a loopback address.
	Admin string
	// TLS is for services that are called over TCP; the zero value: none.
	TLS TLS
	// MaxConnections bounds downstream connections; 0 means DefaultMaxConnections.
	MaxConnections int64
	// MaxHeapBytes, when set, makes the Envoy refuse work before it takes more
	// memory than that.
	MaxHeapBytes uint64
}

// New makes the bootstrap configuration, or says which field is wrong.
func New(config Config) (*bootstrapv3.Bootstrap, error) {
	if config.NodeID == "" || config.Cluster == "" {
		return nil, errors.New("bootstrap: node id and cluster must be set: scoped routes need both")
	}
	admin, err := adminAddress(config.Admin)
	if err != nil {
		return nil, err
	}
	clusters, err := clusters(config)
	if err != nil {
		return nil, err
	}
	overload, err := overloadManager(config)
	if err != nil {
		return nil, err
	}
	runtime, err := layeredRuntime()
	if err != nil {
		return nil, err
	}
	return &bootstrapv3.Bootstrap{
		Node: &corev3.Node{
			Id: config.NodeID, Cluster: config.Cluster, Locality: &corev3.Locality{Zone: config.Zone},
		},
		Admin:            &bootstrapv3.Admin{Address: admin},
		StaticResources:  &bootstrapv3.Bootstrap_StaticResources{Clusters: clusters},
		DynamicResources: dynamicResources(),
		LayeredRuntime:   runtime,
		OverloadManager:  overload,
		// Counters of thousands of clusters are summed up when somebody asks, not
		// every five seconds on the thread that applies configuration.
		StatsFlush: &bootstrapv3.Bootstrap_StatsFlushOnAdmin{StatsFlushOnAdmin: true},
	}, nil
}

// YAML is New's result as the text of an Envoy configuration file.
func YAML(config Config) ([]byte, error) {
	made, err := New(config)
	if err != nil {
		return nil, err
	}
	text, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(made)
	if err != nil {
		return nil, fmt.Errorf("bootstrap: %w", err)
	}
	// By way of JSON: protojson alone is not the same from build to build.
	written, err := yaml.JSONToYAML(text)
	if err != nil {
		return nil, fmt.Errorf("bootstrap: %w", err)
	}
	return written, nil
}

// dynamicResources asks the control plane for everything, over one delta
// stream. An Envoy waits for its first answer without end: it must not open its
// port with nothing to serve.
func dynamicResources() *bootstrapv3.Bootstrap_DynamicResources {
	ads := func() *corev3.ConfigSource {
		return &corev3.ConfigSource{
			ConfigSourceSpecifier: &corev3.ConfigSource_Ads{Ads: &corev3.AggregatedConfigSource{}},
			ResourceApiVersion:    corev3.ApiVersion_V3,
			InitialFetchTimeout:   durationpb.New(0),
		}
	}
	return &bootstrapv3.Bootstrap_DynamicResources{
		AdsConfig: &corev3.ApiConfigSource{
			ApiType:                   corev3.ApiConfigSource_DELTA_GRPC,
			TransportApiVersion:       corev3.ApiVersion_V3,
			SetNodeOnFirstMessageOnly: true,
			GrpcServices:              []*corev3.GrpcService{xdsService()},
		},
		CdsConfig: ads(),
		LdsConfig: ads(),
	}
}

// layeredRuntime sets what Envoy keeps in its runtime.
func layeredRuntime() (*bootstrapv3.LayeredRuntime, error) {
	static, err := structpb.NewStruct(map[string]any{
		// A resource path becomes one regular expression. Envoy's own bound of 100
		// instructions refuses paths of 60 letters; RE2 runs in linear time whatever
		// the size.
		"re2.max_program_size.error_level": 1_000_000,
	})
	if err != nil {
		return nil, fmt.Errorf("bootstrap: runtime: %w", err)
	}
	return &bootstrapv3.LayeredRuntime{Layers: []*bootstrapv3.RuntimeLayer{
		{Name: "sluice", LayerSpecifier: &bootstrapv3.RuntimeLayer_StaticLayer{StaticLayer: static}},
		// What an operator sets at the admin interface comes last and wins.
		{Name: "admin", LayerSpecifier: &bootstrapv3.RuntimeLayer_AdminLayer_{AdminLayer: &bootstrapv3.RuntimeLayer_AdminLayer{}}},
	}}, nil
}

// clusters are those of the control plane and the two services.
func clusters(config Config) ([]*clusterv3.Cluster, error) {
	var made []*clusterv3.Cluster
	for _, wanted := range []struct{ name, address string }{
		{ClusterXDS, config.XDS}, {ClusterExtAuth, config.ExtAuth}, {ClusterExtProc, config.ExtProc},
	} {
		cluster, err := serviceCluster(wanted.name, wanted.address, config.TLS)
		if err != nil {
			return nil, err
		}
		made = append(made, cluster)
	}
	return made, nil
}
