package iam

import (
	"context"
	"errors"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/iam"
	"github.com/sluice-gateway/sluice/controlplane/definition/identity"
	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/internal/awserror"
	"github.com/sluice-gateway/sluice/internal/secret"
)

// secretLength is that of AWS's secret access keys.
const secretLength = 40

func (a *API) keyHandlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(iam.CreateAccessKey(), a.createAccessKey),
		awsapi.Handle(iam.ListAccessKeys(), a.listAccessKeys),
		awsapi.Handle(iam.UpdateAccessKey(), a.updateAccessKey),
		awsapi.Handle(iam.DeleteAccessKey(), a.deleteAccessKey),
		awsapi.Handle(iam.GetAccessKeyLastUsed(), a.getAccessKeyLastUsed),
	}
}

// keyOwner is the user whose keys an operation is about. Root's own key is a
// setting of the installation, not a noun.
func keyOwner(caller awsapi.Caller, given *string) (string, error) {
	name, err := callersName(caller, given)
	if err == nil && name == "" {
		return "", awserror.New(identity.CodeValidation, 400, "Must specify userName: the root's access key is a setting of Sluice")
	}
	return name, err
}

// createAccessKey stores the key before the user names it: what fails in between
// leaves a key that belongs to nobody and opens nothing.
func (a *API) createAccessKey(ctx context.Context, caller awsapi.Caller, in *iam.CreateAccessKeyRequest) (*iam.CreateAccessKeyResponse, error) {
	name, err := keyOwner(caller, in.UserName)
	if err != nil {
		return nil, err
	}
	if _, err := a.users.get(ctx, caller.Account, name); err != nil {
		return nil, err
	}
	made := &identity.AccessKey{
		ID: "AKIA" + a.ids.Upper(16), Account: caller.Account, UserName: name, Active: true, CreateDate: a.now(),
		Secret: secret.New(a.ids.Key(secretLength)),
	}
	if err := a.keys.Create(ctx, store.Global(), made.ID, made); err != nil {
		return nil, err
	}
	err = a.users.change(ctx, caller.Account, name, func(user *identity.User) error { return user.AddKey(made.ID) })
	if err != nil {
		return nil, errors.Join(err, a.keys.Delete(ctx, store.Global(), made.ID))
	}
	return &iam.CreateAccessKeyResponse{AccessKey: &iam.AccessKey{
		UserName: &name, AccessKeyId: &made.ID, Status: new(status(made)), SecretAccessKey: new(made.Secret.Reveal()), CreateDate: &made.CreateDate,
	}}, nil
}

func status(key *identity.AccessKey) string {
	if key.Active {
		return iam.StatusTypeActive
	}
	return iam.StatusTypeInactive
}

func (a *API) listAccessKeys(ctx context.Context, caller awsapi.Caller, in *iam.ListAccessKeysRequest) (*iam.ListAccessKeysResponse, error) {
	name, err := keyOwner(caller, in.UserName)
	if err != nil {
		return nil, err
	}
	user, err := a.users.get(ctx, caller.Account, name)
	if err != nil {
		return nil, err
	}
	out := &iam.ListAccessKeysResponse{AccessKeyMetadata: []iam.AccessKeyMetadata{}, IsTruncated: new(false)}
	for _, id := range user.KeyIDs {
		key, err := a.keys.Get(ctx, store.Global(), id)
		if err != nil {
			return nil, err
		}
		out.AccessKeyMetadata = append(out.AccessKeyMetadata, iam.AccessKeyMetadata{
			UserName: &name, AccessKeyId: &key.ID, Status: new(status(key)), CreateDate: &key.CreateDate,
		})
	}
	return out, nil
}

// key finds a key of a user.
func (a *API) key(ctx context.Context, account, user, id string) (*identity.AccessKey, error) {
	found, err := a.keys.Get(ctx, store.Global(), id)
	if errors.Is(err, store.ErrNotFound) || (err == nil && (found.Account != account || (user != "" && found.UserName != user))) {
		return nil, identity.NoSuchEntityf("The Access Key with id %s cannot be found.", id)
	}
	return found, err
}

func (a *API) updateAccessKey(ctx context.Context, caller awsapi.Caller, in *iam.UpdateAccessKeyRequest) (*wire.Empty, error) {
	name, err := keyOwner(caller, in.UserName)
	if err != nil {
		return nil, err
	}
	if _, err := a.key(ctx, caller.Account, name, *in.AccessKeyId); err != nil {
		return nil, err
	}
	return nil, a.keys.Change(ctx, store.Global(), *in.AccessKeyId, func(key *identity.AccessKey) error {
		key.Active = *in.Status == iam.StatusTypeActive
		return nil
	})
}

// deleteAccessKey deletes the key itself first: from then on it opens nothing.
func (a *API) deleteAccessKey(ctx context.Context, caller awsapi.Caller, in *iam.DeleteAccessKeyRequest) (*wire.Empty, error) {
	name, err := keyOwner(caller, in.UserName)
	if err != nil {
		return nil, err
	}
	if _, err := a.users.get(ctx, caller.Account, name); err != nil {
		return nil, err
	}
	if _, err := a.key(ctx, caller.Account, name, *in.AccessKeyId); err != nil {
		return nil, err
	}
	if err := a.keys.Delete(ctx, store.Global(), *in.AccessKeyId); err != nil {
		return nil, err
	}
	return nil, a.users.change(ctx, caller.Account, name, func(user *identity.User) error { return user.RemoveKey(*in.AccessKeyId) })
}

// getAccessKeyLastUsed tells whose a key is. When it was used is not kept: it
// would be a write for every call.
func (a *API) getAccessKeyLastUsed(ctx context.Context, caller awsapi.Caller, in *iam.GetAccessKeyLastUsedRequest) (*iam.GetAccessKeyLastUsedResponse, error) {
	key, err := a.key(ctx, caller.Account, "", *in.AccessKeyId)
	if err != nil {
		return nil, err
	}
	return &iam.GetAccessKeyLastUsedResponse{
		UserName: &key.UserName, AccessKeyLastUsed: &iam.AccessKeyLastUsed{ServiceName: new("N/A"), Region: new("N/A")},
	}, nil
}
