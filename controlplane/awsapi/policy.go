package awsapi

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/sluice-gateway/sluice/internal/iam"
)

// Policies finds what is attached to a principal.
type Policies interface {
	// Policies gives the compiled policies of the caller's user or role, and of its
	// groups. They are evaluated together.
	Policies(ctx context.Context, caller Caller) ([]*iam.Policy, error)
}

// ByPolicy is the Authorizer that asks IAM policies. An account's root may do
// everything without one.
type ByPolicy struct {
	// Attached finds a caller's policies.
	Attached Policies
	// Now is the clock of aws:CurrentTime.
	Now func() time.Time
}

// Authorize implements Authorizer.
func (a ByPolicy) Authorize(ctx context.Context, caller Caller, action, resource string) error {
	if caller.Principal.Root || decidesItself(action) {
		return nil
	}
	attached, err := a.Attached.Policies(ctx, caller)
	if err != nil {
		return fmt.Errorf("policies of %s: %w", caller.Principal.ARN, err)
	}
	decision, _ := iam.Evaluate(attached, &iam.Request{
		Action: action, Resource: resource,
		Principal: iam.Principal{ARN: caller.Principal.ARN, Account: caller.Account, ID: caller.Principal.ID},
		Value:     func(key string) ([]string, bool) { return a.value(caller, key) },
	})
	switch decision {
	case iam.Allow:
		return nil
	case iam.ExplicitDeny:
		return DeniedExplicitly(caller, action, resource)
	default:
		return Denied(caller, action, resource)
	}
}

// value is a condition key's value ("AWS global condition context keys").
func (a ByPolicy) value(caller Caller, key string) ([]string, bool) {
	one := func(text string) ([]string, bool) {
		if text == "" {
			return nil, false
		}
		return []string{text}, true
	}
	switch key {
	case "aws:currenttime":
		return one(a.Now().UTC().Format(time.RFC3339))
	case "aws:epochtime":
		return one(strconv.FormatInt(a.Now().Unix(), 10))
	case "aws:sourceip":
		return one(caller.SourceIP)
	case "aws:useragent":
		return one(caller.UserAgent)
	case "aws:requestedregion":
		return one(caller.Region)
	case "aws:principalarn":
		return one(caller.Principal.ARN)
	case "aws:principalaccount":
		return one(caller.Account)
	case "aws:userid":
		return one(caller.Principal.ID)
	case "aws:username":
		return one(userName(caller.Principal.ARN))
	case "aws:principaltype":
		if userName(caller.Principal.ARN) == "" {
			return one("AssumedRole")
		}
		return one("User")
	default:
		return nil, false
	}
}

// userName is the name of a user's ARN without its path, empty for others.
func userName(arn string) string {
	_, resource, found := strings.Cut(arn, ":user/")
	if !found {
		return ""
	}
	return resource[strings.LastIndexByte(resource, '/')+1:]
}
