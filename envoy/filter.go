package envoy

import (
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// Names of the HTTP filters, under which routes configure them.
const (
	filterRequestID    = "sluice.request_id"
	filterKept         = "sluice.kept"
	filterAnswer       = "sluice.answer"
	filterResponses    = "sluice.gateway_responses"
	filterLineKept     = "sluice.log_line_kept"
	filterLine         = "sluice.log_line"
	filterBodyLimit    = "sluice.body_limit"
	filterExtAuthz     = "sluice.extauth"
	filterTrace        = "sluice.trace"
	filterProxyHeaders = "sluice.proxy_headers"
	filterExtProc      = "sluice.extproc"
	filterBuffer       = "sluice.buffer"
	filterRouter       = "envoy.filters.http.router"
)

// httpFilters is the order in which a request passes; an answer goes the other
// way. It is the same for all APIs: routes turn on what is installed disabled.
func httpFilters(settings *ListenerSettings) []*hcmv3.HttpFilter {
	return []*hcmv3.HttpFilter{
		// First, so that the id is kept before anything can change the header it is in.
		installed(filterRequestID, requestIDFilter()),
		// The same for the rest of what texts with variables name; few routes have any.
		disabled(filterKept, keptFilter()),
		// Outermost on the way back: every answer carries the ids, whoever made it.
		installed(filterAnswer, answerFilter()),
		// On the way back it sees the errors of all that follow.
		disabled(filterResponses, gatewayResponseFilter()),
		// Inside of it, for what it makes no other filter sees. On the way back the line
		// is written by the second and taken out by the first.
		disabled(filterLineKept, lineKeptFilter()),
		disabled(filterLine, lineFilter()),
		// Before anyone is asked: a body too large is refused whoever sends it (AWS's
		// order, data-plane step 2).
		installed(filterBodyLimit, bodyLimitFilter(settings.PayloadLimit)),
		// A decision comes before all work.
		disabled(filterExtAuthz, extAuthzFilter(settings)),
		// A client's own trace id goes on as it is, so this comes after the decision too.
		disabled(filterTrace, traceFilter()),
		// After the decision, which needs the headers as the client sent them.
		disabled(filterProxyHeaders, proxyHeadersFilter()),
		// Its own decision is inside; it sees the request as the client sent it, for
		// proxy headers are off where it is on.
		disabled(filterExtProc, extProcFilter(settings)),
		// Behind ext_proc: a body that it replaced would go out chunked, this gives it a
		// content-length (measured; envoy.md).
		disabled(filterBuffer, bufferFilter(settings.PayloadLimit)),
		// Last by Envoy's rule.
		installed(filterRouter, routerFilter()),
	}
}

func installed(name string, config proto.Message) *hcmv3.HttpFilter {
	return &hcmv3.HttpFilter{Name: name, ConfigType: &hcmv3.HttpFilter_TypedConfig{TypedConfig: packed(config)}}
}

// disabled installs a filter that is off until a route has a configuration for
// it.
func disabled(name string, config proto.Message) *hcmv3.HttpFilter {
	filter := installed(name, config)
	filter.Disabled = true
	return filter
}

// on turns a disabled filter on for a route, as it is installed.
func on() *anypb.Any { return packed(&routev3.FilterConfig{Config: &anypb.Any{}}) }
