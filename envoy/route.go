package envoy

import (
	"regexp"
	"strings"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/sluice-gateway/sluice/envoy/prefixtree"
	"github.com/sluice-gateway/sluice/internal/admission"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// streamIdle is how long a streamed answer may be silent (AWS: five minutes).
const streamIdle = 5 * time.Minute

// routeConfiguration makes an API's one RouteConfiguration, of all its stages.
func routeConfiguration(plans []*planv1.Plan, needed func(*planv1.Backend, bool)) *routev3.RouteConfiguration {
	api := plans[0].GetApiId()
	host := &routev3.VirtualHost{Name: api, Domains: []string{"*"}}
	var routes []prefixtree.Placed
	var stages []string
	var limit, largest uint64
	for _, plan := range plans {
		routes = append(routes, planRoutes(plan, needed)...)
		stages = append(stages, plan.GetStage())
		limit = max(limit, plan.GetPayloadLimit())
	}
	// No stage: Forbidden, whatever the path.
	last := &routev3.Route{Name: api, Match: &routev3.RouteMatch{PathSpecifier: &routev3.RouteMatch_Prefix{Prefix: ""}}}
	answer(last, unknownHost)
	routes = append(routes, prefixtree.Placed{Route: last})
	prefixtree.Arrange(host, routes, stages)
	if limit > 0 {
		host.RequestBodyBufferLimit = wrapperspb.UInt64(limit)
	}
	for _, one := range routes {
		body := one.Route.GetDirectResponse().GetBody()
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
func planRoutes(plan *planv1.Plan, needed func(*planv1.Backend, bool)) []prefixtree.Placed {
	var routes []prefixtree.Placed
	if canary := plan.GetCanary(); canary.GetPercent() > 0 {
		routes = releaseRoutes(plan, canary.GetRelease(), fraction(canary.GetPercent()), needed)
	}
	return append(routes, releaseRoutes(plan, plan.GetRelease(), nil, needed)...)
}

func releaseRoutes(plan *planv1.Plan, release *planv1.Release, percent *corev3.RuntimeFractionalPercent, needed func(*planv1.Backend, bool)) []prefixtree.Placed {
	made := &stageRoutes{plan: plan, release: release, percent: percent, responses: customised(release, plan.GetExplain()), needed: needed}
	var routes []prefixtree.Placed
	for _, operation := range release.GetOperations() {
		for _, route := range made.operation(operation) {
			routes = append(routes, prefixtree.Placed{Route: route, Prefix: made.pathPrefix(operation.GetSegments()), Verb: operation.GetMethod()})
		}
	}
	for _, last := range made.unmatched() {
		made.logged(last, made.scope(nil))
		routes = append(routes, prefixtree.Placed{Route: last, Prefix: made.pathPrefix(nil)})
	}
	return routes
}

// unmatched are the routes of what no operation of the stage matches. extauth
// answers callers that sent an Authorization header, of which AWS may complain,
// and all callers of a stage that explains: it knows what came closest.
func (s *stageRoutes) unmatched() []*routev3.Route {
	expression := "/+" + regexp.QuoteMeta(s.plan.GetStage()) + "(/.*)?"
	asked := &routev3.Route{Name: s.plan.GetName() + "/" + admission.UnmatchedID, Match: s.match(expression)}
	s.responses.answer(asked, unknownPath, s.scope(nil))
	if asked.TypedPerFilterConfig == nil {
		asked.TypedPerFilterConfig = map[string]*anypb.Any{}
	}
	asked.TypedPerFilterConfig[filterExtAuthz] = checks(asked.GetName())
	if s.plan.GetExplain() {
		return []*routev3.Route{asked}
	}
	asked.Match.Headers = []*routev3.HeaderMatcher{{
		Name: "authorization", HeaderMatchSpecifier: &routev3.HeaderMatcher_PresentMatch{PresentMatch: true},
	}}
	last := &routev3.Route{Name: s.plan.GetName() + "/", Match: s.match(expression)}
	s.responses.answer(last, unknownPath, s.scope(nil))
	return []*routev3.Route{asked, last}
}

// pathPrefix is what all paths of an operation start with.
func (s *stageRoutes) pathPrefix(segments []*planv1.Segment) string {
	var prefix strings.Builder
	prefix.WriteString("/" + s.plan.GetStage())
	for _, one := range segments {
		prefix.WriteString("/" + one.GetLiteral())
		if one.GetLiteral() == "" {
			break
		}
	}
	return prefix.String()
}
