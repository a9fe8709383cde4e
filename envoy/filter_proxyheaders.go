package envoy

import (
	mutationv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/header_mutation/v3"
	codecv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/upstream_codec/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
)

const apiIDHeader = "x-amzn-apigateway-api-id"

// proxyHeadersFilter makes of a client's headers those that an HTTP_PROXY's
// backend gets. Mapped headers come after it, in the route, so that a mapping may
// set what is dropped here.
func proxyHeadersFilter() *mutationv3.HeaderMutation {
	mutations := []*mutation{
		remove(requestIDHeader),
		set(requestIDHeader, "%REQ("+ClientRequestIDHeader+")%"),
		remove(ClientRequestIDHeader),
	}
	for _, name := range []string{
		// AWS drops these before everything (Connection, Content-Length and
		// Transfer-Encoding are the codec's).
		"content-md5", "expect", "max-forwards", "proxy-authenticate", "server", "te", "trailer", "upgrade", "www-authenticate",
		// These are the client's way to the gateway, not the gateway's to the backend.
		"content-encoding", "via", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto",
	} {
		mutations = append(mutations, remove(name))
	}
	mutations = append(mutations, setIfAbsent("accept", "application/json"))
	return &mutationv3.HeaderMutation{Mutations: &mutationv3.Mutations{RequestMutations: mutations}}
}

// proxyAnswerFilters make of a backend's headers those that an HTTP_PROXY's
// client gets: AWS renames what is the gateway's own to say. They stand in the
// backend's cluster, where only answers of the backend pass: Envoy's own are not
// renamed.
func proxyAnswerFilters() []*hcmv3.HttpFilter {
	var mutations []*mutation
	for _, name := range []string{"connection", "content-length", "date", "server", amznRequestID} {
		mutations = append(mutations, set("x-amzn-remapped-"+name, "%RESP("+name+")%"))
	}
	for _, name := range []string{"date", "server", "via"} {
		mutations = append(mutations, remove(name))
	}
	return []*hcmv3.HttpFilter{
		installed(filterProxyHeaders, &mutationv3.HeaderMutation{Mutations: &mutationv3.Mutations{ResponseMutations: mutations}}),
		installed("envoy.filters.http.upstream_codec", &codecv3.UpstreamCodec{}),
	}
}
