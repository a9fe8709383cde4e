package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/sluice-gateway/sluice/cmd/sluice/parts"
	"github.com/sluice-gateway/sluice/envoy/bootstrap"
	"github.com/sluice-gateway/sluice/envoy/process"
)

// childSettings are those of the Envoy that `sluice run` starts.
type childSettings struct {
	Envoy       string        `help:"The Envoy program; found on PATH or in .local/ when absent." env:"SLUICE_ENVOY,ENVOY" placeholder:"FILE"`
	Concurrency int           `help:"Envoy's worker threads; 0: one for each CPU." env:"SLUICE_CONCURRENCY" default:"0"`
	Drain       time.Duration `help:"How long requests under way may take to end when Sluice stops." env:"SLUICE_DRAIN" default:"5s"`
}

// child is the Envoy of `sluice run`.
type child struct {
	path    string
	admin   string
	config  process.Config
	serving atomic.Bool
}

// findChild finds the Envoy and sees that it is new enough.
func findChild(ctx context.Context, settings childSettings, log *slog.Logger) (*child, error) {
	path, err := process.Find(settings.Envoy)
	if err != nil {
		return nil, err
	}
	version, err := process.CheckVersion(ctx, path)
	if err != nil {
		return nil, err
	}
	log.Debug("found Envoy", "path", path, "version", version)
	return &child{path: path, config: process.Config{Path: path, Concurrency: settings.Concurrency, Drain: settings.Drain}}, nil
}

// part starts the Envoy with a bootstrap configuration and keeps it running.
func (c *child) part(in placeSettings, boot bootstrap.Config, log *slog.Logger) (parts.Part, error) {
	text, err := bootstrap.YAML(boot)
	if err != nil {
		return parts.Part{}, err
	}
	file := filepath.Join(in.socketDir(), "envoy.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return parts.Part{}, fmt.Errorf("envoy's configuration: %w", err)
	}
	c.admin = boot.Admin
	config := c.config
	config.Bootstrap, config.Admin, config.Log = file, boot.Admin, log.With("part", "envoy")
	return parts.Part{Name: "envoy", Run: func(ctx context.Context, ready func()) error {
		config.Ready = func() {
			c.serving.Store(true)
			ready()
		}
		return process.Run(ctx, config)
	}}, nil
}

// metrics are the Envoy's own.
func (c *child) metrics(ctx context.Context) ([]byte, error) {
	admin := process.NewAdmin(c.admin)
	defer admin.Close()
	return admin.Metrics(ctx)
}

// ready is nil while the Envoy serves.
func (c *child) ready(ctx context.Context) error {
	if !c.serving.Load() {
		return errNotServing
	}
	admin := process.NewAdmin(c.admin)
	defer admin.Close()
	return admin.Serving(ctx)
}
