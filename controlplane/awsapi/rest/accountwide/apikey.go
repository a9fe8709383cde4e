package accountwide

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/page"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/show"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/definition/account"
	"github.com/sluice-gateway/sluice/controlplane/definition/update"
	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/internal/secret"
)

// apiKeyValueLength is the length of a generated value.
const apiKeyValueLength = 40

func (a *API) apiKeyHandlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(apigateway.CreateApiKey(), a.createAPIKey),
		awsapi.Handle(apigateway.GetApiKey(), a.getAPIKey),
		awsapi.Handle(apigateway.GetApiKeys(), a.getAPIKeys),
		awsapi.Handle(apigateway.UpdateApiKey(), a.updateAPIKey),
		awsapi.Handle(apigateway.DeleteApiKey(), a.deleteAPIKey),
		awsapi.Handle(apigateway.ImportApiKeys(), a.importAPIKeys),
	}
}

func (a *API) createAPIKey(ctx context.Context, caller awsapi.Caller, in *apigateway.CreateApiKeyRequest) (*apigateway.ApiKey, error) {
	input := account.APIKey{
		Name: wire.Value(in.Name), Description: wire.Value(in.Description), Enabled: wire.Value(in.Enabled),
		Value: secret.New(wire.Value(in.Value)), CustomerID: wire.Value(in.CustomerId), Tags: in.Tags,
	}
	for _, stage := range in.StageKeys {
		input.StageKeys = append(input.StageKeys, wire.Value(stage.RestApiId)+"/"+wire.Value(stage.StageName))
	}
	for {
		key, err := account.NewAPIKey(input, a.ids.ID(longID), secret.New(a.ids.Key(apiKeyValueLength)), a.now())
		if err != nil {
			return nil, err
		}
		err = a.store.APIKeys().Create(ctx, scope(caller), key.ID, key)
		switch {
		case errors.Is(err, store.ErrExists):
			continue
		case errors.Is(err, store.ErrTaken):
			return nil, account.APIKeyExists()
		case err != nil:
			return nil, fmt.Errorf("API key: %w", err)
		}
		return new(show.APIKey(key, true)), nil
	}
}

func (a *API) getAPIKey(ctx context.Context, caller awsapi.Caller, in *apigateway.GetApiKeyRequest) (*apigateway.ApiKey, error) {
	key, err := a.store.APIKeys().Get(ctx, scope(caller), in.ApiKey)
	if err != nil {
		return nil, failed(err, account.APIKeyNotFound(), "API key", in.ApiKey)
	}
	return new(show.APIKey(key, wire.Value(in.IncludeValue))), nil
}

func (a *API) getAPIKeys(ctx context.Context, caller awsapi.Caller, in *apigateway.GetApiKeysRequest) (*apigateway.ApiKeys, error) {
	all, err := a.store.APIKeys().List(ctx, scope(caller), "")
	if err != nil {
		return nil, fmt.Errorf("API keys: %w", err)
	}
	all = slices.DeleteFunc(all, func(key *account.APIKey) bool {
		return !strings.HasPrefix(key.Name, wire.Value(in.NameQuery)) || (in.CustomerId != nil && key.CustomerID != *in.CustomerId)
	})
	slices.SortFunc(all, account.NewerAPIKey)
	found, next, err := page.Of(all, in.Position, in.Limit, func(key *account.APIKey) string { return key.ID })
	if err != nil {
		return nil, err
	}
	shown := show.All(found, func(key *account.APIKey) apigateway.ApiKey { return show.APIKey(key, wire.Value(in.IncludeValues)) })
	return &apigateway.ApiKeys{Items: shown, Position: next}, nil
}

func (a *API) updateAPIKey(ctx context.Context, caller awsapi.Caller, in *apigateway.UpdateApiKeyRequest) (*apigateway.ApiKey, error) {
	var made apigateway.ApiKey
	err := a.store.APIKeys().Change(ctx, scope(caller), in.ApiKey, func(key *account.APIKey) error {
		err := update.APIKey(key, Operations(in.PatchOperations), a.now())
		made = show.APIKey(key, false)
		return err
	})
	if err != nil {
		return nil, failed(err, account.APIKeyNotFound(), "API key", in.ApiKey)
	}
	return &made, nil
}

// deleteAPIKey deletes a key and takes it out of its usage plans.
func (a *API) deleteAPIKey(ctx context.Context, caller awsapi.Caller, in *apigateway.DeleteApiKeyRequest) (*wire.Empty, error) {
	err := a.store.Update(ctx, scope(caller), func(tx *store.Tx) error {
		if err := a.store.APIKeys().In(tx).Delete(in.ApiKey); err != nil {
			return err
		}
		plans := a.store.UsagePlans().In(tx)
		all, err := plans.List("")
		if err != nil {
			return err
		}
		for _, plan := range all {
			if !plan.RemoveKey(in.ApiKey) {
				continue
			}
			if err := a.forget(tx, plan.ID, in.ApiKey); err != nil {
				return err
			}
			if err := plans.Put(plan.ID, plan); err != nil {
				return err
			}
		}
		return nil
	})
	return nil, failed(err, account.APIKeyNotFound(), "API key", in.ApiKey)
}
