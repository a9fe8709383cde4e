package iam

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/iam"
	"github.com/sluice-gateway/sluice/controlplane/definition/identity"
	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/internal/awserror"
	policies "github.com/sluice-gateway/sluice/internal/iam"
)

func (a *API) policyHandlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(iam.CreatePolicy(), a.createPolicy),
		awsapi.Handle(iam.GetPolicy(), a.getPolicy),
		awsapi.Handle(iam.ListPolicies(), a.listPolicies),
		awsapi.Handle(iam.DeletePolicy(), a.deletePolicy),
		awsapi.Handle(iam.CreatePolicyVersion(), a.createPolicyVersion),
		awsapi.Handle(iam.GetPolicyVersion(), a.getPolicyVersion),
		awsapi.Handle(iam.ListPolicyVersions(), a.listPolicyVersions),
		awsapi.Handle(iam.SetDefaultPolicyVersion(), func(ctx context.Context, c awsapi.Caller, in *iam.SetDefaultPolicyVersionRequest) (*wire.Empty, error) {
			return nil, a.changePolicy(ctx, c.Account, *in.PolicyArn, func(p *identity.Policy) error { return p.SetDefault(c.Account, *in.VersionId, a.now()) })
		}),
		awsapi.Handle(iam.DeletePolicyVersion(), func(ctx context.Context, c awsapi.Caller, in *iam.DeletePolicyVersionRequest) (*wire.Empty, error) {
			return nil, a.changePolicy(ctx, c.Account, *in.PolicyArn, func(p *identity.Policy) error { return p.RemoveVersion(c.Account, *in.VersionId) })
		}),
		awsapi.Handle(iam.ListEntitiesForPolicy(), a.listEntitiesForPolicy),
		awsapi.Handle(iam.TagPolicy(), func(ctx context.Context, c awsapi.Caller, in *iam.TagPolicyRequest) (*wire.Empty, error) {
			return nil, a.changePolicy(ctx, c.Account, *in.PolicyArn, func(p *identity.Policy) error { return p.Tag(tagMap(in.Tags)) })
		}),
		awsapi.Handle(iam.UntagPolicy(), func(ctx context.Context, c awsapi.Caller, in *iam.UntagPolicyRequest) (*wire.Empty, error) {
			return nil, a.changePolicy(ctx, c.Account, *in.PolicyArn, func(p *identity.Policy) error {
				p.Untag(in.TagKeys)
				return nil
			})
		}),
		awsapi.Handle(iam.ListPolicyTags(), a.listPolicyTags),
	}
}

// policy finds a managed policy by its ARN, the account's own or AWS's.
func (a *API) policy(ctx context.Context, account, arn string) (*identity.Policy, error) {
	if found, known := identity.AWSManaged(arn); known {
		return found, nil
	}
	name, err := policyName(account, arn)
	if err != nil {
		return nil, err
	}
	found, err := a.managed.Get(ctx, global(account), name)
	if errors.Is(err, store.ErrNotFound) || (err == nil && found.ARN(account) != arn) {
		return nil, noPolicy(arn)
	}
	return found, err
}

func noPolicy(arn string) error {
	return identity.NoSuchEntityf("Policy %s does not exist or is not attachable.", arn)
}

// policyName is the name in the ARN of one of the account's own policies.
func policyName(account, arn string) (string, error) {
	if !strings.HasPrefix(arn, "arn:aws:iam::"+account+":policy/") {
		return "", noPolicy(arn)
	}
	_, name := pathOf(arn)
	return name, nil
}

func (a *API) changePolicy(ctx context.Context, account, arn string, fn func(*identity.Policy) error) error {
	name, err := policyName(account, arn)
	if err != nil {
		return err
	}
	err = a.managed.Change(ctx, global(account), name, fn)
	if errors.Is(err, store.ErrNotFound) {
		return noPolicy(arn)
	}
	return err
}

func (a *API) createPolicy(ctx context.Context, caller awsapi.Caller, in *iam.CreatePolicyRequest) (*iam.CreatePolicyResponse, error) {
	if err := checkDocument(*in.PolicyDocument, policies.IdentityPolicy); err != nil {
		return nil, err
	}
	made := &identity.Policy{
		Name: *in.PolicyName, Path: "/", ID: "ANPA" + a.ids.Upper(17), Description: text(in.Description), CreateDate: a.now(),
	}
	if in.Path != nil {
		made.Path = *in.Path
	}
	if len(in.Tags) > 0 {
		if err := made.Tag(tagMap(in.Tags)); err != nil {
			return nil, err
		}
	}
	if _, err := made.AddVersion(*in.PolicyDocument, true, a.now()); err != nil {
		return nil, err
	}
	err := a.managed.Create(ctx, global(caller.Account), made.Name, made)
	if errors.Is(err, store.ErrExists) {
		return nil, awserror.New(identity.CodeAlreadyExists, 409, "A policy called "+made.Name+" already exists. Duplicate names are not allowed.")
	}
	if err != nil {
		return nil, err
	}
	return &iam.CreatePolicyResponse{Policy: showPolicy(caller.Account, made, 0)}, nil
}

