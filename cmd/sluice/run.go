package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"

	"github.com/sluice-gateway/sluice/cmd/sluice/parts"
	"github.com/sluice-gateway/sluice/cmd/sluice/place"
)

// runCommand runs a whole gateway on one machine.
type runCommand struct{ runSettings }

// runSettings are all that there is to say about a gateway on one machine.
type runSettings struct {
	controlSettings
	serviceSettings
	envoySettings
	childSettings
}

// errNotServing is why a gateway is not ready yet.
var errNotServing = errors.New("no Envoy serves yet")

// gateway is a whole gateway before it runs: everything is opened that could be
// refused.
type gateway struct {
	settings runSettings
	log      *slog.Logger
	child    *child
	control  *control
	// admin, extauth and extproc are listeners.
	admin, extauth, extproc net.Listener
}

// Run implements the command.
func (c runCommand) Run(ctx context.Context) error {
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
	g := &gateway{settings: c.runSettings, log: c.logger(os.Stderr)}
	defer g.close()
	if err := g.open(ctx); err != nil {
		return err
	}
	all, err := g.parts(ctx)
	if err != nil {
		return err
	}
	return parts.Run(ctx, g.log, func() {
		g.log.Info("Sluice serves", "gateway", c.GatewayAddress, "control", c.ControlAddress, "admin", c.AdminAddress, "data", c.DataDir)
	}, all...)
}

// open finds Envoy and takes every port and socket.
func (g *gateway) open(ctx context.Context) error {
	settings := &g.settings
	if settings.AccessLog == "" {
		settings.AccessLog = filepath.Join(settings.DataDir, "access.log")
	}
	var err error
	if g.child, err = findChild(ctx, settings.childSettings, g.log); err != nil {
		return err
	}
	if err := place.CheckFree(ctx, "gateway-address", settings.GatewayAddress); err != nil {
		return err
	}
	if g.control, err = openControl(ctx, settings.controlSettings, g.log); err != nil {
		return err
	}
	if g.admin, err = place.Listen(ctx, "admin-address", settings.AdminAddress); err != nil {
		return err
	}
	for _, wanted := range []struct {
		setting, address string
		listener         *net.Listener
	}{
		{"extauth-address", settings.ExtauthAddress, &g.extauth},
		{"extproc-address", settings.ExtprocAddress, &g.extproc},
	} {
		if *wanted.listener, err = settings.listenService(ctx, wanted.setting, wanted.address); err != nil {
			return err
		}
	}
	return nil
}

// close closes what is open still; what was served is closed by its server.
func (g *gateway) close() {
	if g.control != nil {
		g.control.close()
	}
	for _, listener := range []net.Listener{g.admin, g.extauth, g.extproc} {
		if listener != nil {
			_ = listener.Close()
		}
	}
}

// parts are all parts in the order in which they start: each finds what it leans
// on running, and finds it running until it has stopped.
func (g *gateway) parts(ctx context.Context) ([]parts.Part, error) {
	settings := &g.settings
	registry := newRegistry()
	services := newServices(registry, g.log)
	extproc, err := services.extprocPart(ctx, g.extproc, settings.serviceSettings, settings.Region)
	if err != nil {
		return nil, err
	}
	security, err := settings.client(settings.XDSAddress)
	if err != nil {
		return nil, err
	}
	envoy, err := g.child.part(settings.placeSettings, settings.config(settings.placeSettings, settings.fleetSettings), g.log)
	if err != nil {
		return nil, err
	}
	admin := adminPart(g.admin, reports{
		ready: g.ready, status: g.control.status, story: services.stories.Find, metrics: registry, scrape: g.child.metrics, profile: settings.Profile,
	})
	all := append([]parts.Part{admin}, g.control.parts()...)
	return append(all,
		services.journalPart(settings.DataDir), services.plansPart("services", settings.XDSAddress, security),
		services.extauthPart(g.extauth), extproc, envoy,
	), nil
}

// ready is nil once a deployment made now would be served.
func (g *gateway) ready(ctx context.Context) error {
	if err := g.control.ready(ctx); err != nil {
		return err
	}
	return g.child.ready(ctx)
}
