package rest

import (
	"context"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/page"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/show"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/definition/update"
)

func (a *API) gatewayResponseHandlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(apigateway.PutGatewayResponse(), a.putGatewayResponse),
		awsapi.Handle(apigateway.GetGatewayResponse(), a.getGatewayResponse),
		awsapi.Handle(apigateway.GetGatewayResponses(), a.getGatewayResponses),
		awsapi.Handle(apigateway.UpdateGatewayResponse(), a.updateGatewayResponse),
		awsapi.Handle(apigateway.DeleteGatewayResponse(), a.deleteGatewayResponse),
	}
}

func (a *API) putGatewayResponse(ctx context.Context, caller awsapi.Caller, in *apigateway.PutGatewayResponseRequest) (*apigateway.GatewayResponse, error) {
	return changed(ctx, a, caller, in.RestApiId, apiMissing(caller, in.RestApiId), func(api *definition.API) (apigateway.GatewayResponse, error) {
		err := api.PutGatewayResponse(definition.GatewayResponse{
			ResponseType: in.ResponseType, StatusCode: wire.Value(in.StatusCode),
			ResponseParameters: in.ResponseParameters, ResponseTemplates: in.ResponseTemplates,
		})
		return show.GatewayResponse(api, in.ResponseType), err
	})
}

func (a *API) getGatewayResponse(ctx context.Context, caller awsapi.Caller, in *apigateway.GetGatewayResponseRequest) (*apigateway.GatewayResponse, error) {
	api, err := a.read(ctx, caller, in.RestApiId, apiMissing(caller, in.RestApiId))
	if err != nil {
		return nil, err
	}
	return new(show.GatewayResponse(api, in.ResponseType)), nil
}

func (a *API) getGatewayResponses(ctx context.Context, caller awsapi.Caller, in *apigateway.GetGatewayResponsesRequest) (*apigateway.GatewayResponses, error) {
	api, err := a.read(ctx, caller, in.RestApiId, apiMissing(caller, in.RestApiId))
	if err != nil {
		return nil, err
	}
	found, next, err := page.Of(definition.GatewayResponseTypes(), in.Position, in.Limit, func(one definition.GatewayResponse) string { return one.ResponseType })
	if err != nil {
		return nil, err
	}
	items := show.All(found, func(one definition.GatewayResponse) apigateway.GatewayResponse {
		return show.GatewayResponse(api, one.ResponseType)
	})
	return &apigateway.GatewayResponses{Items: items, Position: next}, nil
}

func (a *API) updateGatewayResponse(ctx context.Context, caller awsapi.Caller, in *apigateway.UpdateGatewayResponseRequest) (*apigateway.GatewayResponse, error) {
	return changed(ctx, a, caller, in.RestApiId, apiMissing(caller, in.RestApiId), func(api *definition.API) (apigateway.GatewayResponse, error) {
		err := update.GatewayResponse(api, in.ResponseType, operations(in.PatchOperations))
		return show.GatewayResponse(api, in.ResponseType), err
	})
}

func (a *API) deleteGatewayResponse(ctx context.Context, caller awsapi.Caller, in *apigateway.DeleteGatewayResponseRequest) (*wire.Empty, error) {
	return nil, a.change(ctx, caller, in.RestApiId, apiMissing(caller, in.RestApiId), func(api *definition.API) error {
		return api.RemoveGatewayResponse(in.ResponseType)
	})
}
