package integration

import (
	"context"
	"slices"
	"strconv"

	"github.com/sluice-gateway/sluice/extproc/message"
	"github.com/sluice-gateway/sluice/extproc/phase"
	"github.com/sluice-gateway/sluice/internal/requestcontext"
)

// HTTP is the HTTP type: the backend gets only what is mapped, and the client
// only what is mapped back.
type HTTP struct{}

// Headers of the gateway's own on calls of HTTP backends.
const (
	apiIDHeader     = "x-amzn-apigateway-api-id"
	traceHeader     = "x-amzn-trace-id"
	userAgentPrefix = "AmazonAPIGateway_"
)

// Call implements Kind.
func (HTTP) Call(_ context.Context, s *phase.State, _ *Environment, reply *message.Reply) error {
	out, err := s.IntegrationRequest(reply.Body[:0])
	if err != nil {
		return err
	}
	address(s, out, reply, "")
	reply.Remove = append(reply.Remove, s.Received...)
	setMapped(out, reply)
	custom(s, out, reply)
	reply.Set = append(reply.Set, message.Field{Name: apiIDHeader, Value: s.Context.Operation.APIID})
	carry(s, out, reply)
	return nil
}

// address says where a call goes.
func address(s *phase.State, out *phase.Outgoing, reply *message.Reply, passed string) {
	reply.Action = message.Change
	reply.Method, reply.Authority = out.Method, s.Operation.Definition.GetIntegration().GetBackend().GetAuthority()
	reply.Path = string(out.AppendTarget(nil, passed))
}

// setMapped sets the mapped headers. A mapped Host is what the backend is asked
// for; some names never reach a backend.
func setMapped(out *phase.Outgoing, reply *message.Reply) {
	for _, field := range out.Headers {
		switch {
		case field.Name == "host":
			reply.Authority = field.Value
		case !phase.DroppedForProxy(field.Name) && field.Name != "transfer-encoding" && field.Name != "connection":
			reply.Set = append(reply.Set, field)
		}
	}
}

// custom adds what a non-proxy backend gets where nothing is mapped.
func custom(s *phase.State, out *phase.Outgoing, reply *message.Reply) {
	absent := func(name string) bool { _, found := reply.Set.Get(name); return !found }
	if absent("accept") {
		reply.Set = append(reply.Set, message.Field{Name: "accept", Value: contentJSON})
	}
	if absent("user-agent") {
		reply.Set = append(reply.Set, message.Field{Name: "user-agent", Value: userAgentPrefix + s.Context.Operation.APIID})
	}
	if absent("content-type") && !phase.Bodiless(out.Method) {
		content, found := s.Request.Headers.Get("content-type")
		if !found || content == "" {
			content = contentJSON
		}
		reply.Set = append(reply.Set, message.Field{Name: "content-type", Value: content})
	}
	reply.Set = append(reply.Set, message.Field{Name: traceHeader, Value: s.TraceID})
}

// carry gives a call its body. Calls of some verbs have none, and the client's
// is then taken away.
func carry(s *phase.State, out *phase.Outgoing, reply *message.Reply) {
	reply.Body = out.Body
	if phase.Bodiless(out.Method) {
		reply.Body = reply.Body[:0]
	}
	reply.HasBody = len(reply.Body) > 0 || !s.Request.Complete
}

// Answer implements Kind.
func (HTTP) Answer(s *phase.State, _ *Environment, reply *message.Reply) error {
	s.Context.Integration = &requestcontext.Integration{Status: s.Response.Status}
	err := s.IntegrationResponse(strconv.Itoa(s.Response.Status), reply)
	if err != nil {
		return err
	}
	reply.Set = append(reply.Set, message.Field{Name: traceHeader, Value: s.TraceID})
	return nil
}

// HTTPProxy is HTTP_PROXY with mappings that Envoy cannot carry out by itself:
// all that the client sent goes on, mapped parameters beside it.
type HTTPProxy struct{}

// Call implements Kind.
func (HTTPProxy) Call(_ context.Context, s *phase.State, _ *Environment, reply *message.Reply) error {
	out, err := s.MapProxy()
	if err != nil {
		return err
	}
	address(s, out, reply, s.RawQuery)
	for _, name := range s.Received {
		if _, lives := s.Request.Headers.Get(name); !lives || droppedFromProxied(name) {
			reply.Remove = append(reply.Remove, name)
		}
	}
	if own, sent := s.Request.Headers.Get("x-request-id"); sent {
		reply.Set = append(reply.Set, message.Field{Name: "x-request-id", Value: own})
		reply.Remove = slices.DeleteFunc(reply.Remove, func(name string) bool { return name == "x-request-id" })
	}
	setMapped(out, reply)
	if _, sent := s.Request.Headers.Get("accept"); !sent {
		if _, mapped := reply.Set.Get("accept"); !mapped {
			reply.Set = append(reply.Set, message.Field{Name: "accept", Value: contentJSON})
		}
	}
	reply.Set = append(reply.Set, message.Field{Name: traceHeader, Value: s.TraceID}, message.Field{Name: apiIDHeader, Value: s.Context.Operation.APIID})
	if s.Operation.Definition.GetMessages().GetRequestBody() && !s.Request.Complete {
		return s.ConvertRequest(reply)
	}
	return nil
}

// droppedFromProxied says whether a header that lives in the gateway does not go
// on to an HTTP_PROXY's backend.
func droppedFromProxied(name string) bool {
	switch name {
	case "content-encoding", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto", "x-sluice-client-request-id":
		return true
	default:
		return phase.DroppedForProxy(name)
	}
}

// Answer implements Kind.
func (HTTPProxy) Answer(s *phase.State, _ *Environment, reply *message.Reply) error {
	s.Context.Integration = &requestcontext.Integration{Status: s.Response.Status}
	reply.Action = message.Change
	for _, field := range s.Response.Headers {
		switch {
		case field.Name == "x-amzn-requestid" || phase.RemappedForAll(field.Name):
			reply.Set = append(reply.Set, message.Field{Name: phase.RemappedPrefix + field.Name, Value: field.Value})
			if field.Name != "content-length" {
				reply.Remove = append(reply.Remove, field.Name)
			}
		case field.Name == "via":
			reply.Remove = append(reply.Remove, field.Name)
		}
	}
	if s.Operation.Definition.GetMessages().GetResponseBody() && !s.Response.Complete {
		return s.ConvertResponse(reply)
	}
	return nil
}
