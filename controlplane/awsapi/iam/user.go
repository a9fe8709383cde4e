package iam

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/iam"
	"github.com/sluice-gateway/sluice/controlplane/definition/identity"
	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

func (a *API) userHandlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(iam.CreateUser(), a.createUser),
		awsapi.Handle(iam.GetUser(), a.getUser),
		awsapi.Handle(iam.ListUsers(), a.listUsers),
		awsapi.Handle(iam.UpdateUser(), a.updateUser),
		awsapi.Handle(iam.DeleteUser(), a.deleteUser),
		awsapi.Handle(iam.PutUserPolicy(), func(ctx context.Context, c awsapi.Caller, in *iam.PutUserPolicyRequest) (*wire.Empty, error) {
			return nil, a.users.putInline(ctx, c.Account, *in.UserName, in.PolicyName, in.PolicyDocument)
		}),
		awsapi.Handle(iam.GetUserPolicy(), func(ctx context.Context, c awsapi.Caller, in *iam.GetUserPolicyRequest) (*iam.GetUserPolicyResponse, error) {
			document, err := a.users.inline(ctx, c.Account, *in.UserName, *in.PolicyName)
			return &iam.GetUserPolicyResponse{UserName: in.UserName, PolicyName: in.PolicyName, PolicyDocument: document}, err
		}),
		awsapi.Handle(iam.DeleteUserPolicy(), func(ctx context.Context, c awsapi.Caller, in *iam.DeleteUserPolicyRequest) (*wire.Empty, error) {
			return nil, a.users.removeInline(ctx, c.Account, *in.UserName, *in.PolicyName)
		}),
		awsapi.Handle(iam.ListUserPolicies(), a.listUserPolicies),
		awsapi.Handle(iam.AttachUserPolicy(), func(ctx context.Context, c awsapi.Caller, in *iam.AttachUserPolicyRequest) (*wire.Empty, error) {
			return nil, a.attach(ctx, c.Account, *in.PolicyArn, func(fn func(*identity.Entity) error) error {
				return a.users.changeEntity(ctx, c.Account, *in.UserName, fn)
			})
		}),
		awsapi.Handle(iam.DetachUserPolicy(), func(ctx context.Context, c awsapi.Caller, in *iam.DetachUserPolicyRequest) (*wire.Empty, error) {
			return nil, a.users.changeEntity(ctx, c.Account, *in.UserName, func(e *identity.Entity) error { return e.Detach(*in.PolicyArn) })
		}),
		awsapi.Handle(iam.ListAttachedUserPolicies(), a.listAttachedUserPolicies),
		awsapi.Handle(iam.TagUser(), func(ctx context.Context, c awsapi.Caller, in *iam.TagUserRequest) (*wire.Empty, error) {
			return nil, a.users.changeEntity(ctx, c.Account, *in.UserName, func(e *identity.Entity) error { return e.Tag(tagMap(in.Tags)) })
		}),
		awsapi.Handle(iam.UntagUser(), func(ctx context.Context, c awsapi.Caller, in *iam.UntagUserRequest) (*wire.Empty, error) {
			return nil, a.users.changeEntity(ctx, c.Account, *in.UserName, func(e *identity.Entity) error {
				e.Untag(in.TagKeys)
				return nil
			})
		}),
		awsapi.Handle(iam.ListUserTags(), a.listUserTags),
	}
}

func (a *API) createUser(ctx context.Context, caller awsapi.Caller, in *iam.CreateUserRequest) (*iam.CreateUserResponse, error) {
	if in.PermissionsBoundary != nil {
		return nil, unbuilt("PermissionsBoundary")
	}
	entity, err := a.newEntity("AIDA", in.UserName, in.Path, in.Tags)
	if err != nil {
		return nil, err
	}
	made := &identity.User{Entity: entity}
	if err := a.users.named(a.users.all.Create(ctx, global(caller.Account), made.Name, made), made.Name); err != nil {
		return nil, err
	}
	return &iam.CreateUserResponse{User: showUser(caller.Account, made)}, nil
}

// getUser answers for the caller when no name is given.
func (a *API) getUser(ctx context.Context, caller awsapi.Caller, in *iam.GetUserRequest) (*iam.GetUserResponse, error) {
	name, err := callersName(caller, in.UserName)
	if err != nil {
		return nil, err
	}
	if name == "" {
		return &iam.GetUserResponse{User: &iam.User{
			UserId: new(caller.Account), Arn: new(caller.Principal.ARN), Path: new("/"), UserName: new("root"), CreateDate: new(a.now()),
		}}, nil
	}
	found, err := a.users.get(ctx, caller.Account, name)
	if err != nil {
		return nil, err
	}
	return &iam.GetUserResponse{User: showUser(caller.Account, found)}, nil
}

