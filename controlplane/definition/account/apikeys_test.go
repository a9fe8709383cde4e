package account_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sluice-gateway/sluice/controlplane/definition/account"
	"github.com/sluice-gateway/sluice/internal/secret"
)

func TestNewAPIKey(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	generated := secret.New(strings.Repeat("g", 40))
	for _, test := range []struct {
		name  string
		input account.APIKey
		want  string
	}{
		{name: "nothing given"},
		{name: "longest name", input: account.APIKey{Name: strings.Repeat("n", 1024)}},
		{name: "name too long", input: account.APIKey{Name: strings.Repeat("n", 1025)}, want: "BadRequestException: Invalid API Key name, can be at most 1024 characters."},
		{name: "shortest value", input: account.APIKey{Value: secret.New(strings.Repeat("v", 20))}},
		{name: "value too short", input: account.APIKey{Value: secret.New(strings.Repeat("v", 19))}, want: "BadRequestException: API Key value should be at least 20 characters"},
		{name: "value too long", input: account.APIKey{Value: secret.New(strings.Repeat("v", 129))}, want: "BadRequestException: API Key value exceeds maximum size of 128 characters"},
		{name: "empty value", input: account.APIKey{Value: secret.New("")}},
		{name: "description too long", input: account.APIKey{Description: strings.Repeat("d", 125001)}, want: "BadRequestException: Invalid API Key description specified."},
	} {
		key, err := account.NewAPIKey(test.input, "abcdefghij", generated, now)
		wantError(t, test.name, err, test.want)
		if err != nil {
			continue
		}
		if key.ID != "abcdefghij" || key.Enabled || !key.CreatedDate.Equal(now) || !key.LastUpdatedDate.Equal(now) {
			t.Errorf("%s: made %+v", test.name, key)
		}
		if test.input.Value.Empty() && !key.Value.Equal(generated) {
			t.Errorf("%s: the generated value is not used", test.name)
		}
	}
}

func TestNewerAPIKey(t *testing.T) {
	t.Parallel()
	early, late := time.Unix(1, 0), time.Unix(2, 0)
	older, newer := &account.APIKey{ID: "z", CreatedDate: early}, &account.APIKey{ID: "a", CreatedDate: late}
	if account.NewerAPIKey(newer, older) >= 0 || account.NewerAPIKey(older, newer) <= 0 || account.NewerAPIKey(older, older) != 0 {
		t.Error("keys are not listed newest first")
	}
}

// devAndProd knows two stages of one API.
func devAndProd(api, stage string) bool { return api == "api1" && (stage == "dev" || stage == "prod") }

func TestNewUsagePlan(t *testing.T) {
	t.Parallel()
	quota := func(limit, offset int32, period string) *account.QuotaSettings {
		return &account.QuotaSettings{Limit: limit, Offset: offset, Period: period}
	}
	dev := account.APIStage{APIID: "api1", Stage: "dev"}
	for _, test := range []struct {
		name  string
		input account.UsagePlan
		want  string
	}{
		{name: "a name alone", input: account.UsagePlan{Name: "p"}},
		{name: "burst above rate", input: account.UsagePlan{Name: "p", Throttle: &account.ThrottleSettings{BurstLimit: 10, RateLimit: 1}}},
		{name: "all", input: account.UsagePlan{Name: "p", APIStages: []account.APIStage{dev}, Quota: quota(5, 1, "WEEK")}},
		{name: "no name", want: "BadRequestException: Usage Plan name cannot be blank"},
		{name: "half a stage", input: account.UsagePlan{Name: "p", APIStages: []account.APIStage{{APIID: "api1"}}}, want: "BadRequestException: Invalid API Stage specified"},
		{
			name: "unknown stage", input: account.UsagePlan{Name: "p", APIStages: []account.APIStage{dev, {APIID: "api1", Stage: "beta"}}},
			want: "NotFoundException: Invalid API Stage {api: api1, stage: beta} specified for usageplan plan1",
		},
		{name: "a stage twice", input: account.UsagePlan{Name: "p", APIStages: []account.APIStage{dev, dev}}, want: "BadRequestException: API Stage api1:dev is specified more than once"},
		{name: "negative rate", input: account.UsagePlan{Name: "p", Throttle: &account.ThrottleSettings{RateLimit: -1}}, want: "BadRequestException: Usage Plan throttle limits must not be negative"},
		{name: "no period", input: account.UsagePlan{Name: "p", Quota: quota(1, 0, "")}, want: "BadRequestException: Usage Plan quota period must be one of DAY, WEEK or MONTH"},
		{name: "no limit", input: account.UsagePlan{Name: "p", Quota: quota(0, 0, "DAY")}, want: "BadRequestException: Usage Plan quota limit must be greater than 0"},
		{name: "negative offset", input: account.UsagePlan{Name: "p", Quota: quota(1, -1, "DAY")}, want: "BadRequestException: Usage Plan quota offset must not be negative"},
	} {
		plan, err := account.NewUsagePlan(test.input, "plan1", devAndProd)
		wantError(t, test.name, err, test.want)
		if err == nil && plan.ID != "plan1" {
			t.Errorf("%s: made %+v", test.name, plan)
		}
	}
}

