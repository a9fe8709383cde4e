// Command hello starts Sluice with an example API that answers: one operation
// that Envoy serves alone, one that asks for an API key, and one that runs a
// Lambda function. It makes the API through the control API, as anyone would,
// and prints what to try. It is an example, not a part of the product.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/sluice-gateway/sluice/test/functionhost"
)

// options are the command line.
type options struct {
	sluice, function, dataDir        string
	control, gateway, admin, logging string
}

func main() {
	var chosen options
	flag.StringVar(&chosen.sluice, "sluice", "bin/sluice", "the sluice program")
	flag.StringVar(&chosen.function, "function", "bin/hello-function", "the example's Lambda function, built from ./function")
	flag.StringVar(&chosen.dataDir, "data-dir", setting("SLUICE_DATA_DIR", "sluice-data"), "where Sluice keeps its data")
	flag.StringVar(&chosen.control, "control-address", setting("SLUICE_CONTROL_ADDRESS", "127.0.0.1:4566"), "where the control API listens")
	flag.StringVar(&chosen.gateway, "gateway-address", setting("SLUICE_GATEWAY_ADDRESS", "127.0.0.1:8080"), "where Envoy serves the APIs")
	flag.StringVar(&chosen.admin, "admin-address", setting("SLUICE_ADMIN_ADDRESS", "127.0.0.1:4567"), "where health and metrics are served")
	flag.StringVar(&chosen.logging, "log-level", setting("SLUICE_LOG_LEVEL", "warn"), "least level that Sluice logs")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, chosen); err != nil {
		fmt.Fprintln(os.Stderr, "hello:", err)
		os.Exit(1) //nolint:gocritic // everything deferred has been stopped by run
	}
}

func setting(name, otherwise string) string {
	if value, set := os.LookupEnv(name); set {
		return value
	}
	return otherwise
}

// run starts the parts, makes the API, prints and waits for the end.
func run(ctx context.Context, chosen options) error {
	host, err := functionhost.Start(ctx, "127.0.0.1:0", []functionhost.Function{
		{Name: functionName, Command: []string{chosen.function}},
	})
	if err != nil {
		return fmt.Errorf("start the function: %w", err)
	}
	defer host.Close()
	backend, err := startBackend(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = backend.Close() }()

	gateway, err := startSluice(ctx, chosen, host.URL())
	if err != nil {
		return err
	}
	if err := gateway.waitReady(ctx, chosen); err != nil {
		return errors.Join(err, gateway.stop())
	}
	built, err := makeAPI(ctx, chosen, backend.Addr)
	if err != nil {
		return errors.Join(err, gateway.stop())
	}
	if err := waitServed(ctx, chosen, built); err != nil {
		return errors.Join(err, gateway.stop())
	}
	fmt.Print(guide(chosen, built))
	select {
	case <-ctx.Done():
		return gateway.stop()
	case <-gateway.ended:
		return fmt.Errorf("sluice ended: %w", gateway.err)
	}
}

// startBackend serves the HTTP backend of the example.
func startBackend(ctx context.Context) (*http.Server, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start the backend: %w", err)
	}
	answer := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = fmt.Fprintf(w, "The backend got %s %s\n", r.Method, r.RequestURI)
	}
	server := &http.Server{
		Addr: listener.Addr().String(), Handler: http.HandlerFunc(answer), ReadHeaderTimeout: 10 * time.Second,
	}
	go func() { _ = server.Serve(listener) }()
	return server, nil
}

// process is a running `sluice run`.
type process struct {
	command *exec.Cmd
	ended   chan struct{}
	err     error
}

// errStopped is what a gateway that ended by itself reports when it gave no error.
var errStopped = errors.New("it stopped by itself")

func startSluice(ctx context.Context, chosen options, functions string) (*process, error) {
	command := exec.CommandContext(context.WithoutCancel(ctx), chosen.sluice, "run",
		"--data-dir", chosen.dataDir,
		"--control-address", chosen.control,
		"--gateway-address", chosen.gateway,
		"--admin-address", chosen.admin,
		"--log-level", chosen.logging,
		"--functions", functionName+"="+functions,
	)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	// A terminal's Ctrl-C reaches this program, which then stops Sluice itself.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", chosen.sluice, err)
	}
	started := &process{command: command, ended: make(chan struct{})}
	go func() {
		started.err = command.Wait()
		if started.err == nil {
			started.err = errStopped
		}
		close(started.ended)
	}()
	return started, nil
}

// stop asks Sluice to end and waits for it.
func (p *process) stop() error {
	_ = p.command.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(30 * time.Second):
		_ = p.command.Process.Kill()
		<-p.ended
	}
	if p.err != nil && !errors.Is(p.err, errStopped) {
		return fmt.Errorf("sluice: %w", p.err)
	}
	return nil
}

// waitReady polls Sluice's readiness until it says yes or ends.
func (p *process) waitReady(ctx context.Context, chosen options) error {
	return poll(ctx, p.ended, "Sluice to be ready", func() error {
		return get(ctx, "http://"+chosen.admin+"/readyz", "")
	})
}

// waitServed polls the example's first operation.
func waitServed(ctx context.Context, chosen options, built example) error {
	return poll(ctx, nil, "the example API to answer", func() error {
		return get(ctx, "http://"+chosen.gateway+"/"+stageName+"/", built.host)
	})
}

// poll asks every 20 ms, for at most 60 s.
func poll(ctx context.Context, ended <-chan struct{}, what string, ask func() error) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		err := ask()
		if err == nil {
			return nil
		}
		select {
		case <-ended:
			return fmt.Errorf("waited for %s, but sluice ended", what)
		case <-ctx.Done():
			return fmt.Errorf("waited for %s: %w", what, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// get wants a 200 from url, by the host named.
func get(ctx context.Context, url, host string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return fmt.Errorf("get %s: %w", url, err)
	}
	request.Host = host
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("get %s: %w", url, err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("get %s: %s", url, response.Status)
	}
	return nil
}

// guide is what the user reads: where the API answers and what to try.
func guide(chosen options, built example) string {
	_, port, _ := net.SplitHostPort(chosen.gateway)
	base := "http://" + built.host + ":" + port + "/" + stageName
	lines := []string{
		"",
		"Sluice is running. The example API answers at " + base + "/",
		"",
		"  curl " + base + "/                                  # Envoy alone",
		"  curl " + base + "/backend/any/path                  # an HTTP backend, Envoy alone",
		"  curl -H 'x-api-key: " + built.apiKey + "' " + base + "/members   # an API key is checked",
		"  curl " + base + "/hello/Ada                         # a Lambda function",
		"",
		"The control API answers at http://" + chosen.control + ", for the AWS CLI, SDKs, Terraform and CDK:",
		"",
		`  eval "$(` + chosen.sluice + " env --data-dir " + chosen.dataDir + controlFlag(chosen) + `)"`,
		"  aws apigateway get-rest-apis",
		"",
		"Ctrl-C stops everything; the APIs stay in " + chosen.dataDir + ".",
		"",
	}
	return strings.Join(lines, "\n") + "\n"
}

// controlFlag names the control address where it is not the default.
func controlFlag(chosen options) string {
	if chosen.control == "127.0.0.1:4566" {
		return ""
	}
	return " --control-address " + chosen.control
}
