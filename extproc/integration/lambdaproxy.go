package integration

import (
	"context"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sluice-gateway/sluice/extproc/message"
	"github.com/sluice-gateway/sluice/extproc/phase"
	"github.com/sluice-gateway/sluice/internal/event"
	"github.com/sluice-gateway/sluice/internal/lambda"
	"github.com/sluice-gateway/sluice/internal/plan"
	"github.com/sluice-gateway/sluice/internal/requestcontext"
	"github.com/sluice-gateway/sluice/internal/vtl"
)

// LambdaProxy is AWS_PROXY: the function gets the request as an event and
// answers with a document.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
type LambdaProxy struct{}

const contentJSON = "application/json"

// Call implements Kind.
func (LambdaProxy) Call(ctx context.Context, s *phase.State, env *Environment, reply *message.Reply) error {
	defined := s.Operation.Definition.GetIntegration()
	if defined.GetHttpMethod() != http.MethodPost {
		return phase.Misconfigured("a Lambda function is invoked by POST, not by " + defined.GetHttpMethod())
	}
	if name := s.Operation.Forbidden; name != "" {
		// Mappings are ignored here; one of these fails the call all the same (recorded).
		return phase.ForbiddenMapping(name)
	}
	content, _ := s.Request.Headers.Get("content-type")
	document := event.REST{
		Context: &s.Context, Path: s.Path, Headers: eventHeaders(s), Query: s.Query(), PathParameters: s.PathParameters(),
		StageVariables: s.Operation.Release.StageVariables, Body: s.Body,
		Base64: s.Operation.Release.Binary.Match(content) || !utf8.Valid(s.Body),
	}
	reply.Body, reply.HasBody = document.Append(reply.Body[:0]), true
	invoke(s, reply)
	return sign(ctx, s, env, reply)
}

// invoke addresses a call to the Invoke API. Nothing of the client's headers
// goes there.
func invoke(s *phase.State, reply *message.Reply) {
	defined := s.Operation.Definition.GetIntegration()
	reply.Action = message.Change
	reply.Method, reply.Path, reply.Authority = http.MethodPost, defined.GetPath(), defined.GetBackend().GetAuthority()
	reply.Remove = append(reply.Remove, s.Received...)
	reply.Set = append(reply.Set, message.Field{Name: "content-type", Value: contentJSON},
		message.Field{Name: "x-amzn-trace-id", Value: s.TraceID})
}

// eventHeaders are the headers as the function sees them.
func eventHeaders(s *phase.State) vtl.Pairs {
	headers := s.Scratch[:0]
	headers = append(headers, vtl.Pair{Name: "Host", Value: s.Request.Authority})
	for _, field := range s.Request.Headers {
		if field.Name != "x-amzn-trace-id" && field.Name != "x-forwarded-port" && !phase.DroppedForProxy(field.Name) {
			headers = append(headers, vtl.Pair{Name: phase.Canonical(field.Name), Value: field.Value})
		}
	}
	headers = append(headers, vtl.Pair{Name: "X-Amzn-Trace-Id", Value: s.TraceID}, vtl.Pair{Name: "X-Forwarded-Port", Value: forwardedPort(s)})
	s.Scratch = headers
	return headers
}

// forwardedPort is the port that the client called.
func forwardedPort(s *phase.State) string {
	authority := s.Request.Authority
	if colon := strings.LastIndexByte(authority, ':'); colon > strings.LastIndexByte(authority, ']') {
		return authority[colon+1:]
	}
	if proto, found := s.Request.Headers.Get("x-forwarded-proto"); found && proto == "https" || s.Request.Scheme == "https" {
		return "443"
	}
	return "80"
}

// Answer implements Kind.
func (LambdaProxy) Answer(s *phase.State, _ *Environment, reply *message.Reply) error {
	failure := invocationFailure(s)
	if failure != nil {
		return failure
	}
	answer := &s.Lambda
	err := answer.Parse(s.ResponseBody)
	if err != nil {
		return phase.BadGateway("Execution failed due to configuration error: " + err.Error())
	}
	s.Context.Integration = &requestcontext.Integration{Status: answer.Status, ServiceStatus: s.Response.Status, RequestID: s.Context.AWSEndpointRequestID}
	reply.Body, reply.HasBody = append(reply.Body[:0], answer.Body...), true
	if answer.Base64 && s.Operation.Release.Binary.Match(plan.MediaType(s.Request.Headers.First("accept"))) {
		reply.Body, err = base64.StdEncoding.AppendDecode(reply.Body[:0], answer.Body)
		if err != nil {
			return phase.Misconfigured("the body is not Base64: " + err.Error())
		}
	}
	proxyAnswer(s, answer, reply)
	return nil
}

// invocationFailure says how an invocation failed: Lambda refused it, or the
// function threw.
func invocationFailure(s *phase.State) error {
	s.Context.AWSEndpointRequestID = s.Response.Headers.First("x-amzn-requestid")
	if s.Response.Status != http.StatusOK {
		return phase.Misconfigured("Lambda answered the invocation with " + strconv.Itoa(s.Response.Status) + " " +
			s.Response.Headers.First("x-amzn-errortype"))
	}
	if kind, failed := s.Response.Headers.Get(lambda.HeaderFunctionError); failed {
		return phase.BadGateway("Lambda execution failed with status 200 due to customer function error (" + kind + "). Lambda request id: " +
			s.Context.AWSEndpointRequestID)
	}
	return nil
}

// proxyAnswer gives the client what a function's document says.
func proxyAnswer(s *phase.State, answer *lambda.Answer, reply *message.Reply) {
	reply.Action, reply.Status = message.Change, answer.Status
	s.DropReceived(reply)
	typed := false
	for _, header := range answer.Headers {
		name := strings.ToLower(header.Name)
		switch {
		case name == "transfer-encoding":
			continue
		case phase.RemappedForAll(name):
			name = phase.RemappedPrefix + name
		case name == "content-type":
			typed = true
		}
		reply.Set = append(reply.Set, message.Field{Name: name, Value: header.Value})
	}
	for _, cookie := range answer.Cookies {
		reply.Set = append(reply.Set, message.Field{Name: "set-cookie", Value: cookie})
	}
	if !typed {
		reply.Set = append(reply.Set, message.Field{Name: "content-type", Value: contentJSON})
	}
	reply.Set = append(reply.Set, message.Field{Name: "x-amzn-trace-id", Value: s.TraceID})
}
