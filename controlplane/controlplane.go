// Package controlplane joins the parts of the control plane: the store, the
// AWS-compatible API that changes it, and the publisher that makes what is
// stored be served. All joining happens here, readable from top to bottom. It
// has no flags and opens no sockets: its caller hands it the listeners, and the
// etcd server, when one is embedded, is the caller's too (store/embedded).
package controlplane

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/acm"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/iam"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/sts"
	"github.com/sluice-gateway/sluice/controlplane/compile"
	"github.com/sluice-gateway/sluice/controlplane/invoke"
	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/controlplane/xds"
	"github.com/sluice-gateway/sluice/envoy"
	"github.com/sluice-gateway/sluice/internal/secret"
)

// masterKeyFile is where the key that seals secrets lies in the data folder.
const masterKeyFile = "master.key"

// Config is what a control plane is made of.
type Config struct {
	// DataDir holds the master key. It is there already.
	DataDir string
	// MasterKey is the key's file when it lies elsewhere: a fleet's control planes
	// share one. Empty: master.key in DataDir, made at the first run.
	MasterKey string
	// EtcdEndpoints are etcd's client addresses; EtcdTLS is for https ones, and nil
	// otherwise.
	EtcdEndpoints []string
	EtcdTLS       *tls.Config
	EtcdUsername  string
	EtcdPassword  secret.String
	// Account is the default account: twelve digits. The root credentials are its
	// root's.
	Account             string
	RootAccessKeyID     string
	RootSecretAccessKey secret.String
	// Accounts are further accounts with their roots, side by side with the default
	// one and blind to it.
	Accounts []iam.Root
	// Control is where the control API answers.
	Control net.Listener
	// XDS are where Envoys and ext services connect.
	XDS []xds.Endpoint
	// Compile, Envoy and Listener are the operator's settings, the same for all
	// APIs.
	Compile  compile.Settings
	Envoy    envoy.Settings
	Listener envoy.ListenerSettings
	// Drain is how long what no route names any more stays; 0: longer than AWS's
	// longest integration timeout.
	Drain time.Duration
	// Logger gets a line a call and a batch; nothing is logged when nil.
	Logger *slog.Logger
	// Now is the clock; Random, which must be cryptographic and is read by many
	// goroutines at once, makes ids, keys and nonces.
	Now    func() time.Time
	Random io.Reader
}

// ControlPlane is a control plane. Make it with New.
type ControlPlane struct {
	config    Config
	store     *store.Store
	api       *awsapi.Server
	publisher *xds.Publisher
}

// New joins the parts. It fails when etcd does not answer. Run it, or Close it.
func New(ctx context.Context, config Config) (*ControlPlane, error) {
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	key, err := masterKey(config)
	if err != nil {
		return nil, err
	}
	kept, err := openStore(ctx, config, key)
	if err != nil {
		return nil, err
	}
	publisher, err := xds.New(xds.Config{
		Store: kept, Compile: config.Compile, Envoy: config.Envoy, Listener: config.Listener, Drain: config.Drain,
		Logger: config.Logger, Now: config.Now,
	})
	if err != nil {
		return nil, errors.Join(err, kept.Close())
	}
	// A call that changes what is served returns when it is served.
	api, err := controlAPI(config, kept.Waiting(publisher.Published), publisher, key)
	if err != nil {
		return nil, errors.Join(err, kept.Close())
	}
	return &ControlPlane{config: config, store: kept, api: api, publisher: publisher}, nil
}

// controlAPI joins what answers the operations with who may call them.
func controlAPI(config Config, kept *store.Store, publisher *xds.Publisher, key []byte) (*awsapi.Server, error) {
	box, err := secret.NewBox(key, config.Random)
	if err != nil {
		return nil, fmt.Errorf("control API: %w", err)
	}
	root := iam.Root{Account: config.Account, AccessKeyID: config.RootAccessKeyID, SecretAccessKey: config.RootSecretAccessKey}
	callers := iam.New(iam.Config{
		Store: kept, Roots: append([]iam.Root{root}, config.Accounts...), Box: box, Now: config.Now, Random: config.Random,
	})
	invoker := invoke.New(invoke.Config{
		Publisher: publisher, Compile: config.Compile, Gateway: config.Listener.Address, Now: config.Now, Random: config.Random,
	})
	return awsapi.New(awsapi.Config{
		Handlers: slices.Concat(
			rest.New(rest.Config{Store: kept, Now: config.Now, Random: config.Random, Invoker: invoker}).Handlers(),
			callers.Handlers(), sts.New(callers).Handlers(),
			acm.New(acm.Config{Store: kept, Now: config.Now, Random: config.Random}).Handlers(),
		),
		Identities: callers, Authorizer: awsapi.ByPolicy{Attached: callers, Now: config.Now},
		Logger: config.Logger, Now: config.Now, Random: config.Random,
	})
}

// masterKey reads the key that seals secrets, and makes it at the first run.
func masterKey(config Config) ([]byte, error) {
	file := config.MasterKey
	if file == "" {
		file = filepath.Join(config.DataDir, masterKeyFile)
	}
	return secret.LoadKey(file, config.Random)
}

func openStore(ctx context.Context, config Config, key []byte) (*store.Store, error) {
	return store.Open(ctx, store.Config{
		Endpoints: config.EtcdEndpoints, TLS: config.EtcdTLS, Username: config.EtcdUsername, Password: config.EtcdPassword,
		MasterKey: key, Random: config.Random, Logger: config.Logger,
	})
}

// Run serves the control API and xDS until the context ends, and closes the
// listeners and the store. It returns nil when it was asked to end.
func (c *ControlPlane) Run(ctx context.Context) error {
	group, running := errgroup.WithContext(ctx)
	group.Go(func() error { return c.publisher.Run(running) })
	group.Go(func() error { return c.publisher.Serve(running, c.config.XDS...) })
	group.Go(func() error { return c.api.Serve(running, c.config.Control) })
	err := group.Wait()
	closed := c.store.Close()
	if ctx.Err() != nil {
		return nil //nolint:nilerr // it was asked to end
	}
	return fmt.Errorf("control plane: %w", errors.Join(err, closed))
}

// Close gives up a control plane that was never run.
func (c *ControlPlane) Close() error { return c.store.Close() }

// Ready says why the control plane cannot be used yet; nil when it can: all that
// is stored is offered to Envoys, and the control API answers.
func (c *ControlPlane) Ready() error { return c.publisher.Ready() }

// Status tells which Envoy serves which deployment since when, what is pending,
// what was refused, and which definitions have problems.
func (c *ControlPlane) Status() xds.Status { return c.publisher.Status() }
