package rest

import (
	"context"
	"errors"
	"fmt"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/show"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/definition/account"
	"github.com/sluice-gateway/sluice/controlplane/definition/update"
	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

func (a *API) stageHandlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(apigateway.CreateStage(), a.createStage),
		awsapi.Handle(apigateway.GetStage(), a.getStage),
		awsapi.Handle(apigateway.GetStages(), a.getStages),
		awsapi.Handle(apigateway.UpdateStage(), a.updateStage),
		awsapi.Handle(apigateway.DeleteStage(), a.deleteStage),
		awsapi.Handle(apigateway.FlushStageCache(), a.flushStageCache),
		awsapi.Handle(apigateway.FlushStageAuthorizersCache(), a.flushStageAuthorizersCache),
	}
}

func (a *API) createStage(ctx context.Context, caller awsapi.Caller, in *apigateway.CreateStageRequest) (*apigateway.Stage, error) {
	return changed(ctx, a, caller, in.RestApiId, apiMissing(caller, in.RestApiId), func(api *definition.API) (apigateway.Stage, error) {
		input := definition.Stage{
			StageName: wire.Value(in.StageName), DeploymentID: wire.Value(in.DeploymentId), Description: wire.Value(in.Description),
			CacheClusterEnabled: wire.Value(in.CacheClusterEnabled), CacheClusterSize: wire.Value(in.CacheClusterSize), Variables: in.Variables,
			DocumentationVersion: wire.Value(in.DocumentationVersion), TracingEnabled: wire.Value(in.TracingEnabled), Tags: in.Tags,
		}
		if canary := in.CanarySettings; canary != nil {
			input.CanarySettings = &definition.CanarySettings{
				PercentTraffic: wire.Value(canary.PercentTraffic), DeploymentID: wire.Value(canary.DeploymentId),
				StageVariableOverrides: canary.StageVariableOverrides, UseStageCache: wire.Value(canary.UseStageCache),
			}
		}
		stage, err := api.AddStage(input, a.now())
		if err != nil {
			return apigateway.Stage{}, err
		}
		return startingCache(stage, false), nil
	})
}

// startingCache shows a stage as the operation that enables its cache does: the
// cluster is still being made. It is there at once; the next call says so.
func startingCache(stage *definition.Stage, before bool) apigateway.Stage {
	made := show.Stage(stage)
	if stage.CacheClusterEnabled && !before {
		made.CacheClusterStatus = new(apigateway.CacheClusterStatusCREATE_IN_PROGRESS)
	}
	return made
}

func (a *API) readStage(ctx context.Context, caller awsapi.Caller, id, name string) (*definition.Stage, error) {
	api, err := a.read(ctx, caller, id, definition.StageNotFound())
	if err != nil {
		return nil, err
	}
	return api.FindStage(name)
}

func (a *API) getStage(ctx context.Context, caller awsapi.Caller, in *apigateway.GetStageRequest) (*apigateway.Stage, error) {
	stage, err := a.readStage(ctx, caller, in.RestApiId, in.StageName)
	if err != nil {
		return nil, err
	}
	return new(show.Stage(stage)), nil
}

func (a *API) getStages(ctx context.Context, caller awsapi.Caller, in *apigateway.GetStagesRequest) (*apigateway.Stages, error) {
	api, err := a.read(ctx, caller, in.RestApiId, apiMissing(caller, in.RestApiId))
	if err != nil {
		return nil, err
	}
	made := &apigateway.Stages{Item: []apigateway.Stage{}}
	for _, stage := range api.SortedStages() {
		if in.DeploymentId == nil || *in.DeploymentId == stage.DeploymentID {
			made.Item = append(made.Item, show.Stage(stage))
		}
	}
	return made, nil
}

func (a *API) updateStage(ctx context.Context, caller awsapi.Caller, in *apigateway.UpdateStageRequest) (*apigateway.Stage, error) {
	return changed(ctx, a, caller, in.RestApiId, definition.StageNotFound(), func(api *definition.API) (apigateway.Stage, error) {
		stage, err := api.FindStage(in.StageName)
		if err != nil {
			return apigateway.Stage{}, err
		}
		before := *stage
		if err := update.Stage(api, in.StageName, operations(in.PatchOperations), a.now()); err != nil {
			return apigateway.Stage{}, err
		}
		if stage.ClientCertificateID != "" && stage.ClientCertificateID != before.ClientCertificateID {
			if err := a.checkCertificate(ctx, caller, stage.ClientCertificateID); err != nil {
				return apigateway.Stage{}, err
			}
		}
		return startingCache(stage, before.CacheClusterEnabled), nil
	})
}

// deleteStage deletes a stage unless a domain name maps to it, and takes it out
// of the usage plans.
func (a *API) deleteStage(ctx context.Context, caller awsapi.Caller, in *apigateway.DeleteStageRequest) (*wire.Empty, error) {
	err := a.store.Update(ctx, scope(caller), func(tx *store.Tx) error {
		api, err := tx.API(in.RestApiId)
		if err != nil {
			return err
		}
		if err := api.RemoveStage(in.StageName); err != nil {
			return err
		}
		domains, err := a.mapped(tx, in.RestApiId, in.StageName)
		if err != nil {
			return err
		}
		if len(domains) > 0 {
			return account.StageMapped(domains)
		}
		return a.dropFromPlans(tx, in.RestApiId, in.StageName)
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, definition.StageNotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("stage %s: %w", in.StageName, err)
	}
	return new(wire.Empty), nil
}

// flushStageCache makes the data plane forget what it cached of a stage.
func (a *API) flushStageCache(ctx context.Context, caller awsapi.Caller, in *apigateway.FlushStageCacheRequest) (*wire.Empty, error) {
	return nil, a.change(ctx, caller, in.RestApiId, definition.StageNotFound(), func(api *definition.API) error {
		stage, err := api.FindStage(in.StageName)
		if err != nil {
			return err
		}
		stage.CacheFlushes++
		return nil
	})
}

func (a *API) flushStageAuthorizersCache(ctx context.Context, caller awsapi.Caller, in *apigateway.FlushStageAuthorizersCacheRequest) (*wire.Empty, error) {
	return nil, a.change(ctx, caller, in.RestApiId, definition.StageNotFound(), func(api *definition.API) error {
		stage, err := api.FindStage(in.StageName)
		if err != nil {
			return err
		}
		stage.AuthorizersCacheFlushes++
		return nil
	})
}

// checkCertificate wants a client certificate to exist.
func (a *API) checkCertificate(ctx context.Context, caller awsapi.Caller, id string) error {
	_, err := a.store.ClientCertificates().Get(ctx, scope(caller), id)
	if errors.Is(err, store.ErrNotFound) {
		return awserror.NewBadRequest("Invalid Client Certificate identifier specified")
	}
	if err != nil {
		return fmt.Errorf("client certificate %s: %w", id, err)
	}
	return nil
}
