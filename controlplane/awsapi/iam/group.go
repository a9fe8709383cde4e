package iam

import (
	"context"
	"slices"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/iam"
	"github.com/sluice-gateway/sluice/controlplane/definition/identity"
	"github.com/sluice-gateway/sluice/controlplane/store"
)

func (a *API) groupHandlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(iam.CreateGroup(), a.createGroup),
		awsapi.Handle(iam.GetGroup(), a.getGroup),
		awsapi.Handle(iam.ListGroups(), a.listGroups),
		awsapi.Handle(iam.UpdateGroup(), a.updateGroup),
		awsapi.Handle(iam.DeleteGroup(), a.deleteGroup),
		awsapi.Handle(iam.AddUserToGroup(), a.addUserToGroup),
		awsapi.Handle(iam.RemoveUserFromGroup(), a.removeUserFromGroup),
		awsapi.Handle(iam.ListGroupsForUser(), a.listGroupsForUser),
		awsapi.Handle(iam.PutGroupPolicy(), func(ctx context.Context, c awsapi.Caller, in *iam.PutGroupPolicyRequest) (*wire.Empty, error) {
			return nil, a.groups.putInline(ctx, c.Account, *in.GroupName, in.PolicyName, in.PolicyDocument)
		}),
		awsapi.Handle(iam.GetGroupPolicy(), func(ctx context.Context, c awsapi.Caller, in *iam.GetGroupPolicyRequest) (*iam.GetGroupPolicyResponse, error) {
			document, err := a.groups.inline(ctx, c.Account, *in.GroupName, *in.PolicyName)
			return &iam.GetGroupPolicyResponse{GroupName: in.GroupName, PolicyName: in.PolicyName, PolicyDocument: document}, err
		}),
		awsapi.Handle(iam.DeleteGroupPolicy(), func(ctx context.Context, c awsapi.Caller, in *iam.DeleteGroupPolicyRequest) (*wire.Empty, error) {
			return nil, a.groups.removeInline(ctx, c.Account, *in.GroupName, *in.PolicyName)
		}),
		awsapi.Handle(iam.ListGroupPolicies(), a.listGroupPolicies),
		awsapi.Handle(iam.AttachGroupPolicy(), func(ctx context.Context, c awsapi.Caller, in *iam.AttachGroupPolicyRequest) (*wire.Empty, error) {
			return nil, a.attach(ctx, c.Account, *in.PolicyArn, func(fn func(*identity.Entity) error) error {
				return a.groups.changeEntity(ctx, c.Account, *in.GroupName, fn)
			})
		}),
		awsapi.Handle(iam.DetachGroupPolicy(), func(ctx context.Context, c awsapi.Caller, in *iam.DetachGroupPolicyRequest) (*wire.Empty, error) {
			return nil, a.groups.changeEntity(ctx, c.Account, *in.GroupName, func(e *identity.Entity) error { return e.Detach(*in.PolicyArn) })
		}),
		awsapi.Handle(iam.ListAttachedGroupPolicies(), a.listAttachedGroupPolicies),
	}
}

func (a *API) createGroup(ctx context.Context, caller awsapi.Caller, in *iam.CreateGroupRequest) (*iam.CreateGroupResponse, error) {
	entity, err := a.newEntity("AGPA", in.GroupName, in.Path, nil)
	if err != nil {
		return nil, err
	}
	made := &identity.Group{Entity: entity}
	if err := a.groups.named(a.groups.all.Create(ctx, global(caller.Account), made.Name, made), made.Name); err != nil {
		return nil, err
	}
	return &iam.CreateGroupResponse{Group: showGroup(caller.Account, made)}, nil
}

// members are a group's users.
func members(all []*identity.User, group string) []*identity.User {
	return slices.DeleteFunc(all, func(user *identity.User) bool { return !slices.Contains(user.Groups, group) })
}

func (a *API) getGroup(ctx context.Context, caller awsapi.Caller, in *iam.GetGroupRequest) (*iam.GetGroupResponse, error) {
	group, err := a.groups.get(ctx, caller.Account, *in.GroupName)
	if err != nil {
		return nil, err
	}
	all, err := a.users.list(ctx, caller.Account, nil)
	if err != nil {
		return nil, err
	}
	out := &iam.GetGroupResponse{Group: showGroup(caller.Account, group), Users: []iam.User{}}
	all, out.IsTruncated, out.Marker = paged(members(all, group.Name), in.Marker, in.MaxItems)
	for _, user := range all {
		out.Users = append(out.Users, *showUser(caller.Account, user))
	}
	return out, nil
}

func (a *API) listGroups(ctx context.Context, caller awsapi.Caller, in *iam.ListGroupsRequest) (*iam.ListGroupsResponse, error) {
	all, err := a.groups.list(ctx, caller.Account, in.PathPrefix)
	if err != nil {
		return nil, err
	}
	out := &iam.ListGroupsResponse{Groups: []iam.Group{}}
	all, out.IsTruncated, out.Marker = paged(all, in.Marker, in.MaxItems)
	for _, group := range all {
		out.Groups = append(out.Groups, *showGroup(caller.Account, group))
	}
	return out, nil
}

