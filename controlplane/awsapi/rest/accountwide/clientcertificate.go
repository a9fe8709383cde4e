package accountwide

import (
	"context"
	"fmt"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/page"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/show"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/definition/account"
	"github.com/sluice-gateway/sluice/controlplane/definition/update"
	"github.com/sluice-gateway/sluice/controlplane/store"
)

func (a *API) clientCertificateHandlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(apigateway.GenerateClientCertificate(), a.generateClientCertificate),
		awsapi.Handle(apigateway.GetClientCertificate(), a.getClientCertificate),
		awsapi.Handle(apigateway.GetClientCertificates(), a.getClientCertificates),
		awsapi.Handle(apigateway.UpdateClientCertificate(), a.updateClientCertificate),
		awsapi.Handle(apigateway.DeleteClientCertificate(), a.deleteClientCertificate),
		awsapi.Handle(apigateway.GetAccount(), a.getAccount),
		awsapi.Handle(apigateway.UpdateAccount(), a.updateAccount),
	}
}

func (a *API) generateClientCertificate(ctx context.Context, caller awsapi.Caller, in *apigateway.GenerateClientCertificateRequest) (*apigateway.ClientCertificate, error) {
	certificate, err := account.GenerateClientCertificate(account.ClientCertificate{
		Description: wire.Value(in.Description), Tags: in.Tags,
	}, a.ids.ID(shortID), a.now(), a.random)
	if err != nil {
		return nil, err
	}
	if err := a.store.ClientCertificates().Create(ctx, scope(caller), certificate.ID, certificate); err != nil {
		return nil, fmt.Errorf("client certificate: %w", err)
	}
	return new(show.ClientCertificate(certificate)), nil
}

func (a *API) getClientCertificate(ctx context.Context, caller awsapi.Caller, in *apigateway.GetClientCertificateRequest) (*apigateway.ClientCertificate, error) {
	certificate, err := a.store.ClientCertificates().Get(ctx, scope(caller), in.ClientCertificateId)
	if err != nil {
		return nil, failed(err, account.ClientCertificateNotFound(), "client certificate", in.ClientCertificateId)
	}
	return new(show.ClientCertificate(certificate)), nil
}

func (a *API) getClientCertificates(ctx context.Context, caller awsapi.Caller, in *apigateway.GetClientCertificatesRequest) (*apigateway.ClientCertificates, error) {
	all, err := a.store.ClientCertificates().List(ctx, scope(caller), "")
	if err != nil {
		return nil, fmt.Errorf("client certificates: %w", err)
	}
	found, next, err := page.Of(all, in.Position, in.Limit, func(one *account.ClientCertificate) string { return one.ID })
	if err != nil {
		return nil, err
	}
	return &apigateway.ClientCertificates{Items: show.All(found, show.ClientCertificate), Position: next}, nil
}

func (a *API) updateClientCertificate(ctx context.Context, caller awsapi.Caller, in *apigateway.UpdateClientCertificateRequest) (*apigateway.ClientCertificate, error) {
	var made apigateway.ClientCertificate
	err := a.store.ClientCertificates().Change(ctx, scope(caller), in.ClientCertificateId, func(certificate *account.ClientCertificate) error {
		err := update.ClientCertificate(certificate, Operations(in.PatchOperations))
		made = show.ClientCertificate(certificate)
		return err
	})
	if err != nil {
		return nil, failed(err, account.ClientCertificateNotFound(), "client certificate", in.ClientCertificateId)
	}
	return &made, nil
}

// deleteClientCertificate refuses a certificate that a stage shows its backends.
func (a *API) deleteClientCertificate(ctx context.Context, caller awsapi.Caller, in *apigateway.DeleteClientCertificateRequest) (*wire.Empty, error) {
	err := a.store.Stages(ctx, scope(caller), func(ref store.Ref, stage *definition.Stage) error {
		if stage.ClientCertificateID == in.ClientCertificateId {
			return account.ClientCertificateUsed(in.ClientCertificateId, ref.ID, stage.StageName)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("client certificate %s: %w", in.ClientCertificateId, err)
	}
	err = a.store.ClientCertificates().Delete(ctx, scope(caller), in.ClientCertificateId)
	return nil, failed(err, account.ClientCertificateNotFound(), "client certificate", in.ClientCertificateId)
}

// settingsID is where an account's settings are stored.
const settingsID = "account"

func (a *API) getAccount(ctx context.Context, caller awsapi.Caller, _ *apigateway.GetAccountRequest) (*apigateway.Account, error) {
	var found *account.Settings
	err := a.store.Update(ctx, scope(caller), func(tx *store.Tx) error {
		var err error
		found, err = a.settings(tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("account: %w", err)
	}
	return new(show.Account(found)), nil
}

// settings reads the account's settings, AWS's own when nobody changed them.
func (a *API) settings(tx *store.Tx) (*account.Settings, error) {
	all, err := a.store.Settings().In(tx).List(settingsID)
	if err != nil || len(all) > 0 {
		return append(all, nil)[0], err
	}
	return account.DefaultSettings(), nil
}

func (a *API) updateAccount(ctx context.Context, caller awsapi.Caller, in *apigateway.UpdateAccountRequest) (*apigateway.Account, error) {
	var found *account.Settings
	err := a.store.Update(ctx, scope(caller), func(tx *store.Tx) error {
		var err error
		found, err = a.settings(tx)
		if err != nil {
			return err
		}
		if err := update.Account(found, Operations(in.PatchOperations)); err != nil {
			return err
		}
		return a.store.Settings().In(tx).Put(settingsID, found)
	})
	if err != nil {
		return nil, fmt.Errorf("account: %w", err)
	}
	return new(show.Account(found)), nil
}
