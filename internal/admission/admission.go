// Package admission is what a caller must pass before an operation is carried
// out, in runnable form: compiled once from a plan when it arrives, then only
// read. It decides nothing itself (extauth does) and calls nobody.
package admission

import (
	"strings"

	"github.com/sluice-gateway/sluice/internal/gatewayresponse"
	"github.com/sluice-gateway/sluice/internal/requestcontext"
	"github.com/sluice-gateway/sluice/internal/usage"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// Release is what the rules of all operations of a release share.
type Release struct {
	plan *planv1.Plan
	// StageKey names the stage in usage plans: "{apiId}/{stage}".
	StageKey string
	// StageVariables are the release's.
	StageVariables map[string]string
	// Responses are the API's gateway responses.
	Responses *gatewayresponse.Set
	// KeyFromAuthorizer says that an authorizer names the API key, not a header.
	KeyFromAuthorizer bool
	// Explain is the stage's x-sluice-explain setting.
	Explain bool
	// AccessLog says that the stage has an access log, so that decisions are told
	// to Envoy.
	AccessLog bool
	// Account is the throttle of all calls to the account's APIs in the region
	// together; nil: none.
	Account *usage.Limit

	context requestcontext.Operation
	policy  bool
}

// Rules are what one operation demands.
type Rules struct {
	*Release

	// Name is Envoy's route name: "{plan}/{operation id}".
	Name string
	// ID is the operation's id in its plan.
	ID string
	// Context is what $context says whatever the request.
	Context requestcontext.Operation
	// MethodKey names the method in usage plans: "/pets/GET".
	MethodKey string
	// Segments take a request's path apart.
	Segments []*planv1.Segment
	// APIKeyRequired wants an API key of a usage plan with this stage.
	APIKeyRequired bool
	// Throttle is the stage's for this method; nil: none.
	Throttle *usage.Limit
	// Authorization is the method's.
	Authorization planv1.AuthorizationType
	// Unsupported says why the operation must be refused; empty: it need not.
	Unsupported string

	// others are the operations that an unmatched request might have meant.
	others []*planv1.Operation
}

// CompileRelease prepares a release of a plan: the plan's own, or its canary's.
func CompileRelease(plan *planv1.Plan, release *planv1.Release) *Release {
	made := &Release{
		plan:              plan,
		StageKey:          plan.GetApiId() + "/" + plan.GetStage(),
		StageVariables:    release.GetStageVariables(),
		Responses:         gatewayresponse.Compile(release.GetGatewayResponses()),
		KeyFromAuthorizer: release.GetApiKeySource() == planv1.ApiKeySource_API_KEY_SOURCE_AUTHORIZER,
		Explain:           plan.GetExplain(),
		AccessLog:         plan.GetAccessLog().GetFormat() != "",
		policy:            release.GetResourcePolicy() != "",
		context: requestcontext.Operation{
			AccountID: plan.GetAccountId(), Region: plan.GetRegion(), APIID: plan.GetApiId(), Stage: plan.GetStage(),
			DeploymentID: release.GetDeploymentId(),
			HasCanary:    release.GetHasCanarySettings(), IsCanary: release.GetIsCanary(),
		},
	}
	if throttle := plan.GetAccountThrottle(); throttle != nil {
		made.Account = usage.NewBucket("account/"+plan.GetAccountId()+"/"+plan.GetRegion(), throttle.GetRate(), throttle.GetBurst())
	}
	return made
}

// Operation compiles the rules of an operation of the release. What cannot be
// decided is Unsupported, so that it is refused and never let through.
func (r *Release) Operation(operation *planv1.Operation) *Rules {
	decision := operation.GetDecision()
	rules := &Rules{
		Release:        r,
		Name:           r.plan.GetName() + "/" + operation.GetId(),
		ID:             operation.GetId(),
		Context:        r.context,
		MethodKey:      operation.GetResourcePath() + "/" + operation.GetMethod(),
		Segments:       operation.GetSegments(),
		APIKeyRequired: decision.GetApiKeyRequired(),
		Authorization:  decision.GetAuthorization(),
		Unsupported:    r.unsupported(decision),
	}
	rules.Context.ResourceID, rules.Context.ResourcePath = operation.GetResourceId(), operation.GetResourcePath()
	rules.Context.OperationName = operation.GetOperationName()
	if throttle := decision.GetThrottle(); throttle != nil {
		// One bucket a method of a stage, whichever deployment serves it.
		name := strings.Join([]string{"stage", r.plan.GetAccountId(), r.StageKey, rules.MethodKey}, "/")
		rules.Throttle = usage.NewBucket(name, throttle.GetRate(), throttle.GetBurst())
	}
	return rules
}

// unsupported says what of a decision is not built.
func (r *Release) unsupported(decision *planv1.Decision) string {
	switch kind := decision.GetAuthorization(); kind {
	case planv1.AuthorizationType_AUTHORIZATION_TYPE_UNSPECIFIED, planv1.AuthorizationType_AUTHORIZATION_TYPE_NONE:
	default:
		return "authorization type " + strings.TrimPrefix(kind.String(), "AUTHORIZATION_TYPE_") + " is not built yet"
	}
	if decision.GetResourcePolicy() || r.policy {
		return "resource policies are not built yet"
	}
	return ""
}

// MayBlock says that deciding may have to ask somebody over the network: no
// decision that is built does.
func (r *Rules) MayBlock() bool { return false }
