package integration

import (
	"context"
	"time"

	"github.com/sluice-gateway/sluice/extproc/message"
	"github.com/sluice-gateway/sluice/extproc/phase"
	"github.com/sluice-gateway/sluice/internal/awscredentials"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// Environment is what kinds need besides the exchange.
type Environment struct {
	Credentials *awscredentials.Source
	Now         func() time.Time
}

// Kind is how the backends of one integration type are called and understood.
// Errors that are no *phase.Failure are ours: a 500.
type Kind interface {
	// Call fills reply with the request that goes to the backend, or with the answer
	// when there is no backend.
	Call(ctx context.Context, s *phase.State, env *Environment, reply *message.Reply) error
	// Answer fills reply with the method response made of the backend's
	// (State.Response and, if its message was asked for, State.ResponseBody).
	Answer(s *phase.State, env *Environment, reply *message.Reply) error
}

// For is the kind of an operation's integration; nil: not served.
func For(operation *planv1.Operation) Kind {
	switch operation.GetIntegration().GetType() {
	case planv1.IntegrationType_INTEGRATION_TYPE_AWS_PROXY:
		return LambdaProxy{}
	case planv1.IntegrationType_INTEGRATION_TYPE_AWS:
		if operation.GetIntegration().GetFunctionArn() != "" {
			return Lambda{}
		}
		return Service{}
	case planv1.IntegrationType_INTEGRATION_TYPE_HTTP:
		return HTTP{}
	case planv1.IntegrationType_INTEGRATION_TYPE_HTTP_PROXY:
		return HTTPProxy{}
	case planv1.IntegrationType_INTEGRATION_TYPE_MOCK:
		return Mock{}
	default:
		return nil
	}
}
