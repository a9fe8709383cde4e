// Package accountwide answers the operations on API Gateway's nouns that belong
// to an account rather than to one API: API keys, usage plans and usage, custom
// domain names, VPC links, client certificates and the account's settings. Like
// package rest, of which it is the other half, it reads from the store, asks
// package definition's account for the rule and shows the result.
package accountwide

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/newid"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/definition/patch"
	"github.com/sluice-gateway/sluice/controlplane/store"
)

// Config is what an API is made of; see rest.Config.
type Config struct {
	Store  *store.Store
	Now    func() time.Time
	Random io.Reader
	// Usage may be nil.
	Usage UsageReader
}

// The lengths of ids.
const (
	shortID = 6
	longID  = 10
)

// API answers the operations.
type API struct {
	store  *store.Store
	now    func() time.Time
	random io.Reader
	ids    newid.Source
	reader UsageReader
}

// New makes an API.
func New(config Config) *API {
	return &API{store: config.Store, now: config.Now, random: config.Random, ids: newid.New(config.Random), reader: config.Usage}
}

// Handlers lists what answers each operation.
func (a *API) Handlers() []awsapi.Handler {
	return slices.Concat(
		a.apiKeyHandlers(), a.usagePlanHandlers(), a.usagePlanKeyHandlers(), a.usageHandlers(), a.domainNameHandlers(),
		a.basePathMappingHandlers(), a.accessAssociationHandlers(), a.vpcLinkHandlers(), a.clientCertificateHandlers(),
	)
}

func scope(caller awsapi.Caller) store.Scope {
	return store.Scope{Account: caller.Account, Region: caller.Region}
}

// failed is the answer to a store's error: missing when there is no such noun.
func failed(err, missing error, noun, id string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, store.ErrNotFound):
		return missing
	default:
		return fmt.Errorf("%s %s: %w", noun, id, err)
	}
}

// Operations reads a request's patch operations.
func Operations(given []apigateway.PatchOperation) []patch.Operation {
	made := make([]patch.Operation, 0, len(given))
	for _, one := range given {
		operation := patch.Operation{Path: one.Path, Value: one.Value, From: one.From}
		if one.Op != nil {
			operation.Op = *one.Op
		}
		made = append(made, operation)
	}
	return made
}
