package iam

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/definition/identity"
	"github.com/sluice-gateway/sluice/controlplane/store"
	policies "github.com/sluice-gateway/sluice/internal/iam"
	"github.com/sluice-gateway/sluice/internal/sigv4"
)

// Identity implements awsapi.Identities: roots, sessions, and users' keys that
// are active.
func (a *API) Identity(ctx context.Context, accessKeyID, sessionToken string) (awsapi.Identity, error) {
	if sessionToken != "" {
		found, err := a.openSession(accessKeyID, sessionToken)
		if err != nil {
			return awsapi.Identity{}, err
		}
		return found, a.alive(ctx, found)
	}
	for _, root := range a.config.Roots {
		if root.AccessKeyID == accessKeyID {
			return awsapi.Identity{
				Account: root.Account, Secret: root.SecretAccessKey,
				Principal: awsapi.Principal{ARN: rootARN(root.Account), ID: root.Account, AccessKeyID: accessKeyID, Root: true},
			}, nil
		}
	}
	key, err := a.keys.Get(ctx, store.Global(), accessKeyID)
	if errors.Is(err, store.ErrNotFound) || (err == nil && !key.Active) {
		return awsapi.Identity{}, sigv4.ErrUnknownKey
	}
	if err != nil {
		return awsapi.Identity{}, err
	}
	user, err := a.users.all.Get(ctx, global(key.Account), key.UserName)
	if errors.Is(err, store.ErrNotFound) {
		return awsapi.Identity{}, sigv4.ErrUnknownKey
	}
	if err != nil {
		return awsapi.Identity{}, err
	}
	return awsapi.Identity{
		Account: key.Account, Secret: key.Secret,
		Principal: awsapi.Principal{ARN: user.ARN(key.Account, "user"), ID: user.ID, AccessKeyID: accessKeyID},
	}, nil
}

// alive refuses a session whose user or role is gone, or was made anew under the
// same name.
func (a *API) alive(ctx context.Context, found awsapi.Identity) error {
	if found.Principal.Root {
		return nil
	}
	entity, _, err := a.entityOf(ctx, found.Account, found.Principal.ARN)
	if err != nil {
		return err
	}
	owner, _, _ := strings.Cut(found.Principal.ID, ":")
	if entity == nil || entity.ID != owner {
		return sigv4.ErrUnknownKey
	}
	return nil
}

// entityOf finds the user or role of a principal's ARN, with a user's groups;
// nil when there is none.
func (a *API) entityOf(ctx context.Context, account, arn string) (entity *identity.Entity, groups []string, err error) {
	if _, rest, isUser := strings.Cut(arn, ":user/"); isUser {
		user, err := a.users.all.Get(ctx, global(account), rest[strings.LastIndexByte(rest, '/')+1:])
		if err != nil {
			return nil, nil, ignoreMissing(err)
		}
		return &user.Entity, user.Groups, nil
	}
	_, rest, isRole := strings.Cut(arn, ":assumed-role/")
	if !isRole {
		return nil, nil, nil
	}
	name, _, _ := strings.Cut(rest, "/")
	role, err := a.roles.all.Get(ctx, global(account), name)
	if err != nil {
		return nil, nil, ignoreMissing(err)
	}
	return &role.Entity, nil, nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// Policies implements awsapi.Policies: a user's own and its groups', or a role's.
func (a *API) Policies(ctx context.Context, caller awsapi.Caller) ([]*policies.Policy, error) {
	entity, groups, err := a.entityOf(ctx, caller.Account, caller.Principal.ARN)
	if err != nil || entity == nil {
		return nil, err
	}
	holders := []*identity.Entity{entity}
	for _, name := range groups {
		group, err := a.groups.get(ctx, caller.Account, name)
		if err != nil {
			return nil, err
		}
		holders = append(holders, &group.Entity)
	}
	var all []*policies.Policy
	for _, holder := range holders {
		found, err := a.policiesOf(ctx, caller.Account, holder)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

func (a *API) policiesOf(ctx context.Context, account string, holder *identity.Entity) ([]*policies.Policy, error) {
	var documents []string
	for _, name := range names(holder.Inline) {
		documents = append(documents, holder.Inline[name])
	}
	for _, arn := range holder.Attached {
		policy, err := a.policy(ctx, account, arn)
		if err != nil {
			return nil, err
		}
		version, err := policy.Version(account, policy.Default)
		if err != nil {
			return nil, err
		}
		documents = append(documents, version.Document)
	}
	var all []*policies.Policy
	for _, document := range documents {
		parsed, err := policies.Parse([]byte(document), policies.IdentityPolicy)
		if err != nil {
			return nil, fmt.Errorf("a policy of %s: %w", holder.Name, err)
		}
		all = append(all, parsed)
	}
	return all, nil
}

// Role gives a role by its ARN, with the account it is in; nil when there is none.
func (a *API) Role(ctx context.Context, arn string) (role *identity.Role, account string, err error) {
	rest, isRole := strings.CutPrefix(arn, "arn:aws:iam::")
	if !isRole {
		return nil, "", nil
	}
	account, rest, _ = strings.Cut(rest, ":role/")
	if account == "" {
		return nil, "", nil
	}
	role, err = a.roles.all.Get(ctx, global(account), rest[strings.LastIndexByte(rest, '/')+1:])
	if err != nil {
		return nil, account, ignoreMissing(err)
	}
	if role.ARN(account, "role") != arn {
		return nil, account, nil
	}
	return role, account, nil
}
