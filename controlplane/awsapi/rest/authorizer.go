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
	"github.com/sluice-gateway/sluice/internal/awserror"
)

// authorizerHandlers are those of the two nouns that methods name by id.
func (a *API) authorizerHandlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(apigateway.CreateAuthorizer(), a.createAuthorizer),
		awsapi.Handle(apigateway.GetAuthorizer(), a.getAuthorizer),
		awsapi.Handle(apigateway.GetAuthorizers(), a.getAuthorizers),
		awsapi.Handle(apigateway.UpdateAuthorizer(), a.updateAuthorizer),
		awsapi.Handle(apigateway.DeleteAuthorizer(), a.deleteAuthorizer),
		awsapi.Handle(apigateway.CreateRequestValidator(), a.createRequestValidator),
		awsapi.Handle(apigateway.GetRequestValidator(), a.getRequestValidator),
		awsapi.Handle(apigateway.GetRequestValidators(), a.getRequestValidators),
		awsapi.Handle(apigateway.UpdateRequestValidator(), a.updateRequestValidator),
		awsapi.Handle(apigateway.DeleteRequestValidator(), a.deleteRequestValidator),
	}
}

func authorizerMissing() error {
	return awserror.NewNotFound("Invalid Authorizer identifier specified")
}

// createAuthorizer answers an unknown API as a lost race, as AWS does.
func (a *API) createAuthorizer(ctx context.Context, caller awsapi.Caller, in *apigateway.CreateAuthorizerRequest) (*apigateway.Authorizer, error) {
	input := definition.Authorizer{
		Name: wire.Value(in.Name), Type: wire.Value(in.Type), ProviderARNs: in.ProviderARNs, AuthType: wire.Value(in.AuthType),
		AuthorizerURI: wire.Value(in.AuthorizerUri), AuthorizerCredentials: wire.Value(in.AuthorizerCredentials),
		IdentitySource: wire.Value(in.IdentitySource), IdentityValidationExpression: wire.Value(in.IdentityValidationExpression),
		AuthorizerResultTTLInSeconds: in.AuthorizerResultTtlInSeconds,
	}
	return shown(ctx, a, caller, in.RestApiId, awserror.ConcurrentModification(), show.Authorizer, func(api *definition.API) (*definition.Authorizer, error) {
		return api.AddAuthorizer(input, a.unused(func(id string) bool { return api.Authorizers[id] != nil }))
	})
}

func (a *API) getAuthorizer(ctx context.Context, caller awsapi.Caller, in *apigateway.GetAuthorizerRequest) (*apigateway.Authorizer, error) {
	return got(ctx, a, caller, in.RestApiId, authorizerMissing(), show.Authorizer, func(api *definition.API) (*definition.Authorizer, error) {
		return api.FindAuthorizer(in.AuthorizerId)
	})
}

func (a *API) getAuthorizers(ctx context.Context, caller awsapi.Caller, in *apigateway.GetAuthorizersRequest) (*apigateway.Authorizers, error) {
	api, err := a.read(ctx, caller, in.RestApiId, apiMissing(caller, in.RestApiId))
	if err != nil {
		return nil, err
	}
	found, next, err := page.Of(api.SortedAuthorizers(), in.Position, in.Limit, func(one *definition.Authorizer) string { return one.ID })
	if err != nil {
		return nil, err
	}
	return &apigateway.Authorizers{Items: show.All(found, show.Authorizer), Position: next}, nil
}

func (a *API) updateAuthorizer(ctx context.Context, caller awsapi.Caller, in *apigateway.UpdateAuthorizerRequest) (*apigateway.Authorizer, error) {
	return shown(ctx, a, caller, in.RestApiId, authorizerMissing(), show.Authorizer, func(api *definition.API) (*definition.Authorizer, error) {
		return update.Authorizer(api, in.AuthorizerId, operations(in.PatchOperations))
	})
}

func (a *API) deleteAuthorizer(ctx context.Context, caller awsapi.Caller, in *apigateway.DeleteAuthorizerRequest) (*wire.Empty, error) {
	return nil, a.change(ctx, caller, in.RestApiId, authorizerMissing(), func(api *definition.API) error {
		return api.RemoveAuthorizer(in.AuthorizerId)
	})
}

func (a *API) createRequestValidator(ctx context.Context, caller awsapi.Caller, in *apigateway.CreateRequestValidatorRequest) (*apigateway.RequestValidator, error) {
	input := definition.RequestValidator{
		Name: wire.Value(in.Name), ValidateRequestBody: wire.Value(in.ValidateRequestBody), ValidateRequestParameters: wire.Value(in.ValidateRequestParameters),
	}
	return shown(ctx, a, caller, in.RestApiId, invalidAPI(), show.RequestValidator, func(api *definition.API) (*definition.RequestValidator, error) {
		return api.AddRequestValidator(input, a.unused(func(id string) bool { return api.RequestValidators[id] != nil })), nil
	})
}

func (a *API) getRequestValidator(ctx context.Context, caller awsapi.Caller, in *apigateway.GetRequestValidatorRequest) (*apigateway.RequestValidator, error) {
	return got(ctx, a, caller, in.RestApiId, definition.RequestValidatorNotFound(), show.RequestValidator, func(api *definition.API) (*definition.RequestValidator, error) {
		return api.FindRequestValidator(in.RequestValidatorId)
	})
}

func (a *API) getRequestValidators(ctx context.Context, caller awsapi.Caller, in *apigateway.GetRequestValidatorsRequest) (*apigateway.RequestValidators, error) {
	api, err := a.read(ctx, caller, in.RestApiId, apiMissing(caller, in.RestApiId))
	if err != nil {
		return nil, err
	}
	found, next, err := page.Of(api.SortedRequestValidators(), in.Position, in.Limit, func(one *definition.RequestValidator) string { return one.ID })
	if err != nil {
		return nil, err
	}
	return &apigateway.RequestValidators{Items: show.All(found, show.RequestValidator), Position: next}, nil
}

func (a *API) updateRequestValidator(ctx context.Context, caller awsapi.Caller, in *apigateway.UpdateRequestValidatorRequest) (*apigateway.RequestValidator, error) {
	return shown(ctx, a, caller, in.RestApiId, definition.RequestValidatorNotFound(), show.RequestValidator, func(api *definition.API) (*definition.RequestValidator, error) {
		return update.RequestValidator(api, in.RequestValidatorId, operations(in.PatchOperations))
	})
}

func (a *API) deleteRequestValidator(ctx context.Context, caller awsapi.Caller, in *apigateway.DeleteRequestValidatorRequest) (*wire.Empty, error) {
	return nil, a.change(ctx, caller, in.RestApiId, definition.RequestValidatorNotFound(), func(api *definition.API) error {
		return api.RemoveRequestValidator(in.RequestValidatorId)
	})
}
