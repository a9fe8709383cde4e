package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/sluice-gateway/sluice/cmd/sluice/parts"
	"github.com/sluice-gateway/sluice/cmd/sluice/place"
	"github.com/sluice-gateway/sluice/controlplane"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/iam"
	"github.com/sluice-gateway/sluice/controlplane/store/embedded"
	"github.com/sluice-gateway/sluice/controlplane/xds"
	"github.com/sluice-gateway/sluice/envoy"
	"github.com/sluice-gateway/sluice/internal/secret"
)

// storeSettings say where definitions are kept.
type storeSettings struct {
	EtcdEndpoints []string `help:"An etcd cluster to keep definitions in; an etcd of our own in the data folder when absent." env:"SLUICE_ETCD_ENDPOINTS" placeholder:"URL"`
	MasterKey     string   `help:"File of the key that seals secrets in the store, one for all control planes of a fleet; made in the data folder when absent." env:"SLUICE_MASTER_KEY" placeholder:"FILE"`
}

// accountSettings name further accounts beside the default one.
type accountSettings struct {
	Accounts map[string]string `help:"Further accounts with their root credentials: account = access key id and secret access key." env:"SLUICE_ACCOUNTS" placeholder:"ACCOUNT=ID:SECRET" mapsep:","`
}

// roots gives the further accounts' roots. What is wrong is said without a word
// of a secret.
func (s *accountSettings) roots() ([]iam.Root, error) {
	var found []iam.Root
	for _, account := range slices.Sorted(maps.Keys(s.Accounts)) {
		id, key, both := strings.Cut(s.Accounts[account], ":")
		if !both || id == "" || key == "" || !isAccount(account) {
			return nil, fmt.Errorf("%w: accounts %s must be twelve digits = ACCESS KEY ID:SECRET ACCESS KEY", errSettings, account)
		}
		found = append(found, iam.Root{Account: account, AccessKeyID: id, SecretAccessKey: secret.New(key)})
	}
	return found, nil
}

// edgeSettings are the operator's words to every Envoy.
type edgeSettings struct {
	AccessLog          string `help:"File on the Envoys' machines for the access logs that stages ask for, each line in its stage's format; in sluice run access.log in the data folder when absent, else none." env:"SLUICE_ACCESS_LOG" placeholder:"FILE"`
	CAFile             string `name:"ca-file" help:"Certificates by which backends are verified, on the Envoys' machines." env:"SLUICE_CA_FILE" placeholder:"FILE"`
	TrustedHops        uint32 `help:"How many proxies before Envoy are believed about the client's address." env:"SLUICE_TRUSTED_HOPS" default:"0"`
	BackendConnections uint32 `help:"Most connections of an Envoy to one backend." env:"SLUICE_BACKEND_CONNECTIONS" default:"65536"`
	BackendRequests    uint32 `help:"Most requests of an Envoy to one backend at a time." env:"SLUICE_BACKEND_REQUESTS" default:"1048576"`
}

// controlSettings are all that a control plane is told.
type controlSettings struct {
	placeSettings
	fleetSettings
	logSettings
	gatewaySettings
	storeSettings
	accountSettings
	edgeSettings
}

// check says what is wrong with the settings, and fills in what they leave open.
func (s *controlSettings) check() error {
	_, badRoots := s.roots()
	if err := errors.Join(s.placeSettings.check(), s.gatewaySettings.check(), s.tlsSettings.check(), badRoots); err != nil {
		return err
	}
	s.fleetSettings = s.complete(s.placeSettings)
	return nil
}

// control is a control plane under way, with what its admin address tells.
type control struct {
	settings controlSettings
	log      *slog.Logger
	root     place.Root
	// listener is the control API's, xds where nodes connect.
	listener, xds net.Listener
	plane         atomic.Pointer[controlplane.ControlPlane]
	endpoints     atomic.Pointer[[]string]
}

// errStarting is why a control plane is not ready yet.
var errStarting = errors.New("the control plane is starting")

// openControl opens what a control plane listens on and reads its credentials,
// so that whatever is wrong is told before anything runs.
func openControl(ctx context.Context, settings controlSettings, log *slog.Logger) (*control, error) {
	root, err := settings.rootOrNew()
	if err != nil {
		return nil, err
	}
	api, err := place.Listen(ctx, "control-address", settings.ControlAddress)
	if err != nil {
		return nil, err
	}
	nodes, err := place.Listen(ctx, "xds-address", settings.XDSAddress)
	if err != nil {
		return nil, errors.Join(err, api.Close())
	}
	return &control{settings: settings, log: log, root: root, listener: api, xds: nodes}, nil
}

