package compile

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/sluice-gateway/sluice/internal/vtl"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// Prefixes of mapping expressions.
const (
	integrationHeader = "integration.request.header."
	integrationPath   = "integration.request.path."
	methodPath        = "method.request.path."
	methodBody        = "method.request.body"
)

// pair is one entry of a mapping.
type pair struct{ name, value string }

func sortedPairs(all map[string]string) []pair {
	made := make([]pair, 0, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		made = append(made, pair{name, all[name]})
	}
	return made
}

// classify gives an operation the cheapest class that does its work, and says
// which messages ext_proc needs.
func (r *release) classify(operation *planv1.Operation) {
	switch {
	case !r.native(operation):
		operation.Class = planv1.Class_CLASS_PROCESS
		operation.Messages = r.messages(operation)
	case operation.GetDecision() != nil:
		operation.Class = planv1.Class_CLASS_CHECK
	default:
		operation.Class = planv1.Class_CLASS_NATIVE
	}
	if operation.GetIntegration().GetStaticAnswer() != nil {
		operation.Messages = r.messages(operation) // for other content types
	}
}

// native says whether Envoy alone can carry a call, once it is allowed.
func (r *release) native(operation *planv1.Operation) bool {
	integration, request := operation.GetIntegration(), operation.GetRequest()
	if request.GetValidateBody() || request.GetValidateParameters() || r.content.RestAPI.MinimumCompressionSize != nil {
		return false
	}
	switch integration.GetType() {
	case planv1.IntegrationType_INTEGRATION_TYPE_MOCK:
		return integration.GetStaticAnswer() != nil
	case planv1.IntegrationType_INTEGRATION_TYPE_HTTP_PROXY:
		return integration.GetContentHandling() == planv1.ContentHandling_CONTENT_HANDLING_UNSPECIFIED && r.nativeMapping(operation)
	default:
		return false
	}
}

// nativeMapping says whether Envoy can do an HTTP_PROXY's parameter mapping:
// path parameters and literals into the path, literals and what is known of every
// request into headers. (Of a header that is sent twice AWS takes the last value,
// Envoy the first: mapping headers is extproc's.)
func (r *release) nativeMapping(operation *planv1.Operation) bool {
	if strings.Contains(operation.GetIntegration().GetPath(), "?") {
		return false // the URI's own query goes before the client's
	}
	if verb := operation.GetIntegration().GetHttpMethod(); verb != "" && verb != operation.GetMethod() {
		return false
	}
	for name, value := range operation.GetIntegration().GetRequestParameters() {
		text, isLiteral := literal(value, r.variables)
		switch {
		case strings.HasPrefix(name, integrationPath):
			parameter, isPath := strings.CutPrefix(value, methodPath)
			known := isLiteral && plainPath(text) || isPath && hasParameter(operation, parameter)
			if !known {
				return false
			}
		case strings.HasPrefix(name, integrationHeader):
			known := isLiteral && plainHeader(text) || nativeContext(value)
			header := strings.TrimPrefix(name, integrationHeader)
			if special(header) || !token(header) || !known {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// nativeContext says whether an expression is one of $context's that Envoy knows
// a name for. (Package envoy's formats has them.)
func nativeContext(expression string) bool {
	name, found := strings.CutPrefix(expression, "context.")
	if !found {
		return false
	}
	switch name {
	case "requestId", "extendedRequestId", "requestTime", "requestTimeEpoch", "httpMethod", "path", "protocol", "domainName", "domainPrefix",
		"accountId", "apiId", "stage", "deploymentId", "resourceId", "resourcePath", "operationName", "isCanaryRequest",
		"identity.sourceIp", "identity.userAgent":
		return true
	default:
		return false
	}
}

// plainPath says whether a literal can stand in a path without escaping.
func plainPath(text string) bool {
	return !strings.ContainsFunc(text, func(c rune) bool {
		return c <= ' ' || c >= 0x7f || strings.ContainsRune(`?#%\"<>^`+"`{|}", c)
	})
}

// special says whether mapping a header needs more than setting it: some make
// AWS fail the call, some are not sent, and Host is Envoy's to route by.
func special(header string) bool {
	switch strings.ToLower(header) {
	case "content-length", "transfer-encoding", "x-amzn-trace-id", "x-amzn-apigateway-api-id",
		"connection", "host", "expect", "proxy-authenticate", "te", "via", "upgrade":
		return true
	default:
		return false
	}
}

func hasParameter(operation *planv1.Operation, name string) bool {
	return slices.ContainsFunc(operation.GetSegments(), func(segment *planv1.Segment) bool {
		return segment.GetParameter() == name || segment.GetGreedy() == name
	})
}

// messages says which ext_proc messages an operation needs besides the request
// headers. Each that is spared saves some 60 µs of CPU.
func (r *release) messages(operation *planv1.Operation) *planv1.Messages {
	integration := operation.GetIntegration()
	made := &planv1.Messages{Stream: integration.GetStream(), RequestBody: mayCarryBody(operation.GetMethod())}
	switch integration.GetType() {
	case planv1.IntegrationType_INTEGRATION_TYPE_MOCK:
	case planv1.IntegrationType_INTEGRATION_TYPE_HTTP_PROXY:
		made.RequestBody = made.GetRequestBody() && (operation.GetRequest().GetValidateBody() || readsBody(integration) ||
			integration.GetContentHandling() != planv1.ContentHandling_CONTENT_HANDLING_UNSPECIFIED || r.content.RestAPI.MinimumCompressionSize != nil)
		made.ResponseHeaders = true
		made.ResponseBody = integration.GetContentHandling() != planv1.ContentHandling_CONTENT_HANDLING_UNSPECIFIED ||
			r.content.RestAPI.MinimumCompressionSize != nil
	case planv1.IntegrationType_INTEGRATION_TYPE_HTTP, planv1.IntegrationType_INTEGRATION_TYPE_AWS:
		made.ResponseHeaders, made.ResponseBody = true, true
		// A call without a body needs the client's only where something reads it.
		verb := cmp.Or(integration.GetHttpMethod(), operation.GetMethod())
		made.RequestBody = made.GetRequestBody() &&
			(mayCarryBody(verb) || operation.GetRequest().GetValidateBody() || readsBody(integration) || templatesReadBody(integration))
	default:
		made.ResponseHeaders, made.ResponseBody = true, true
	}
	return made
}

// templatesReadBody says whether a request template may read the body; one that
// cannot be parsed fails at run time, where it is told.
func templatesReadBody(integration *planv1.Integration) bool {
	for _, text := range integration.GetRequestTemplates() {
		template, err := vtl.Parse("", text)
		if err == nil && template.Reads().Body {
			return true
		}
	}
	return false
}

// readsBody says whether a parameter mapping reads the body.
func readsBody(integration *planv1.Integration) bool {
	for _, value := range integration.GetRequestParameters() {
		if strings.HasPrefix(value, methodBody) {
			return true
		}
	}
	return false
}

// mayCarryBody says whether requests of a verb have a body worth a message.
func mayCarryBody(verb string) bool {
	return verb != "GET" && verb != "HEAD" && verb != "OPTIONS"
}
