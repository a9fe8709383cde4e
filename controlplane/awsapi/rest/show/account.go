package show

import (
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/definition/account"
)

// APIKey shows an API key, with its value when asked.
func APIKey(key *account.APIKey, withValue bool) apigateway.ApiKey {
	made := apigateway.ApiKey{
		Id: &key.ID, Name: text(key.Name), CustomerId: text(key.CustomerID), Description: text(key.Description),
		Enabled: new(key.Enabled), CreatedDate: moment(key.CreatedDate), LastUpdatedDate: moment(key.LastUpdatedDate),
		StageKeys: append([]string{}, key.StageKeys...), Tags: entries(key.Tags),
	}
	if withValue {
		made.Value = new(key.Value.Reveal())
	}
	return made
}

// UsagePlan shows a usage plan as lists and CreateUsagePlan do.
func UsagePlan(plan *account.UsagePlan) apigateway.UsagePlan {
	made := apigateway.UsagePlan{
		Id: &plan.ID, Name: &plan.Name, Description: text(plan.Description), ProductCode: text(plan.ProductCode), Tags: entries(plan.Tags),
		ApiStages: All(plan.APIStages, apiStage), Throttle: throttle(plan.Throttle),
	}
	if quota := plan.Quota; quota != nil {
		made.Quota = &apigateway.QuotaSettings{Limit: &quota.Limit, Offset: &quota.Offset, Period: text(quota.Period)}
	}
	return made
}

// TaggedUsagePlan shows a usage plan as GetUsagePlan and UpdateUsagePlan do: with
// its tags, even when there are none.
func TaggedUsagePlan(plan *account.UsagePlan) apigateway.UsagePlan {
	made := UsagePlan(plan)
	made.Tags = always(plan.Tags)
	return made
}

func apiStage(stage account.APIStage) apigateway.ApiStage {
	made := apigateway.ApiStage{ApiId: &stage.APIID, Stage: &stage.Stage}
	for method, limits := range stage.Throttle {
		if made.Throttle == nil {
			made.Throttle = map[string]apigateway.ThrottleSettings{}
		}
		made.Throttle[method] = *throttle(&limits)
	}
	return made
}

func throttle(limits *account.ThrottleSettings) *apigateway.ThrottleSettings {
	if limits == nil {
		return nil
	}
	return &apigateway.ThrottleSettings{BurstLimit: &limits.BurstLimit, RateLimit: &limits.RateLimit}
}

// UsagePlanKey shows a key of a plan.
func UsagePlanKey(key *account.APIKey) apigateway.UsagePlanKey {
	return apigateway.UsagePlanKey{Id: &key.ID, Type: new("API_KEY"), Value: new(key.Value.Reveal()), Name: text(key.Name)}
}