// close gives up what openControl opened and nothing served.
func (c *control) close() { _, _ = c.listener.Close(), c.xds.Close() }

// parts are the store, unless it is elsewhere, and the control plane.
func (c *control) parts() []parts.Part {
	plane := parts.Part{Name: "control plane", Run: c.run}
	if len(c.settings.EtcdEndpoints) > 0 {
		c.endpoints.Store(&c.settings.EtcdEndpoints)
		return []parts.Part{plane}
	}
	return []parts.Part{{Name: "etcd", Run: c.runStore}, plane}
}

// runStore runs an etcd in this process.
func (c *control) runStore(ctx context.Context, ready func()) error {
	server, err := embedded.Start(ctx, embedded.Config{Dir: filepath.Join(c.settings.DataDir, "etcd"), Logger: c.log})
	if err != nil {
		return err
	}
	c.endpoints.Store(&[]string{server.Endpoint()})
	ready()
	<-ctx.Done()
	server.Stop()
	return nil
}

// run runs the control plane.
func (c *control) run(ctx context.Context, ready func()) error {
	settings := &c.settings
	roots, err := settings.roots()
	if err != nil {
		return err
	}
	security, err := settings.server(settings.XDSAddress)
	if err != nil {
		return err
	}
	plane, err := controlplane.New(ctx, controlplane.Config{
		DataDir: settings.DataDir, MasterKey: settings.MasterKey, EtcdEndpoints: *c.endpoints.Load(),
		Account: settings.Account, RootAccessKeyID: c.root.AccessKeyID, RootSecretAccessKey: c.root.SecretAccessKey, Accounts: roots,
		Control: c.listener, XDS: []xds.Endpoint{{Listener: c.xds, TLS: security}},
		Compile:  settings.compile(settings.placeSettings),
		Envoy:    envoy.Settings{CAFile: settings.CAFile, MaxConnections: settings.BackendConnections, MaxRequests: settings.BackendRequests},
		Listener: envoy.ListenerSettings{Address: settings.GatewayAddress, TrustedHops: settings.TrustedHops, PayloadLimit: settings.PayloadLimit, AccessLog: settings.AccessLog},
		Logger:   c.log, Now: time.Now, Random: rand.Reader,
	})
	if err != nil {
		return err
	}
	c.plane.Store(plane)
	announcing, stop := context.WithCancel(ctx)
	defer stop()
	go c.announce(announcing, plane, ready)
	return plane.Run(ctx)
}

// announce calls ready once all that is stored is offered.
func (c *control) announce(ctx context.Context, plane *controlplane.ControlPlane, ready func()) {
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for plane.Ready() != nil {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
	ready()
}

// ready is nil once the control plane can be used.
func (c *control) ready(context.Context) error {
	plane := c.plane.Load()
	if plane == nil {
		return errStarting
	}
	return plane.Ready()
}

// status is what `sluice status` shows.
func (c *control) status() any {
	plane := c.plane.Load()
	if plane == nil {
		return xds.Status{}
	}
	return plane.Status()
}

// newRegistry makes a registry with what is of interest of any Go program.
func newRegistry() *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return registry
}

// controlplaneCommand runs the control plane of a fleet.
type controlplaneCommand struct{ controlSettings }

// Run implements the command.
func (c controlplaneCommand) Run(ctx context.Context) error {
	if err := c.check(); err != nil {
		return err
	}
	if err := place.Open(c.DataDir, c.socketDir()); err != nil {
		return err
	}
	release, err := place.Lock(c.DataDir)
	if err != nil {
		return err
	}
	defer release()
	log := c.logger(os.Stderr)
	plane, err := openControl(ctx, c.controlSettings, log)
	if err != nil {
		return err
	}
	told, err := place.Listen(ctx, "admin-address", c.AdminAddress)
	if err != nil {
		plane.close()
		return err
	}
	admin := adminPart(told, reports{ready: plane.ready, status: plane.status, metrics: newRegistry(), profile: c.Profile})
	return parts.Run(ctx, log, func() {
		log.Info("the control plane serves", "control", c.ControlAddress, "xds", c.XDSAddress, "admin", c.AdminAddress)
	}, append([]parts.Part{admin}, plane.parts()...)...)
}