// updateGroup renames or moves a group; its members follow.
func (a *API) updateGroup(ctx context.Context, caller awsapi.Caller, in *iam.UpdateGroupRequest) (*wire.Empty, error) {
	return nil, a.config.Store.Update(ctx, global(caller.Account), func(tx *store.Tx) error {
		groups := a.groups.all.In(tx)
		group, err := groups.Get(*in.GroupName)
		if err != nil {
			return a.groups.named(err, *in.GroupName)
		}
		if in.NewPath != nil {
			group.Path = *in.NewPath
		}
		if in.NewGroupName == nil || *in.NewGroupName == group.Name {
			return groups.Put(group.Name, group)
		}
		users, err := a.users.all.In(tx).List("")
		if err != nil {
			return err
		}
		for _, user := range members(users, group.Name) {
			user.Leave(group.Name)
			user.Join(*in.NewGroupName)
			if err := a.users.all.In(tx).Put(user.Name, user); err != nil {
				return err
			}
		}
		if err := groups.Delete(group.Name); err != nil {
			return err
		}
		group.Name = *in.NewGroupName
		return a.groups.named(groups.Create(group.Name, group), group.Name)
	})
}

func (a *API) deleteGroup(ctx context.Context, caller awsapi.Caller, in *iam.DeleteGroupRequest) (*wire.Empty, error) {
	return nil, a.config.Store.Update(ctx, global(caller.Account), func(tx *store.Tx) error {
		group, err := a.groups.all.In(tx).Get(*in.GroupName)
		if err != nil {
			return a.groups.named(err, *in.GroupName)
		}
		users, err := a.users.all.In(tx).List("")
		if err != nil {
			return err
		}
		if len(members(users, group.Name)) > 0 {
			return identity.DeleteConflict("Cannot delete entity, must remove users from group first.")
		}
		if err := group.Deletable(); err != nil {
			return err
		}
		return a.groups.all.In(tx).Delete(group.Name)
	})
}

func (a *API) addUserToGroup(ctx context.Context, caller awsapi.Caller, in *iam.AddUserToGroupRequest) (*wire.Empty, error) {
	return nil, a.membership(ctx, caller.Account, *in.UserName, *in.GroupName, (*identity.User).Join)
}

func (a *API) removeUserFromGroup(ctx context.Context, caller awsapi.Caller, in *iam.RemoveUserFromGroupRequest) (*wire.Empty, error) {
	return nil, a.membership(ctx, caller.Account, *in.UserName, *in.GroupName, (*identity.User).Leave)
}

func (a *API) membership(ctx context.Context, account, user, group string, change func(*identity.User, string)) error {
	return a.config.Store.Update(ctx, global(account), func(tx *store.Tx) error {
		if _, err := a.groups.all.In(tx).Get(group); err != nil {
			return a.groups.named(err, group)
		}
		found, err := a.users.all.In(tx).Get(user)
		if err != nil {
			return a.users.named(err, user)
		}
		change(found, group)
		return a.users.all.In(tx).Put(user, found)
	})
}

func (a *API) listGroupsForUser(ctx context.Context, caller awsapi.Caller, in *iam.ListGroupsForUserRequest) (*iam.ListGroupsForUserResponse, error) {
	user, err := a.users.get(ctx, caller.Account, *in.UserName)
	if err != nil {
		return nil, err
	}
	out := &iam.ListGroupsForUserResponse{Groups: []iam.Group{}}
	var part []string
	part, out.IsTruncated, out.Marker = paged(user.Groups, in.Marker, in.MaxItems)
	for _, name := range part {
		group, err := a.groups.get(ctx, caller.Account, name)
		if err != nil {
			return nil, err
		}
		out.Groups = append(out.Groups, *showGroup(caller.Account, group))
	}
	return out, nil
}

func (a *API) listGroupPolicies(ctx context.Context, caller awsapi.Caller, in *iam.ListGroupPoliciesRequest) (*iam.ListGroupPoliciesResponse, error) {
	group, err := a.groups.get(ctx, caller.Account, *in.GroupName)
	if err != nil {
		return nil, err
	}
	out := &iam.ListGroupPoliciesResponse{}
	out.PolicyNames, out.IsTruncated, out.Marker = paged(names(group.Inline), in.Marker, in.MaxItems)
	return out, nil
}

func (a *API) listAttachedGroupPolicies(ctx context.Context, caller awsapi.Caller, in *iam.ListAttachedGroupPoliciesRequest) (*iam.ListAttachedGroupPoliciesResponse, error) {
	all, err := a.groups.attached(ctx, caller.Account, *in.GroupName, in.PathPrefix)
	if err != nil {
		return nil, err
	}
	out := &iam.ListAttachedGroupPoliciesResponse{}
	out.AttachedPolicies, out.IsTruncated, out.Marker = paged(all, in.Marker, in.MaxItems)
	return out, nil
}
