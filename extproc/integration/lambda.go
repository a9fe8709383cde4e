package integration

import (
	"context"
	"net/http"

	"github.com/sluice-gateway/sluice/extproc/message"
	"github.com/sluice-gateway/sluice/extproc/phase"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/requestcontext"
)

// Lambda is the AWS type with a function behind it: the function gets what the
// template makes, and its errorMessage chooses the integration response.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-custom-integrations.html
type Lambda struct{}

// Call implements Kind.
func (Lambda) Call(ctx context.Context, s *phase.State, env *Environment, reply *message.Reply) error {
	out, err := s.IntegrationRequest(reply.Body[:0])
	if err != nil {
		return err
	}
	reply.Body, reply.HasBody = out.Body, true
	if len(reply.Body) == 0 {
		reply.Body = append(reply.Body, "{}"...) // recorded
	}
	invoke(s, reply)
	for _, field := range out.Headers {
		switch field.Name {
		case "host", "content-type", "accept", "authorization":
		default:
			reply.Set = append(reply.Set, field)
		}
	}
	return sign(ctx, s, env, reply)
}

// Answer implements Kind.
func (Lambda) Answer(s *phase.State, _ *Environment, reply *message.Reply) error {
	s.Context.AWSEndpointRequestID = s.Response.Headers.First("x-amzn-requestid")
	s.Context.Integration = &requestcontext.Integration{Status: s.Response.Status, RequestID: s.Context.AWSEndpointRequestID}
	switch s.Response.Status {
	case http.StatusForbidden, http.StatusNotFound:
		// Never selectable, as recorded for a missing permission.
		return invocationFailure(s)
	}
	err := s.IntegrationResponse(errorMessage(s.ResponseBody), reply)
	if err != nil {
		return err
	}
	reply.Set = append(reply.Set, message.Field{Name: traceHeader, Value: s.TraceID})
	return nil
}

// errorMessage is what selection patterns are matched with: the errorMessage of
// a function's document, "" when there is none.
func errorMessage(document []byte) string {
	value, err := jsonvalue.Parse(document, jsonvalue.Options{})
	if err != nil || value.Object() == nil {
		return ""
	}
	text, found := value.Object().Get("errorMessage")
	if !found || text.Kind() != jsonvalue.KindString {
		return ""
	}
	return text.Text()
}
