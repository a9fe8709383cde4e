package envoy

import (
	"net"
	"strconv"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	casev3 "github.com/envoyproxy/go-control-plane/envoy/extensions/http/header_formatters/preserve_case/v3"
	uuidv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/request_id/uuid/v3"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// Names that the bootstrap and the xDS server share with this package.
const (
	// ListenerName is the one listener's, over LDS.
	ListenerName = "gateway"
	// ScopesName is the scoped routes', over SRDS.
	ScopesName = "sluice"
	// AuthCluster and ProcCluster are static in the bootstrap.
	AuthCluster = "sluice_extauth"
	ProcCluster = "sluice_extproc"
)

// What applies where ListenerSettings say nothing.
const (
	DefaultPayloadLimit   = 10 << 20
	DefaultServiceTimeout = 35 * time.Second
	// maxHeaders and maxHeaderKB bound a request's header block; AWS's own limit of
	// 10 KB is for the operator to set, many clients send more.
	maxHeaders  = 1000
	maxHeaderKB = 60
)

// ListenerSettings are the operator's. Changing one drains connections.
type ListenerSettings struct {
	// Address is host:port.
	Address string
	// TrustedHops is how many proxies in front of Envoy append to
	// X-Forwarded-For and are believed.
	TrustedHops uint32
	// PayloadLimit is the largest request body in bytes, that of the plans. 0:
	// DefaultPayloadLimit.
	PayloadLimit uint64
	// AccessLog is the file to which the stages' access-log lines are written, each
	// in its own format; "/dev/stdout" is Envoy's output. Empty: none are.
	AccessLog string
	// ServiceTimeout bounds one call of extauth and one message to extproc. 0:
	// DefaultServiceTimeout, which leaves a Lambda authorizer its 30 seconds.
	ServiceTimeout time.Duration
}

// Listener makes the listener that all APIs share. It never changes for an
// API's sake.
func Listener(settings ListenerSettings) *listenerv3.Listener {
	if settings.PayloadLimit == 0 {
		settings.PayloadLimit = DefaultPayloadLimit
	}
	if settings.ServiceTimeout == 0 {
		settings.ServiceTimeout = DefaultServiceTimeout
	}
	return &listenerv3.Listener{
		Name:    ListenerName,
		Address: address(settings.Address),
		FilterChains: []*listenerv3.FilterChain{{Filters: []*listenerv3.Filter{{
			Name:       "envoy.filters.network.http_connection_manager",
			ConfigType: &listenerv3.Filter_TypedConfig{TypedConfig: packed(connectionManager(&settings))},
		}}}},
		// A gateway reads bodies of megabytes: Envoy's 1 MiB is enough to keep a
		// connection busy, and bounds what one costs.
		PerConnectionBufferLimitBytes: wrapperspb.UInt32(1 << 20),
	}
}

// address reads host:port. Every address that reaches this package was listened
// on or parsed before.
func address(text string) *corev3.Address {
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		host = text
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		number = 0
	}
	return socket(host, uint32(number))
}

func socket(host string, port uint32) *corev3.Address {
	return &corev3.Address{Address: &corev3.Address_SocketAddress{SocketAddress: &corev3.SocketAddress{
		Address: host, PortSpecifier: &corev3.SocketAddress_PortValue{PortValue: port},
	}}}
}

