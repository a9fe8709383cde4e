// Package stage is what the examples play on: it starts what an example needs (a
// backend, Lambda functions, moto's AWS services, Sluice itself with its Envoy),
// brings the example's API in as a user would, prints what to try, and clears
// everything away at Ctrl-C. It is neither a part of the product nor of its tests.
package stage

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/sluice-gateway/sluice/test/functionhost"
)

// Stage is where one example plays.
type Stage struct {
	// Name of the example.
	Name string

	options     options
	environment []string
	functions   string
	gateway     *child
	closers     []func() error
}

// options are the command line.
type options struct {
	sluice, python, dataDir, control, gateway, admin, logging string
}

// addFlags makes the command line's flags; Sluice's own variables set them too.
func (o *options) addFlags() {
	flag.StringVar(&o.sluice, "sluice", setting("SLUICE", "bin/sluice"), "the sluice program")
	flag.StringVar(&o.python, "python", setting("SLUICE_PYTHON", ".local/venv/bin/python3"), "a Python that has moto, for examples with AWS services")
	flag.StringVar(&o.dataDir, "data-dir", setting("SLUICE_DATA_DIR", "sluice-data"), "where Sluice keeps its data")
	flag.StringVar(&o.control, "control-address", setting("SLUICE_CONTROL_ADDRESS", "127.0.0.1:4566"), "where the control API listens")
	flag.StringVar(&o.gateway, "gateway-address", setting("SLUICE_GATEWAY_ADDRESS", "127.0.0.1:8080"), "where Envoy serves the APIs")
	flag.StringVar(&o.admin, "admin-address", setting("SLUICE_ADMIN_ADDRESS", "127.0.0.1:4567"), "where health and metrics are served")
	flag.StringVar(&o.logging, "log-level", setting("SLUICE_LOG_LEVEL", "warn"), "least level that Sluice logs")
}

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

// Main parses the command line, plays an example and keeps it up until Ctrl-C or
// until Sluice ends. It exits 1 when something fails. Further flags may be
// declared before it is called.
func Main(name string, play func(context.Context, *Stage) error) {
	s := &Stage{Name: name}
	s.options.addFlags()
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := s.run(ctx, play); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1) //nolint:gocritic // everything deferred has been stopped by run
	}
}

// run plays, waits for the end and clears away.
func (s *Stage) run(ctx context.Context, play func(context.Context, *Stage) error) error {
	err := play(ctx, s)
	if err == nil {
		s.printEnd()
		select {
		case <-ctx.Done():
		case <-s.ended():
			err = fmt.Errorf("sluice ended: %w", s.gateway.err)
		}
	}
	if errors.Is(err, context.Canceled) {
		err = nil // Ctrl-C while it was starting
	}
	for _, end := range slices.Backward(s.closers) {
		err = errors.Join(err, end())
	}
	return err
}

// ended is closed when Sluice ends by itself; nil, which never is, before Open.
func (s *Stage) ended() <-chan struct{} {
	if s.gateway == nil {
		return nil
	}
	return s.gateway.ended
}

// atEnd clears something away when the example ends; what came last goes first.
func (s *Stage) atEnd(end func() error) { s.closers = append(s.closers, end) }

// Serve serves an HTTP backend on a free loopback port and gives its host:port.
func (s *Stage) Serve(ctx context.Context, handler http.Handler) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("start the backend: %w", err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }()
	s.atEnd(server.Close)
	return listener.Addr().String(), nil
}

// Functions runs Lambda functions, which Sluice will call by their names. It comes
// before Open.
func (s *Stage) Functions(ctx context.Context, functions ...functionhost.Function) error {
	host, err := functionhost.Start(ctx, "127.0.0.1:0", functions)
	if err != nil {
		return fmt.Errorf("start the functions: %w", err)
	}
	s.functions = host.URL()
	s.atEnd(func() error {
		host.Close()
		return nil
	})
	return nil
}

// Print prints lines.
func (s *Stage) Print(lines ...string) {
	fmt.Println(strings.Join(lines, "\n"))
}

// printEnd says how to look at it all, and how to end it.
func (s *Stage) printEnd() {
	s.Print("",
		"The control API answers at http://"+s.options.control+", for the AWS CLI, SDKs, Terraform and CDK:", "",
		"  "+s.Env(), "  aws apigateway get-rest-apis", "",
		"Ctrl-C stops everything; the APIs stay in "+s.options.dataDir+".", "")
}
