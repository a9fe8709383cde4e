package extauth

import (
	"net/url"
	"strings"
	"time"

	"github.com/sluice-gateway/sluice/internal/admission"
	"github.com/sluice-gateway/sluice/internal/explain"
	"github.com/sluice-gateway/sluice/internal/gatewayresponse"
	"github.com/sluice-gateway/sluice/internal/requestcontext"
	"github.com/sluice-gateway/sluice/internal/secret"
)

// RequestIDSuffix ends x-amz-apigw-id, which is a request id's first 15
// characters and this.
const RequestIDSuffix = "="

// unknownResponses answer for operations that nobody knows.
var unknownResponses = gatewayresponse.Compile(nil)

// Answer makes what the caller of a denied request gets, its body appended to
// dst. Rules may be nil.
func Answer(dst []byte, rules *admission.Rules, request *Request, decision *Decision, now time.Time) gatewayresponse.Answer {
	responses := unknownResponses
	values := decision.Denial.Values(request.header("accept"))
	if rules != nil {
		responses = rules.Responses
		values.Request = &denied{rules: rules, request: request, decision: decision, now: now}
	}
	answer := responses.Render(dst, decision.Denial.Type, values)
	if rules != nil && rules.Explain {
		answer.Headers = append(answer.Headers, gatewayresponse.Header{Name: explain.Header, Value: string(decision.Denial.Reason)})
	}
	return answer
}

// Values are what a denial says, for gatewayresponse.Set.Render; the caller sets
// Request.
func (d *Denial) Values(accept string) *gatewayresponse.Values {
	return &gatewayresponse.Values{Message: d.Message, ErrorType: d.ErrorType, Accept: accept}
}

// Story tells why a request was denied, for "why?". Rules may be nil.
func Story(rules *admission.Rules, request *Request, decision *Decision, status int, now time.Time) *explain.Story {
	story := &explain.Story{
		RequestID: request.ID, Time: now, Method: request.Method, Path: request.Path,
		Status: status, ResponseType: decision.Denial.Type.String(), Phase: decision.Denial.Phase, Reason: decision.Denial.Reason,
	}
	if rules == nil {
		story.Detail = "Envoy chose an operation that this service has no plan for."
		return story
	}
	story.API, story.Stage, story.Operation = rules.Context.APIID, rules.Context.Stage, rules.ID
	if rules.IsUnmatched() {
		story.Detail, story.Wanted = rules.Closest(request.Method, belowStage(request.Path, rules.Context.Stage))
		return story
	}
	story.Detail, story.Wanted = tell(rules, decision)
	return story
}

// tell puts a denial into words for the operator.
func tell(rules *admission.Rules, decision *Decision) (detail, wanted string) {
	stage := "stage " + rules.Context.Stage + " of API " + rules.Context.APIID
	switch decision.Denial.Reason {
	case explain.AuthorizationUnsupported:
		return rules.Unsupported, ""
	case explain.APIKeyMissing:
		if rules.KeyFromAuthorizer {
			return "No authorizer named an API key.", "a usageIdentifierKey in the authorizer's answer (apiKeySource is AUTHORIZER)"
		}
		return "The request has no API key.", "an x-api-key header with a key of a usage plan that lists " + stage
	case explain.APIKeyUnknown:
		return "No usage plan holds this API key.", "a key that was added to a usage plan with create-usage-plan-key"
	case explain.APIKeyDisabled:
		return "The API key is disabled.", "an enabled key"
	case explain.APIKeyNotInStage:
		return "The API key is in usage plans, but none of them lists " + stage + ".", "apiStages with " + rules.StageKey
	case explain.ThrottlePlanMethod:
		return "API key " + decision.Key.ID + " is over the throttle of " + rules.MethodKey + " in usage plan " + decision.Plan.ID + ".", "fewer requests, or a higher apiStages throttle"
	case explain.ThrottlePlan:
		return "API key " + decision.Key.ID + " is over the throttle of usage plan " + decision.Plan.ID + ".", "fewer requests, or a higher throttle"
	case explain.QuotaPlan:
		return "API key " + decision.Key.ID + " has used up the quota of usage plan " + decision.Plan.ID + ".", "the next period, or a higher quota"
	case explain.ThrottleStage:
		return rules.MethodKey + " is over its throttle in " + stage + ".", "fewer requests, or higher method settings"
	case explain.ThrottleAccount:
		return "Account " + rules.Context.AccountID + " is over its throttle.", "fewer requests, or a higher account throttle"
	default:
		return "", ""
	}
}

