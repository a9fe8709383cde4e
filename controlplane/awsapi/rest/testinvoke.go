package rest

import (
	"context"
	"fmt"
	"maps"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

// Invoker makes TestInvokeMethod's call through the data path.
type Invoker interface {
	Invoke(ctx context.Context, test TestCall) (*TestAnswer, error)
}

// TestCall is what TestInvokeMethod calls: a method of an API as it is defined
// now, without authorization, API keys and limits.
type TestCall struct {
	Account, Region string
	API             *definition.API
	Resource        *definition.Resource
	Method          *definition.Method
	// PathWithQuery is what the user gave; empty calls the resource's own path.
	PathWithQuery string
	Headers       map[string][]string
	Body          string
	// StageVariables and ClientCertificateID stand in for a stage's.
	StageVariables      map[string]string
	ClientCertificateID string
}

// TestAnswer is what came back, with AWS's execution log.
type TestAnswer struct {
	Status  int32
	Body    string
	Headers map[string][]string
	Log     string
	// Latency is in milliseconds.
	Latency int64
}

func (a *API) testInvokeHandlers() []awsapi.Handler {
	if a.invoker == nil {
		return nil
	}
	return []awsapi.Handler{awsapi.Handle(apigateway.TestInvokeMethod(), a.testInvokeMethod)}
}

func (a *API) testInvokeMethod(ctx context.Context, caller awsapi.Caller, in *apigateway.TestInvokeMethodRequest) (*apigateway.TestInvokeMethodResponse, error) {
	api, err := a.read(ctx, caller, in.RestApiId, definition.ResourceNotFound())
	if err != nil {
		return nil, err
	}
	method, err := api.FindMethod(in.ResourceId, in.HttpMethod)
	if err != nil {
		return nil, err
	}
	if method.Integration == nil {
		return nil, awserror.NewBadRequest("No integration defined for method")
	}
	test := TestCall{
		Account: caller.Account, Region: caller.Region, API: api, Resource: api.Resources[in.ResourceId], Method: method,
		PathWithQuery: wire.Value(in.PathWithQueryString), Body: wire.Value(in.Body), Headers: map[string][]string{},
		StageVariables: in.StageVariables, ClientCertificateID: wire.Value(in.ClientCertificateId),
	}
	for name, value := range in.Headers {
		test.Headers[name] = []string{value}
	}
	maps.Copy(test.Headers, in.MultiValueHeaders)
	answer, err := a.invoker.Invoke(ctx, test)
	if err != nil {
		return nil, fmt.Errorf("test of %s %s: %w", method.HTTPMethod, test.Resource.Path, err)
	}
	made := &apigateway.TestInvokeMethodResponse{
		Status: &answer.Status, Body: &answer.Body, Log: &answer.Log, Latency: &answer.Latency,
		Headers: map[string]string{}, MultiValueHeaders: answer.Headers,
	}
	for name, values := range answer.Headers {
		if len(values) > 0 {
			made.Headers[name] = values[len(values)-1]
		}
	}
	return made, nil
}
