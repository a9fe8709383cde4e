package bootstrap

import (
	"fmt"
	"net/netip"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	"google.golang.org/protobuf/types/known/anypb"
)

// TLS are the files by which an Envoy and our services know each other over TCP,
// on the Envoy's machine. Unix sockets need none.
type TLS struct {
	// Cert and Key are the Envoy's own, CA verifies the services'.
	Cert, Key, CA string
}

// enabled says whether there is TLS at all.
func (t TLS) enabled() bool { return t != TLS{} }

// transportSocket is a connection to one service, which must have a certificate
// for its name or address.
func (t TLS) transportSocket(service *corev3.Address) (*corev3.TransportSocket, error) {
	host := service.GetSocketAddress().GetAddress()
	kind := tlsv3.SubjectAltNameMatcher_DNS
	sni := host
	if _, err := netip.ParseAddr(host); err == nil {
		kind, sni = tlsv3.SubjectAltNameMatcher_IP_ADDRESS, ""
	}
	packed, err := anypb.New(&tlsv3.UpstreamTlsContext{
		Sni: sni,
		CommonTlsContext: &tlsv3.CommonTlsContext{
			TlsParams: &tlsv3.TlsParameters{ // Envoy's own highest for clients is 1.2
				TlsMinimumProtocolVersion: tlsv3.TlsParameters_TLSv1_3, TlsMaximumProtocolVersion: tlsv3.TlsParameters_TLSv1_3,
			},
			TlsCertificates: []*tlsv3.TlsCertificate{{CertificateChain: file(t.Cert), PrivateKey: file(t.Key)}},
			ValidationContextType: &tlsv3.CommonTlsContext_ValidationContext{ValidationContext: &tlsv3.CertificateValidationContext{
				TrustedCa: file(t.CA),
				MatchTypedSubjectAltNames: []*tlsv3.SubjectAltNameMatcher{{
					SanType: kind, Matcher: &matcherv3.StringMatcher{MatchPattern: &matcherv3.StringMatcher_Exact{Exact: host}},
				}},
			}},
			AlpnProtocols: []string{"h2"},
		},
	})
	if err != nil {
		return nil, fmt.Errorf("bootstrap: TLS: %w", err)
	}
	return &corev3.TransportSocket{
		Name: "envoy.transport_sockets.tls", ConfigType: &corev3.TransportSocket_TypedConfig{TypedConfig: packed},
	}, nil
}

func file(name string) *corev3.DataSource {
	return &corev3.DataSource{Specifier: &corev3.DataSource_Filename{Filename: name}}
}
