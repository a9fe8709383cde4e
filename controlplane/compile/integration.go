package compile

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// AWS's bounds of an integration's timeout. The upper one is the operator's.
const (
	minTimeout     = 50 * time.Millisecond
	defaultTimeout = 29 * time.Second
)

// callerCredentials pass the caller's own to the service.
const callerCredentials = "arn:aws:iam::*:user/*" //nolint:gosec // an ARN

// integration compiles a method's integration, its address resolved.
func (r *release) integration(operation *planv1.Operation, defined *definition.Integration, path string) (*planv1.Integration, *planv1.Refusal) {
	kind, known := planv1.IntegrationType_value["INTEGRATION_TYPE_"+defined.Type]
	if !known || kind == 0 {
		return nil, refuse(path+"/type", "unknown integration type "+defined.Type)
	}
	made := &planv1.Integration{
		Type: planv1.IntegrationType(kind), HttpMethod: defined.HTTPMethod,
		Uri: substitute(defined.URI, r.variables), Timeout: durationpb.New(r.timeout(defined)),
		RequestParameters: defined.RequestParameters, RequestTemplates: defined.RequestTemplates,
		Passthrough: passthrough(defined.PassthroughBehavior), ContentHandling: contentHandling(defined.ContentHandling),
		Responses: integrationResponses(defined.Responses), CacheNamespace: defined.CacheNamespace,
		CacheKeyParameters: defined.CacheKeyParameters, Stream: defined.ResponseTransferMode == "STREAM",
	}
	if made.GetHttpMethod() == anyVerb {
		made.HttpMethod = ""
	}
	switch made.GetType() {
	case planv1.IntegrationType_INTEGRATION_TYPE_HTTP, planv1.IntegrationType_INTEGRATION_TYPE_HTTP_PROXY:
		return made, r.address(made, defined, path)
	case planv1.IntegrationType_INTEGRATION_TYPE_AWS, planv1.IntegrationType_INTEGRATION_TYPE_AWS_PROXY:
		return made, r.serviceCall(made, defined, path)
	default:
		made.StaticAnswer = staticAnswer(operation, made, r.variables)
		return made, nil
	}
}

func (r *release) timeout(defined *definition.Integration) time.Duration {
	timeout := time.Duration(defined.TimeoutInMillis) * time.Millisecond
	if timeout == 0 {
		timeout = defaultTimeout
		if defined.ResponseTransferMode == "STREAM" {
			timeout = r.in.Settings.MaxTimeout
		}
	}
	return min(max(timeout, minTimeout), r.in.Settings.MaxTimeout)
}

func passthrough(behavior string) planv1.PassthroughBehavior {
	if value := planv1.PassthroughBehavior_value["PASSTHROUGH_BEHAVIOR_"+behavior]; value != 0 {
		return planv1.PassthroughBehavior(value)
	}
	return planv1.PassthroughBehavior_PASSTHROUGH_BEHAVIOR_WHEN_NO_MATCH
}

func contentHandling(handling string) planv1.ContentHandling {
	return planv1.ContentHandling(planv1.ContentHandling_value["CONTENT_HANDLING_"+handling])
}

// integrationResponses are in the order in which AWS tries their patterns: by
// status code, those without a pattern last.
func integrationResponses(all map[string]*definition.IntegrationResponse) []*planv1.IntegrationResponse {
	var made []*planv1.IntegrationResponse
	for status, defined := range all {
		response := &planv1.IntegrationResponse{
			StatusCode: cmp.Or(defined.StatusCode, status), ResponseParameters: defined.ResponseParameters,
			ContentHandling: contentHandling(defined.ContentHandling),
		}
		if defined.SelectionPattern != nil {
			response.SelectionPattern = *defined.SelectionPattern
		}
		for contentType, template := range defined.ResponseTemplates {
			if response.GetResponseTemplates() == nil {
				response.ResponseTemplates = map[string]string{}
			}
			response.ResponseTemplates[contentType] = ""
			if template != nil {
				response.ResponseTemplates[contentType] = *template
			}
		}
		made = append(made, response)
	}
	slices.SortFunc(made, func(a, b *planv1.IntegrationResponse) int {
		return cmp.Or(cmp.Compare(last(a), last(b)), cmp.Compare(a.GetStatusCode(), b.GetStatusCode()))
	})
	return made
}

