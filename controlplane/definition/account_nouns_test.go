package definition_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/internal/awserror"
	"github.com/sluice-gateway/sluice/internal/secret"
)

// errorText is what a client would see of err: its status and message.
func errorText(err error) string {
	if err == nil {
		return ""
	}
	seen := awserror.From(err)
	return string(seen.Code) + ": " + seen.Message
}

func wantError(t *testing.T, name string, err error, want string) {
	t.Helper()
	if got := errorText(err); got != want {
		t.Errorf("%s:\ngot  %s\nwant %s", name, got, want)
	}
}

func TestNewAPIKey(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	generated := secret.New(strings.Repeat("g", 40))
	for _, test := range []struct {
		name  string
		input definition.APIKey
		want  string
	}{
		{name: "nothing given"},
		{name: "longest name", input: definition.APIKey{Name: strings.Repeat("n", 1024)}},
		{name: "name too long", input: definition.APIKey{Name: strings.Repeat("n", 1025)}, want: "BadRequestException: Invalid API Key name, can be at most 1024 characters."},
		{name: "shortest value", input: definition.APIKey{Value: secret.New(strings.Repeat("v", 20))}},
		{name: "value too short", input: definition.APIKey{Value: secret.New(strings.Repeat("v", 19))}, want: "BadRequestException: API Key value should be at least 20 characters"},
		{name: "value too long", input: definition.APIKey{Value: secret.New(strings.Repeat("v", 129))}, want: "BadRequestException: API Key value exceeds maximum size of 128 characters"},
		{name: "empty value", input: definition.APIKey{Value: secret.New("")}},
		{name: "description too long", input: definition.APIKey{Description: strings.Repeat("d", 125001)}, want: "BadRequestException: Invalid API Key description specified."},
	} {
		key, err := definition.NewAPIKey(test.input, "abcdefghij", generated, now)
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
	older, newer := &definition.APIKey{ID: "z", CreatedDate: early}, &definition.APIKey{ID: "a", CreatedDate: late}
	if definition.NewerAPIKey(newer, older) >= 0 || definition.NewerAPIKey(older, newer) <= 0 || definition.NewerAPIKey(older, older) != 0 {
		t.Error("keys are not listed newest first")
	}
}

// devAndProd knows two stages of one API.
func devAndProd(api, stage string) bool { return api == "api1" && (stage == "dev" || stage == "prod") }

func TestNewUsagePlan(t *testing.T) {
	t.Parallel()
	quota := func(limit, offset int32, period string) *definition.QuotaSettings {
		return &definition.QuotaSettings{Limit: limit, Offset: offset, Period: period}
	}
	dev := definition.APIStage{APIID: "api1", Stage: "dev"}
	for _, test := range []struct {
		name  string
		input definition.UsagePlan
		want  string
	}{
		{name: "a name alone", input: definition.UsagePlan{Name: "p"}},
		{name: "burst above rate", input: definition.UsagePlan{Name: "p", Throttle: &definition.ThrottleSettings{BurstLimit: 10, RateLimit: 1}}},
		{name: "all", input: definition.UsagePlan{Name: "p", APIStages: []definition.APIStage{dev}, Quota: quota(5, 1, "WEEK")}},
		{name: "no name", want: "BadRequestException: Usage Plan name cannot be blank"},
		{name: "half a stage", input: definition.UsagePlan{Name: "p", APIStages: []definition.APIStage{{APIID: "api1"}}}, want: "BadRequestException: Invalid API Stage specified"},
		{
			name: "unknown stage", input: definition.UsagePlan{Name: "p", APIStages: []definition.APIStage{dev, {APIID: "api1", Stage: "beta"}}},
			want: "NotFoundException: Invalid API Stage {api: api1, stage: beta} specified for usageplan plan1",
		},
		{name: "a stage twice", input: definition.UsagePlan{Name: "p", APIStages: []definition.APIStage{dev, dev}}, want: "BadRequestException: API Stage api1:dev is specified more than once"},
		{name: "negative rate", input: definition.UsagePlan{Name: "p", Throttle: &definition.ThrottleSettings{RateLimit: -1}}, want: "BadRequestException: Usage Plan throttle limits must not be negative"},
		{name: "no period", input: definition.UsagePlan{Name: "p", Quota: quota(1, 0, "")}, want: "BadRequestException: Usage Plan quota period must be one of DAY, WEEK or MONTH"},
		{name: "no limit", input: definition.UsagePlan{Name: "p", Quota: quota(0, 0, "DAY")}, want: "BadRequestException: Usage Plan quota limit must be greater than 0"},
		{name: "negative offset", input: definition.UsagePlan{Name: "p", Quota: quota(1, -1, "DAY")}, want: "BadRequestException: Usage Plan quota offset must not be negative"},
	} {
		plan, err := definition.NewUsagePlan(test.input, "plan1", devAndProd)
		wantError(t, test.name, err, test.want)
		if err == nil && plan.ID != "plan1" {
			t.Errorf("%s: made %+v", test.name, plan)
		}
	}
}

func TestUsagePlanStages(t *testing.T) {
	t.Parallel()
	plan := &definition.UsagePlan{ID: "plan1", KeyIDs: []string{"k1", "k2"}}
	sharing := []*definition.UsagePlan{{ID: "plan2", KeyIDs: []string{"k2"}, APIStages: []definition.APIStage{{APIID: "api1", Stage: "prod"}}}}
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

	plan.APIStages = []definition.APIStage{{APIID: "api1", Stage: "dev"}, {APIID: "api1", Stage: "prod"}, {APIID: "api2", Stage: "dev"}}
	if plan.DropStage("api3", "") || !plan.DropStage("api1", "prod") || !plan.DropStage("api1", "") {
		t.Error("DropStage does not say what it did")
	}
	if diff := cmp.Diff([]definition.APIStage{{APIID: "api2", Stage: "dev"}}, plan.APIStages); diff != "" {
		t.Errorf("stages left (-want +got):\n%s", diff)
	}
}

func TestUsagePlanKeys(t *testing.T) {
	t.Parallel()
	stages := []definition.APIStage{{APIID: "api1", Stage: "dev"}}
	plan := &definition.UsagePlan{ID: "plan1", APIStages: stages}
	elsewhere := &definition.UsagePlan{ID: "plan2", APIStages: []definition.APIStage{{APIID: "api1", Stage: "prod"}}}
	same := &definition.UsagePlan{ID: "plan3", APIStages: stages}
	key := &definition.APIKey{ID: "k1"}
	wantError(t, "two plans of one stage", plan.AddKey(key, []*definition.UsagePlan{elsewhere, same}),
		"ConflictException: API Key k1 is already associated with Usage Plan plan3 for API Stage api1:dev")
	wantError(t, "two plans of two stages", plan.AddKey(key, []*definition.UsagePlan{elsewhere}), "")
	wantError(t, "twice", plan.AddKey(key, nil), "BadRequestException: Usage Plan plan1 already has API Key k1 associated with it")
	if plan.RemoveKey("k2") || !plan.RemoveKey("k1") || len(plan.KeyIDs) != 0 {
		t.Errorf("keys left: %v", plan.KeyIDs)
	}
}
