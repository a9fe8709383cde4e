package extproc

import (
	"context"
	"strings"
	"time"

	"github.com/sluice-gateway/sluice/extauth"
	"github.com/sluice-gateway/sluice/extproc/message"
	"github.com/sluice-gateway/sluice/extproc/phase"
	"github.com/sluice-gateway/sluice/internal/admission"
	"github.com/sluice-gateway/sluice/internal/requestcontext"
)

// Decider decides whether a request may proceed, and as whom (extauth).
type Decider interface {
	Decide(ctx context.Context, rules *admission.Rules, request *extauth.Request, now time.Time) extauth.Decision
}

// decide makes the operation's decision, if there is one to make; answered says
// that the reply holds a denial.
func (x *Exchange) decide(ctx context.Context, request *message.Request) (answered bool, err error) {
	operation := x.state.Operation
	if operation.Definition.GetDecision() == nil {
		return false, nil
	}
	decider := x.engine.config.Decider
	if decider == nil {
		return false, phase.Misconfigured("the operation needs a decision, and nothing here can make one")
	}
	c := &x.state.Context
	asked := extauth.Request{
		ID: c.RequestID, Method: request.Method, Path: c.Path, Query: x.state.RawQuery, Host: request.Authority,
		SourceIP: request.SourceIP, Headers: allHeaders(request.Headers),
	}
	decision := decider.Decide(ctx, operation.Rules, &asked, c.Time)
	decision.Identify(c)
	if decision.Allowed {
		return false, nil
	}
	answer := extauth.Answer(x.reply.Body[:0], operation.Rules, &asked, &decision, c.Time)
	x.reply.Action, x.reply.Status, x.reply.Body, x.reply.HasBody = message.Answer, answer.Status, answer.Body, true
	for _, header := range answer.Headers {
		x.reply.Set = append(x.reply.Set, message.Field{Name: strings.ToLower(header.Name), Value: header.Value})
	}
	x.explainDenial(&asked, &decision, answer.Status)
	c.Error = &requestcontext.Error{ResponseType: decision.Denial.Type.String(), Message: decision.Denial.Message}
	x.ended = true
	return true, nil
}

// allHeaders are all headers of a request, whether they survive the gateway or
// not, as decisions read them.
type allHeaders message.Fields

// Get implements extauth.Headers.
func (h allHeaders) Get(name string) (string, bool) {
	value, found := "", false
	for i := range h {
		switch {
		case h[i].Name != name:
		case found:
			value += "," + h[i].Value
		default:
			value, found = h[i].Value, true
		}
	}
	return value, found
}
