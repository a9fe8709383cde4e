package accountwide

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/page"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/show"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/definition/account"
	"github.com/sluice-gateway/sluice/controlplane/definition/update"
	"github.com/sluice-gateway/sluice/controlplane/store"
)

func (a *API) usagePlanHandlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(apigateway.CreateUsagePlan(), a.createUsagePlan),
		awsapi.Handle(apigateway.GetUsagePlan(), a.getUsagePlan),
		awsapi.Handle(apigateway.GetUsagePlans(), a.getUsagePlans),
		awsapi.Handle(apigateway.UpdateUsagePlan(), a.updateUsagePlan),
		awsapi.Handle(apigateway.DeleteUsagePlan(), a.deleteUsagePlan),
	}
}

// stageExists asks a change for stages. What fails to be read is kept in failure
// and taken for absent.
func stageExists(tx *store.Tx, failure *error) account.StageExists {
	return func(id, stage string) bool {
		api, err := tx.API(id)
		if err != nil {
			if !errors.Is(err, store.ErrNotFound) {
				*failure = err
			}
			return false
		}
		return stage == "" || api.Stages[stage] != nil
	}
}

func (a *API) createUsagePlan(ctx context.Context, caller awsapi.Caller, in *apigateway.CreateUsagePlanRequest) (*apigateway.UsagePlan, error) {
	input := account.UsagePlan{
		Name: wire.Value(in.Name), Description: wire.Value(in.Description), Tags: in.Tags, Throttle: throttleInput(in.Throttle),
	}
	for _, stage := range in.ApiStages {
		one := account.APIStage{APIID: wire.Value(stage.ApiId), Stage: wire.Value(stage.Stage)}
		for method, limits := range stage.Throttle {
			if one.Throttle == nil {
				one.Throttle = map[string]account.ThrottleSettings{}
			}
			one.Throttle[method] = *throttleInput(&limits)
		}
		input.APIStages = append(input.APIStages, one)
	}
	if quota := in.Quota; quota != nil {
		input.Quota = &account.QuotaSettings{Limit: wire.Value(quota.Limit), Offset: wire.Value(quota.Offset), Period: wire.Value(quota.Period)}
	}
	var made *account.UsagePlan
	err := a.store.Update(ctx, scope(caller), func(tx *store.Tx) error {
		var failure error
		plan, err := account.NewUsagePlan(input, a.ids.ID(shortID), stageExists(tx, &failure))
		if failure != nil {
			return failure
		}
		if err != nil {
			return err
		}
		made = plan
		return a.store.UsagePlans().In(tx).Create(plan.ID, plan)
	})
	if err != nil {
		return nil, fmt.Errorf("usage plan: %w", err)
	}
	return new(show.UsagePlan(made)), nil
}

func throttleInput(in *apigateway.ThrottleSettings) *account.ThrottleSettings {
	if in == nil {
		return nil
	}
	return &account.ThrottleSettings{BurstLimit: wire.Value(in.BurstLimit), RateLimit: wire.Value(in.RateLimit)}
}

func (a *API) getUsagePlan(ctx context.Context, caller awsapi.Caller, in *apigateway.GetUsagePlanRequest) (*apigateway.UsagePlan, error) {
	plan, err := a.store.UsagePlans().Get(ctx, scope(caller), in.UsagePlanId)
	if err != nil {
		return nil, failed(err, account.UsagePlanNotFound(), "usage plan", in.UsagePlanId)
	}
	return new(show.TaggedUsagePlan(plan)), nil
}

func (a *API) getUsagePlans(ctx context.Context, caller awsapi.Caller, in *apigateway.GetUsagePlansRequest) (*apigateway.UsagePlans, error) {
	all, err := a.store.UsagePlans().List(ctx, scope(caller), "")
	if err != nil {
		return nil, fmt.Errorf("usage plans: %w", err)
	}
	if in.KeyId != nil {
		all = slices.DeleteFunc(all, func(plan *account.UsagePlan) bool { return !slices.Contains(plan.KeyIDs, *in.KeyId) })
	}
	found, next, err := page.Of(all, in.Position, in.Limit, func(plan *account.UsagePlan) string { return plan.ID })
	if err != nil {
		return nil, err
	}
	return &apigateway.UsagePlans{Items: show.All(found, show.UsagePlan), Position: next}, nil
}

func (a *API) updateUsagePlan(ctx context.Context, caller awsapi.Caller, in *apigateway.UpdateUsagePlanRequest) (*apigateway.UsagePlan, error) {
	var made apigateway.UsagePlan
	err := a.store.Update(ctx, scope(caller), func(tx *store.Tx) error {
		plans := a.store.UsagePlans().In(tx)
		plan, err := plans.Get(in.UsagePlanId)
		if err != nil {
			return err
		}
		others, err := sharing(plans, plan)
		if err != nil {
			return err
		}
		var failure error
		err = update.UsagePlan(update.PlanOf{Plan: plan, Exists: stageExists(tx, &failure), Others: others}, Operations(in.PatchOperations))
		if failure != nil {
			return failure
		}
		if err != nil {
			return err
		}
		made = show.TaggedUsagePlan(plan)
		return plans.Put(plan.ID, plan)
	})
	if err != nil {
		return nil, failed(err, account.UsagePlanNotFound(), "usage plan", in.UsagePlanId)
	}
	return &made, nil
}

// sharing lists the other plans that have a key of this one.
func sharing(plans store.Part[account.UsagePlan], plan *account.UsagePlan) ([]*account.UsagePlan, error) {
	if len(plan.KeyIDs) == 0 {
		return nil, nil
	}
	all, err := plans.List("")
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(other *account.UsagePlan) bool {
		return other.ID == plan.ID || !slices.ContainsFunc(plan.KeyIDs, func(key string) bool { return slices.Contains(other.KeyIDs, key) })
	}), nil
}

func (a *API) deleteUsagePlan(ctx context.Context, caller awsapi.Caller, in *apigateway.DeleteUsagePlanRequest) (*wire.Empty, error) {
	err := a.store.Update(ctx, scope(caller), func(tx *store.Tx) error {
		plans := a.store.UsagePlans().In(tx)
		plan, err := plans.Get(in.UsagePlanId)
		if err != nil {
			return err
		}
		if err := plan.Deletable(); err != nil {
			return err
		}
		for _, key := range plan.KeyIDs {
			if err := a.forget(tx, plan.ID, key); err != nil {
				return err
			}
		}
		return plans.Delete(plan.ID)
	})
	return nil, failed(err, account.UsagePlanNotFound(), "usage plan", in.UsagePlanId)
}
