package explain

import (
	"slices"
	"strings"
)

// The reasons of routing and decisions.
//
//nolint:gosec // names of rules that speak of keys and tokens hold none
const (
	RouteUnmatched           Reason = "route.unmatched"
	RouteUnmatchedAuth       Reason = "route.unmatched-with-authorization"
	OperationUnknown         Reason = "operation.unknown"
	AuthorizationUnsupported Reason = "authorization.unsupported"
	APIKeyMissing            Reason = "api-key.missing"
	APIKeyUnknown            Reason = "api-key.unknown"
	APIKeyDisabled           Reason = "api-key.disabled"
	APIKeyNotInStage         Reason = "api-key.no-plan-with-stage"
	ThrottlePlanMethod       Reason = "throttle.plan-method"
	ThrottlePlan             Reason = "throttle.plan"
	ThrottleStage            Reason = "throttle.stage-method"
	ThrottleAccount          Reason = "throttle.account"
	QuotaPlan                Reason = "quota.plan"
)

// The reasons of what comes after a decision.
const (
	RequestParameters     Reason = "request.parameters"
	RequestBody           Reason = "request.body"
	RequestMediaType      Reason = "request.media-type"
	RequestTooLarge       Reason = "request.too-large"
	MappingFailed         Reason = "mapping.failed"
	MappingForbidden      Reason = "mapping.forbidden-header"
	TemplateFailed        Reason = "template.failed"
	IntegrationSetup      Reason = "integration.configuration"
	IntegrationTimeout    Reason = "integration.timeout"
	IntegrationUnreached  Reason = "integration.unreachable"
	IntegrationBroken     Reason = "integration.malformed-answer"
	IntegrationNoResponse Reason = "integration.no-response-matches"
	ServiceFailed         Reason = "sluice.service-failed"
)

// texts say what each reason means, whatever the request.
//
//nolint:gosec // as above
var texts = map[Reason]string{
	RouteUnmatched:           "No method of the deployment matches the request's path and verb. AWS answers as if a token were missing.",
	RouteUnmatchedAuth:       "No method of the deployment matches, and the Authorization header is no AWS signature: AWS complains of the header.",
	OperationUnknown:         "Envoy chose an operation that the service has no plan for: the two disagree about what is deployed.",
	AuthorizationUnsupported: "The method's authorization cannot be decided, so every call is refused.",
	APIKeyMissing:            "The method requires an API key and none came.",
	APIKeyUnknown:            "No usage plan holds this API key.",
	APIKeyDisabled:           "The API key is disabled.",
	APIKeyNotInStage:         "The API key is in usage plans, but in none that lists this stage.",
	ThrottlePlanMethod:       "The caller's key is over the usage plan's throttle for this method.",
	ThrottlePlan:             "The caller's key is over the usage plan's throttle.",
	ThrottleStage:            "The method is over its throttle in the stage's method settings.",
	ThrottleAccount:          "The account is over its throttle.",
	QuotaPlan:                "The caller's key has used up the usage plan's quota.",
	RequestParameters:        "A parameter that the method requires did not come.",
	RequestBody:              "The body does not fit the method's model.",
	RequestMediaType:         "No mapping template is for the body's Content-Type, and passthroughBehavior forbids passing it on.",
	RequestTooLarge:          "The body is larger than the payload limit.",
	MappingFailed:            "A parameter mapping could not be carried out.",
	MappingForbidden:         "A mapping sets a header that only the gateway may set.",
	TemplateFailed:           "A mapping template failed.",
	IntegrationSetup:         "The integration cannot be called as it is configured.",
	IntegrationTimeout:       "The backend did not answer within the integration's timeout.",
	IntegrationUnreached:     "The backend could not be reached.",
	IntegrationBroken:        "The backend's answer is not what the integration demands.",
	IntegrationNoResponse:    "No integration response matches the backend's answer, and there is no default one.",
	ServiceFailed:            "A service of Sluice's did not answer Envoy in time.",
}

// Text says what a reason means; empty for an unknown one.
func (r Reason) Text() string { return texts[r] }

// Reasons lists all reasons, by name.
func Reasons() []Reason {
	all := make([]Reason, 0, len(texts))
	for reason := range texts {
		all = append(all, reason)
	}
	slices.SortFunc(all, func(a, b Reason) int { return strings.Compare(string(a), string(b)) })
	return all
}
