package rest

import (
	"context"
	"fmt"
	"slices"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/page"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/show"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/definition/update"
)

func (a *API) deploymentHandlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(apigateway.CreateDeployment(), a.createDeployment),
		awsapi.Handle(apigateway.GetDeployment(), a.getDeployment),
		awsapi.Handle(apigateway.GetDeployments(), a.getDeployments),
		awsapi.Handle(apigateway.UpdateDeployment(), a.updateDeployment),
		awsapi.Handle(apigateway.DeleteDeployment(), a.deleteDeployment),
	}
}

func (a *API) createDeployment(ctx context.Context, caller awsapi.Caller, in *apigateway.CreateDeploymentRequest) (*apigateway.Deployment, error) {
	return changed(ctx, a, caller, in.RestApiId, apiMissing(caller, in.RestApiId), func(api *definition.API) (apigateway.Deployment, error) {
		input := definition.NewDeployment{
			Description: wire.Value(in.Description), StageName: in.StageName,
			Stage: definition.StageChange{
				Description: wire.Value(in.StageDescription), CacheClusterEnabled: in.CacheClusterEnabled,
				CacheClusterSize: wire.Value(in.CacheClusterSize), Variables: in.Variables, TracingEnabled: in.TracingEnabled,
			},
		}
		if canary := in.CanarySettings; canary != nil {
			input.Canary = &definition.CanarySettings{
				PercentTraffic: wire.Value(canary.PercentTraffic), StageVariableOverrides: canary.StageVariableOverrides, UseStageCache: wire.Value(canary.UseStageCache),
			}
		}
		id := a.unused(func(id string) bool { return api.Deployments[id] != nil })
		deployment, err := api.AddDeployment(input, id, a.now())
		if err != nil {
			return apigateway.Deployment{}, err
		}
		return show.Deployment(deployment, nil), nil
	})
}

func (a *API) getDeployment(ctx context.Context, caller awsapi.Caller, in *apigateway.GetDeploymentRequest) (*apigateway.Deployment, error) {
	api, err := a.read(ctx, caller, in.RestApiId, apiMissing(caller, in.RestApiId))
	if err != nil {
		return nil, err
	}
	deployment, err := api.FindDeployment(in.DeploymentId)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(in.Embed, "apisummary") {
		return new(show.Deployment(deployment, nil)), nil
	}
	content, err := a.store.Content(ctx, ref(caller, in.RestApiId), deployment.ID)
	if err != nil {
		return nil, fmt.Errorf("deployment %s: %w", deployment.ID, err)
	}
	return new(show.Deployment(deployment, content)), nil
}

func (a *API) getDeployments(ctx context.Context, caller awsapi.Caller, in *apigateway.GetDeploymentsRequest) (*apigateway.Deployments, error) {
	api, err := a.read(ctx, caller, in.RestApiId, apiMissing(caller, in.RestApiId))
	if err != nil {
		return nil, err
	}
	found, next, err := page.Of(api.SortedDeployments(), in.Position, in.Limit, func(one *definition.Deployment) string { return one.ID })
	if err != nil {
		return nil, err
	}
	shown := show.All(found, func(one *definition.Deployment) apigateway.Deployment { return show.Deployment(one, nil) })
	return &apigateway.Deployments{Items: shown, Position: next}, nil
}

func (a *API) updateDeployment(ctx context.Context, caller awsapi.Caller, in *apigateway.UpdateDeploymentRequest) (*apigateway.Deployment, error) {
	return changed(ctx, a, caller, in.RestApiId, apiMissing(caller, in.RestApiId), func(api *definition.API) (apigateway.Deployment, error) {
		if err := update.Deployment(api, in.DeploymentId, operations(in.PatchOperations)); err != nil {
			return apigateway.Deployment{}, err
		}
		return show.Deployment(api.Deployments[in.DeploymentId], nil), nil
	})
}

func (a *API) deleteDeployment(ctx context.Context, caller awsapi.Caller, in *apigateway.DeleteDeploymentRequest) (*wire.Empty, error) {
	return nil, a.change(ctx, caller, in.RestApiId, apiMissing(caller, in.RestApiId), func(api *definition.API) error {
		return api.RemoveDeployment(in.DeploymentId)
	})
}