// denied gives variables of gateway responses their values. It is looked into
// only when a response was customised.
type denied struct {
	rules    *admission.Rules
	request  *Request
	decision *Decision
	now      time.Time
	context  *requestcontext.Context
	query    url.Values
}

// AppendContext implements gatewayresponse.Request.
func (d *denied) AppendContext(dst []byte, name string) ([]byte, bool) {
	if d.context == nil {
		d.context = d.request.Context(d.rules, d.now)
		d.decision.Identify(d.context)
	}
	return d.context.AppendText(dst, name)
}

// Context is $context of a request at the time of its decision.
func (r *Request) Context(rules *admission.Rules, now time.Time) *requestcontext.Context {
	made := &requestcontext.Context{
		Operation: &rules.Context, RequestID: r.ID, ExtendedRequestID: extendedID(r.ID),
		HTTPMethod: r.Method, Path: r.Path, Protocol: "HTTP/1.1", DomainName: hostOnly(r.Host), Time: now, TraceID: r.header("x-amzn-trace-id"),
		Identity: requestcontext.Identity{SourceIP: r.SourceIP, UserAgent: r.header("user-agent")},
	}
	if key := r.header(apiKeyHeader); key != "" && rules.APIKeyRequired {
		made.Identity.APIKey = secret.New(key)
	}
	return made
}

// extendedID makes x-amz-apigw-id of a request id.
func extendedID(requestID string) string {
	return requestID[:min(len(requestID), 15)] + RequestIDSuffix
}

// hostOnly is a host without its port, in lower case.
func hostOnly(authority string) string {
	if colon := strings.LastIndexByte(authority, ':'); colon > strings.LastIndexByte(authority, ']') {
		authority = authority[:colon]
	}
	return strings.ToLower(authority)
}

// StageVariable implements gatewayresponse.Request.
func (d *denied) StageVariable(name string) (string, bool) {
	value, found := d.rules.StageVariables[name]
	return value, found
}

// Parameter implements gatewayresponse.Request.
func (d *denied) Parameter(location, name string) (string, bool) {
	switch location {
	case "header", "multivalueheader":
		if d.request.Headers == nil {
			return "", false
		}
		return d.request.Headers.Get(strings.ToLower(name))
	case "path":
		return d.pathParameter(name)
	default:
		return d.queryParameter(name, location == "multivaluequerystring")
	}
}

// queryParameter gives the last value of a query parameter, or all of them.
func (d *denied) queryParameter(name string, all bool) (string, bool) {
	if d.query == nil {
		// What cannot be decoded is left out; the rest counts.
		d.query, _ = url.ParseQuery(d.request.Query)
	}
	values := d.query[name]
	if len(values) == 0 {
		return "", false
	}
	if all {
		return strings.Join(values, ","), true
	}
	return values[len(values)-1], true
}

// belowStage is the path below the stage, with one slash at its start. A path
// that does not begin with the stage is a custom domain's and stays whole.
func belowStage(path, stage string) string {
	path = strings.TrimLeft(path, "/")
	rest, found := strings.CutPrefix(path, stage)
	if !found || rest != "" && rest[0] != '/' {
		rest = path
	}
	return "/" + strings.TrimLeft(rest, "/")
}

// pathParameter gives a path parameter as it was sent.
func (d *denied) pathParameter(wanted string) (string, bool) {
	rest := strings.Trim(belowStage(d.request.Path, d.rules.Context.Stage), "/")
	for _, segment := range d.rules.Segments {
		if segment.GetGreedy() == wanted && wanted != "" {
			return rest, rest != ""
		}
		value, after, _ := strings.Cut(rest, "/")
		if segment.GetParameter() == wanted && wanted != "" {
			return value, value != ""
		}
		rest = after
	}
	return "", false
}
