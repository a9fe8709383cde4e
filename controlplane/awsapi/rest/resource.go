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

func (a *API) resourceHandlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(apigateway.CreateResource(), a.createResource),
		awsapi.Handle(apigateway.GetResource(), a.getResource),
		awsapi.Handle(apigateway.GetResources(), a.getResources),
		awsapi.Handle(apigateway.UpdateResource(), a.updateResource),
		awsapi.Handle(apigateway.DeleteResource(), a.deleteResource),
	}
}

func (a *API) createResource(ctx context.Context, caller awsapi.Caller, in *apigateway.CreateResourceRequest) (*apigateway.Resource, error) {
	return changed(ctx, a, caller, in.RestApiId, definition.ResourceNotFound(), func(api *definition.API) (apigateway.Resource, error) {
		resource, err := api.AddResource(in.ParentId, wire.Value(in.PathPart), a.unused(func(id string) bool { return api.Resources[id] != nil }))
		if err != nil {
			return apigateway.Resource{}, err
		}
		return show.Resource(resource, nil), nil
	})
}

// unused makes an id that is not taken.
func (a *API) unused(taken func(id string) bool) string {
	id := a.ids.ID(shortID)
	for taken(id) {
		id = a.ids.ID(shortID)
	}
	return id
}

func (a *API) getResource(ctx context.Context, caller awsapi.Caller, in *apigateway.GetResourceRequest) (*apigateway.Resource, error) {
	api, err := a.read(ctx, caller, in.RestApiId, definition.ResourceNotFound())
	if err != nil {
		return nil, err
	}
	resource, err := api.FindResource(in.ResourceId)
	if err != nil {
		return nil, err
	}
	return new(show.Resource(resource, in.Embed)), nil
}

func (a *API) getResources(ctx context.Context, caller awsapi.Caller, in *apigateway.GetResourcesRequest) (*apigateway.Resources, error) {
	api, err := a.read(ctx, caller, in.RestApiId, apiMissing(caller, in.RestApiId))
	if err != nil {
		return nil, err
	}
	found, next, err := page.Of(api.SortedResources(), in.Position, in.Limit, func(one *definition.Resource) string { return one.ID })
	if err != nil {
		return nil, err
	}
	shown := show.All(found, func(one *definition.Resource) apigateway.Resource { return show.Resource(one, in.Embed) })
	return &apigateway.Resources{Items: shown, Position: next}, nil
}

func (a *API) updateResource(ctx context.Context, caller awsapi.Caller, in *apigateway.UpdateResourceRequest) (*apigateway.Resource, error) {
	return changed(ctx, a, caller, in.RestApiId, definition.ResourceNotFound(), func(api *definition.API) (apigateway.Resource, error) {
		if err := update.Resource(api, in.ResourceId, operations(in.PatchOperations)); err != nil {
			return apigateway.Resource{}, err
		}
		return show.Resource(api.Resources[in.ResourceId], nil), nil
	})
}

func (a *API) deleteResource(ctx context.Context, caller awsapi.Caller, in *apigateway.DeleteResourceRequest) (*wire.Empty, error) {
	return nil, a.change(ctx, caller, in.RestApiId, definition.ResourceNotFound(), func(api *definition.API) error {
		return api.RemoveResource(in.ResourceId)
	})
}
