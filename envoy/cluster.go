package envoy

import (
	"net/netip"
	"strings"
	"time"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpointv3 "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	dnscommonv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/clusters/common/dns/v3"
	dnsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/clusters/dns/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	httpv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

const (
	connectTimeout = 5 * time.Second
	// upstreamIdle closes a kept connection before the backend does: Node's server,
	// the most impatient of the common ones, waits five seconds, and a call that
	// meets its closing is lost.
	upstreamIdle = 4 * time.Second
	// proxySuffix tells the cluster of HTTP_PROXY calls, whose answers' headers are
	// renamed in it, from that of calls which extproc answers for.
	proxySuffix = "/proxy"
	// dnsRefresh bounds how long an address is used that DNS no longer gives.
	dnsRefresh = 5 * time.Second
)

// cluster makes the cluster of a backend.
func cluster(backend *planv1.Backend, proxy bool, settings *Settings) *clusterv3.Cluster {
	name := clusterName(backend, proxy)
	made := &clusterv3.Cluster{
		Name:           name,
		ConnectTimeout: durationpb.New(connectTimeout),
		LoadAssignment: &endpointv3.ClusterLoadAssignment{
			ClusterName: name,
			Endpoints: []*endpointv3.LocalityLbEndpoints{{LbEndpoints: []*endpointv3.LbEndpoint{{
				HostIdentifier: &endpointv3.LbEndpoint_Endpoint{Endpoint: &endpointv3.Endpoint{Address: socket(backend.GetHost(), backend.GetPort())}},
			}}}},
		},
		CircuitBreakers: &clusterv3.CircuitBreakers{Thresholds: []*clusterv3.CircuitBreakers_Thresholds{{
			MaxConnections:     wrapperspb.UInt32(settings.MaxConnections),
			MaxPendingRequests: wrapperspb.UInt32(settings.MaxRequests),
			MaxRequests:        wrapperspb.UInt32(settings.MaxRequests),
		}}},
		TypedExtensionProtocolOptions: map[string]*anypb.Any{
			"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": packed(upstreamHTTP(proxy)),
		},
	}
	discover(made, backend)
	if backend.GetTls() {
		made.TransportSocket = &corev3.TransportSocket{
			Name:       "envoy.transport_sockets.tls",
			ConfigType: &corev3.TransportSocket_TypedConfig{TypedConfig: packed(upstreamTLS(backend, settings))},
		}
	}
	return made
}

func clusterName(backend *planv1.Backend, proxy bool) string {
	if proxy {
		return backend.GetCluster() + proxySuffix
	}
	return backend.GetCluster()
}

// discover says how a backend's addresses are found. An address is known; AWS's
// names give another few of thousands at each question, of which one will do;
// all other names give all their addresses, to share the load among.
func discover(made *clusterv3.Cluster, backend *planv1.Backend) {
	if _, err := netip.ParseAddr(backend.GetHost()); err == nil {
		made.ClusterDiscoveryType = &clusterv3.Cluster_Type{Type: clusterv3.Cluster_STATIC}
		return
	}
	aws := strings.HasSuffix(backend.GetHost(), ".amazonaws.com") || strings.HasSuffix(backend.GetHost(), ".amazonaws.com.cn")
	made.ClusterDiscoveryType = &clusterv3.Cluster_ClusterType{ClusterType: &clusterv3.Cluster_CustomClusterType{
		Name: "envoy.cluster.dns",
		TypedConfig: packed(&dnsv3.DnsCluster{
			DnsRefreshRate: durationpb.New(dnsRefresh), RespectDnsTtl: true,
			DnsLookupFamily: dnscommonv3.DnsLookupFamily_V4_PREFERRED, AllAddressesInSingleEndpoint: aws,
		}),
	}}
}

// upstreamHTTP is HTTP/1.1 with kept connections, as AWS calls backends, header
// names spelled as they came.
func upstreamHTTP(proxy bool) *httpv3.HttpProtocolOptions {
	options := http1Options()
	options.AcceptHttp_10 = false
	made := &httpv3.HttpProtocolOptions{
		CommonHttpProtocolOptions: &corev3.HttpProtocolOptions{IdleTimeout: durationpb.New(upstreamIdle)},
		UpstreamProtocolOptions: &httpv3.HttpProtocolOptions_ExplicitHttpConfig_{ExplicitHttpConfig: &httpv3.HttpProtocolOptions_ExplicitHttpConfig{
			ProtocolConfig: &httpv3.HttpProtocolOptions_ExplicitHttpConfig_HttpProtocolOptions{HttpProtocolOptions: options},
		}},
	}
	if proxy {
		made.HttpFilters = proxyAnswerFilters()
	}
	return made
}

// upstreamTLS verifies the backend's certificate by its name against public
// authorities, unless the integration says otherwise.
func upstreamTLS(backend *planv1.Backend, settings *Settings) *tlsv3.UpstreamTlsContext {
	server := hostname(backend.GetAuthority())
	common := &tlsv3.CommonTlsContext{AlpnProtocols: []string{"http/1.1"}}
	if !backend.GetInsecureSkipVerification() {
		common.ValidationContextType = &tlsv3.CommonTlsContext_ValidationContext{ValidationContext: &tlsv3.CertificateValidationContext{
			TrustedCa:                 &corev3.DataSource{Specifier: &corev3.DataSource_Filename{Filename: settings.CAFile}},
			MatchTypedSubjectAltNames: []*tlsv3.SubjectAltNameMatcher{subjectName(server)},
		}}
	}
	if id := backend.GetClientCertificateId(); id != "" {
		common.TlsCertificateSdsSecretConfigs = []*tlsv3.SdsSecretConfig{{Name: ClientCertificateSecret(id), SdsConfig: ads()}}
	}
	made := &tlsv3.UpstreamTlsContext{CommonTlsContext: common}
	if _, err := netip.ParseAddr(server); err != nil { // TLS names no addresses
		made.Sni = server
	}
	return made
}

// ClientCertificateSecret is the name under which SDS gives a client
// certificate with its key.
func ClientCertificateSecret(id string) string { return "client-certificate/" + id }

func subjectName(server string) *tlsv3.SubjectAltNameMatcher {
	kind := tlsv3.SubjectAltNameMatcher_DNS
	if _, err := netip.ParseAddr(server); err == nil {
		kind = tlsv3.SubjectAltNameMatcher_IP_ADDRESS
	}
	return &tlsv3.SubjectAltNameMatcher{
		SanType: kind,
		Matcher: &matcherv3.StringMatcher{MatchPattern: &matcherv3.StringMatcher_Exact{Exact: server}},
	}
}

// hostname is an authority without its port.
func hostname(authority string) string {
	if cut := strings.LastIndexByte(authority, ':'); cut > strings.LastIndexByte(authority, ']') {
		authority = authority[:cut]
	}
	return strings.Trim(authority, "[]")
}
