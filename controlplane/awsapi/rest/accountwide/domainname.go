package accountwide

import (
	"context"
	"errors"
	"fmt"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/page"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/show"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/definition/account"
	"github.com/sluice-gateway/sluice/controlplane/definition/resourcepolicy"
	"github.com/sluice-gateway/sluice/controlplane/definition/update"
	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/internal/awserror"
	"github.com/sluice-gateway/sluice/internal/secret"
)

func (a *API) domainNameHandlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(apigateway.CreateDomainName(), a.createDomainName),
		awsapi.Handle(apigateway.GetDomainName(), a.getDomainName),
		awsapi.Handle(apigateway.GetDomainNames(), a.getDomainNames),
		awsapi.Handle(apigateway.UpdateDomainName(), a.updateDomainName),
		awsapi.Handle(apigateway.DeleteDomainName(), a.deleteDomainName),
	}
}

func shownDomain(caller awsapi.Caller) func(*account.DomainName) apigateway.DomainName {
	return func(domain *account.DomainName) apigateway.DomainName {
		return show.DomainName(domain, caller.Account, caller.Region)
	}
}

func (a *API) createDomainName(ctx context.Context, caller awsapi.Caller, in *apigateway.CreateDomainNameRequest) (*apigateway.DomainName, error) {
	input := account.DomainName{
		DomainName: wire.Value(in.DomainName), CertificateName: wire.Value(in.CertificateName), CertificateARN: wire.Value(in.CertificateArn),
		CertificateBody: wire.Value(in.CertificateBody), CertificateChain: wire.Value(in.CertificateChain), CertificatePrivateKey: secret.New(wire.Value(in.CertificatePrivateKey)),
		RegionalCertificateName: wire.Value(in.RegionalCertificateName), RegionalCertificateARN: wire.Value(in.RegionalCertificateArn),
		SecurityPolicy: wire.Value(in.SecurityPolicy), EndpointAccessMode: wire.Value(in.EndpointAccessMode), Policy: wire.Value(in.Policy),
		OwnershipVerificationCertificateARN: wire.Value(in.OwnershipVerificationCertificateArn), RoutingMode: wire.Value(in.RoutingMode), Tags: in.Tags,
	}
	if endpoint := in.EndpointConfiguration; endpoint != nil {
		input.EndpointTypes, input.IPAddressType = endpoint.Types, wire.Value(endpoint.IpAddressType)
	}
	if trust := in.MutualTlsAuthentication; trust != nil {
		input.MutualTLS = &account.MutualTLS{TruststoreURI: wire.Value(trust.TruststoreUri), TruststoreVersion: wire.Value(trust.TruststoreVersion)}
	}
	if err := resourcepolicy.Check(input.Policy); err != nil {
		return nil, err
	}
	domain, err := account.NewDomainName(input, a.ids.ID(longID), caller.Region, a.now())
	if err != nil {
		return nil, err
	}
	err = a.store.DomainNames().Create(ctx, scope(caller), domain.Key(), domain)
	if errors.Is(err, store.ErrExists) {
		return nil, account.DomainNameExists()
	}
	if err != nil {
		return nil, fmt.Errorf("domain name %s: %w", domain.DomainName, err)
	}
	return new(shownDomain(caller)(domain)), nil
}

func (a *API) getDomainName(ctx context.Context, caller awsapi.Caller, in *apigateway.GetDomainNameRequest) (*apigateway.DomainName, error) {
	domain, err := a.store.DomainNames().Get(ctx, scope(caller), account.DomainKey(in.DomainName, wire.Value(in.DomainNameId)))
	if err != nil {
		return nil, failed(err, account.DomainNameNotFound(), "domain name", in.DomainName)
	}
	return new(shownDomain(caller)(domain)), nil
}

// getDomainNames lists the caller's names; those that other accounts share do
// not exist here.
func (a *API) getDomainNames(ctx context.Context, caller awsapi.Caller, in *apigateway.GetDomainNamesRequest) (*apigateway.DomainNames, error) {
	var all []*account.DomainName
	if wire.Value(in.ResourceOwner) != apigateway.ResourceOwnerOTHER_ACCOUNTS {
		var err error
		all, err = a.store.DomainNames().List(ctx, scope(caller), "")
		if err != nil {
			return nil, fmt.Errorf("domain names: %w", err)
		}
	}
	found, next, err := page.Of(all, in.Position, in.Limit, (*account.DomainName).Key)
	if err != nil {
		return nil, err
	}
	return &apigateway.DomainNames{Items: show.All(found, shownDomain(caller)), Position: next}, nil
}

func (a *API) updateDomainName(ctx context.Context, caller awsapi.Caller, in *apigateway.UpdateDomainNameRequest) (*apigateway.DomainName, error) {
	var made apigateway.DomainName
	key := account.DomainKey(in.DomainName, wire.Value(in.DomainNameId))
	err := a.store.DomainNames().Change(ctx, scope(caller), key, func(domain *account.DomainName) error {
		private := domain.IsPrivate()
		if err := update.DomainName(domain, a.ids.ID(longID), caller.Region, Operations(in.PatchOperations)); err != nil {
			return err
		}
		if domain.IsPrivate() != private {
			return awserror.NewBadRequest("The endpoint type of a domain name cannot be changed from or to PRIVATE.")
		}
		made = shownDomain(caller)(domain)
		return resourcepolicy.Check(domain.Policy)
	})
	if err != nil {
		return nil, failed(err, account.DomainNameNotFound(), "domain name", in.DomainName)
	}
	return &made, nil
}

// deleteDomainName deletes a name with its mappings and access associations.
func (a *API) deleteDomainName(ctx context.Context, caller awsapi.Caller, in *apigateway.DeleteDomainNameRequest) (*wire.Empty, error) {
	key := account.DomainKey(in.DomainName, wire.Value(in.DomainNameId))
	err := a.store.Update(ctx, scope(caller), func(tx *store.Tx) error {
		domains, mappings, associations := a.store.DomainNames().In(tx), a.store.BasePathMappings().In(tx), a.store.AccessAssociations().In(tx)
		domain, err := domains.Get(key)
		if err != nil {
			return err
		}
		mapped, err := mappings.List(key + "/")
		if err != nil {
			return err
		}
		for _, mapping := range mapped {
			if err := mappings.Delete(mappingKey(key, mapping.BasePath)); err != nil {
				return err
			}
		}
		accessed, err := associations.List("")
		if err != nil {
			return err
		}
		for _, association := range accessed {
			if association.DomainNameARN != domain.ARN(caller.Account, caller.Region) {
				continue
			}
			if err := associations.Delete(association.ARN); err != nil {
				return err
			}
		}
		return domains.Delete(key)
	})
	return nil, failed(err, account.DomainNameNotFound(), "domain name", in.DomainName)
}
