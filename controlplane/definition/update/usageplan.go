package update

import (
	"encoding/json"
	"maps"

	"github.com/sluice-gateway/sluice/controlplane/definition/account"
	"github.com/sluice-gateway/sluice/controlplane/definition/patch"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

// maxMethodThrottles is AWS's limit to the methods of an API stage with limits
// of their own.
const maxMethodThrottles = 20

// PlanOf is a usage plan among what its change needs to know.
type PlanOf struct {
	Plan *account.UsagePlan
	// Exists tells whether an API has a stage.
	Exists account.StageExists
	// Others are the plans that share a key with this one.
	Others []*account.UsagePlan
}

// usagePlanPaths are UpdateUsagePlan's.
func usagePlanPaths() patch.Table[PlanOf] {
	type noun = PlanOf
	return patch.Table[noun]{Refuse: patch.Named, Paths: []patch.Path[noun]{
		patch.Text("/name", func(p *noun) *string { return &p.Plan.Name }),
		patch.Optional("/description", func(p *noun) *string { return &p.Plan.Description }),
		patch.Optional("/productCode", func(p *noun) *string { return &p.Plan.ProductCode }),
		{Pattern: "/quota", Remove: func(p *noun, _ patch.At) error {
			p.Plan.Quota = nil
			return nil
		}},
		addable(patch.Whole("/quota/limit", func(p *noun) *int32 { return &quotaOf(p).Limit })),
		addable(patch.Whole("/quota/offset", func(p *noun) *int32 { return &quotaOf(p).Offset })),
		addable(patch.Text("/quota/period", func(p *noun) *string { return &quotaOf(p).Period })),
		{Pattern: "/throttle", Remove: func(p *noun, _ patch.At) error {
			p.Plan.Throttle = nil
			return nil
		}},
		addable(patch.Path[noun]{Pattern: "/throttle/rateLimit", Replace: func(p *noun, at patch.At) error {
			rate, err := patch.Float(at)
			throttleOf(p).RateLimit = rate
			return err
		}}),
		addable(patch.Whole("/throttle/burstLimit", func(p *noun) *int32 { return &throttleOf(p).BurstLimit })),
		{
			Pattern: "/apiStages",
			Add:     func(p *noun, at patch.At) error { return p.Plan.AddStage(at.Text(), p.Exists, p.Others) },
			Remove:  func(p *noun, at patch.At) error { return p.Plan.RemoveStage(at.Text()) },
		},
		{Pattern: "/apiStages/{stage}", Remove: func(p *noun, at patch.At) error { return p.Plan.RemoveStage(at.Keys[0]) }},
		{Pattern: "/apiStages/{stage}/throttle", Add: setMethodThrottles, Replace: setMethodThrottles, Remove: func(p *noun, at patch.At) error {
			return p.Plan.ChangeStage(at.Keys[0], func(stage *account.APIStage) error {
				stage.Throttle = nil
				return nil
			})
		}},
		{Pattern: "/apiStages/{stage}/throttle/{method}", Remove: func(p *noun, at patch.At) error {
			return p.Plan.ChangeStage(at.Keys[0], func(stage *account.APIStage) error {
				stage.Throttle = maps.Clone(stage.Throttle)
				delete(stage.Throttle, at.Keys[1])
				return nil
			})
		}},
		{Pattern: "/apiStages/{stage}/throttle/{method}/{limit}", Add: setMethodThrottle, Replace: setMethodThrottle},
	}}
}

// addable lets a path be added as it is replaced: Terraform adds quotas so.
func addable(path patch.Path[PlanOf]) patch.Path[PlanOf] {
	path.Add = path.Replace
	return path
}

func quotaOf(p *PlanOf) *account.QuotaSettings {
	if p.Plan.Quota == nil {
		p.Plan.Quota = &account.QuotaSettings{}
	}
	return p.Plan.Quota
}

func throttleOf(p *PlanOf) *account.ThrottleSettings {
	if p.Plan.Throttle == nil {
		p.Plan.Throttle = &account.ThrottleSettings{}
	}
	return p.Plan.Throttle
}

// setMethodThrottles sets all of a stage's methods at once, from JSON.
func setMethodThrottles(p *PlanOf, at patch.At) error {
	var limits map[string]account.ThrottleSettings
	if err := json.Unmarshal([]byte(at.Text()), &limits); err != nil || len(limits) > maxMethodThrottles {
		return awserror.BadRequestf("Invalid value for path %s", *at.Path)
	}
	return p.Plan.ChangeStage(at.Keys[0], func(stage *account.APIStage) error {
		stage.Throttle = limits
		return nil
	})
}

// setMethodThrottle sets one limit of one method, such as /pets/GET.
func setMethodThrottle(p *PlanOf, at patch.At) error {
	return p.Plan.ChangeStage(at.Keys[0], func(stage *account.APIStage) error {
		limits := maps.Clone(stage.Throttle)
		if limits == nil {
			limits = map[string]account.ThrottleSettings{}
		}
		one := limits[at.Keys[1]]
		var err error
		switch at.Keys[2] {
		case "rateLimit":
			one.RateLimit, err = patch.Float(at)
		case "burstLimit":
			one.BurstLimit, err = patch.Int32(at)
		default:
			err = awserror.BadRequestf("Invalid patch path %s", *at.Path)
		}
		limits[at.Keys[1]] = one
		if err == nil && len(limits) > maxMethodThrottles {
			err = awserror.NewBadRequest("A usage plan may have at most 20 method throttles for an API stage")
		}
		stage.Throttle = limits
		return err
	})
}

// UsagePlan is UpdateUsagePlan.
func UsagePlan(plan PlanOf, operations []patch.Operation) error {
	if err := usagePlanPaths().Apply(&plan, operations); err != nil {
		return err
	}
	return plan.Plan.Check()
}
