package compile

import (
	"crypto/sha256"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// UsagePlan makes what extauth must know of a usage plan. Keys are those of the
// plan; their values travel as SHA-256 digests alone.
func UsagePlan(account, region string, defined *definition.UsagePlan, keys []*definition.APIKey) *planv1.UsagePlan {
	made := &planv1.UsagePlan{
		Name: account + "/" + region + "/" + defined.ID, Id: defined.ID,
		AccountId: account, Region: region, PlanName: defined.Name,
	}
	if limit := defined.Throttle; limit != nil {
		made.Throttle = planThrottle(*limit)
	}
	if quota := defined.Quota; quota != nil {
		made.Quota = &planv1.Quota{Limit: int64(quota.Limit), Offset: int64(quota.Offset), Period: quota.Period}
	}
	for _, stage := range defined.APIStages {
		served := &planv1.UsagePlanStage{ApiId: stage.APIID, Stage: stage.Stage}
		for method, limit := range stage.Throttle {
			if served.GetMethods() == nil {
				served.Methods = map[string]*planv1.Throttle{}
			}
			served.Methods[method] = planThrottle(limit)
		}
		made.Stages = append(made.Stages, served)
	}
	byID := map[string]*definition.APIKey{}
	for _, key := range keys {
		byID[key.ID] = key
	}
	for _, id := range defined.KeyIDs {
		key := byID[id]
		if key == nil { // deleted since
			continue
		}
		sum := sha256.Sum256([]byte(key.Value.Reveal()))
		made.Keys = append(made.Keys, &planv1.UsagePlanKey{
			Id: key.ID, Digest: sum[:], Enabled: key.Enabled, Name: key.Name, CustomerId: key.CustomerID,
		})
	}
	return made
}

func planThrottle(limit definition.ThrottleSettings) *planv1.Throttle {
	return throttle(Throttle{Rate: limit.RateLimit, Burst: int64(limit.BurstLimit)})
}
