package definition

import "github.com/sluice-gateway/sluice/controlplane/definition/account"

// The account-wide nouns that decide calls of APIs have their names here too:
// who reads a definition meets them beside it. Their rules are in package
// account.
type (
	// APIKey is AWS's ApiKey.
	APIKey = account.APIKey
	// UsagePlan is AWS's UsagePlan.
	UsagePlan = account.UsagePlan
	// APIStage is AWS's ApiStage.
	APIStage = account.APIStage
	// ThrottleSettings is AWS's ThrottleSettings.
	ThrottleSettings = account.ThrottleSettings
	// QuotaSettings is AWS's QuotaSettings.
	QuotaSettings = account.QuotaSettings
)
