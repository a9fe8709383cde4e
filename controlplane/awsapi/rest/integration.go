package rest

import (
	"context"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/show"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/definition/update"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

func (a *API) integrationHandlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(apigateway.PutIntegration(), a.putIntegration),
		awsapi.Handle(apigateway.GetIntegration(), a.getIntegration),
		awsapi.Handle(apigateway.UpdateIntegration(), a.updateIntegration),
		awsapi.Handle(apigateway.DeleteIntegration(), a.deleteIntegration),
		awsapi.Handle(apigateway.PutIntegrationResponse(), a.putIntegrationResponse),
		awsapi.Handle(apigateway.GetIntegrationResponse(), a.getIntegrationResponse),
		awsapi.Handle(apigateway.UpdateIntegrationResponse(), a.updateIntegrationResponse),
		awsapi.Handle(apigateway.DeleteIntegrationResponse(), a.deleteIntegrationResponse),
	}
}

func (a *API) putIntegration(ctx context.Context, caller awsapi.Caller, in *apigateway.PutIntegrationRequest) (*apigateway.Integration, error) {
	input := definition.Integration{
		Type: wire.Value(in.Type), HTTPMethod: wire.Value(in.IntegrationHttpMethod), URI: wire.Value(in.Uri),
		ConnectionType: wire.Value(in.ConnectionType), ConnectionID: wire.Value(in.ConnectionId), Credentials: wire.Value(in.Credentials),
		RequestParameters: in.RequestParameters, RequestTemplates: in.RequestTemplates, PassthroughBehavior: wire.Value(in.PassthroughBehavior),
		CacheNamespace: wire.Value(in.CacheNamespace), CacheKeyParameters: in.CacheKeyParameters, ContentHandling: wire.Value(in.ContentHandling),
		TimeoutInMillis: wire.Value(in.TimeoutInMillis), ResponseTransferMode: wire.Value(in.ResponseTransferMode), IntegrationTarget: wire.Value(in.IntegrationTarget),
	}
	if in.TlsConfig != nil {
		input.TLSConfig = &definition.TLSConfig{InsecureSkipVerification: wire.Value(in.TlsConfig.InsecureSkipVerification)}
	}
	return changedMethod(ctx, a, caller, in.RestApiId, in.ResourceId, in.HttpMethod, func(api *definition.API, method *definition.Method) (apigateway.Integration, error) {
		integration, err := method.PutIntegration(input, api.Resources[in.ResourceId], caller.Account)
		if err != nil {
			return apigateway.Integration{}, err
		}
		return show.Integration(integration), nil
	})
}

func (a *API) readIntegration(ctx context.Context, caller awsapi.Caller, id, resourceID, verb string) (*definition.Integration, error) {
	method, err := a.readMethod(ctx, caller, id, resourceID, verb)
	if err != nil {
		return nil, err
	}
	return method.FindIntegration()
}

func (a *API) getIntegration(ctx context.Context, caller awsapi.Caller, in *apigateway.GetIntegrationRequest) (*apigateway.Integration, error) {
	integration, err := a.readIntegration(ctx, caller, in.RestApiId, in.ResourceId, in.HttpMethod)
	if err != nil {
		return nil, err
	}
	return new(show.Integration(integration)), nil
}

func (a *API) updateIntegration(ctx context.Context, caller awsapi.Caller, in *apigateway.UpdateIntegrationRequest) (*apigateway.Integration, error) {
	return changedMethod(ctx, a, caller, in.RestApiId, in.ResourceId, in.HttpMethod, func(api *definition.API, method *definition.Method) (apigateway.Integration, error) {
		if err := update.Integration(api, in.ResourceId, in.HttpMethod, caller.Account, operations(in.PatchOperations)); err != nil {
			return apigateway.Integration{}, err
		}
		return show.Integration(method.Integration), nil
	})
}

func (a *API) deleteIntegration(ctx context.Context, caller awsapi.Caller, in *apigateway.DeleteIntegrationRequest) (*wire.Empty, error) {
	return nil, a.changeMethod(ctx, caller, in.RestApiId, in.ResourceId, in.HttpMethod, func(_ *definition.API, method *definition.Method) error {
		if _, err := method.FindIntegration(); err != nil {
			return err
		}
		method.Integration = nil
		return nil
	})
}

func (a *API) putIntegrationResponse(ctx context.Context, caller awsapi.Caller, in *apigateway.PutIntegrationResponseRequest) (*apigateway.IntegrationResponse, error) {
	input := definition.IntegrationResponse{
		StatusCode: in.StatusCode, SelectionPattern: in.SelectionPattern, ResponseParameters: in.ResponseParameters, ContentHandling: wire.Value(in.ContentHandling),
	}
	if in.ResponseTemplates != nil {
		input.ResponseTemplates = map[string]*string{}
	}
	for contentType, template := range in.ResponseTemplates {
		input.ResponseTemplates[contentType] = &template
	}
	return changedMethod(ctx, a, caller, in.RestApiId, in.ResourceId, in.HttpMethod, func(_ *definition.API, method *definition.Method) (apigateway.IntegrationResponse, error) {
		response, err := method.PutIntegrationResponse(input)
		if err != nil {
			return apigateway.IntegrationResponse{}, err
		}
		return show.IntegrationResponse(response), nil
	})
}

func (a *API) getIntegrationResponse(ctx context.Context, caller awsapi.Caller, in *apigateway.GetIntegrationResponseRequest) (*apigateway.IntegrationResponse, error) {
	integration, err := a.readIntegration(ctx, caller, in.RestApiId, in.ResourceId, in.HttpMethod)
	if err != nil {
		return nil, err
	}
	response, err := integration.Response(in.StatusCode)
	if err != nil {
		return nil, err
	}
	return new(show.IntegrationResponse(response)), nil
}

func (a *API) updateIntegrationResponse(ctx context.Context, caller awsapi.Caller, in *apigateway.UpdateIntegrationResponseRequest) (*apigateway.IntegrationResponse, error) {
	return changedMethod(ctx, a, caller, in.RestApiId, in.ResourceId, in.HttpMethod, func(api *definition.API, method *definition.Method) (apigateway.IntegrationResponse, error) {
		if err := update.IntegrationResponse(api, in.ResourceId, in.HttpMethod, in.StatusCode, operations(in.PatchOperations)); err != nil {
			return apigateway.IntegrationResponse{}, err
		}
		return show.IntegrationResponse(method.Integration.Responses[in.StatusCode]), nil
	})
}

// deleteIntegrationResponse answers an unknown method as an unknown integration,
// as AWS does here alone.
func (a *API) deleteIntegrationResponse(ctx context.Context, caller awsapi.Caller, in *apigateway.DeleteIntegrationResponseRequest) (*wire.Empty, error) {
	return nil, a.change(ctx, caller, in.RestApiId, definition.ResourceNotFound(), func(api *definition.API) error {
		resource, err := api.FindResource(in.ResourceId)
		if err != nil {
			return err
		}
		method := resource.Methods[in.HttpMethod]
		if method == nil || method.Integration == nil {
			return awserror.NewNotFound("Invalid Integration identifier specified")
		}
		return method.Integration.RemoveResponse(in.StatusCode)
	})
}
