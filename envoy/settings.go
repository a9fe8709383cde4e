package envoy

// What applies where Settings say nothing. Envoy's own limits of 1,024
// connections and requests are for a service mesh's sidecar, not for a gateway.
const (
	DefaultCAFile         = "/etc/ssl/certs/ca-certificates.crt"
	DefaultMaxConnections = 65536
	DefaultMaxRequests    = 1 << 20
)

func (s *Settings) complete() {
	if s.CAFile == "" {
		s.CAFile = DefaultCAFile
	}
	if s.MaxConnections == 0 {
		s.MaxConnections = DefaultMaxConnections
	}
	if s.MaxRequests == 0 {
		s.MaxRequests = DefaultMaxRequests
	}
}
