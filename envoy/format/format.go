// Package format gives AWS's variables as format strings of Envoy's, so that texts
// with variables in them (gateway responses, mapped headers, access logs) are
// rendered by Envoy alone. It makes no resource of Envoy's, and renders nothing.
package format

import (
	"strings"

	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// Scope is what a text's variables are those of. It is a
// gatewayresponse.Request whose values are formats.
type Scope struct {
	Plan    *planv1.Plan
	Release *planv1.Release
	// Operation is nil where there is none.
	Operation *planv1.Operation
}

// Filter states that hold a request as it came.
const (
	RequestIDState = "sluice.request_id"
	PathState      = "sluice.path"
	VerbState      = "sluice.verb"
	HostState      = "sluice.host"
	AgentState     = "sluice.user_agent"
)

// Namespaces of dynamic metadata in which extauth and extproc say what only they
// know, by the variables' names.
const (
	AuthNamespace = "envoy.filters.http.ext_authz"
	ProcNamespace = "sluice"
)

// ReplyHeader holds the gateway response's type on an error of Envoy's own, until
// the answer leaves.
const ReplyHeader = "x-sluice-reply"

// Verbatim is a format that gives a text as it is.
func Verbatim(text string) string { return strings.ReplaceAll(text, "%", "%%") }

// RequestID and APIGWID are the formats of a request's two ids.
const (
	RequestID = "%FILTER_STATE(" + RequestIDState + ":PLAIN)%"
	APIGWID   = "%FILTER_STATE(" + RequestIDState + ":PLAIN):15%="
)

// Formats of what is known of every request, put aside before anything could
// change it.
const (
	pathFormat  = "%FILTER_STATE(" + PathState + ":PLAIN)%"
	verbFormat  = "%FILTER_STATE(" + VerbState + ":PLAIN)%"
	hostFormat  = "%FILTER_STATE(" + HostState + ":PLAIN)%"
	agentFormat = "%FILTER_STATE(" + AgentState + ":PLAIN)%"
)

// AppendContext appends the format of $context.{name}.
func (s *Scope) AppendContext(dst []byte, name string) ([]byte, bool) {
	format, known := s.Context(name)
	return append(dst, format...), known
}

// Context is the format of $context.{name}; false: Envoy knows none.
func (s *Scope) Context(name string) (format string, known bool) {
	if text, fixed := s.fixed(name); fixed {
		return Verbatim(text), text != ""
	}
	switch name {
	case "requestId":
		return RequestID, true
	case "extendedRequestId":
		return APIGWID, true
	case "requestTime":
		return "%START_TIME(%d/%b/%Y:%H:%M:%S +0000)%", true
	case "requestTimeEpoch":
		return "%START_TIME(%s%3f)%", true
	case "httpMethod":
		return verbFormat, true
	case "path":
		return pathFormat, true
	case "domainName":
		return hostFormat, true
	case "identity.sourceIp":
		return "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%", true
	case "identity.userAgent":
		return agentFormat, true
	default:
		return "", false
	}
}

// fixed is a variable that no request changes.
func (s *Scope) fixed(name string) (text string, fixed bool) {
	switch name {
	case "accountId":
		return s.Plan.GetAccountId(), true
	case "apiId", "domainPrefix":
		return s.Plan.GetApiId(), true
	case "stage":
		return s.Plan.GetStage(), true
	case "protocol":
		return "HTTP/1.1", true // AWS says so whatever the client speaks
	case "deploymentId":
		return s.Release.GetDeploymentId(), true
	case "resourceId":
		return s.Operation.GetResourceId(), true
	case "resourcePath":
		return s.Operation.GetResourcePath(), true
	case "operationName":
		return s.Operation.GetOperationName(), true
	case "isCanaryRequest":
		switch {
		case !s.Release.GetHasCanarySettings():
			return "", true
		case s.Release.GetIsCanary():
			return "true", true
		default:
			return "false", true
		}
	default:
		return "", false
	}
}

// StageVariable gives $stageVariables.{name}.
func (s *Scope) StageVariable(name string) (string, bool) {
	value, found := s.Release.GetStageVariables()[name]
	return Verbatim(value), found
}

// Parameter gives method.request.{location}.{name}: headers and query
// parameters, the first value of each. Envoy has no name for a path's.
func (s *Scope) Parameter(location, name string) (string, bool) {
	if strings.ContainsAny(name, "()%:?") {
		return "", false
	}
	switch location {
	case "header", "multivalueheader":
		return "%REQ(" + name + ")%", true
	case "querystring", "multivaluequerystring":
		return "%QUERY_PARAM(" + name + ")%", true
	default:
		return "", false
	}
}