func connectionManager(settings *ListenerSettings) *hcmv3.HttpConnectionManager {
	return &hcmv3.HttpConnectionManager{
		StatPrefix:     ListenerName,
		RouteSpecifier: &hcmv3.HttpConnectionManager_ScopedRoutes{ScopedRoutes: scopedRoutes()},
		HttpFilters:    httpFilters(settings),
		// The scope of api.example:8080 is api.example's.
		StripPortMode: &hcmv3.HttpConnectionManager_StripAnyHostPort{StripAnyHostPort: true},
		// AWS sends no server header, and renames a backend's.
		ServerHeaderTransformation: hcmv3.HttpConnectionManager_PASS_THROUGH,
		// AWS matches paths as they are sent: no normalisation, no merging of slashes,
		// escapes as they came.
		NormalizePath:                wrapperspb.Bool(false),
		MergeSlashes:                 false,
		PathWithEscapedSlashesAction: hcmv3.HttpConnectionManager_KEEP_UNCHANGED,
		CommonHttpProtocolOptions: &corev3.HttpProtocolOptions{
			HeadersWithUnderscoresAction: corev3.HttpProtocolOptions_ALLOW,
			MaxHeadersCount:              wrapperspb.UInt32(maxHeaders),
			IdleTimeout:                  durationpb.New(time.Hour),
		},
		HttpProtocolOptions:   http1Options(),
		MaxRequestHeadersKb:   wrapperspb.UInt32(maxHeaderKB),
		UseRemoteAddress:      wrapperspb.Bool(true),
		XffNumTrustedHops:     settings.TrustedHops,
		LocalReplyConfig:      localReplies(),
		AccessLog:             accessLog(settings.AccessLog),
		RequestIdExtension:    requestIDs(),
		RequestHeadersTimeout: durationpb.New(30 * time.Second),
		// The routes' timeouts bound a call; this one only ends what nobody reads.
		StreamIdleTimeout: durationpb.New(15 * time.Minute),
		// earlyRequestID decides which id is kept.
		PreserveExternalRequestId: true,
		EarlyHeaderMutationExtensions: []*corev3.TypedExtensionConfig{
			{Name: "envoy.http.early_header_mutation.header_mutation", TypedConfig: packed(earlyRequestID())},
		},
	}
}

// requestIDs are plain UUIDs: nothing of tracing is packed into them.
func requestIDs() *hcmv3.RequestIDExtension {
	return &hcmv3.RequestIDExtension{TypedConfig: packed(&uuidv3.UuidRequestIdConfig{
		PackTraceReason: wrapperspb.Bool(false), UseRequestIdForTraceSampling: wrapperspb.Bool(false),
	})}
}

// scopedRoutes find an API's RouteConfiguration by the host: a change of one API
// of 10,000 is then a change of that one's alone.
func scopedRoutes() *hcmv3.ScopedRoutes {
	return &hcmv3.ScopedRoutes{
		Name: ScopesName,
		ScopeKeyBuilder: &hcmv3.ScopedRoutes_ScopeKeyBuilder{Fragments: []*hcmv3.ScopedRoutes_ScopeKeyBuilder_FragmentBuilder{{
			Type: &hcmv3.ScopedRoutes_ScopeKeyBuilder_FragmentBuilder_HeaderValueExtractor_{
				HeaderValueExtractor: &hcmv3.ScopedRoutes_ScopeKeyBuilder_FragmentBuilder_HeaderValueExtractor{
					Name: ":authority",
					ExtractType: &hcmv3.ScopedRoutes_ScopeKeyBuilder_FragmentBuilder_HeaderValueExtractor_Index{
						Index: 0, // without a separator: the whole value
					},
				},
			},
		}}},
		RdsConfigSource: ads(),
		ConfigSpecifier: &hcmv3.ScopedRoutes_ScopedRds{ScopedRds: &hcmv3.ScopedRds{ScopedRdsConfigSource: ads()}},
	}
}

func ads() *corev3.ConfigSource {
	return &corev3.ConfigSource{
		ResourceApiVersion:    corev3.ApiVersion_V3,
		ConfigSourceSpecifier: &corev3.ConfigSource_Ads{Ads: &corev3.AggregatedConfigSource{}},
	}
}

// http1Options keep header names as their senders spell them, both ways, as AWS
// does.
func http1Options() *corev3.Http1ProtocolOptions {
	return &corev3.Http1ProtocolOptions{
		AcceptHttp_10: true,
		HeaderKeyFormat: &corev3.Http1ProtocolOptions_HeaderKeyFormat{
			HeaderFormat: &corev3.Http1ProtocolOptions_HeaderKeyFormat_StatefulFormatter{StatefulFormatter: &corev3.TypedExtensionConfig{
				Name:        "envoy.http.stateful_header_formatters.preserve_case",
				TypedConfig: packed(&casev3.PreserveCaseFormatterConfig{}),
			}},
		},
	}
}
