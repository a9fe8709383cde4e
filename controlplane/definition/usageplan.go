package definition

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
