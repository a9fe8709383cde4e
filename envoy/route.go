package envoy

import (
	"regexp"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	"google.golang.org/protobuf/types/known/wrapperspb"

	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// streamIdle is how long a streamed answer may be silent (AWS: five minutes).
const streamIdle = 5 * time.Minute

// routeConfiguration makes an API's one RouteConfiguration, of all its stages.
func routeConfiguration(plans []*planv1.Plan, needed func(*planv1.Backend, bool)) *routev3.RouteConfiguration {
	api := plans[0].GetApiId()
	host := &routev3.VirtualHost{Name: api, Domains: []string{"*"}}
	var limit, largest uint64
	for _, plan := range plans {
		host.Routes = append(host.GetRoutes(), planRoutes(plan, needed)...)
		limit = max(limit, plan.GetPayloadLimit())
	}
	// No stage: Forbidden, whatever the path.
	last := &routev3.Route{Name: api, Match: &routev3.RouteMatch{PathSpecifier: &routev3.RouteMatch_Prefix{Prefix: ""}}}
	answer(last, unknownHost)
	host.Routes = append(host.GetRoutes(), last)
	if limit > 0 {
		host.RequestBodyBufferLimit = wrapperspb.UInt64(limit)
	}
	for _, route := range host.GetRoutes() {
		body := route.GetDirectResponse().GetBody()
		largest = max(largest, uint64(len(body.GetInlineBytes())), uint64(len(body.GetInlineString())))
	}
	return &routev3.RouteConfiguration{
		Name: api, VirtualHosts: []*routev3.VirtualHost{host},
		// Envoy holds bodies that it answers itself to 4 KB unless told.
		MaxDirectResponseBodySizeBytes: wrapperspb.UInt32(uint32(max(largest, 4096))),
	}
}

// planRoutes are the routes of a stage: those of its canary, closed by the
// canary's own last one, then those of its deployment.
func planRoutes(plan *planv1.Plan, needed func(*planv1.Backend, bool)) []*routev3.Route {
	var routes []*routev3.Route
	if canary := plan.GetCanary(); canary.GetPercent() > 0 {
		routes = releaseRoutes(plan, canary.GetRelease(), fraction(canary.GetPercent()), needed)
	}
	return append(routes, releaseRoutes(plan, plan.GetRelease(), nil, needed)...)
}

func releaseRoutes(plan *planv1.Plan, release *planv1.Release, percent *corev3.RuntimeFractionalPercent, needed func(*planv1.Backend, bool)) []*routev3.Route {
	made := &stageRoutes{plan: plan, release: release, percent: percent, needed: needed}
	var routes []*routev3.Route
	for _, operation := range release.GetOperations() {
		routes = append(routes, made.operation(operation)...)
	}
	last := &routev3.Route{Name: plan.GetName() + "/", Match: made.match("/+" + regexp.QuoteMeta(plan.GetStage()) + "(/.*)?")}
	answer(last, unknownPath)
	return append(routes, last)
}
