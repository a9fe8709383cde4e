package rest

import (
	"context"
	"errors"
	"fmt"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/page"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/show"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/definition/account"
	"github.com/sluice-gateway/sluice/controlplane/definition/clone"
	"github.com/sluice-gateway/sluice/controlplane/definition/update"
	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

func (a *API) restAPIHandlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(apigateway.CreateRestApi(), a.createRestAPI),
		awsapi.Handle(apigateway.GetRestApi(), a.getRestAPI),
		awsapi.Handle(apigateway.GetRestApis(), a.getRestAPIs),
		awsapi.Handle(apigateway.UpdateRestApi(), a.updateRestAPI),
		awsapi.Handle(apigateway.DeleteRestApi(), a.deleteRestAPI),
	}
}

func (a *API) createRestAPI(ctx context.Context, caller awsapi.Caller, in *apigateway.CreateRestApiRequest) (*apigateway.RestApi, error) {
	if in.Description != nil && *in.Description == "" {
		return nil, definition.EmptyDescription()
	}
	input := definition.RestAPI{
		Name: wire.Value(in.Name), Description: wire.Value(in.Description), Version: wire.Value(in.Version),
		BinaryMediaTypes: in.BinaryMediaTypes, MinimumCompressionSize: in.MinimumCompressionSize, APIKeySource: wire.Value(in.ApiKeySource),
		Policy: wire.Value(in.Policy), Tags: in.Tags, DisableExecuteAPIEndpoint: wire.Value(in.DisableExecuteApiEndpoint),
		SecurityPolicy: wire.Value(in.SecurityPolicy), EndpointAccessMode: wire.Value(in.EndpointAccessMode),
	}
	if endpoint := in.EndpointConfiguration; endpoint != nil {
		input.EndpointConfiguration = definition.EndpointConfiguration{
			Types: endpoint.Types, IPAddressType: wire.Value(endpoint.IpAddressType), VpcEndpointIDs: endpoint.VpcEndpointIds,
		}
	}
	var source *definition.API
	if in.CloneFrom != nil {
		var err error
		source, err = a.read(ctx, caller, *in.CloneFrom, apiMissing(caller, *in.CloneFrom))
		if err != nil {
			return nil, err
		}
	}
	for {
		made, err := definition.NewAPI(input, owner(caller), a.ids.ID, a.now())
		if err != nil {
			return nil, err
		}
		if source != nil {
			clone.Into(made, source, a.ids.ID)
		}
		err = a.store.CreateAPI(ctx, scope(caller), made)
		if errors.Is(err, store.ErrExists) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("new API: %w", err)
		}
		return new(show.RestAPI(&made.RestAPI)), nil
	}
}

func (a *API) getRestAPI(ctx context.Context, caller awsapi.Caller, in *apigateway.GetRestApiRequest) (*apigateway.RestApi, error) {
	found, err := a.read(ctx, caller, in.RestApiId, apiMissing(caller, in.RestApiId))
	if err != nil {
		return nil, err
	}
	return new(show.RestAPI(&found.RestAPI)), nil
}

func (a *API) getRestAPIs(ctx context.Context, caller awsapi.Caller, in *apigateway.GetRestApisRequest) (*apigateway.RestApis, error) {
	after, err := page.After(in.Position)
	if err != nil {
		return nil, err
	}
	limit, err := page.Limit(in.Limit)
	if err != nil {
		return nil, err
	}
	found, err := a.store.APIs(ctx, scope(caller), after, limit+1)
	if err != nil {
		return nil, fmt.Errorf("APIs: %w", err)
	}
	var next *string
	if len(found) > limit {
		found = found[:limit]
		next = page.Next(found[limit-1].ID)
	}
	return &apigateway.RestApis{Items: show.All(found, show.RestAPI), Position: next}, nil
}

func (a *API) updateRestAPI(ctx context.Context, caller awsapi.Caller, in *apigateway.UpdateRestApiRequest) (*apigateway.RestApi, error) {
	return changed(ctx, a, caller, in.RestApiId, apiMissing(caller, in.RestApiId), func(api *definition.API) (apigateway.RestApi, error) {
		err := update.RestAPI(api, owner(caller), operations(in.PatchOperations))
		return show.UpdatedRestAPI(&api.RestAPI), err
	})
}

// deleteRestAPI deletes an API unless a domain name maps to it, and takes its
// stages out of the usage plans.
func (a *API) deleteRestAPI(ctx context.Context, caller awsapi.Caller, in *apigateway.DeleteRestApiRequest) (*wire.Empty, error) {
	err := a.store.Update(ctx, scope(caller), func(tx *store.Tx) error {
		domains, err := a.mapped(tx, in.RestApiId, "")
		if err != nil {
			return err
		}
		if len(domains) > 0 {
			return account.APIMapped(in.RestApiId, domains)
		}
		if err := tx.DeleteAPI(in.RestApiId); err != nil {
			return err
		}
		return a.dropFromPlans(tx, in.RestApiId, "")
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, apiMissing(caller, in.RestApiId)
	}
	if err != nil {
		return nil, fmt.Errorf("API %s: %w", in.RestApiId, err)
	}
	return new(wire.Empty), nil
}

// mapped lists the domain names that map to an API, or to its stage when one is
// named.
func (a *API) mapped(tx *store.Tx, api, stage string) ([]string, error) {
	mappings, err := a.store.BasePathMappings().In(tx).List("")
	if err != nil {
		return nil, err
	}
	var domains []string
	for _, mapping := range mappings {
		if mapping.RestAPIID == api && (stage == "" || mapping.Stage == stage) {
			domains = append(domains, mapping.DomainName)
		}
	}
	return domains, nil
}

// dropFromPlans takes a stage, or all of an API when stage is empty, out of the
// usage plans.
func (a *API) dropFromPlans(tx *store.Tx, api, stage string) error {
	plans := a.store.UsagePlans().In(tx)
	all, err := plans.List("")
	if err != nil {
		return err
	}
	for _, plan := range all {
		if !plan.DropStage(api, stage) {
			continue
		}
		if err := plans.Put(plan.ID, plan); err != nil {
			return err
		}
	}
	return nil
}

// invalidAPI is the answer of creations below an unknown API, which AWS calls a
// bad request.
func invalidAPI() error { return awserror.NewBadRequest("Invalid REST API identifier specified") }
