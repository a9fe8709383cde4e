package accountwide

import (
	"context"
	"fmt"
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/page"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/show"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/definition/account"
	"github.com/sluice-gateway/sluice/controlplane/store"
)

func (a *API) accessAssociationHandlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(apigateway.CreateDomainNameAccessAssociation(), a.createAccessAssociation),
		awsapi.Handle(apigateway.GetDomainNameAccessAssociations(), a.getAccessAssociations),
		awsapi.Handle(apigateway.DeleteDomainNameAccessAssociation(), a.deleteAccessAssociation),
		awsapi.Handle(apigateway.RejectDomainNameAccessAssociation(), a.rejectAccessAssociation),
	}
}

func (a *API) createAccessAssociation(ctx context.Context, caller awsapi.Caller, in *apigateway.CreateDomainNameAccessAssociationRequest) (*apigateway.DomainNameAccessAssociation, error) {
	arn, source := wire.Value(in.DomainNameArn), wire.Value(in.AccessAssociationSource)
	_, key, _ := strings.Cut(arn, ":/domainnames/")
	var made apigateway.DomainNameAccessAssociation
	err := a.store.Update(ctx, scope(caller), func(tx *store.Tx) error {
		domain, err := a.store.DomainNames().In(tx).Get(key)
		if err != nil {
			return err
		}
		associations := a.store.AccessAssociations().In(tx)
		others, err := associations.List("")
		if err != nil {
			return err
		}
		association := &account.AccessAssociation{
			ARN: account.AccessARN(domain, source, caller.Account, caller.Region), DomainName: domain.DomainName, DomainNameID: domain.DomainNameID,
			DomainNameARN: arn, SourceType: wire.Value(in.AccessAssociationSourceType), Source: source, Tags: in.Tags,
		}
		if err := association.Check(domain, others); err != nil {
			return err
		}
		made = show.AccessAssociation(association)
		return associations.Create(association.ARN, association)
	})
	if err != nil {
		return nil, failed(err, account.DomainNameNotFound(), "access association of", arn)
	}
	return &made, nil
}

func (a *API) getAccessAssociations(ctx context.Context, caller awsapi.Caller, in *apigateway.GetDomainNameAccessAssociationsRequest) (*apigateway.DomainNameAccessAssociations, error) {
	var all []*account.AccessAssociation
	if wire.Value(in.ResourceOwner) != apigateway.ResourceOwnerOTHER_ACCOUNTS {
		var err error
		all, err = a.store.AccessAssociations().List(ctx, scope(caller), "")
		if err != nil {
			return nil, fmt.Errorf("access associations: %w", err)
		}
	}
	found, next, err := page.Of(all, in.Position, in.Limit, func(one *account.AccessAssociation) string { return one.ARN })
	if err != nil {
		return nil, err
	}
	return &apigateway.DomainNameAccessAssociations{Items: show.All(found, show.AccessAssociation), Position: next}, nil
}

func (a *API) deleteAccessAssociation(ctx context.Context, caller awsapi.Caller, in *apigateway.DeleteDomainNameAccessAssociationRequest) (*wire.Empty, error) {
	err := a.store.AccessAssociations().Delete(ctx, scope(caller), in.DomainNameAccessAssociationArn)
	return nil, failed(err, account.AccessAssociationNotFound(), "access association", in.DomainNameAccessAssociationArn)
}

// rejectAccessAssociation is the domain name's owner's way to delete one.
func (a *API) rejectAccessAssociation(ctx context.Context, caller awsapi.Caller, in *apigateway.RejectDomainNameAccessAssociationRequest) (*wire.Empty, error) {
	arn := wire.Value(in.DomainNameAccessAssociationArn)
	err := a.store.Update(ctx, scope(caller), func(tx *store.Tx) error {
		associations := a.store.AccessAssociations().In(tx)
		association, err := associations.Get(arn)
		if err != nil {
			return err
		}
		if association.DomainNameARN != wire.Value(in.DomainNameArn) {
			return account.AccessAssociationNotFound()
		}
		return associations.Delete(arn)
	})
	return nil, failed(err, account.AccessAssociationNotFound(), "access association", arn)
}
