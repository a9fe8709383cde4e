package rest

import (
	"context"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/show"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/definition/update"
)

func (a *API) methodHandlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(apigateway.PutMethod(), a.putMethod),
		awsapi.Handle(apigateway.GetMethod(), a.getMethod),
		awsapi.Handle(apigateway.UpdateMethod(), a.updateMethod),
		awsapi.Handle(apigateway.DeleteMethod(), a.deleteMethod),
		awsapi.Handle(apigateway.PutMethodResponse(), a.putMethodResponse),
		awsapi.Handle(apigateway.GetMethodResponse(), a.getMethodResponse),
		awsapi.Handle(apigateway.UpdateMethodResponse(), a.updateMethodResponse),
		awsapi.Handle(apigateway.DeleteMethodResponse(), a.deleteMethodResponse),
	}
}

// changeMethod changes what is below a resource's method. Fn gets the method and
// its API.
func (a *API) changeMethod(ctx context.Context, caller awsapi.Caller, id, resourceID, verb string, fn func(*definition.API, *definition.Method) error) error {
	return a.change(ctx, caller, id, definition.ResourceNotFound(), func(api *definition.API) error {
		method, err := api.FindMethod(resourceID, verb)
		if err != nil {
			return err
		}
		return fn(api, method)
	})
}

// changedMethod changes what is below a resource's method and shows what fn
// returns.
func changedMethod[W any](ctx context.Context, a *API, caller awsapi.Caller, id, resourceID, verb string, fn func(*definition.API, *definition.Method) (W, error)) (*W, error) {
	return changed(ctx, a, caller, id, definition.ResourceNotFound(), func(api *definition.API) (W, error) {
		method, err := api.FindMethod(resourceID, verb)
		if err != nil {
			var none W
			return none, err
		}
		return fn(api, method)
	})
}

func (a *API) readMethod(ctx context.Context, caller awsapi.Caller, id, resourceID, verb string) (*definition.Method, error) {
	api, err := a.read(ctx, caller, id, definition.ResourceNotFound())
	if err != nil {
		return nil, err
	}
	return api.FindMethod(resourceID, verb)
}

func (a *API) putMethod(ctx context.Context, caller awsapi.Caller, in *apigateway.PutMethodRequest) (*apigateway.Method, error) {
	return changed(ctx, a, caller, in.RestApiId, definition.ResourceNotFound(), func(api *definition.API) (apigateway.Method, error) {
		method, err := api.PutMethod(in.ResourceId, definition.Method{
			HTTPMethod: in.HttpMethod, AuthorizationType: wire.Value(in.AuthorizationType), AuthorizerID: wire.Value(in.AuthorizerId),
			APIKeyRequired: wire.Value(in.ApiKeyRequired), OperationName: wire.Value(in.OperationName),
			RequestParameters: in.RequestParameters, RequestModels: in.RequestModels,
			RequestValidatorID: wire.Value(in.RequestValidatorId), AuthorizationScopes: in.AuthorizationScopes,
		})
		if err != nil {
			return apigateway.Method{}, err
		}
		return show.Method(method), nil
	})
}

func (a *API) getMethod(ctx context.Context, caller awsapi.Caller, in *apigateway.GetMethodRequest) (*apigateway.Method, error) {
	method, err := a.readMethod(ctx, caller, in.RestApiId, in.ResourceId, in.HttpMethod)
	if err != nil {
		return nil, err
	}
	return new(show.Method(method)), nil
}

func (a *API) updateMethod(ctx context.Context, caller awsapi.Caller, in *apigateway.UpdateMethodRequest) (*apigateway.Method, error) {
	return changedMethod(ctx, a, caller, in.RestApiId, in.ResourceId, in.HttpMethod, func(api *definition.API, method *definition.Method) (apigateway.Method, error) {
		err := update.Method(api, in.ResourceId, in.HttpMethod, operations(in.PatchOperations))
		return show.Method(method), err
	})
}

func (a *API) deleteMethod(ctx context.Context, caller awsapi.Caller, in *apigateway.DeleteMethodRequest) (*wire.Empty, error) {
	return nil, a.change(ctx, caller, in.RestApiId, definition.ResourceNotFound(), func(api *definition.API) error {
		return api.RemoveMethod(in.ResourceId, in.HttpMethod)
	})
}

func (a *API) putMethodResponse(ctx context.Context, caller awsapi.Caller, in *apigateway.PutMethodResponseRequest) (*apigateway.MethodResponse, error) {
	return changedMethod(ctx, a, caller, in.RestApiId, in.ResourceId, in.HttpMethod, func(api *definition.API, method *definition.Method) (apigateway.MethodResponse, error) {
		response, err := method.PutResponse(definition.MethodResponse{
			StatusCode: in.StatusCode, ResponseParameters: in.ResponseParameters, ResponseModels: in.ResponseModels,
		}, api)
		if err != nil {
			return apigateway.MethodResponse{}, err
		}
		return show.MethodResponse(response), nil
	})
}

func (a *API) getMethodResponse(ctx context.Context, caller awsapi.Caller, in *apigateway.GetMethodResponseRequest) (*apigateway.MethodResponse, error) {
	method, err := a.readMethod(ctx, caller, in.RestApiId, in.ResourceId, in.HttpMethod)
	if err != nil {
		return nil, err
	}
	response, err := method.Response(in.StatusCode)
	if err != nil {
		return nil, err
	}
	return new(show.MethodResponse(response)), nil
}

func (a *API) updateMethodResponse(ctx context.Context, caller awsapi.Caller, in *apigateway.UpdateMethodResponseRequest) (*apigateway.MethodResponse, error) {
	return changedMethod(ctx, a, caller, in.RestApiId, in.ResourceId, in.HttpMethod, func(api *definition.API, method *definition.Method) (apigateway.MethodResponse, error) {
		if err := update.MethodResponse(api, in.ResourceId, in.HttpMethod, in.StatusCode, operations(in.PatchOperations)); err != nil {
			return apigateway.MethodResponse{}, err
		}
		return show.MethodResponse(method.Responses[in.StatusCode]), nil
	})
}

func (a *API) deleteMethodResponse(ctx context.Context, caller awsapi.Caller, in *apigateway.DeleteMethodResponseRequest) (*wire.Empty, error) {
	return nil, a.changeMethod(ctx, caller, in.RestApiId, in.ResourceId, in.HttpMethod, func(_ *definition.API, method *definition.Method) error {
		return method.RemoveResponse(in.StatusCode)
	})
}
