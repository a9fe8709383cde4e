package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/sluice-gateway/sluice/cmd/sluice/parts"
	"github.com/sluice-gateway/sluice/cmd/sluice/place"
	"github.com/sluice-gateway/sluice/cmd/sluice/quotas"
	"github.com/sluice-gateway/sluice/cmd/sluice/story"
	"github.com/sluice-gateway/sluice/extauth"
	"github.com/sluice-gateway/sluice/extauth/apikey"
	"github.com/sluice-gateway/sluice/extproc"
	"github.com/sluice-gateway/sluice/internal/awscredentials"
	"github.com/sluice-gateway/sluice/internal/explain"
	"github.com/sluice-gateway/sluice/internal/plan"
	"github.com/sluice-gateway/sluice/internal/planclient"
	"github.com/sluice-gateway/sluice/internal/telemetry"
	"github.com/sluice-gateway/sluice/internal/usage"
)

// serviceSettings are those of extauth and extproc.
type serviceSettings struct {
	InstanceCredentials bool `help:"Take AWS credentials from EC2's metadata service too." env:"SLUICE_INSTANCE_CREDENTIALS"`
}

// services are what stands beside an Envoy. Both roles of a process share the
// plans and the limits, so that a request counts once wherever it is decided.
type services struct {
	log     *slog.Logger
	table   *plan.Table
	keys    *apikey.Store
	memory  *usage.Memory
	decider *extauth.Decider
	stories *explain.Ring
	metrics *telemetry.Metrics
	// synced is set when the first plans have come, for good: what is there goes on
	// serving when the control plane is away.
	synced atomic.Bool
}

// sink takes what the control plane sends.
type sink struct {
	*plan.Table
	*apikey.Store
}

func newServices(registry prometheus.Registerer, log *slog.Logger) *services {
	s := &services{
		log: log, table: plan.NewTable(), keys: apikey.NewStore(), memory: usage.NewMemory(),
		stories: explain.New(story.Kept), metrics: telemetry.NewMetrics(registry),
	}
	s.decider = extauth.NewDecider(s.keys, s.memory)
	return s
}

// plansPart brings plans from the control plane; it is ready when the first have
// come.
func (s *services) plansPart(role, xds string, security *tls.Config) parts.Part {
	return parts.Part{Name: "plans", Run: func(ctx context.Context, ready func()) error {
		synced := func() {
			s.synced.Store(true)
			ready()
		}
		err := planclient.Run(ctx, planclient.Config{
			Node: role + "/" + hostName(), Target: grpcTarget(xds), TLS: security,
			Sink: sink{s.table, s.keys}, Synced: synced, Logger: s.log,
		})
		if ctx.Err() != nil {
			return nil //nolint:nilerr // it was asked to end
		}
		return err
	}}
}

// journalPart keeps quotas over restarts.
func (s *services) journalPart(dir string) parts.Part {
	return parts.Part{Name: "quotas", Run: func(ctx context.Context, ready func()) error {
		kept, err := quotas.Open(dir, s.memory, s.log)
		if err != nil {
			return err
		}
		return kept.Run(ctx, ready)
	}}
}

// extauthPart answers Envoy's ext_authz.
func (s *services) extauthPart(listener net.Listener) parts.Part {
	server := extauth.NewServer(extauth.Settings{
		Decider: s.decider, Lookup: s.table.Rules, Now: time.Now, Logger: s.log.With("role", "extauth"), Metrics: s.metrics, Stories: s.stories,
	})
	return parts.Part{Name: "extauth", Run: func(ctx context.Context, ready func()) error {
		ready()
		return server.Serve(ctx, listener)
	}}
}

