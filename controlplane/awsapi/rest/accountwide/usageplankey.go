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
	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

func (a *API) usagePlanKeyHandlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(apigateway.CreateUsagePlanKey(), a.createUsagePlanKey),
		awsapi.Handle(apigateway.GetUsagePlanKey(), a.getUsagePlanKey),
		awsapi.Handle(apigateway.GetUsagePlanKeys(), a.getUsagePlanKeys),
		awsapi.Handle(apigateway.DeleteUsagePlanKey(), a.deleteUsagePlanKey),
	}
}

func (a *API) createUsagePlanKey(ctx context.Context, caller awsapi.Caller, in *apigateway.CreateUsagePlanKeyRequest) (*apigateway.UsagePlanKey, error) {
	if wire.Value(in.KeyType) != "API_KEY" {
		return nil, awserror.NewBadRequest("Invalid Key Type specified. Valid options are API_KEY")
	}
	var made apigateway.UsagePlanKey
	err := a.store.Update(ctx, scope(caller), func(tx *store.Tx) error {
		key, err := a.store.APIKeys().In(tx).Get(wire.Value(in.KeyId))
		if errors.Is(err, store.ErrNotFound) {
			return account.APIKeyNotFound()
		}
		if err != nil {
			return err
		}
		made = show.UsagePlanKey(key)
		return a.addToPlan(tx, in.UsagePlanId, key)
	})
	if err != nil {
		return nil, failed(err, account.UsagePlanNotFound(), "usage plan", in.UsagePlanId)
	}
	return &made, nil
}

// planKey reads a plan and one of its keys.
func (a *API) planKey(ctx context.Context, caller awsapi.Caller, planID, keyID string) (*account.UsagePlan, *account.APIKey, error) {
	plan, err := a.store.UsagePlans().Get(ctx, scope(caller), planID)
	if err != nil {
		return nil, nil, failed(err, account.UsagePlanNotFound(), "usage plan", planID)
	}
	if !slices.Contains(plan.KeyIDs, keyID) {
		return nil, nil, account.APIKeyNotFound()
	}
	key, err := a.store.APIKeys().Get(ctx, scope(caller), keyID)
	if err != nil {
		return nil, nil, failed(err, account.APIKeyNotFound(), "API key", keyID)
	}
	return plan, key, nil
}

func (a *API) getUsagePlanKey(ctx context.Context, caller awsapi.Caller, in *apigateway.GetUsagePlanKeyRequest) (*apigateway.UsagePlanKey, error) {
	_, key, err := a.planKey(ctx, caller, in.UsagePlanId, in.KeyId)
	if err != nil {
		return nil, err
	}
	return new(show.UsagePlanKey(key)), nil
}

// getUsagePlanKeys lists a plan's keys; of an unknown plan none, as AWS does.
func (a *API) getUsagePlanKeys(ctx context.Context, caller awsapi.Caller, in *apigateway.GetUsagePlanKeysRequest) (*apigateway.UsagePlanKeys, error) {
	plan, err := a.store.UsagePlans().Get(ctx, scope(caller), in.UsagePlanId)
	if errors.Is(err, store.ErrNotFound) {
		return &apigateway.UsagePlanKeys{Items: []apigateway.UsagePlanKey{}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("usage plan %s: %w", in.UsagePlanId, err)
	}
	ids := plan.KeyIDs
	if in.NameQuery != nil {
		ids, err = a.named(ctx, caller, ids, *in.NameQuery)
		if err != nil {
			return nil, err
		}
	}
	found, next, err := page.Of(ids, in.Position, in.Limit, func(id string) string { return id })
	if err != nil {
		return nil, err
	}
	keys, err := a.keys(ctx, caller, found)
	if err != nil {
		return nil, err
	}
	return &apigateway.UsagePlanKeys{Items: show.All(keys, show.UsagePlanKey), Position: next}, nil
}

// keys reads the keys of some ids.
func (a *API) keys(ctx context.Context, caller awsapi.Caller, ids []string) ([]*account.APIKey, error) {
	var keys []*account.APIKey
	for _, id := range ids {
		key, err := a.store.APIKeys().Get(ctx, scope(caller), id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("API key %s: %w", id, err)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// named leaves of some ids those of keys whose names start with a text.
func (a *API) named(ctx context.Context, caller awsapi.Caller, ids []string, prefix string) ([]string, error) {
	all, err := a.store.APIKeys().List(ctx, scope(caller), "")
	if err != nil {
		return nil, fmt.Errorf("API keys: %w", err)
	}
	matching := map[string]bool{}
	for _, key := range all {
		matching[key.ID] = strings.HasPrefix(key.Name, prefix)
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !matching[id] }), nil
}

func (a *API) deleteUsagePlanKey(ctx context.Context, caller awsapi.Caller, in *apigateway.DeleteUsagePlanKeyRequest) (*wire.Empty, error) {
	err := a.store.Update(ctx, scope(caller), func(tx *store.Tx) error {
		plans := a.store.UsagePlans().In(tx)
		plan, err := plans.Get(in.UsagePlanId)
		if err != nil {
			return err
		}
		if !plan.RemoveKey(in.KeyId) {
			return account.APIKeyNotFound()
		}
		if err := a.forget(tx, plan.ID, in.KeyId); err != nil {
			return err
		}
		return plans.Put(plan.ID, plan)
	})
	return nil, failed(err, account.UsagePlanNotFound(), "usage plan", in.UsagePlanId)
}
