package envoy

import (
	"slices"
	"strings"

	xdsmatcherv3 "github.com/cncf/xds/go/xds/type/matcher/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	customv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/custom_response/v3"
	policyv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/http/custom_response/local_response_policy/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/sluice-gateway/sluice/envoy/format"
	"github.com/sluice-gateway/sluice/internal/explain"
	"github.com/sluice-gateway/sluice/internal/gatewayresponse"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// detailsHeader tells extproc what went wrong, for the operator.
const detailsHeader = "x-sluice-details"

// gatewayResponses are what a release customised, for the answers that Envoy
// makes.
type gatewayResponses struct {
	set *gatewayresponse.Set
	// any says that something was customised, or is to be explained.
	any bool
	// explain puts the reason on each answer.
	explain bool
}

// customised compiles a release's gateway responses into formats: a percent sign
// that the user wrote is a percent sign.
func customised(release *planv1.Release, explained bool) *gatewayResponses {
	escaped := make([]*planv1.GatewayResponse, 0, len(release.GetGatewayResponses()))
	for _, response := range release.GetGatewayResponses() {
		escaped = append(escaped, &planv1.GatewayResponse{
			Type: response.GetType(), StatusCode: response.GetStatusCode(),
			ResponseParameters: escapedValues(response.GetResponseParameters()), ResponseTemplates: escapedValues(response.GetResponseTemplates()),
		})
	}
	return &gatewayResponses{set: gatewayresponse.Compile(escaped), any: len(escaped) > 0 || explained, explain: explained}
}

func escapedValues(all map[string]string) map[string]string {
	made := map[string]string{}
	for name, value := range all {
		made[name] = format.Verbatim(value)
	}
	return made
}

// rendered is an answer as formats of Envoy's.
type rendered struct {
	status  uint32
	headers []*corev3.HeaderValueOption
	body    *corev3.SubstitutionFormatString
}

func (g *gatewayResponses) render(with reply, scope *format.Scope) rendered {
	answer := g.set.Render(nil, with.kind, &gatewayresponse.Values{Status: int(with.status), Message: with.message, Request: scope})
	made := rendered{status: uint32(answer.Status), body: textFormat(string(answer.Body))}
	for _, header := range answer.Headers {
		if strings.EqualFold(header.Name, contentTypeHeader) {
			made.body.ContentType = header.Value
			continue
		}
		if settable(header.Name) {
			made.headers = append(made.headers, setHeader(header.Name, header.Value))
		}
	}
	if g.explain {
		made.headers = append(made.headers, setHeader(explain.Header, string(with.reason)))
	}
	return made
}

// answer makes a route answer with a gateway response.
func (g *gatewayResponses) answer(made *routev3.Route, with reply, scope *format.Scope) {
	if !g.any {
		answer(made, with)
		return
	}
	content := g.render(with, scope)
	contentType := content.body.GetContentType()
	made.Action = &routev3.Route_DirectResponse{DirectResponse: &routev3.DirectResponseAction{Status: content.status, BodyFormat: content.body}}
	made.ResponseHeadersToAdd = slices.Concat(content.headers, []*corev3.HeaderValueOption{setHeader(contentTypeHeader, contentType)})
	made.TypedPerFilterConfig = map[string]*anypb.Any{filterKept: on()}
}

// overrides turns the gateway response filter on for a route: what Envoy answers
// there is rendered as the user said. Nil: as AWS has it.
func (g *gatewayResponses) overrides(scope *format.Scope) *anypb.Any {
	if !g.any {
		return nil
	}
	entries := map[string]*xdsmatcherv3.Matcher_OnMatch{}
	for _, with := range []reply{timedOut, unreachable, misconfigured, broken} {
		content := g.render(with, scope)
		entries[with.name] = &xdsmatcherv3.Matcher_OnMatch{OnMatch: &xdsmatcherv3.Matcher_OnMatch_Action{Action: extension("response", &policyv3.LocalResponsePolicy{
			StatusCode: wrapperspb.UInt32(content.status), BodyFormat: content.body,
			// No other filter sees what is made here.
			ResponseHeadersToAdd: append(content.headers, setHeader(contentTypeHeader, content.body.GetContentType()),
				setHeader(amznRequestID, format.RequestID), setHeader(amzAPIGWID, format.APIGWID)),
			// Envoy's own details would lead to the default once more.
			ResponseCodeDetailsAction: &policyv3.LocalResponsePolicy_ResponseCodeDetails{ResponseCodeDetails: "sluice_" + with.name},
		})}}
	}
	return packed(&customv3.CustomResponse{CustomResponseMatcher: &xdsmatcherv3.Matcher{
		MatcherType: &xdsmatcherv3.Matcher_MatcherTree_{MatcherTree: &xdsmatcherv3.Matcher_MatcherTree{
			Input: extension("reply", &matcherv3.HttpResponseHeaderMatchInput{HeaderName: format.ReplyHeader}),
			TreeType: &xdsmatcherv3.Matcher_MatcherTree_ExactMatchMap{
				ExactMatchMap: &xdsmatcherv3.Matcher_MatcherTree_MatchMap{Map: entries},
			},
		}},
	}})
}

// gatewayResponseFilter does nothing where a route says nothing.
func gatewayResponseFilter() *customv3.CustomResponse { return &customv3.CustomResponse{} }