// extprocPart answers Envoy's ext_proc.
func (s *services) extprocPart(ctx context.Context, listener net.Listener, settings serviceSettings, region string) (parts.Part, error) {
	credentials, err := awscredentials.New(ctx, awscredentials.Options{Region: region, InstanceMetadata: settings.InstanceCredentials})
	if err != nil {
		return parts.Part{}, err
	}
	server := extproc.NewServer(extproc.NewEngine(extproc.Config{
		Logger: s.log.With("role", "extproc"), Plans: s.table, Credentials: credentials, Decider: s.decider, Stories: s.stories,
	}))
	return parts.Part{Name: "extproc", Run: func(ctx context.Context, ready func()) error {
		ready()
		stop := context.AfterFunc(ctx, server.Stop)
		defer stop()
		return server.Serve(listener)
	}}, nil
}

// errNoPlans is why a service is not ready yet.
var errNoPlans = errors.New("no plans from the control plane yet")

// ready is nil once there are plans to serve by.
func (s *services) ready(context.Context) error {
	if !s.synced.Load() {
		return errNoPlans
	}
	return nil
}

// hostName tells nodes of a fleet apart.
func hostName() string {
	name, err := os.Hostname()
	if err != nil {
		return "local"
	}
	return name
}

// grpcTarget is an address as gRPC names it.
func grpcTarget(address string) string {
	if path, found := strings.CutPrefix(address, place.UnixPrefix); found {
		return "unix://" + path
	}
	return "dns:///" + address
}

// roleSettings are those of a service that runs alone beside an Envoy.
type roleSettings struct {
	placeSettings
	fleetSettings
	logSettings
	serviceSettings
	HealthAddress string `help:"Where the service's own health and metrics are served; nowhere when absent." env:"SLUICE_HEALTH_ADDRESS" placeholder:"HOST:PORT"`
}

// extauthCommand runs the authorization service alone.
type extauthCommand struct{ roleSettings }

// Run implements the command.
func (c extauthCommand) Run(ctx context.Context) error {
	return c.serve(ctx, "extauth", func(s *services, fleet fleetSettings) ([]parts.Part, error) {
		listener, err := fleet.listenService(ctx, "extauth-address", fleet.ExtauthAddress)
		if err != nil {
			return nil, err
		}
		return []parts.Part{s.journalPart(c.DataDir), s.extauthPart(listener)}, nil
	})
}

// extprocCommand runs the processing service alone.
type extprocCommand struct{ roleSettings }

// Run implements the command.
func (c extprocCommand) Run(ctx context.Context) error {
	return c.serve(ctx, "extproc", func(s *services, fleet fleetSettings) ([]parts.Part, error) {
		listener, err := fleet.listenService(ctx, "extproc-address", fleet.ExtprocAddress)
		if err != nil {
			return nil, err
		}
		made, err := s.extprocPart(ctx, listener, c.serviceSettings, c.Region)
		return []parts.Part{made}, err
	})
}

// serve runs the parts of one role until ctx ends.
func (c *roleSettings) serve(ctx context.Context, role string, open func(*services, fleetSettings) ([]parts.Part, error)) error {
	if err := errors.Join(c.check(), c.tlsSettings.check()); err != nil {
		return err
	}
	if err := place.Open(c.DataDir, c.socketDir()); err != nil {
		return err
	}
	log := c.logger(os.Stderr)
	registry := newRegistry()
	s := newServices(registry, log)
	fleet := c.complete(c.placeSettings)
	own, err := open(s, fleet)
	if err != nil {
		return err
	}
	security, err := fleet.client(fleet.XDSAddress)
	if err != nil {
		return err
	}
	all := []parts.Part{s.plansPart(role, fleet.XDSAddress, security)}
	if c.HealthAddress != "" {
		listener, err := place.Listen(ctx, "health-address", c.HealthAddress)
		if err != nil {
			return err
		}
		all = append([]parts.Part{adminPart(listener, reports{ready: s.ready, story: s.stories.Find, metrics: registry, profile: c.Profile})}, all...)
	}
	return parts.Run(ctx, log, func() { log.Info(fmt.Sprintf("%s serves", role)) }, append(all, own...)...)
}
