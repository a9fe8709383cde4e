package extproc

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/sluice-gateway/sluice/extproc/integration"
	"github.com/sluice-gateway/sluice/extproc/message"
	"github.com/sluice-gateway/sluice/extproc/phase"
	"github.com/sluice-gateway/sluice/internal/plan"
)

// Exchange is one request and its response under way. It knows no transport:
// what comes is shown to it message by message, and each time it says what is
// to be done (message.Reply), which is valid until the next call. Texts and
// bodies that it was shown must stay unchanged until Release.
type Exchange struct {
	engine *Engine
	state  phase.State
	kind   integration.Kind
	reply  message.Reply
	// ended says that the answer to the client is settled: what else comes passes.
	ended bool
	// called is when the backend was called.
	called time.Time
	// streaming reads a response that streams.
	streaming *integration.LambdaStream
}

// Release ends the exchange; it may be used for another one.
func (x *Exchange) Release() {
	const keep = 1 << 20 // a large body's memory is not kept
	x.state.Reset()
	if cap(x.reply.Body) > keep {
		x.reply.Body = nil
	}
	x.reply.Reset()
	x.kind, x.ended, x.streaming = nil, false, nil
	x.engine.exchanges.Put(x)
}

// Request shows the request's headers.
func (x *Exchange) Request(ctx context.Context, routeName string, request *message.Request) *message.Reply {
	operation, found := x.engine.config.Plans.Lookup(routeName)
	if !found {
		x.engine.config.Logger.Error("no plan for the route", "route", routeName)
		return x.unknown()
	}
	x.state.Begin(operation, request, phase.Arrival{Time: x.engine.config.Now(), Random: x.engine.config.Random})
	x.kind = integration.For(operation.Definition)
	answered, err := x.decide(ctx, request)
	if err == nil && !answered {
		err = x.state.ValidateParameters()
	}
	if err != nil || answered {
		return x.done(err)
	}
	if !request.Complete && operation.Definition.GetMessages().GetRequestBody() {
		x.reply.Action = message.Wait
		return &x.reply
	}
	return x.call(ctx)
}

// RequestBody shows the request's body, whole.
func (x *Exchange) RequestBody(ctx context.Context, body []byte) *message.Reply {
	if x.ended {
		return x.pass()
	}
	x.state.Body = body
	return x.call(ctx)
}

func (x *Exchange) call(ctx context.Context) *message.Reply {
	x.reply.Reset()
	if x.kind == nil {
		return x.done(phase.Misconfigured("this integration type is not served"))
	}
	err := x.state.Decompress()
	if err == nil {
		err = x.state.ValidateBody()
	}
	if err == nil {
		err = x.kind.Call(ctx, &x.state, &x.engine.environment, &x.reply)
	}
	if err == nil && x.reply.Action == message.Answer {
		err = x.state.Compress(&x.reply)
	}
	x.called = x.state.Context.Time
	if x.logged() {
		x.called = x.engine.config.Now()
	}
	return x.done(err)
}

// Response shows the headers of the backend's response, or of what Envoy
// answered in its stead.
func (x *Exchange) Response(response *message.Response) *message.Reply {
	if x.ended || x.kind == nil {
		return x.pass()
	}
	x.state.TakeResponse(response)
	if !response.Complete && x.state.Operation.Definition.GetMessages().GetResponseBody() {
		x.reply.Reset()
		x.reply.Action = message.Wait
		return &x.reply
	}
	return x.answer()
}

// ResponseBody shows the response's body, whole.
func (x *Exchange) ResponseBody(body []byte) *message.Reply {
	if x.ended || x.kind == nil {
		return x.pass()
	}
	x.state.ResponseBody = body
	return x.answer()
}

func (x *Exchange) answer() *message.Reply {
	x.reply.Reset()
	x.ended = true
	err := x.answerOf()
	if err != nil {
		x.fail(err)
		x.reply.Action = message.Change
		x.state.DropReceived(&x.reply)
	}
	if x.reply.HasBody {
		if x.state.Request.Method == http.MethodHead {
			// Envoy would send it: the backend's call is mostly a POST.
			x.reply.Body = x.reply.Body[:0]
		}
	}
	x.addFacts()
	return &x.reply
}

// answerOf makes the method response.
func (x *Exchange) answerOf() error {
	if x.state.Response.Local != "" {
		return phase.LocalFailure(x.state.Response.Local, x.state.Response.Status)
	}
	err := x.kind.Answer(&x.state, &x.engine.environment, &x.reply)
	if err != nil {
		return err
	}
	return x.state.Compress(&x.reply)
}

// TooLarge ends the exchange because the backend's body is over the payload
// limit.
func (x *Exchange) TooLarge() *message.Reply {
	x.ended = true
	return x.identified(x.done(phase.BadGateway("the response is larger than the payload limit")))
}

// identified puts the request's ids on an answer that is given in place of a
// response that has begun: Envoy sends it past its filters, which do so for all
// others.
func (x *Exchange) identified(reply *message.Reply) *message.Reply {
	if reply.Action == message.Answer {
		reply.Set = append(reply.Set, message.Field{Name: "x-amzn-requestid", Value: x.state.Context.RequestID},
			message.Field{Name: "x-amz-apigw-id", Value: x.state.Context.ExtendedRequestID})
	}
	return reply
}

// PayloadLimit is how many bytes a body may have.
func (x *Exchange) PayloadLimit() int {
	if x.state.Operation == nil {
		return 0
	}
	return int(x.state.Operation.Plan.Definition.GetPayloadLimit())
}

// done ends a step on the request's side: an error answers the client.
func (x *Exchange) done(err error) *message.Reply {
	if err != nil {
		x.fail(err)
		x.reply.Action = message.Answer
	}
	x.ended = x.ended || x.reply.Action == message.Answer
	if x.ended {
		x.addFacts()
	}
	return &x.reply
}

// fail fills the reply with the gateway response for an error.
func (x *Exchange) fail(err error) {
	failure := &phase.Failure{}
	if !errors.As(err, &failure) {
		failure = phase.Misconfigured(err.Error())
	}
	x.reply.Reset()
	x.state.GatewayResponse(&x.reply, failure)
	x.explain(failure)
	x.log(failure)
}

func (x *Exchange) log(failure *phase.Failure) {
	logger := x.engine.config.Logger
	if !logger.Enabled(context.Background(), slog.LevelInfo) {
		return
	}
	operation := x.state.Operation
	logger.Info("request failed", "api", operation.Plan.Definition.GetApiId(), "stage", operation.Plan.Definition.GetStage(),
		"operation", operation.Definition.GetId(), "request_id", x.state.Context.RequestID,
		"type", failure.Type.String(), "status", x.reply.Status, "reason", failure.Reason)
}

// unknown answers a request on a route of which no plan is known: 500, closed.
func (x *Exchange) unknown() *message.Reply {
	x.ended = true
	x.reply.Reset()
	x.reply.Action, x.reply.Status = message.Answer, 500
	x.reply.Set = append(x.reply.Set, message.Field{Name: "content-type", Value: "application/json"},
		message.Field{Name: "x-amzn-errortype", Value: "InternalServerErrorException"})
	x.reply.Body, x.reply.HasBody = append(x.reply.Body, `{"message":"Internal server error"}`...), true
	return &x.reply
}

// pass leaves a message as it is.
func (x *Exchange) pass() *message.Reply {
	x.reply.Reset()
	return &x.reply
}

// Operation is what the exchange's request is for; nil before Request, and when
// its route is unknown.
func (x *Exchange) Operation() *plan.Operation { return x.state.Operation }
