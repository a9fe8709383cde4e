package integration

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/sluice-gateway/sluice/extproc/message"
	"github.com/sluice-gateway/sluice/extproc/phase"
	"github.com/sluice-gateway/sluice/internal/requestcontext"
	"github.com/sluice-gateway/sluice/internal/sigv4"
)

// Service is the AWS type with another service than Lambda behind it: what
// mappings and templates make, signed, is the service's request as it stands
// (path/), or an action by its name (action/).
// https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html
type Service struct{}

// targetHeader names the action of a service that speaks JSON.
const targetHeader = "x-amz-target"

// Call implements Kind.
func (Service) Call(ctx context.Context, s *phase.State, env *Environment, reply *message.Reply) error {
	out, err := s.IntegrationRequest(reply.Body[:0])
	if err != nil {
		return err
	}
	defined := s.Operation.Definition.GetIntegration()
	reply.Remove = append(reply.Remove, s.Received...)
	for _, field := range out.Headers {
		if !droppedFromService(field.Name) {
			reply.Set = append(reply.Set, field)
		}
	}
	act(defined.GetService(), defined.GetAction(), out, reply)
	address(s, out, reply, "")
	reply.Path = plain(reply.Path)
	custom(s, out, reply)
	carry(s, out, reply)
	if defined.GetService() == "appsync-api" && defined.GetSigning().GetRoleArn() == "" {
		return nil // AppSync's callers bring their own authorization
	}
	return sign(ctx, s, env, reply)
}

// act names the action: a target for services that speak JSON, parameters for
// all others. What the user mapped stands.
func act(service, action string, out *phase.Outgoing, reply *message.Reply) {
	if action == "" {
		return
	}
	if _, mapped := reply.Set.Get(targetHeader); mapped {
		return
	}
	known := protocols[service]
	if known.target == "" {
		parameter(out, "Action", action)
		if known.version != "" {
			parameter(out, "Version", known.version)
		}
		if _, mapped := reply.Set.Get("content-type"); !mapped && len(out.Body) == 0 {
			// What such services call a request whose parameters are elsewhere.
			reply.Set = append(reply.Set, message.Field{Name: "content-type", Value: "application/x-www-form-urlencoded"})
		}
		return
	}
	reply.Set = append(reply.Set, message.Field{Name: targetHeader, Value: known.target + "." + action})
	if _, mapped := reply.Set.Get("content-type"); !mapped {
		reply.Set = append(reply.Set, message.Field{Name: "content-type", Value: "application/x-amz-json-" + known.version})
	}
}

// parameter adds a query parameter that is not mapped.
func parameter(out *phase.Outgoing, name, value string) {
	for _, pair := range out.Query {
		if pair.Name == name {
			return
		}
	}
	if out.URIQuery != "" {
		out.URIQuery += "&"
	}
	out.URIQuery += name + "=" + url.QueryEscape(value)
}

// droppedFromService says whether a mapped header never reaches an AWS service
// (data-plane rules of the developer guide's header table). The host is the
// service's own, for it is signed.
func droppedFromService(name string) bool {
	switch name {
	case "expect", "proxy-authenticate", "te", "referer", "host", "connection", "transfer-encoding":
		return true
	default:
		return false
	}
}

// plain writes a path and query as AWS's own clients do: every byte that may be
// escaped is, and blanks of a query are %20. That is what signatures are made
// of, so that nobody takes them for anything else.
func plain(target string) string {
	path, query, found := strings.Cut(target, "?")
	made := sigv4.AppendPath(make([]byte, 0, len(target)+16), path)
	if found {
		made = append(append(made, '?'), strings.ReplaceAll(query, "+", "%20")...)
	}
	return string(made)
}

// Answer implements Kind.
func (Service) Answer(s *phase.State, _ *Environment, reply *message.Reply) error {
	id := s.Response.Headers.First("x-amzn-requestid")
	if id == "" {
		id = s.Response.Headers.First("x-amz-request-id") // S3's
	}
	s.Context.AWSEndpointRequestID = id
	s.Context.Integration = &requestcontext.Integration{Status: s.Response.Status, ServiceStatus: s.Response.Status, RequestID: id}
	err := s.IntegrationResponse(strconv.Itoa(s.Response.Status), reply)
	if err != nil {
		return err
	}
	reply.Set = append(reply.Set, message.Field{Name: traceHeader, Value: s.TraceID})
	return nil
}