func TestUsagePlanStages(t *testing.T) {
	t.Parallel()
	plan := &account.UsagePlan{ID: "plan1", KeyIDs: []string{"k1", "k2"}}
	sharing := []*account.UsagePlan{{ID: "plan2", KeyIDs: []string{"k2"}, APIStages: []account.APIStage{{APIID: "api1", Stage: "prod"}}}}
	wantError(t, "malformed", plan.AddStage("api1", devAndProd, nil), "BadRequestException: Invalid API Stage specified")
	wantError(t, "missing", plan.AddStage("", devAndProd, nil), "BadRequestException: Invalid API Stage specified")
	wantError(t, "unknown", plan.AddStage("api1:beta", devAndProd, nil), "NotFoundException: Invalid API Stage {api: api1, stage: beta} specified for usageplan plan1")
	wantError(t, "good", plan.AddStage("api1:dev", devAndProd, sharing), "")
	wantError(t, "again", plan.AddStage("api1:dev", devAndProd, sharing), "")
	wantError(t, "a key would be in two plans", plan.AddStage("api1:prod", devAndProd, sharing),
		"ConflictException: API Key k2 is already associated with Usage Plan plan2 for API Stage api1:prod")
	wantError(t, "in use", plan.Deletable(), "BadRequestException: Cannot delete Usage Plan plan1 because there are API Stages associated with it, including api1:dev")
	wantError(t, "remove unknown", plan.RemoveStage("api1:prod"), "NotFoundException: Invalid API Stage {api: api1, stage: prod} specified for usageplan plan1")
	wantError(t, "remove malformed", plan.RemoveStage(":"), "BadRequestException: Invalid API Stage specified")
	wantError(t, "remove", plan.RemoveStage("api1:dev"), "")
	wantError(t, "free", plan.Deletable(), "")

	plan.APIStages = []account.APIStage{{APIID: "api1", Stage: "dev"}, {APIID: "api1", Stage: "prod"}, {APIID: "api2", Stage: "dev"}}
	if plan.DropStage("api3", "") || !plan.DropStage("api1", "prod") || !plan.DropStage("api1", "") {
		t.Error("DropStage does not say what it did")
	}
	if diff := cmp.Diff([]account.APIStage{{APIID: "api2", Stage: "dev"}}, plan.APIStages); diff != "" {
		t.Errorf("stages left (-want +got):\n%s", diff)
	}
}

func TestUsagePlanKeys(t *testing.T) {
	t.Parallel()
	stages := []account.APIStage{{APIID: "api1", Stage: "dev"}}
	plan := &account.UsagePlan{ID: "plan1", APIStages: stages}
	elsewhere := &account.UsagePlan{ID: "plan2", APIStages: []account.APIStage{{APIID: "api1", Stage: "prod"}}}
	same := &account.UsagePlan{ID: "plan3", APIStages: stages}
	key := &account.APIKey{ID: "k1"}
	wantError(t, "two plans of one stage", plan.AddKey(key, []*account.UsagePlan{elsewhere, same}),
		"ConflictException: API Key k1 is already associated with Usage Plan plan3 for API Stage api1:dev")
	wantError(t, "two plans of two stages", plan.AddKey(key, []*account.UsagePlan{elsewhere}), "")
	wantError(t, "twice", plan.AddKey(key, nil), "BadRequestException: Usage Plan plan1 already has API Key k1 associated with it")
	if plan.RemoveKey("k2") || !plan.RemoveKey("k1") || len(plan.KeyIDs) != 0 {
		t.Errorf("keys left: %v", plan.KeyIDs)
	}
}
