package envoy

import (
	"maps"
	"slices"
	"strings"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/sluice-gateway/sluice/envoy/format"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

const (
	jsonType          = "application/json"
	contentTypeHeader = "content-type"
	// Prefixes of mapping expressions that Envoy carries out.
	integrationHeader = "integration.request.header."
	integrationPath   = "integration.request.path."
	methodPath        = "method.request.path."
)

// stageRoutes are the routes of a release in its plan.
type stageRoutes struct {
	plan    *planv1.Plan
	release *planv1.Release
	// percent is set for a canary: each route takes that part of the requests.
	percent *corev3.RuntimeFractionalPercent
	// responses are what Envoy answers itself.
	responses *gatewayResponses
	// needed collects the clusters that the routes name.
	needed func(backend *planv1.Backend, proxy bool)
}

// operation makes the routes of an operation: one, or two when only some of its
// requests can be answered by Envoy.
func (s *stageRoutes) operation(operation *planv1.Operation) []*routev3.Route {
	routes := s.served(operation)
	for _, route := range routes {
		s.logged(route, s.scope(operation))
	}
	return routes
}

func (s *stageRoutes) served(operation *planv1.Operation) []*routev3.Route {
	name := s.plan.GetName() + "/" + operation.GetId()
	expression := pathExpression(s.plan.GetStage(), operation.GetSegments())
	made := &routev3.Route{Name: name, Match: s.match(expression, matchVerb(operation.GetMethod()))}
	integration := operation.GetIntegration()
	switch {
	case operation.GetRefusal() != nil || integration == nil:
		s.responses.answer(made, misconfigured, s.scope(operation))
	case operation.GetClass() == planv1.Class_CLASS_PROCESS:
		s.process(made, operation)
	case integration.GetStaticAnswer() != nil:
		other := &routev3.Route{Name: name, Match: s.match(expression, append(matchOther(), matchVerb(operation.GetMethod()))...)}
		s.process(other, operation)
		static(made, integration.GetStaticAnswer())
		if operation.GetClass() == planv1.Class_CLASS_CHECK {
			made.TypedPerFilterConfig = map[string]*anypb.Any{filterExtAuthz: checks(name)}
		}
		return []*routev3.Route{other, made}
	default:
		s.proxy(made, operation, expression)
	}
	return []*routev3.Route{made}
}

// scope is what texts with variables see of an operation.
func (s *stageRoutes) scope(operation *planv1.Operation) *format.Scope {
	return &format.Scope{Plan: s.plan, Release: s.release, Operation: operation}
}

// customise has Envoy's own errors on a route rendered as the user said.
func (s *stageRoutes) customise(made *routev3.Route, operation *planv1.Operation) {
	if overrides := s.responses.overrides(s.scope(operation)); overrides != nil {
		made.TypedPerFilterConfig[filterResponses], made.TypedPerFilterConfig[filterKept] = overrides, on()
	}
}

func (s *stageRoutes) match(expression string, headers ...*routev3.HeaderMatcher) *routev3.RouteMatch {
	made := matchExpression(expression)
	made.Headers, made.RuntimeFraction = headers, s.percent
	return made
}

// proxy passes a request to its backend, after a decision when there is one to
// make.
func (s *stageRoutes) proxy(made *routev3.Route, operation *planv1.Operation, expression string) {
	integration := operation.GetIntegration()
	s.needed(integration.GetBackend(), true)
	action := callBackend(integration, true)
	action.HostRewriteSpecifier = &routev3.RouteAction_HostRewriteLiteral{HostRewriteLiteral: integration.GetBackend().GetAuthority()}
	rewrite(action, expression, integration.GetPath(), s.pathValues(operation))
	made.Action = &routev3.Route_Route{Route: action}
	made.RequestHeadersToAdd = append(s.mappedHeaders(operation), setHeader(apiIDHeader, s.plan.GetApiId()))
	made.TypedPerFilterConfig = map[string]*anypb.Any{filterProxyHeaders: on()}
	if readsContext(integration) {
		made.TypedPerFilterConfig[filterKept] = on()
	}
	if s.plan.GetTracing() {
		made.TypedPerFilterConfig[filterTrace] = on()
	}
	if operation.GetClass() == planv1.Class_CLASS_CHECK {
		made.TypedPerFilterConfig[filterExtAuthz] = checks(made.GetName())
	}
	s.customise(made, operation)
}

// pathValues say what stands for the URI's placeholders: groups of the request's
// path, or texts.
func (s *stageRoutes) pathValues(operation *planv1.Operation) map[string]string {
	values := map[string]string{}
	for name, source := range operation.GetIntegration().GetRequestParameters() {
		target, isPath := strings.CutPrefix(name, integrationPath)
		if !isPath {
			continue
		}
		if parameter, found := strings.CutPrefix(source, methodPath); found {
			values[target] = groupReference(group(operation.GetSegments(), parameter))
			continue
		}
		values[target], _ = s.literal(source)
	}
	return values
}

// mappedHeaders are an HTTP_PROXY's parameter mapping into headers.
func (s *stageRoutes) mappedHeaders(operation *planv1.Operation) []*corev3.HeaderValueOption {
	var made []*corev3.HeaderValueOption
	parameters := operation.GetIntegration().GetRequestParameters()
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		header, isHeader := strings.CutPrefix(name, integrationHeader)
		if !isHeader {
			continue
		}
		value, known := s.literal(parameters[name])
		format := format.Verbatim(value)
		if variable, isContext := strings.CutPrefix(parameters[name], "context."); isContext {
			format, known = s.scope(operation).Context(variable)
		}
		if known && format != "" && settable(header) {
			made = append(made, setHeader(header, format))
		}
	}
	return made
}

