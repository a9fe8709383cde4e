package iam

import (
	"context"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/iam"
	"github.com/sluice-gateway/sluice/controlplane/definition/identity"
	"github.com/sluice-gateway/sluice/controlplane/store"
	policies "github.com/sluice-gateway/sluice/internal/iam"
)

// defaultSession is the longest session of a role in seconds when nobody says.
const defaultSession = 3600

func (a *API) roleHandlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(iam.CreateRole(), a.createRole),
		awsapi.Handle(iam.GetRole(), a.getRole),
		awsapi.Handle(iam.ListRoles(), a.listRoles),
		awsapi.Handle(iam.UpdateRole(), a.updateRole),
		awsapi.Handle(iam.UpdateRoleDescription(), a.updateRoleDescription),
		awsapi.Handle(iam.UpdateAssumeRolePolicy(), a.updateAssumeRolePolicy),
		awsapi.Handle(iam.DeleteRole(), a.deleteRole),
		awsapi.Handle(iam.PutRolePolicy(), func(ctx context.Context, c awsapi.Caller, in *iam.PutRolePolicyRequest) (*wire.Empty, error) {
			return nil, a.roles.putInline(ctx, c.Account, *in.RoleName, in.PolicyName, in.PolicyDocument)
		}),
		awsapi.Handle(iam.GetRolePolicy(), func(ctx context.Context, c awsapi.Caller, in *iam.GetRolePolicyRequest) (*iam.GetRolePolicyResponse, error) {
			document, err := a.roles.inline(ctx, c.Account, *in.RoleName, *in.PolicyName)
			return &iam.GetRolePolicyResponse{RoleName: in.RoleName, PolicyName: in.PolicyName, PolicyDocument: document}, err
		}),
		awsapi.Handle(iam.DeleteRolePolicy(), func(ctx context.Context, c awsapi.Caller, in *iam.DeleteRolePolicyRequest) (*wire.Empty, error) {
			return nil, a.roles.removeInline(ctx, c.Account, *in.RoleName, *in.PolicyName)
		}),
		awsapi.Handle(iam.ListRolePolicies(), a.listRolePolicies),
		awsapi.Handle(iam.AttachRolePolicy(), func(ctx context.Context, c awsapi.Caller, in *iam.AttachRolePolicyRequest) (*wire.Empty, error) {
			return nil, a.attach(ctx, c.Account, *in.PolicyArn, func(fn func(*identity.Entity) error) error {
				return a.roles.changeEntity(ctx, c.Account, *in.RoleName, fn)
			})
		}),
		awsapi.Handle(iam.DetachRolePolicy(), func(ctx context.Context, c awsapi.Caller, in *iam.DetachRolePolicyRequest) (*wire.Empty, error) {
			return nil, a.roles.changeEntity(ctx, c.Account, *in.RoleName, func(e *identity.Entity) error { return e.Detach(*in.PolicyArn) })
		}),
		awsapi.Handle(iam.ListAttachedRolePolicies(), a.listAttachedRolePolicies),
		awsapi.Handle(iam.TagRole(), func(ctx context.Context, c awsapi.Caller, in *iam.TagRoleRequest) (*wire.Empty, error) {
			return nil, a.roles.changeEntity(ctx, c.Account, *in.RoleName, func(e *identity.Entity) error { return e.Tag(tagMap(in.Tags)) })
		}),
		awsapi.Handle(iam.UntagRole(), func(ctx context.Context, c awsapi.Caller, in *iam.UntagRoleRequest) (*wire.Empty, error) {
			return nil, a.roles.changeEntity(ctx, c.Account, *in.RoleName, func(e *identity.Entity) error {
				e.Untag(in.TagKeys)
				return nil
			})
		}),
		awsapi.Handle(iam.ListRoleTags(), a.listRoleTags),
	}
}

func (a *API) createRole(ctx context.Context, caller awsapi.Caller, in *iam.CreateRoleRequest) (*iam.CreateRoleResponse, error) {
	if in.PermissionsBoundary != nil {
		return nil, unbuilt("PermissionsBoundary")
	}
	if err := checkDocument(*in.AssumeRolePolicyDocument, policies.TrustPolicy); err != nil {
		return nil, err
	}
	entity, err := a.newEntity("AROA", in.RoleName, in.Path, in.Tags)
	if err != nil {
		return nil, err
	}
	made := &identity.Role{Entity: entity, Trust: *in.AssumeRolePolicyDocument, Description: text(in.Description), MaxSession: defaultSession}
	if in.MaxSessionDuration != nil {
		made.MaxSession = *in.MaxSessionDuration
	}
	if err := a.roles.named(a.roles.all.Create(ctx, global(caller.Account), made.Name, made), made.Name); err != nil {
		return nil, err
	}
	return &iam.CreateRoleResponse{Role: showRole(caller.Account, made)}, nil
}

