package account

import (
	"slices"
	"strings"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

// UsagePlan is AWS's UsagePlan with the ids of its keys.
type UsagePlan struct {
	ID          string            `json:"id"`
	Name        string            `json:"name"`
	Description string            `json:"description,omitempty"`
	APIStages   []APIStage        `json:"apiStages,omitempty"`
	Throttle    *ThrottleSettings `json:"throttle,omitempty"`
	Quota       *QuotaSettings    `json:"quota,omitempty"`
	ProductCode string            `json:"productCode,omitempty"`
	Tags        map[string]string `json:"tags,omitempty"`
	// KeyIDs are the plan's API keys in the order they were added.
	KeyIDs []string `json:"keyIds,omitempty"`
}

// APIStage is AWS's ApiStage.
type APIStage struct {
	APIID    string                      `json:"apiId"`
	Stage    string                      `json:"stage"`
	Throttle map[string]ThrottleSettings `json:"throttle,omitempty"` // by "/pets/GET"
}

// ThrottleSettings is AWS's ThrottleSettings.
type ThrottleSettings struct {
	BurstLimit int32   `json:"burstLimit"`
	RateLimit  float64 `json:"rateLimit"`
}

// QuotaSettings is AWS's QuotaSettings.
type QuotaSettings struct {
	Limit  int32  `json:"limit"`
	Offset int32  `json:"offset"`
	Period string `json:"period"`
}

// StageExists tells whether an API has a stage. The caller looks it up, for
// plans and APIs are stored apart.
type StageExists func(api, stage string) bool

// NewUsagePlan is CreateUsagePlan: the input held against AWS's rules, with its
// id and without keys.
func NewUsagePlan(input UsagePlan, id string, exists StageExists) (*UsagePlan, error) {
	input.ID, input.KeyIDs = id, nil
	for i, stage := range input.APIStages {
		if stage.APIID == "" || stage.Stage == "" {
			return nil, invalidAPIStage()
		}
		if !exists(stage.APIID, stage.Stage) {
			return nil, input.unknownStage(stage)
		}
		if slices.ContainsFunc(input.APIStages[:i], stage.same) {
			return nil, awserror.BadRequestf("API Stage %s is specified more than once", stage.name())
		}
	}
	if err := input.Check(); err != nil {
		return nil, err
	}
	return &input, nil
}

// Check holds a plan's own fields against AWS's rules, after a change.
func (p *UsagePlan) Check() error {
	if p.Name == "" {
		return awserror.NewBadRequest("Usage Plan name cannot be blank")
	}
	if err := p.Throttle.check(); err != nil {
		return err
	}
	for _, stage := range p.APIStages {
		for _, throttle := range stage.Throttle {
			if err := throttle.check(); err != nil {
				return err
			}
		}
	}
	return p.Quota.check()
}

func (t *ThrottleSettings) check() error {
	if t != nil && (t.BurstLimit < 0 || t.RateLimit < 0) {
		return awserror.NewBadRequest("Usage Plan throttle limits must not be negative")
	}
	return nil
}

func (q *QuotaSettings) check() error {
	switch {
	case q == nil:
		return nil
	case !slices.Contains([]string{"DAY", "WEEK", "MONTH"}, q.Period):
		return awserror.NewBadRequest("Usage Plan quota period must be one of DAY, WEEK or MONTH")
	case q.Limit <= 0:
		return awserror.NewBadRequest("Usage Plan quota limit must be greater than 0")
	case q.Offset < 0:
		return awserror.NewBadRequest("Usage Plan quota offset must not be negative")
	default:
		return nil
	}
}

// Deletable refuses to delete a plan that API stages still use.
func (p *UsagePlan) Deletable() error {
	if len(p.APIStages) == 0 {
		return nil
	}
	return awserror.BadRequestf("Cannot delete Usage Plan %s because there are API Stages associated with it, including %s",
		p.ID, p.APIStages[0].name())
}

// AddKey is CreateUsagePlanKey. Others are the other plans that hold the key: a
// key decides the plan of a call, so it may be in one plan of an API stage alone.
func (p *UsagePlan) AddKey(key *APIKey, others []*UsagePlan) error {
	if slices.Contains(p.KeyIDs, key.ID) {
		return awserror.BadRequestf("Usage Plan %s already has API Key %s associated with it", p.ID, key.ID)
	}
	for _, other := range others {
		for _, stage := range p.APIStages {
			if slices.ContainsFunc(other.APIStages, stage.same) {
				return keyTaken(key.ID, other.ID, stage)
			}
		}
	}
	p.KeyIDs = append(slices.Clone(p.KeyIDs), key.ID)
	return nil
}

// RemoveKey takes a key out and says whether the plan had it.
func (p *UsagePlan) RemoveKey(id string) bool {
	at := slices.Index(p.KeyIDs, id)
	if at < 0 {
		return false
	}
	p.KeyIDs = slices.Delete(slices.Clone(p.KeyIDs), at, at+1)
	return true
}

// AddStage adds "api:stage", as a patch names it. Others are the plans that
// share a key with this one.
func (p *UsagePlan) AddStage(name string, exists StageExists, others []*UsagePlan) error {
	stage, err := parseAPIStage(name)
	if err != nil {
		return err
	}
	if !exists(stage.APIID, stage.Stage) {
		return p.unknownStage(stage)
	}
	if slices.ContainsFunc(p.APIStages, stage.same) {
		return nil
	}
	for _, other := range others {
		if !slices.ContainsFunc(other.APIStages, stage.same) {
			continue
		}
		for _, key := range p.KeyIDs {
			if slices.Contains(other.KeyIDs, key) {
				return keyTaken(key, other.ID, stage)
			}
		}
	}
	p.APIStages = append(slices.Clone(p.APIStages), stage)
	return nil
}

// RemoveStage takes "api:stage" out.
func (p *UsagePlan) RemoveStage(name string) error {
	stage, err := parseAPIStage(name)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(p.APIStages, stage.same)
	if at < 0 {
		return p.unknownStage(stage)
	}
	p.APIStages = slices.Delete(slices.Clone(p.APIStages), at, at+1)
	return nil
}

// ChangeStage changes one of the plan's stages, named as "api:stage".
func (p *UsagePlan) ChangeStage(name string, fn func(*APIStage) error) error {
	stage, err := parseAPIStage(name)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(p.APIStages, stage.same)
	if at < 0 {
		return p.unknownStage(stage)
	}
	p.APIStages = slices.Clone(p.APIStages)
	return fn(&p.APIStages[at])
}

// DropStage forgets a deleted stage, or every stage of a deleted API when stage
// is empty. It says whether the plan had any.
func (p *UsagePlan) DropStage(api, stage string) bool {
	left := slices.DeleteFunc(slices.Clone(p.APIStages), func(one APIStage) bool {
		return one.APIID == api && (stage == "" || one.Stage == stage)
	})
	dropped := len(left) < len(p.APIStages)
	p.APIStages = left
	return dropped
}

func (s APIStage) same(other APIStage) bool { return s.APIID == other.APIID && s.Stage == other.Stage }

func (s APIStage) name() string { return s.APIID + ":" + s.Stage }

func parseAPIStage(name string) (APIStage, error) {
	api, stage, found := strings.Cut(name, ":")
	if !found || api == "" || stage == "" {
		return APIStage{}, invalidAPIStage()
	}
	return APIStage{APIID: api, Stage: stage}, nil
}

func invalidAPIStage() error { return awserror.NewBadRequest("Invalid API Stage specified") }

func (p *UsagePlan) unknownStage(stage APIStage) error {
	return awserror.NotFoundf("Invalid API Stage {api: %s, stage: %s} specified for usageplan %s", stage.APIID, stage.Stage, p.ID)
}

func keyTaken(key, plan string, stage APIStage) error {
	return awserror.Conflictf("API Key %s is already associated with Usage Plan %s for API Stage %s", key, plan, stage.name())
}

// UsagePlanNotFound is the answer to an unknown plan's id.
func UsagePlanNotFound() error { return awserror.NewNotFound("Invalid Usage Plan ID specified") }
