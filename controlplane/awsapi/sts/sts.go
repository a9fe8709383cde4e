// Package sts answers the part of STS that makes and names callers: AssumeRole,
// GetSessionToken, GetCallerIdentity. Temporary credentials are kept nowhere: the
// session token holds them, sealed (package iam beside it).
package sts

import (
	"context"
	"fmt"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/iam"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/sts"
	"github.com/sluice-gateway/sluice/controlplane/definition/identity"
	"github.com/sluice-gateway/sluice/internal/awserror"
	policies "github.com/sluice-gateway/sluice/internal/iam"
)

// How long sessions last when nobody says.
const (
	assumed = time.Hour
	own     = 12 * time.Hour
)

// API answers the operations.
type API struct{ callers *iam.API }

// New makes an API.
func New(callers *iam.API) *API { return &API{callers: callers} }

// Handlers lists what answers each operation.
func (a *API) Handlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(sts.AssumeRole(), a.assumeRole),
		awsapi.Handle(sts.GetSessionToken(), a.getSessionToken),
		awsapi.Handle(sts.GetCallerIdentity(), a.getCallerIdentity),
	}
}

// assumeRole gives credentials of a role to whom it trusts.
func (a *API) assumeRole(ctx context.Context, caller awsapi.Caller, in *sts.AssumeRoleRequest) (*sts.AssumeRoleResponse, error) {
	if in.Policy != nil || len(in.PolicyArns) > 0 || len(in.Tags) > 0 {
		return nil, awserror.New(awserror.NotImplemented, 501, "Session policies and session tags are not supported yet")
	}
	role, account, err := a.callers.Role(ctx, *in.RoleArn)
	if err != nil {
		return nil, err
	}
	if role == nil {
		return nil, denied(caller, *in.RoleArn)
	}
	if err := a.trusted(ctx, caller, account, role, in); err != nil {
		return nil, err
	}
	lasts := assumed
	if in.DurationSeconds != nil {
		lasts = time.Duration(*in.DurationSeconds) * time.Second
	}
	if lasts > time.Duration(role.MaxSession)*time.Second {
		return nil, awserror.New(identity.CodeValidation, 400, "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	principal := awsapi.Principal{
		ARN: "arn:aws:sts::" + account + ":assumed-role/" + role.Name + "/" + *in.RoleSessionName,
		ID:  role.ID + ":" + *in.RoleSessionName,
	}
	made, err := a.callers.NewSession(account, principal, lasts)
	if err != nil {
		return nil, err
	}
	return &sts.AssumeRoleResponse{
		Credentials:     show(made),
		AssumedRoleUser: &sts.AssumedRoleUser{AssumedRoleId: new(principal.ID), Arn: new(principal.ARN)},
		SourceIdentity:  in.SourceIdentity,
	}, nil
}

// trusted asks the role's trust policy and the caller's own policies. In the
// role's account the trust policy is enough when it names the caller itself; when
// it names the account, or the caller is of another one, its own policies must
// allow it too; they may always deny it.
func (a *API) trusted(ctx context.Context, caller awsapi.Caller, account string, role *identity.Role, in *sts.AssumeRoleRequest) error {
	trust, err := policies.Parse([]byte(role.Trust), policies.TrustPolicy)
	if err != nil {
		return fmt.Errorf("trust policy of %s: %w", role.Name, err)
	}
	asked := &policies.Request{
		Action: "sts:AssumeRole", Resource: *in.RoleArn,
		Principal: policies.Principal{ARN: caller.Principal.ARN, Account: caller.Account, ID: caller.Principal.ID},
		Value:     func(key string) ([]string, bool) { return value(caller, in, key) },
	}
	trusted, _ := policies.Evaluate([]*policies.Policy{trust}, asked)
	if trusted != policies.Allow {
		return denied(caller, *in.RoleArn)
	}
	own, err := a.ownDecision(ctx, caller, asked)
	if err != nil {
		return err
	}
	asked.Principal.Account = ""
	byName, _ := policies.Evaluate([]*policies.Policy{trust}, asked)
	enough := byName == policies.Allow && caller.Account == account
	if own == policies.ExplicitDeny || (own != policies.Allow && !enough) {
		return denied(caller, *in.RoleArn)
	}
	return nil
}

// ownDecision is what the caller's own policies say; root's say yes.
func (a *API) ownDecision(ctx context.Context, caller awsapi.Caller, asked *policies.Request) (policies.Decision, error) {
	if caller.Principal.Root {
		return policies.Allow, nil
	}
	attached, err := a.callers.Policies(ctx, caller)
	if err != nil {
		return policies.ExplicitDeny, fmt.Errorf("policies of %s: %w", caller.Principal.ARN, err)
	}
	decision, _ := policies.Evaluate(attached, asked)
	return decision, nil
}

// value is a condition key's value in a call of AssumeRole.
func value(caller awsapi.Caller, in *sts.AssumeRoleRequest, key string) ([]string, bool) {
	switch {
	case key == "sts:externalid" && in.ExternalId != nil:
		return []string{*in.ExternalId}, true
	case key == "sts:rolesessionname":
		return []string{*in.RoleSessionName}, true
	case key == "aws:principalarn":
		return []string{caller.Principal.ARN}, true
	case key == "aws:principalaccount":
		return []string{caller.Account}, true
	case key == "aws:sourceip":
		return []string{caller.SourceIP}, true
	default:
		return nil, false
	}
}

func denied(caller awsapi.Caller, role string) error {
	return awserror.New("AccessDenied", 403, fmt.Sprintf("User: %s is not authorized to perform: sts:AssumeRole on resource: %s", caller.Principal.ARN, role))
}

func show(made iam.Session) *sts.Credentials {
	return &sts.Credentials{
		AccessKeyId: &made.AccessKeyID, SecretAccessKey: new(made.SecretAccessKey.Reveal()), SessionToken: &made.Token, Expiration: &made.Expires,
	}
}

func (a *API) getSessionToken(_ context.Context, caller awsapi.Caller, in *sts.GetSessionTokenRequest) (*sts.GetSessionTokenResponse, error) {
	lasts := own
	if in.DurationSeconds != nil {
		lasts = time.Duration(*in.DurationSeconds) * time.Second
	}
	made, err := a.callers.NewSession(caller.Account, caller.Principal, lasts)
	if err != nil {
		return nil, err
	}
	return &sts.GetSessionTokenResponse{Credentials: show(made)}, nil
}

func (*API) getCallerIdentity(_ context.Context, caller awsapi.Caller, _ *sts.GetCallerIdentityRequest) (*sts.GetCallerIdentityResponse, error) {
	return &sts.GetCallerIdentityResponse{
		UserId: new(caller.Principal.ID), Account: new(caller.Account), Arn: new(caller.Principal.ARN),
	}, nil
}