func last(response *planv1.IntegrationResponse) int {
	if response.GetSelectionPattern() == "" {
		return 1
	}
	return 0
}

// address resolves the URI of an HTTP integration.
func (r *release) address(made *planv1.Integration, defined *definition.Integration, path string) *planv1.Refusal {
	backend, rest, err := parseAddress(made.GetUri())
	if err != nil {
		return refuse(path+"/uri", err.Error())
	}
	if defined.ConnectionType == "VPC_LINK" {
		link := substitute(defined.ConnectionID, r.variables)
		if refusal := r.link(backend, link, defined.IntegrationTarget, path+"/connectionId"); refusal != nil {
			return refusal
		}
	}
	backend.InsecureSkipVerification = defined.TLSConfig != nil && defined.TLSConfig.InsecureSkipVerification
	backend.ClientCertificateId = r.in.Stage.ClientCertificateID
	made.Backend, made.Path = named(backend), rest
	return nil
}

// link leads a call through a VPC link: the URI's host stays what the backend is
// asked for, the connection goes where the operator says.
func (r *release) link(backend *planv1.Backend, link, target, path string) *planv1.Refusal {
	if link == "" {
		return refuse(path, "the VPC link's id is empty")
	}
	for _, name := range []string{link, r.in.LinkTargets[link], target} {
		address, found := r.in.Settings.VPCLinks[name]
		if !found || name == "" {
			continue
		}
		if !strings.Contains(address, "://") {
			address = "http://" + address
		}
		to, _, err := parseAddress(address)
		if err != nil {
			return refuse(path, fmt.Sprintf("VPC link %s: %v", link, err))
		}
		backend.Host, backend.Port = to.GetHost(), to.GetPort()
		return nil
	}
	return nil
}

// serviceCall resolves the ARN of an AWS integration.
func (r *release) serviceCall(made *planv1.Integration, defined *definition.Integration, path string) *planv1.Refusal {
	arn, err := parseIntegrationARN(made.GetUri())
	if err != nil {
		return refuse(path+"/uri", err.Error())
	}
	credentials := substitute(defined.Credentials, r.variables)
	made.Signing = &planv1.Signing{Service: arn.service, Region: cmp.Or(arn.region, r.in.Region)}
	switch {
	case credentials == callerCredentials:
		made.Signing.Caller = true
	case credentials != "":
		made.Signing.RoleArn = credentials
	}
	made.Service = arn.service
	if function := arn.function(); function != "" {
		return r.lambda(made, function, path)
	}
	if made.GetType() == planv1.IntegrationType_INTEGRATION_TYPE_AWS_PROXY {
		return refuse(path+"/uri", "an AWS_PROXY integration must invoke a Lambda function")
	}
	backend, prefix, err := r.in.service(arn.service, arn.subdomain, made.GetSigning().GetRegion())
	if err != nil {
		return refuse(path+"/uri", err.Error())
	}
	made.Backend, made.Path = backend, prefix+"/"
	if arn.kind == "path" {
		made.Path += strings.TrimPrefix(arn.api, "/")
	} else {
		made.Action = arn.api
	}
	return nil
}

// lambda resolves where a function is invoked.
func (r *release) lambda(made *planv1.Integration, function, path string) *planv1.Refusal {
	backend, prefix, err := r.in.functionAddress(function)
	if err != nil {
		return refuse(path+"/uri", err.Error())
	}
	made.Backend, made.FunctionArn = backend, function
	made.Signing.Region = cmp.Or(r.in.functionRegion(function), made.GetSigning().GetRegion())
	// As the SDKs write it: an ARN's colons and a qualifier's are escaped.
	escaped := strings.ReplaceAll(url.PathEscape(function), ":", "%3A")
	made.Path = prefix + "/" + invokePrefix + escaped + invokeSuffix
	if made.GetStream() {
		made.Path = prefix + "/" + streamPrefix + escaped + streamSuffix
	}
	if made.GetHttpMethod() == "" {
		made.HttpMethod = "POST"
	}
	return nil
}
