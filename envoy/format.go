package envoy

import (
	"strings"

	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// formats gives AWS's variables as format strings of Envoy's, so that texts with
// variables in them (gateway responses, access logs) are rendered by Envoy. It is
// a gatewayresponse.Request whose values are formats.
type formats struct {
	plan      *planv1.Plan
	release   *planv1.Release
	operation *planv1.Operation // nil where there is none
}

// Formats of what is known of every request. State is what keptFilter put aside
// before anything could change it.
const (
	requestIDFormat = "%FILTER_STATE(" + requestIDState + ":PLAIN)%"
	apigwIDFormat   = "%FILTER_STATE(" + requestIDState + ":PLAIN):15%="
	pathFormat      = "%FILTER_STATE(" + pathState + ":PLAIN)%"
	verbFormat      = "%FILTER_STATE(" + verbState + ":PLAIN)%"
	hostFormat      = "%FILTER_STATE(" + hostState + ":PLAIN)%"
	agentFormat     = "%FILTER_STATE(" + agentState + ":PLAIN)%"
)

// AppendContext appends the format of $context.{name}.
func (f *formats) AppendContext(dst []byte, name string) ([]byte, bool) {
	format, known := f.context(name)
	return append(dst, format...), known
}

func (f *formats) context(name string) (format string, known bool) {
	if text, fixed := f.fixed(name); fixed {
		return verbatim(text), text != ""
	}
	switch name {
	case "requestId":
		return requestIDFormat, true
	case "extendedRequestId":
		return apigwIDFormat, true
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
func (f *formats) fixed(name string) (text string, fixed bool) {
	switch name {
	case "accountId":
		return f.plan.GetAccountId(), true
	case "apiId", "domainPrefix":
		return f.plan.GetApiId(), true
	case "stage":
		return f.plan.GetStage(), true
	case "protocol":
		return "HTTP/1.1", true // AWS says so whatever the client speaks
	case "deploymentId":
		return f.release.GetDeploymentId(), true
	case "resourceId":
		return f.operation.GetResourceId(), true
	case "resourcePath":
		return f.operation.GetResourcePath(), true
	case "operationName":
		return f.operation.GetOperationName(), true
	case "isCanaryRequest":
		switch {
		case !f.release.GetHasCanarySettings():
			return "", true
		case f.release.GetIsCanary():
			return "true", true
		default:
			return "false", true
		}
	default:
		return "", false
	}
}

// StageVariable gives $stageVariables.{name}.
func (f *formats) StageVariable(name string) (string, bool) {
	value, found := f.release.GetStageVariables()[name]
	return verbatim(value), found
}

// Parameter gives method.request.{location}.{name}: headers and query
// parameters, the first value of each. Envoy has no name for a path's.
func (f *formats) Parameter(location, name string) (string, bool) {
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
