package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/accountwide"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/newid"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/definition/patch"
	"github.com/sluice-gateway/sluice/controlplane/definition/resourcepolicy"
	"github.com/sluice-gateway/sluice/controlplane/store"
)

// Config is what an API is made of.
type Config struct {
	// Store keeps the nouns.
	Store *store.Store
	// Now is the clock.
	Now func() time.Time
	// Random is where ids and keys come from; cryptographic, and read by many
	// goroutines at once, as crypto/rand.Reader is.
	Random io.Reader
	// Invoker makes TestInvokeMethod's calls; nil leaves that operation out.
	Invoker Invoker
	// Usage knows how often API keys called; nothing is known when nil.
	Usage accountwide.UsageReader
}

// shortID is the length of most ids.
const shortID = 6

// API answers the operations.
type API struct {
	store   *store.Store
	now     func() time.Time
	ids     newid.Source
	invoker Invoker
	account *accountwide.API
}

// New makes an API.
func New(config Config) *API {
	ids := newid.New(config.Random)
	return &API{
		store: config.Store, now: config.Now, ids: ids, invoker: config.Invoker,
		account: accountwide.New(accountwide.Config{Store: config.Store, Now: config.Now, Random: config.Random, Usage: config.Usage}),
	}
}

// Handlers lists what answers each operation.
func (a *API) Handlers() []awsapi.Handler {
	return slices.Concat(
		a.restAPIHandlers(), a.resourceHandlers(), a.methodHandlers(), a.integrationHandlers(),
		a.deploymentHandlers(), a.stageHandlers(), a.modelHandlers(), a.authorizerHandlers(), a.gatewayResponseHandlers(),
		a.documentationHandlers(), a.openAPIHandlers(), a.tagHandlers(), a.sdkHandlers(), a.testInvokeHandlers(),
		a.account.Handlers(),
	)
}

// scope is where a caller's nouns are.
func scope(caller awsapi.Caller) store.Scope {
	return store.Scope{Account: caller.Account, Region: caller.Region}
}

func ref(caller awsapi.Caller, id string) store.Ref {
	return store.Ref{Scope: scope(caller), ID: id}
}

func owner(caller awsapi.Caller) resourcepolicy.Owner {
	return resourcepolicy.Owner{Account: caller.Account, Region: caller.Region}
}

// read reads an API; missing is the operation's answer when there is none, for
// AWS's differ.
func (a *API) read(ctx context.Context, caller awsapi.Caller, id string, missing error) (*definition.API, error) {
	found, err := a.store.API(ctx, ref(caller, id))
	if errors.Is(err, store.ErrNotFound) {
		return nil, missing
	}
	if err != nil {
		return nil, fmt.Errorf("API %s: %w", id, err)
	}
	return found, nil
}

// change changes an API in memory and stores what differs. Fn may run more than
// once; what it leaves behind is of its last run.
func (a *API) change(ctx context.Context, caller awsapi.Caller, id string, missing error, fn func(*definition.API) error) error {
	err := a.store.Change(ctx, ref(caller, id), fn)
	if errors.Is(err, store.ErrNotFound) {
		return missing
	}
	if err != nil {
		return fmt.Errorf("API %s: %w", id, err)
	}
	return nil
}

// changed changes an API and shows what fn returns.
func changed[W any](ctx context.Context, a *API, caller awsapi.Caller, id string, missing error, fn func(*definition.API) (W, error)) (*W, error) {
	var made W
	err := a.change(ctx, caller, id, missing, func(api *definition.API) error {
		var err error
		made, err = fn(api)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &made, nil
}

// shown changes an API and shows the noun that fn returns.
func shown[N, W any](ctx context.Context, a *API, caller awsapi.Caller, id string, missing error, one func(*N) W, fn func(*definition.API) (*N, error)) (*W, error) {
	return changed(ctx, a, caller, id, missing, func(api *definition.API) (W, error) {
		noun, err := fn(api)
		if err != nil {
			var none W
			return none, err
		}
		return one(noun), nil
	})
}

// got reads an API and shows the noun that fn finds there.
func got[N, W any](ctx context.Context, a *API, caller awsapi.Caller, id string, missing error, one func(*N) W, fn func(*definition.API) (*N, error)) (*W, error) {
	api, err := a.read(ctx, caller, id, missing)
	if err != nil {
		return nil, err
	}
	noun, err := fn(api)
	if err != nil {
		return nil, err
	}
	return new(one(noun)), nil
}

func apiMissing(caller awsapi.Caller, id string) error {
	return definition.APINotFound(caller.Account, id)
}

// operations reads a request's patch operations.
func operations(given []apigateway.PatchOperation) []patch.Operation {
	return accountwide.Operations(given)
}
