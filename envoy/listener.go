package envoy

import listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"

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

// ListenerSettings are the operator's. Changing one drains connections.
type ListenerSettings struct {
	// Address is host:port.
	Address string
	// TrustedHops is how many proxies in front of Envoy append to
	// X-Forwarded-For and are believed.
	TrustedHops uint32
	// AccessLogDir is where stages' access logs are written; empty: standard output.
	AccessLogDir string
}

// Listener makes the listener that all APIs share. It never changes for an
// API's sake.
func Listener(settings ListenerSettings) *listenerv3.Listener {
	return &listenerv3.Listener{Name: ListenerName}
}
