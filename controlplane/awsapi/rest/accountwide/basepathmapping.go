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
	"github.com/sluice-gateway/sluice/controlplane/definition/update"
	"github.com/sluice-gateway/sluice/controlplane/store"
)

func (a *API) basePathMappingHandlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(apigateway.CreateBasePathMapping(), a.createBasePathMapping),
		awsapi.Handle(apigateway.GetBasePathMapping(), a.getBasePathMapping),
		awsapi.Handle(apigateway.GetBasePathMappings(), a.getBasePathMappings),
		awsapi.Handle(apigateway.UpdateBasePathMapping(), a.updateBasePathMapping),
		awsapi.Handle(apigateway.DeleteBasePathMapping(), a.deleteBasePathMapping),
	}
}

// mappingKey is where a mapping of a domain name is stored.
func mappingKey(domain, basePath string) string {
	if basePath == "" {
		basePath = account.NoBasePath
	}
	return domain + "/" + basePath
}

// mapping finds a mapping of a domain name, or says which of both is unknown.
func (a *API) mapping(tx *store.Tx, domain, basePath string) (*account.BasePathMapping, error) {
	_, err := a.store.DomainNames().In(tx).Get(domain)
	if errors.Is(err, store.ErrNotFound) {
		return nil, account.DomainNameNotFound()
	}
	if err != nil {
		return nil, err
	}
	return a.store.BasePathMappings().In(tx).Get(mappingKey(domain, basePath))
}

// putMapping stores a mapping unless its base path is taken. What fails inside
// the check comes back instead of the check's own refusal.
func (a *API) putMapping(tx *store.Tx, domain string, mapping *account.BasePathMapping, check func(account.APIHolds) error) error {
	var failure error
	if err := check(account.APIHolds(stageExists(tx, &failure))); err != nil {
		return errors.Join(failure, err)
	}
	err := a.store.BasePathMappings().In(tx).Create(mappingKey(domain, mapping.BasePath), mapping)
	if errors.Is(err, store.ErrExists) {
		return account.BasePathExists()
	}
	return err
}

func (a *API) createBasePathMapping(ctx context.Context, caller awsapi.Caller, in *apigateway.CreateBasePathMappingRequest) (*apigateway.BasePathMapping, error) {
	domain := account.DomainKey(in.DomainName, wire.Value(in.DomainNameId))
	var made apigateway.BasePathMapping
	err := a.store.Update(ctx, scope(caller), func(tx *store.Tx) error {
		if _, err := a.store.DomainNames().In(tx).Get(domain); err != nil {
			return err
		}
		mapping := &account.BasePathMapping{
			DomainName: in.DomainName, DomainNameID: wire.Value(in.DomainNameId),
			BasePath: account.ParseBasePath(wire.Value(in.BasePath)), RestAPIID: wire.Value(in.RestApiId), Stage: wire.Value(in.Stage),
		}
		if err := a.putMapping(tx, domain, mapping, mapping.Check); err != nil {
			return err
		}
		made = show.BasePathMapping(mapping)
		return nil
	})
	if err != nil {
		return nil, failed(err, account.DomainNameNotFound(), "base path mapping of", in.DomainName)
	}
	return &made, nil
}

func (a *API) getBasePathMapping(ctx context.Context, caller awsapi.Caller, in *apigateway.GetBasePathMappingRequest) (*apigateway.BasePathMapping, error) {
	domain := account.DomainKey(in.DomainName, wire.Value(in.DomainNameId))
	var made apigateway.BasePathMapping
	err := a.store.Update(ctx, scope(caller), func(tx *store.Tx) error {
		mapping, err := a.mapping(tx, domain, in.BasePath)
		if err == nil {
			made = show.BasePathMapping(mapping)
		}
		return err
	})
	if err != nil {
		return nil, failed(err, account.BasePathNotFound(), "base path mapping of", in.DomainName)
	}
	return &made, nil
}

func (a *API) getBasePathMappings(ctx context.Context, caller awsapi.Caller, in *apigateway.GetBasePathMappingsRequest) (*apigateway.BasePathMappings, error) {
	domain := account.DomainKey(in.DomainName, wire.Value(in.DomainNameId))
	if _, err := a.store.DomainNames().Get(ctx, scope(caller), domain); err != nil {
		return nil, failed(err, account.DomainNameNotFound(), "domain name", in.DomainName)
	}
	all, err := a.store.BasePathMappings().List(ctx, scope(caller), domain+"/")
	if err != nil {
		return nil, fmt.Errorf("base path mappings: %w", err)
	}
	found, next, err := page.Of(all, in.Position, in.Limit, (*account.BasePathMapping).ShownBasePath)
	if err != nil {
		return nil, err
	}
	return &apigateway.BasePathMappings{Items: show.All(found, show.BasePathMapping), Position: next}, nil
}

// updateBasePathMapping moves the mapping when its base path changes.
func (a *API) updateBasePathMapping(ctx context.Context, caller awsapi.Caller, in *apigateway.UpdateBasePathMappingRequest) (*apigateway.BasePathMapping, error) {
	domain := account.DomainKey(in.DomainName, wire.Value(in.DomainNameId))
	var made apigateway.BasePathMapping
	err := a.store.Update(ctx, scope(caller), func(tx *store.Tx) error {
		mappings := a.store.BasePathMappings().In(tx)
		mapping, err := a.mapping(tx, domain, in.BasePath)
		if err != nil {
			return err
		}
		if err := mappings.Delete(mappingKey(domain, in.BasePath)); err != nil {
			return err
		}
		err = a.putMapping(tx, domain, mapping, func(holds account.APIHolds) error {
			return update.BasePathMapping(mapping, holds, Operations(in.PatchOperations))
		})
		made = show.BasePathMapping(mapping)
		return err
	})
	if err != nil {
		return nil, failed(err, account.BasePathNotFound(), "base path mapping of", in.DomainName)
	}
	return &made, nil
}

func (a *API) deleteBasePathMapping(ctx context.Context, caller awsapi.Caller, in *apigateway.DeleteBasePathMappingRequest) (*wire.Empty, error) {
	domain := account.DomainKey(in.DomainName, wire.Value(in.DomainNameId))
	err := a.store.Update(ctx, scope(caller), func(tx *store.Tx) error {
		if _, err := a.mapping(tx, domain, in.BasePath); err != nil {
			return err
		}
		return a.store.BasePathMappings().In(tx).Delete(mappingKey(domain, in.BasePath))
	})
	return nil, failed(err, account.BasePathNotFound(), "base path mapping of", in.DomainName)
}
