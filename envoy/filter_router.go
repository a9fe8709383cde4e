package envoy

import routerv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/router/v3"

// routerFilter calls the backend. Envoy's own headers stay out of what backends
// and clients see.
func routerFilter() *routerv3.Router {
	return &routerv3.Router{SuppressEnvoyHeaders: true}
}
