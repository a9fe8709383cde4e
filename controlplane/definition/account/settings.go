package account

import (
	"regexp"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

// roleARN is an IAM role's ARN, however many fields it has.
var roleARN = regexp.MustCompile(`^arn:aws[a-z-]*:iam:.*:role/.+$`)

// The settings that AWS gives every account.
const (
	AccountBurstLimit = 5000
	AccountRateLimit  = 10000
	APIKeyVersion     = "4"
	// UsagePlansFeature is the one feature that an account has.
	UsagePlansFeature = "UsagePlans"
)

// Settings is what can be changed of AWS's Account.
type Settings struct {
	CloudwatchRoleARN string   `json:"cloudwatchRoleArn,omitempty"`
	Features          []string `json:"features,omitempty"`
}

// DefaultSettings are those of an account that nobody has changed.
func DefaultSettings() *Settings { return &Settings{Features: []string{UsagePlansFeature}} }

// Check holds settings against AWS's rules, after a change. AWS tries the role;
// Sluice writes logs itself and holds only its form.
func (s *Settings) Check() error {
	if s.CloudwatchRoleARN != "" && !roleARN.MatchString(s.CloudwatchRoleARN) {
		return awserror.NewBadRequest("The role ARN is not well formed")
	}
	return nil
}
