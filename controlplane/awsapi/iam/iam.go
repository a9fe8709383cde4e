// Package iam answers the part of IAM's API that makes callers: users, groups,
// roles, access keys, inline and managed policies. It also tells the control API
// whom a key belongs to and which policies hold (caller.go). It evaluates no
// policy itself, and it is not STS: see package sts beside it.
package iam

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/newid"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/iam"
	"github.com/sluice-gateway/sluice/controlplane/definition/identity"
	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/internal/awserror"
	policies "github.com/sluice-gateway/sluice/internal/iam"
	"github.com/sluice-gateway/sluice/internal/secret"
)

// Config is what an API is made of.
type Config struct {
	Store *store.Store
	// Roots are the accounts' roots.
	Roots []Root
	// Box opens and seals session tokens.
	Box    *secret.Box
	Now    func() time.Time
	Random io.Reader
}

// Root is the root of one account, which may do everything in it.
type Root struct {
	Account, AccessKeyID string
	SecretAccessKey      secret.String
}

// API answers the operations.
type API struct {
	config Config
	ids    newid.Source
	users  kind[identity.User]
	groups kind[identity.Group]
	roles  kind[identity.Role]
	// managed are policies, by their names; keys by their ids, over all accounts.
	managed store.Collection[identity.Policy]
	keys    store.Collection[identity.AccessKey]
}

// New makes an API.
func New(config Config) *API {
	return &API{
		config: config, ids: newid.New(config.Random),
		users: kind[identity.User]{
			store.NewCollection[identity.User](config.Store, "users", nil, nil), "user", "User",
			func(u *identity.User) *identity.Entity { return &u.Entity },
		},
		groups: kind[identity.Group]{
			store.NewCollection[identity.Group](config.Store, "groups", nil, nil), "group", "Group",
			func(g *identity.Group) *identity.Entity { return &g.Entity },
		},
		roles: kind[identity.Role]{
			store.NewCollection[identity.Role](config.Store, "roles", nil, nil), "role", "Role",
			func(r *identity.Role) *identity.Entity { return &r.Entity },
		},
		managed: store.NewCollection[identity.Policy](config.Store, "policies", nil, nil),
		keys: store.NewCollection(config.Store, "accesskeys",
			func(key *identity.AccessKey) []*secret.String { return []*secret.String{&key.Secret} }, nil),
	}
}

// Handlers lists what answers each operation.
func (a *API) Handlers() []awsapi.Handler {
	return slices.Concat(
		a.userHandlers(), a.groupHandlers(), a.roleHandlers(), a.policyHandlers(), a.keyHandlers(),
	)
}

// global is an account's part of the store that belongs to no region.
func global(account string) store.Scope { return store.Scope{Account: account, Region: "global"} }

// kind is users, groups or roles: what they have in common.
type kind[T any] struct {
	all store.Collection[T]
	// small and large name it in texts: "user", "User".
	small, large string
	entity       func(*T) *identity.Entity
}

func (k kind[T]) get(ctx context.Context, account, name string) (*T, error) {
	found, err := k.all.Get(ctx, global(account), name)
	return found, k.named(err, name)
}

// named puts IAM's words for what the store says.
func (k kind[T]) named(err error, name string) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return identity.NoSuchEntityf("The %s with name %s cannot be found.", k.small, name)
	case errors.Is(err, store.ErrExists):
		return identity.AlreadyExists(k.large, name)
	default:
		return err
	}
}

func (k kind[T]) change(ctx context.Context, account, name string, fn func(*T) error) error {
	return k.named(k.all.Change(ctx, global(account), name, fn), name)
}

// changeEntity changes what entities have in common.
func (k kind[T]) changeEntity(ctx context.Context, account, name string, fn func(*identity.Entity) error) error {
	return k.change(ctx, account, name, func(one *T) error { return fn(k.entity(one)) })
}

func (k kind[T]) putInline(ctx context.Context, account, name string, policy, document *string) error {
	if err := checkDocument(*document, policies.IdentityPolicy); err != nil {
		return err
	}
	return k.changeEntity(ctx, account, name, func(e *identity.Entity) error {
		e.PutInline(*policy, *document)
		return nil
	})
}

func (k kind[T]) inline(ctx context.Context, account, name, policy string) (*string, error) {
	found, err := k.get(ctx, account, name)
	if err != nil {
		return nil, err
	}
	document, err := k.entity(found).FindInline(k.small, policy)
	if err != nil {
		return nil, err
	}
	return new(escaped(document)), nil
}

func (k kind[T]) removeInline(ctx context.Context, account, name, policy string) error {
	return k.changeEntity(ctx, account, name, func(e *identity.Entity) error { return e.RemoveInline(k.small, policy) })
}

// attach attaches a managed policy that is there.
func (a *API) attach(ctx context.Context, account, arn string, change func(func(*identity.Entity) error) error) error {
	if _, err := a.policy(ctx, account, arn); err != nil {
		return err
	}
	return change(func(e *identity.Entity) error {
		e.Attach(arn)
		return nil
	})
}

// attached lists managed policies.
func (k kind[T]) attached(ctx context.Context, account, name string, prefix *string) ([]iam.AttachedPolicy, error) {
	found, err := k.get(ctx, account, name)
	if err != nil {
		return nil, err
	}
	all := []iam.AttachedPolicy{}
	for _, arn := range k.entity(found).Attached {
		path, base := pathOf(arn)
		if prefix == nil || len(path) >= len(*prefix) && path[:len(*prefix)] == *prefix {
			all = append(all, iam.AttachedPolicy{PolicyName: &base, PolicyArn: new(arn)})
		}
	}
	return all, nil
}

// list gives those below a path, by name.
func (k kind[T]) list(ctx context.Context, account string, prefix *string) ([]*T, error) {
	all, err := k.all.List(ctx, global(account), "")
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(one *T) bool { return !k.entity(one).MatchesPath(text(prefix)) }), nil
}

// newEntity is what a Create* operation makes.
func (a *API) newEntity(prefix string, name, path *string, tags []iam.Tag) (identity.Entity, error) {
	made := identity.Entity{Name: *name, Path: "/", ID: prefix + a.ids.Upper(17), CreateDate: a.now()}
	if path != nil {
		made.Path = *path
	}
	if len(tags) == 0 {
		return made, nil
	}
	err := made.Tag(tagMap(tags))
	return made, err
}

// now is the time to the second, as IAM shows it.
func (a *API) now() time.Time { return a.config.Now().UTC().Truncate(time.Second) }

// checkDocument refuses what is no policy of its kind.
func checkDocument(document string, of policies.Kind) error {
	_, err := policies.Parse([]byte(document), of)
	if wrong, ok := errors.AsType[*policies.Error](err); ok {
		return identity.Malformed("Syntax errors in policy.", wrong)
	}
	if err != nil {
		return fmt.Errorf("policy document: %w", err)
	}
	return nil
}

// unbuilt refuses what would be ignored otherwise, and would change what a caller
// may do.
func unbuilt(member string) error {
	return awserror.New(awserror.NotImplemented, 501, member+" is not supported yet")
}