func showPolicy(account string, policy *identity.Policy, attached int) *iam.Policy {
	arn := policy.ARN(account)
	if strings.HasPrefix(policy.ID, "ANPA") && policy.CreateDate.IsZero() {
		arn = "arn:aws:iam::aws:policy" + policy.Path + policy.Name
	}
	shown := &iam.Policy{
		PolicyName: new(policy.Name), PolicyId: new(policy.ID), Arn: &arn, Path: new(policy.Path), DefaultVersionId: new(policy.Default),
		AttachmentCount: new(int32(attached)), PermissionsBoundaryUsageCount: new(int32(0)), IsAttachable: new(true),
		CreateDate: new(policy.CreateDate), UpdateDate: new(policy.UpdateDate), Tags: someTags(policy.Tags),
	}
	if policy.Description != "" {
		shown.Description = new(policy.Description)
	}
	return shown
}

// holders are all entities that a policy is attached to.
type holders struct {
	users  []*identity.User
	groups []*identity.Group
	roles  []*identity.Role
}

func (h holders) count() int { return len(h.users) + len(h.groups) + len(h.roles) }

// holders finds who has a policy attached.
func (a *API) holders(ctx context.Context, account, arn string) (holders, error) {
	users, err := a.users.list(ctx, account, nil)
	if err != nil {
		return holders{}, err
	}
	groups, err := a.groups.list(ctx, account, nil)
	if err != nil {
		return holders{}, err
	}
	roles, err := a.roles.list(ctx, account, nil)
	if err != nil {
		return holders{}, err
	}
	return holders{
		slices.DeleteFunc(users, func(u *identity.User) bool { return !slices.Contains(u.Attached, arn) }),
		slices.DeleteFunc(groups, func(g *identity.Group) bool { return !slices.Contains(g.Attached, arn) }),
		slices.DeleteFunc(roles, func(r *identity.Role) bool { return !slices.Contains(r.Attached, arn) }),
	}, nil
}

func (a *API) getPolicy(ctx context.Context, caller awsapi.Caller, in *iam.GetPolicyRequest) (*iam.GetPolicyResponse, error) {
	found, err := a.policy(ctx, caller.Account, *in.PolicyArn)
	if err != nil {
		return nil, err
	}
	held, err := a.holders(ctx, caller.Account, *in.PolicyArn)
	if err != nil {
		return nil, err
	}
	return &iam.GetPolicyResponse{Policy: showPolicy(caller.Account, found, held.count())}, nil
}

// listPolicies lists the account's own policies; AWS's, of which Sluice knows a
// few, are found by their ARN.
func (a *API) listPolicies(ctx context.Context, caller awsapi.Caller, in *iam.ListPoliciesRequest) (*iam.ListPoliciesResponse, error) {
	out := &iam.ListPoliciesResponse{Policies: []iam.Policy{}, IsTruncated: new(false)}
	if text(in.Scope) == "AWS" {
		return out, nil
	}
	all, err := a.managed.List(ctx, global(caller.Account), "")
	if err != nil {
		return nil, err
	}
	var shown []iam.Policy
	for _, policy := range all {
		held, err := a.holders(ctx, caller.Account, policy.ARN(caller.Account))
		if err != nil {
			return nil, err
		}
		if !strings.HasPrefix(policy.Path, text(in.PathPrefix)) || (in.OnlyAttached != nil && *in.OnlyAttached && held.count() == 0) {
			continue
		}
		one := showPolicy(caller.Account, policy, held.count())
		one.Tags, one.Description = nil, nil
		shown = append(shown, *one)
	}
	out.Policies, out.IsTruncated, out.Marker = paged(shown, in.Marker, in.MaxItems)
	return out, nil
}

func (a *API) deletePolicy(ctx context.Context, caller awsapi.Caller, in *iam.DeletePolicyRequest) (*wire.Empty, error) {
	name, err := policyName(caller.Account, *in.PolicyArn)
	if err != nil {
		return nil, err
	}
	return nil, a.config.Store.Update(ctx, global(caller.Account), func(tx *store.Tx) error {
		policy, err := a.managed.In(tx).Get(name)
		if errors.Is(err, store.ErrNotFound) {
			return noPolicy(*in.PolicyArn)
		}
		if err != nil {
			return err
		}
		held, err := a.holders(ctx, caller.Account, *in.PolicyArn)
		if err != nil {
			return err
		}
		if held.count() > 0 {
			return identity.DeleteConflict("Cannot delete a policy attached to entities.")
		}
		if err := policy.Deletable(); err != nil {
			return err
		}
		return a.managed.In(tx).Delete(name)
	})
}