// readsContext says whether a mapping names what keptFilter keeps.
func readsContext(integration *planv1.Integration) bool {
	for _, value := range integration.GetRequestParameters() {
		if strings.HasPrefix(value, "context.") {
			return true
		}
	}
	return false
}

// literal is the value of a mapping expression that no request changes.
func (s *stageRoutes) literal(expression string) (string, bool) {
	if quoted, found := strings.CutPrefix(expression, "'"); found {
		return strings.TrimSuffix(quoted, "'"), true
	}
	if name, found := strings.CutPrefix(expression, "stageVariables."); found {
		return s.release.GetStageVariables()[name], true
	}
	return "", false
}

// process hands a request to extproc, which sets all that the backend gets.
// Operations without a backend end there: extproc answers them itself.
func (s *stageRoutes) process(made *routev3.Route, operation *planv1.Operation) {
	integration := operation.GetIntegration()
	made.TypedPerFilterConfig = map[string]*anypb.Any{filterExtProc: processes(operation.GetMessages())}
	s.customise(made, operation)
	if integration.GetBackend() == nil {
		// Headers of the route's would be put on extproc's own answer.
		made.Action = &routev3.Route_DirectResponse{DirectResponse: &routev3.DirectResponseAction{Status: broken.status, Body: inline(broken.body())}}
		return
	}
	s.needed(integration.GetBackend(), false)
	made.Action = &routev3.Route_Route{Route: callBackend(integration, false)}
	if !operation.GetMessages().GetStream() || operation.GetMessages().GetRequestBody() {
		made.TypedPerFilterConfig[filterBuffer] = on()
	}
}

// callBackend calls an integration's backend within its timeout. A stream may
// last that long and be silent for five minutes, as AWS has it.
func callBackend(integration *planv1.Integration, proxy bool) *routev3.RouteAction {
	action := &routev3.RouteAction{
		ClusterSpecifier: &routev3.RouteAction_Cluster{Cluster: clusterName(integration.GetBackend(), proxy)},
		Timeout:          integration.GetTimeout(),
	}
	if integration.GetStream() {
		action.Timeout = durationpb.New(0)
		action.IdleTimeout = durationpb.New(streamIdle)
		action.MaxStreamDuration = &routev3.RouteAction_MaxStreamDuration{MaxStreamDuration: integration.GetTimeout()}
	}
	return action
}

// static answers a mock.
func static(made *routev3.Route, content *planv1.StaticAnswer) {
	action := &routev3.DirectResponseAction{Status: content.GetStatus()}
	if len(content.GetBody()) > 0 {
		action.Body = &corev3.DataSource{Specifier: &corev3.DataSource_InlineBytes{InlineBytes: content.GetBody()}}
	}
	made.Action = &routev3.Route_DirectResponse{DirectResponse: action}
	for _, header := range content.GetHeaders() {
		made.ResponseHeadersToAdd = append(made.GetResponseHeadersToAdd(), setHeader(header.GetName(), format.Verbatim(header.GetValue())))
	}
}

// answer answers with a gateway response.
func answer(made *routev3.Route, with reply) {
	made.Action = &routev3.Route_DirectResponse{DirectResponse: &routev3.DirectResponseAction{Status: with.status, Body: inline(with.body())}}
	made.ResponseHeadersToAdd = []*corev3.HeaderValueOption{setHeader(contentTypeHeader, jsonType), setHeader(errorTypeHeader, with.errorType)}
}