func (a *API) getRole(ctx context.Context, caller awsapi.Caller, in *iam.GetRoleRequest) (*iam.GetRoleResponse, error) {
	found, err := a.roles.get(ctx, caller.Account, *in.RoleName)
	if err != nil {
		return nil, err
	}
	shown := showRole(caller.Account, found)
	shown.RoleLastUsed = &iam.RoleLastUsed{}
	return &iam.GetRoleResponse{Role: shown}, nil
}

func (a *API) listRoles(ctx context.Context, caller awsapi.Caller, in *iam.ListRolesRequest) (*iam.ListRolesResponse, error) {
	all, err := a.roles.list(ctx, caller.Account, in.PathPrefix)
	if err != nil {
		return nil, err
	}
	out := &iam.ListRolesResponse{Roles: []iam.Role{}}
	all, out.IsTruncated, out.Marker = paged(all, in.Marker, in.MaxItems)
	for _, role := range all {
		shown := showRole(caller.Account, role)
		shown.Tags = nil
		out.Roles = append(out.Roles, *shown)
	}
	return out, nil
}

func (a *API) updateRole(ctx context.Context, caller awsapi.Caller, in *iam.UpdateRoleRequest) (*iam.UpdateRoleResponse, error) {
	err := a.roles.change(ctx, caller.Account, *in.RoleName, func(role *identity.Role) error {
		if in.Description != nil {
			role.Description = *in.Description
		}
		if in.MaxSessionDuration != nil {
			role.MaxSession = *in.MaxSessionDuration
		}
		return nil
	})
	return &iam.UpdateRoleResponse{}, err
}

func (a *API) updateRoleDescription(ctx context.Context, caller awsapi.Caller, in *iam.UpdateRoleDescriptionRequest) (*iam.UpdateRoleDescriptionResponse, error) {
	out := &iam.UpdateRoleDescriptionResponse{}
	err := a.roles.change(ctx, caller.Account, *in.RoleName, func(role *identity.Role) error {
		role.Description = text(in.Description)
		out.Role = showRole(caller.Account, role)
		return nil
	})
	return out, err
}

func (a *API) updateAssumeRolePolicy(ctx context.Context, caller awsapi.Caller, in *iam.UpdateAssumeRolePolicyRequest) (*wire.Empty, error) {
	if err := checkDocument(*in.PolicyDocument, policies.TrustPolicy); err != nil {
		return nil, err
	}
	return nil, a.roles.change(ctx, caller.Account, *in.RoleName, func(role *identity.Role) error {
		role.Trust = *in.PolicyDocument
		return nil
	})
}

func (a *API) deleteRole(ctx context.Context, caller awsapi.Caller, in *iam.DeleteRoleRequest) (*wire.Empty, error) {
	return nil, a.config.Store.Update(ctx, global(caller.Account), func(tx *store.Tx) error {
		role, err := a.roles.all.In(tx).Get(*in.RoleName)
		if err != nil {
			return a.roles.named(err, *in.RoleName)
		}
		if err := role.Deletable(); err != nil {
			return err
		}
		return a.roles.all.In(tx).Delete(role.Name)
	})
}

func (a *API) listRolePolicies(ctx context.Context, caller awsapi.Caller, in *iam.ListRolePoliciesRequest) (*iam.ListRolePoliciesResponse, error) {
	role, err := a.roles.get(ctx, caller.Account, *in.RoleName)
	if err != nil {
		return nil, err
	}
	out := &iam.ListRolePoliciesResponse{}
	out.PolicyNames, out.IsTruncated, out.Marker = paged(names(role.Inline), in.Marker, in.MaxItems)
	return out, nil
}

func (a *API) listAttachedRolePolicies(ctx context.Context, caller awsapi.Caller, in *iam.ListAttachedRolePoliciesRequest) (*iam.ListAttachedRolePoliciesResponse, error) {
	all, err := a.roles.attached(ctx, caller.Account, *in.RoleName, in.PathPrefix)
	if err != nil {
		return nil, err
	}
	out := &iam.ListAttachedRolePoliciesResponse{}
	out.AttachedPolicies, out.IsTruncated, out.Marker = paged(all, in.Marker, in.MaxItems)
	return out, nil
}

func (a *API) listRoleTags(ctx context.Context, caller awsapi.Caller, in *iam.ListRoleTagsRequest) (*iam.ListRoleTagsResponse, error) {
	role, err := a.roles.get(ctx, caller.Account, *in.RoleName)
	if err != nil {
		return nil, err
	}
	out := &iam.ListRoleTagsResponse{}
	out.Tags, out.IsTruncated, out.Marker = paged(tags(role.Tags), in.Marker, in.MaxItems)
	return out, nil
}
