package rest

import (
	"context"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/modelschema"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/page"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/show"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/definition/update"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

func (a *API) modelHandlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(apigateway.CreateModel(), a.createModel),
		awsapi.Handle(apigateway.GetModel(), a.getModel),
		awsapi.Handle(apigateway.GetModels(), a.getModels),
		awsapi.Handle(apigateway.GetModelTemplate(), a.getModelTemplate),
		awsapi.Handle(apigateway.UpdateModel(), a.updateModel),
		awsapi.Handle(apigateway.DeleteModel(), a.deleteModel),
	}
}

// modelAPIMissing is the answer to an unknown API in the operations on models.
func modelAPIMissing() error { return awserror.NewNotFound("Invalid Rest API Id specified") }

func (a *API) createModel(ctx context.Context, caller awsapi.Caller, in *apigateway.CreateModelRequest) (*apigateway.Model, error) {
	input := definition.Model{
		Name: wire.Value(in.Name), Description: wire.Value(in.Description), Schema: wire.Value(in.Schema), ContentType: wire.Value(in.ContentType),
	}
	if in.Schema != nil && *in.Schema == "" {
		return nil, input.Check()
	}
	return shown(ctx, a, caller, in.RestApiId, modelAPIMissing(), show.Model, func(api *definition.API) (*definition.Model, error) {
		return api.AddModel(input, a.ids.ID(shortID))
	})
}

func (a *API) getModel(ctx context.Context, caller awsapi.Caller, in *apigateway.GetModelRequest) (*apigateway.Model, error) {
	return got(ctx, a, caller, in.RestApiId, modelAPIMissing(), show.Model, func(api *definition.API) (*definition.Model, error) {
		model, err := api.FindModel(in.ModelName)
		if err != nil || !wire.Value(in.Flatten) {
			return model, err
		}
		flat := *model
		flat.Schema = modelschema.Flatten(model.Schema, schemas(api))
		return &flat, nil
	})
}

// schemas gives the schema of each model by name.
func schemas(api *definition.API) func(name string) (string, bool) {
	return func(name string) (string, bool) {
		model := api.Models[name]
		if model == nil {
			return "", false
		}
		return model.Schema, true
	}
}

func (a *API) getModels(ctx context.Context, caller awsapi.Caller, in *apigateway.GetModelsRequest) (*apigateway.Models, error) {
	api, err := a.read(ctx, caller, in.RestApiId, apiMissing(caller, in.RestApiId))
	if err != nil {
		return nil, err
	}
	found, next, err := page.Of(api.SortedModels(), in.Position, in.Limit, func(one *definition.Model) string { return one.Name })
	if err != nil {
		return nil, err
	}
	return &apigateway.Models{Items: show.All(found, show.Model), Position: next}, nil
}

func (a *API) getModelTemplate(ctx context.Context, caller awsapi.Caller, in *apigateway.GetModelTemplateRequest) (*apigateway.Template, error) {
	api, err := a.read(ctx, caller, in.RestApiId, modelAPIMissing())
	if err != nil {
		return nil, err
	}
	model, err := api.FindModel(in.ModelName)
	if err != nil {
		return nil, err
	}
	template, err := modelschema.Template(model.Schema, schemas(api))
	if err != nil {
		return nil, awserror.BadRequestf("Invalid model specified: Validation Result: warnings : [], errors : [Invalid model schema specified]")
	}
	return &apigateway.Template{Value: &template}, nil
}

func (a *API) updateModel(ctx context.Context, caller awsapi.Caller, in *apigateway.UpdateModelRequest) (*apigateway.Model, error) {
	return shown(ctx, a, caller, in.RestApiId, modelAPIMissing(), show.Model, func(api *definition.API) (*definition.Model, error) {
		return update.Model(api, in.ModelName, operations(in.PatchOperations))
	})
}

func (a *API) deleteModel(ctx context.Context, caller awsapi.Caller, in *apigateway.DeleteModelRequest) (*wire.Empty, error) {
	return nil, a.change(ctx, caller, in.RestApiId, modelAPIMissing(), func(api *definition.API) error {
		return api.RemoveModel(in.ModelName)
	})
}