// callersName is the user that an operation means: the named one, or the caller;
// empty for root.
func callersName(caller awsapi.Caller, given *string) (string, error) {
	if given != nil {
		return *given, nil
	}
	if caller.Principal.Root {
		return "", nil
	}
	_, rest, isUser := strings.Cut(caller.Principal.ARN, ":user/")
	if !isUser {
		return "", awserror.New(identity.CodeValidation, 400, "Must specify userName when calling with non-User credentials")
	}
	return rest[strings.LastIndexByte(rest, '/')+1:], nil
}

func (a *API) listUsers(ctx context.Context, caller awsapi.Caller, in *iam.ListUsersRequest) (*iam.ListUsersResponse, error) {
	all, err := a.users.list(ctx, caller.Account, in.PathPrefix)
	if err != nil {
		return nil, err
	}
	out := &iam.ListUsersResponse{Users: []iam.User{}}
	all, out.IsTruncated, out.Marker = paged(all, in.Marker, in.MaxItems)
	for _, user := range all {
		shown := showUser(caller.Account, user)
		shown.Tags = nil
		out.Users = append(out.Users, *shown)
	}
	return out, nil
}

// updateUser renames or moves a user, with its access keys.
func (a *API) updateUser(ctx context.Context, caller awsapi.Caller, in *iam.UpdateUserRequest) (*wire.Empty, error) {
	err := a.config.Store.Update(ctx, global(caller.Account), func(tx *store.Tx) error {
		users := a.users.all.In(tx)
		user, err := users.Get(*in.UserName)
		if err != nil {
			return a.users.named(err, *in.UserName)
		}
		if in.NewPath != nil {
			user.Path = *in.NewPath
		}
		if in.NewUserName == nil || *in.NewUserName == user.Name {
			return users.Put(user.Name, user)
		}
		if err := users.Delete(user.Name); err != nil {
			return err
		}
		user.Name = *in.NewUserName
		return a.users.named(users.Create(user.Name, user), user.Name)
	})
	if err != nil || in.NewUserName == nil {
		return nil, err
	}
	return nil, a.renameKeys(ctx, caller.Account, *in.NewUserName)
}

// renameKeys makes a renamed user's keys name it.
func (a *API) renameKeys(ctx context.Context, account, name string) error {
	user, err := a.users.get(ctx, account, name)
	if err != nil {
		return err
	}
	for _, id := range user.KeyIDs {
		err := a.keys.Change(ctx, store.Global(), id, func(key *identity.AccessKey) error {
			key.UserName = name
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *API) deleteUser(ctx context.Context, caller awsapi.Caller, in *iam.DeleteUserRequest) (*wire.Empty, error) {
	return nil, a.config.Store.Update(ctx, global(caller.Account), func(tx *store.Tx) error {
		user, err := a.users.all.In(tx).Get(*in.UserName)
		if err != nil {
			return a.users.named(err, *in.UserName)
		}
		if err := user.Deletable(); err != nil {
			return err
		}
		return a.users.all.In(tx).Delete(user.Name)
	})
}

func (a *API) listUserPolicies(ctx context.Context, caller awsapi.Caller, in *iam.ListUserPoliciesRequest) (*iam.ListUserPoliciesResponse, error) {
	user, err := a.users.get(ctx, caller.Account, *in.UserName)
	if err != nil {
		return nil, err
	}
	out := &iam.ListUserPoliciesResponse{}
	out.PolicyNames, out.IsTruncated, out.Marker = paged(names(user.Inline), in.Marker, in.MaxItems)
	return out, nil
}

// names are a map's keys in order.
func names(all map[string]string) []string {
	sorted := slices.Sorted(maps.Keys(all))
	if sorted == nil {
		return []string{}
	}
	return sorted
}

func (a *API) listAttachedUserPolicies(ctx context.Context, caller awsapi.Caller, in *iam.ListAttachedUserPoliciesRequest) (*iam.ListAttachedUserPoliciesResponse, error) {
	all, err := a.users.attached(ctx, caller.Account, *in.UserName, in.PathPrefix)
	if err != nil {
		return nil, err
	}
	out := &iam.ListAttachedUserPoliciesResponse{}
	out.AttachedPolicies, out.IsTruncated, out.Marker = paged(all, in.Marker, in.MaxItems)
	return out, nil
}

func (a *API) listUserTags(ctx context.Context, caller awsapi.Caller, in *iam.ListUserTagsRequest) (*iam.ListUserTagsResponse, error) {
	user, err := a.users.get(ctx, caller.Account, *in.UserName)
	if err != nil {
		return nil, err
	}
	out := &iam.ListUserTagsResponse{}
	out.Tags, out.IsTruncated, out.Marker = paged(tags(user.Tags), in.Marker, in.MaxItems)
	return out, nil
}
