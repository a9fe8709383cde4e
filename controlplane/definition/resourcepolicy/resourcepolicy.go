// Package resourcepolicy holds what API Gateway demands of a resource policy's
// form, and how it keeps and shows one. What a policy allows is evaluated where
// calls are, by package iam.
package resourcepolicy

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

// maxPolicy is AWS's limit to a resource policy, in bytes.
const maxPolicy = 8192

// Owner says where an API lives: what abbreviated ARNs are completed with.
type Owner struct{ Account, Region string }

// Complete is a resource policy as AWS keeps it: without blanks, and with
// the abbreviated resources execute-api:/stage/METHOD/path written out. What is
// no JSON comes back as it is, for Check to refuse.
func Complete(policy, api string, owner Owner) string {
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(policy)); err != nil {
		return policy
	}
	full := `"arn:aws:execute-api:` + owner.Region + ":" + owner.Account + ":" + api + "/"
	return strings.ReplaceAll(compact.String(), `"execute-api:/`, full)
}

// Check holds the form of a policy: what it allows is evaluated where
// calls are.
func Check(policy string) error {
	if policy == "" {
		return nil
	}
	var document struct {
		Statement statements `json:"Statement"`
	}
	if err := json.Unmarshal([]byte(policy), &document); err != nil || document.Statement == nil || len(policy) > maxPolicy {
		return invalidPolicy()
	}
	for _, statement := range document.Statement {
		if statement.Effect != "Allow" && statement.Effect != "Deny" {
			return invalidPolicy()
		}
		if (statement.Principal == nil && statement.NotPrincipal == nil) || (statement.Action == nil && statement.NotAction == nil) {
			return invalidPolicy()
		}
	}
	return nil
}

func invalidPolicy() error {
	return awserror.NewBadRequest("Invalid policy document. Please check the policy syntax and ensure that Principals are valid.")
}

type statement struct {
	Effect       string          `json:"Effect"`
	Principal    json.RawMessage `json:"Principal"`
	NotPrincipal json.RawMessage `json:"NotPrincipal"`
	Action       json.RawMessage `json:"Action"`
	NotAction    json.RawMessage `json:"NotAction"`
}

// statements reads one statement or a list of them, as policies may have.
type statements []statement

// UnmarshalJSON implements json.Unmarshaler.
func (s *statements) UnmarshalJSON(text []byte) error {
	if bytes.HasPrefix(text, []byte("[")) {
		return json.Unmarshal(text, (*[]statement)(s))
	}
	*s = make([]statement, 1)
	return json.Unmarshal(text, &(*s)[0])
}

// Shown is a policy as AWS answers it: with its quotes escaped once more.
func Shown(policy string) string { return strings.ReplaceAll(policy, `"`, `\"`) }
