package accountwide

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/page"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/definition/account"
	"github.com/sluice-gateway/sluice/controlplane/definition/update"
	"github.com/sluice-gateway/sluice/controlplane/store"
)

// UsageReader knows how often keys called. The data plane counts; nothing is
// known without one.
type UsageReader interface {
	// Used gives the calls that a plan's key made on each of the days, which are
	// midnights in UTC.
	Used(ctx context.Context, account, region, plan, key string, days []time.Time) ([]int64, error)
}

func (a *API) usageHandlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(apigateway.GetUsage(), a.getUsage),
		awsapi.Handle(apigateway.UpdateUsage(), a.updateUsage),
	}
}

func (a *API) getUsage(ctx context.Context, caller awsapi.Caller, in *apigateway.GetUsageRequest) (*apigateway.Usage, error) {
	plan, err := a.store.UsagePlans().Get(ctx, scope(caller), in.UsagePlanId)
	if err != nil {
		return nil, failed(err, account.UsagePlanNotFound(), "usage plan", in.UsagePlanId)
	}
	days, err := account.UsageDays(wire.Value(in.StartDate), wire.Value(in.EndDate))
	if err != nil {
		return nil, err
	}
	keys := plan.KeyIDs
	if in.KeyId != nil {
		if !slices.Contains(keys, *in.KeyId) {
			return nil, account.APIKeyNotFound()
		}
		keys = []string{*in.KeyId}
	}
	found, next, err := page.Of(keys, in.Position, in.Limit, func(id string) string { return id })
	if err != nil {
		return nil, err
	}
	made := &apigateway.Usage{UsagePlanId: &plan.ID, StartDate: in.StartDate, EndDate: in.EndDate, Position: next, Items: map[string][][]int64{}}
	for _, id := range found {
		rows, err := a.usage(ctx, caller, plan, id, days)
		if err != nil {
			return nil, err
		}
		if rows != nil {
			made.Items[id] = rows
		}
	}
	return made, nil
}

// usage gives used and remaining calls of each day; nothing for a plan without a
// quota.
func (a *API) usage(ctx context.Context, caller awsapi.Caller, plan *account.UsagePlan, key string, days []time.Time) ([][]int64, error) {
	if plan.Quota == nil {
		return nil, nil
	}
	used := make([]int64, len(days))
	if a.reader != nil {
		var err error
		used, err = a.reader.Used(ctx, caller.Account, caller.Region, plan.ID, key, days)
		if err != nil {
			return nil, fmt.Errorf("usage of plan %s: %w", plan.ID, err)
		}
	}
	override, err := a.store.UsageOverrides().Get(ctx, scope(caller), overrideKey(plan.ID, key))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, fmt.Errorf("usage of plan %s: %w", plan.ID, err)
	}
	return account.UsageRows(plan.Quota, override, days, used), nil
}

// forget drops what UpdateUsage set for a key of a plan.
func (a *API) forget(tx *store.Tx, plan, key string) error {
	overrides := a.store.UsageOverrides().In(tx)
	set, err := overrides.List(overrideKey(plan, key))
	if err != nil || len(set) == 0 {
		return err
	}
	return overrides.Delete(overrideKey(plan, key))
}

func overrideKey(plan, key string) string { return plan + "/" + key }

func (a *API) updateUsage(ctx context.Context, caller awsapi.Caller, in *apigateway.UpdateUsageRequest) (*apigateway.Usage, error) {
	plan, _, err := a.planKey(ctx, caller, in.UsagePlanId, in.KeyId)
	if err != nil {
		return nil, err
	}
	today := a.now().UTC().Truncate(24 * time.Hour)
	rows, err := a.usage(ctx, caller, plan, in.KeyId, []time.Time{today})
	if err != nil {
		return nil, err
	}
	before := int64(0)
	if rows != nil {
		before = rows[0][1]
	}
	remaining, err := update.Usage(before, Operations(in.PatchOperations))
	if err != nil {
		return nil, err
	}
	err = a.store.Update(ctx, scope(caller), func(tx *store.Tx) error {
		return a.store.UsageOverrides().In(tx).Put(overrideKey(plan.ID, in.KeyId), &account.RemainingOverride{
			UsagePlanID: plan.ID, KeyID: in.KeyId, Remaining: remaining, SetAt: a.now(),
		})
	})
	if err != nil {
		return nil, fmt.Errorf("usage of plan %s: %w", plan.ID, err)
	}
	rows, err = a.usage(ctx, caller, plan, in.KeyId, []time.Time{today})
	if err != nil {
		return nil, err
	}
	date := today.Format(account.DateFormat)
	made := &apigateway.Usage{UsagePlanId: &plan.ID, StartDate: &date, EndDate: &date, Items: map[string][][]int64{}}
	if rows != nil {
		made.Items[in.KeyId] = rows
	}
	return made, nil
}