func (a *API) createPolicyVersion(ctx context.Context, caller awsapi.Caller, in *iam.CreatePolicyVersionRequest) (*iam.CreatePolicyVersionResponse, error) {
	if err := checkDocument(*in.PolicyDocument, policies.IdentityPolicy); err != nil {
		return nil, err
	}
	out := &iam.CreatePolicyVersionResponse{}
	err := a.changePolicy(ctx, caller.Account, *in.PolicyArn, func(policy *identity.Policy) error {
		made, err := policy.AddVersion(*in.PolicyDocument, in.SetAsDefault != nil && *in.SetAsDefault, a.now())
		out.PolicyVersion = showVersion(policy, made, false)
		return err
	})
	return out, err
}

func showVersion(policy *identity.Policy, version identity.PolicyVersion, document bool) *iam.PolicyVersion {
	shown := &iam.PolicyVersion{VersionId: new(version.ID), IsDefaultVersion: new(version.ID == policy.Default), CreateDate: new(version.CreateDate)}
	if document {
		shown.Document = new(escaped(version.Document))
	}
	return shown
}

func (a *API) getPolicyVersion(ctx context.Context, caller awsapi.Caller, in *iam.GetPolicyVersionRequest) (*iam.GetPolicyVersionResponse, error) {
	policy, err := a.policy(ctx, caller.Account, *in.PolicyArn)
	if err != nil {
		return nil, err
	}
	version, err := policy.Version(caller.Account, *in.VersionId)
	if err != nil {
		return nil, err
	}
	return &iam.GetPolicyVersionResponse{PolicyVersion: showVersion(policy, version, true)}, nil
}

func (a *API) listPolicyVersions(ctx context.Context, caller awsapi.Caller, in *iam.ListPolicyVersionsRequest) (*iam.ListPolicyVersionsResponse, error) {
	policy, err := a.policy(ctx, caller.Account, *in.PolicyArn)
	if err != nil {
		return nil, err
	}
	out := &iam.ListPolicyVersionsResponse{Versions: []iam.PolicyVersion{}}
	for _, version := range slices.Backward(policy.Versions) {
		out.Versions = append(out.Versions, *showVersion(policy, version, false))
	}
	out.Versions, out.IsTruncated, out.Marker = paged(out.Versions, in.Marker, in.MaxItems)
	return out, nil
}

func (a *API) listEntitiesForPolicy(ctx context.Context, caller awsapi.Caller, in *iam.ListEntitiesForPolicyRequest) (*iam.ListEntitiesForPolicyResponse, error) {
	if _, err := a.policy(ctx, caller.Account, *in.PolicyArn); err != nil {
		return nil, err
	}
	held, err := a.holders(ctx, caller.Account, *in.PolicyArn)
	if err != nil {
		return nil, err
	}
	out := &iam.ListEntitiesForPolicyResponse{
		PolicyUsers: []iam.PolicyUser{}, PolicyGroups: []iam.PolicyGroup{}, PolicyRoles: []iam.PolicyRole{}, IsTruncated: new(false),
	}
	wanted := func(kind string, entity *identity.Entity) bool {
		return (in.EntityFilter == nil || *in.EntityFilter == kind) && entity.MatchesPath(text(in.PathPrefix))
	}
	for _, one := range held.users {
		if wanted("User", &one.Entity) {
			out.PolicyUsers = append(out.PolicyUsers, iam.PolicyUser{UserName: new(one.Name), UserId: new(one.ID)})
		}
	}
	for _, one := range held.groups {
		if wanted("Group", &one.Entity) {
			out.PolicyGroups = append(out.PolicyGroups, iam.PolicyGroup{GroupName: new(one.Name), GroupId: new(one.ID)})
		}
	}
	for _, one := range held.roles {
		if wanted("Role", &one.Entity) {
			out.PolicyRoles = append(out.PolicyRoles, iam.PolicyRole{RoleName: new(one.Name), RoleId: new(one.ID)})
		}
	}
	return out, nil
}

func (a *API) listPolicyTags(ctx context.Context, caller awsapi.Caller, in *iam.ListPolicyTagsRequest) (*iam.ListPolicyTagsResponse, error) {
	policy, err := a.policy(ctx, caller.Account, *in.PolicyArn)
	if err != nil {
		return nil, err
	}
	out := &iam.ListPolicyTagsResponse{}
	out.Tags, out.IsTruncated, out.Marker = paged(tags(policy.Tags), in.Marker, in.MaxItems)
	return out, nil
}
