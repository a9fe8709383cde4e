package extproc

import (
	"cmp"

	"github.com/sluice-gateway/sluice/extauth"
	"github.com/sluice-gateway/sluice/extproc/message"
	"github.com/sluice-gateway/sluice/extproc/phase"
	"github.com/sluice-gateway/sluice/internal/explain"
	"github.com/sluice-gateway/sluice/internal/gatewayresponse"
)

// explain says why a request failed, on stages that want it: a reason in the
// answer's headers, and the story for `sluice explain`. On others the answer
// stays as AWS has it.
func (x *Exchange) explain(failure *phase.Failure) {
	operation := x.state.Operation
	if !operation.Plan.Definition.GetExplain() {
		return
	}
	reason, where := reasonOf(failure)
	x.reply.Set = append(x.reply.Set, message.Field{Name: explain.Header, Value: string(reason)})
	c := &x.state.Context
	story := explain.Story{
		RequestID: c.RequestID, Time: x.engine.config.Now(), API: c.Operation.APIID, Stage: c.Operation.Stage,
		Operation: operation.Definition.GetId(), Method: c.HTTPMethod, Path: c.Path,
		Status: x.reply.Status, ResponseType: failure.Type.String(), Phase: where, Reason: reason,
		Detail: failure.Reason, Wanted: failure.Wanted, Mapping: failure.Mapping, Line: failure.Line,
	}
	x.engine.config.Stories.Record(story.Clone())
}

// explainDenial keeps the story of a request that was not let through; extauth
// has put the reason on the answer.
func (x *Exchange) explainDenial(request *extauth.Request, decision *extauth.Decision, status int) {
	if rules := x.state.Operation.Rules; rules.Explain {
		x.engine.config.Stories.Record(extauth.Story(rules, request, decision, status, x.state.Context.Time).Clone())
	}
}

// Phases, by AWS's names.
const (
	methodRequest       = "method request"
	integrationRequest  = "integration request"
	integrating         = "integration"
	integrationResponse = "integration response"
)

// reasonOf is a failure's rule and phase: its own, or what its type implies.
func reasonOf(failure *phase.Failure) (reason explain.Reason, where string) {
	switch failure.Type {
	case gatewayresponse.BadRequestParameters:
		reason, where = explain.RequestParameters, methodRequest
	case gatewayresponse.BadRequestBody:
		reason, where = explain.RequestBody, methodRequest
	case gatewayresponse.RequestTooLarge:
		reason, where = explain.RequestTooLarge, methodRequest
	case gatewayresponse.UnsupportedMediaType:
		reason, where = explain.RequestMediaType, integrationRequest
	case gatewayresponse.Default4XX:
		reason, where = explain.MappingFailed, integrationRequest
	case gatewayresponse.IntegrationTimeout:
		reason, where = explain.IntegrationTimeout, integrating
	case gatewayresponse.IntegrationFailure:
		reason, where = explain.IntegrationUnreached, integrating
	case gatewayresponse.Default5XX:
		reason, where = explain.IntegrationBroken, integrationResponse
	default:
		reason, where = explain.IntegrationSetup, integrating
	}
	return cmp.Or(failure.Rule, reason), cmp.Or(failure.Phase, where)
}
