// Package fleet starts a real gateway for tests and benchmarks: the sluice
// program as its users run it, whole or role by role, with a real Envoy, on
// free loopback ports, with a scripted upstream and Lambda functions behind it.
// It is no part of the product.
package fleet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"

	"github.com/sluice-gateway/sluice/test/functionhost"
	"github.com/sluice-gateway/sluice/test/upstream"
)

// Roles of a split fleet, in the order they start.
const (
	ControlPlane = "controlplane"
	ExtAuth      = "extauth"
	ExtProc      = "extproc"
	Envoy        = "envoy"
)

// Root credentials of every fleet that is started here.
const (
	AccessKeyID     = "AKIATESTTESTTESTTEST"
	SecretAccessKey = "test/secret/of/a/gateway/that/lives/briefly"
	Region          = "us-east-1"
	Account         = "000000000000"
)

// Options say what is started.
type Options struct {
	// Split starts each role as a process of its own, as in a fleet, instead of
	// `sluice run`.
	Split bool
	// TCP makes the parts of a split fleet talk over TCP with TLS, each known by
	// its certificate, instead of over unix sockets.
	TCP bool
	// Functions that the Lambda host runs.
	Functions []functionhost.Function
	// Arguments are added to `sluice run`, or to `sluice controlplane`.
	Arguments []string
	// Observe sees each Lambda event.
	Observe func(name string, header http.Header, event []byte)
	// Lambda is an Invoke API to call instead of the fleet's own host.
	Lambda string
	// Environment is added to every process's, "NAME=value".
	Environment []string
}

// Fleet is a running gateway.
type Fleet struct {
	// Control, Gateway and Admin are host:port.
	Control, Gateway, Admin string
	DataDir                 string
	Client                  *apigateway.Client
	Upstream                *upstream.Upstream
	Host                    *functionhost.Host

	binary, envoy string
	// services are the addresses of xDS, extauth and extproc over TCP.
	services []string
	options  Options
	mu       sync.Mutex
	parts    map[string]*part
}

// part is one process of the fleet.
type part struct {
	command *exec.Cmd
	ended   chan struct{}
	log     *lockedBuffer
}

// lockedBuffer collects a process's output.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

// String is what was written so far.
func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// FindEnvoy gives the Envoy to test with: $ENVOY, .local/, PATH. A test without
// one is skipped, saying so.
func FindEnvoy(tb testing.TB) string {
	tb.Helper()
	for _, candidate := range []string{os.Getenv("ENVOY"), filepath.Join(Root(), ".local/envoy/bin/envoy")} {
		if _, err := os.Stat(candidate); candidate != "" && err == nil {
			return candidate
		}
	}
	found, err := exec.LookPath("envoy")
	if err != nil {
		tb.Skip("no Envoy: set ENVOY, or run `make test`, which installs one")
	}
	return found
}

// Root is the checkout's folder.
func Root() string {
	_, file, _, _ := runtime.Caller(0) //nolint:dogsled // it gives four
	return filepath.Dir(filepath.Dir(filepath.Dir(file)))
}

// Binary builds the sluice program once a test process and gives its path.
func Binary(tb testing.TB) string {
	tb.Helper()
	path, err := buildOnce()
	if err != nil {
		tb.Fatal(err)
	}
	return path
}

var buildOnce = sync.OnceValues(func() (string, error) {
	path := filepath.Join(Root(), "bin", "test", "sluice")
	command := exec.Command("go", "build", "-o", path, "./cmd/sluice")
	command.Dir = Root()
	output, err := command.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build sluice: %w\n%s", err, output)
	}
	return path, nil
})

// Start starts a gateway and waits until it answers; it ends with the test.
func Start(tb testing.TB, options Options) *Fleet {
	tb.Helper()
	f := &Fleet{binary: Binary(tb), envoy: FindEnvoy(tb), options: options, parts: map[string]*part{}}
	f.Control, f.Gateway, f.Admin = freeAddress(tb), freeAddress(tb), freeAddress(tb)
	if options.TCP {
		f.services = []string{freeAddress(tb), freeAddress(tb), freeAddress(tb)}
	}
	// Not tb.TempDir: paths of unix sockets may have 107 bytes only.
	dir, err := os.MkdirTemp("", "sluice") //nolint:usetesting // as said
	if err != nil {
		tb.Fatal(err)
	}
	f.DataDir = dir
	if options.TCP {
		Certificates(tb, dir)
	}
	tb.Cleanup(func() { f.Stop(tb) })
	f.startBackends(tb)
	f.Client = f.ClientFor(AccessKeyID, SecretAccessKey)
	if options.Split {
		for _, role := range []string{ControlPlane, ExtAuth, ExtProc, Envoy} {
			f.StartRole(tb, role)
		}
	} else {
		f.StartRole(tb, "run")
	}
	f.WaitReady(tb)
	return f
}

func (f *Fleet) startBackends(tb testing.TB) {
	tb.Helper()
	var err error
	f.Upstream, err = upstream.Start(context.Background(), "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	var with []functionhost.Option
	if f.options.Observe != nil {
		with = append(with, functionhost.WithObserver(f.options.Observe))
	}
	f.Host, err = functionhost.Start(context.Background(), "127.0.0.1:0", f.options.Functions, with...)
	if err != nil {
		tb.Fatal(err)
	}
}

// Services are the addresses of xDS, extauth and extproc of a fleet over TCP.
func (f *Fleet) Services() []string { return f.services }

// ClientFor is an AWS SDK client of the control API that signs with a key.
func (f *Fleet) ClientFor(id, key string) *apigateway.Client {
	return apigateway.New(apigateway.Options{
		Region: Region, BaseEndpoint: aws.String("http://" + f.Control), RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: id, SecretAccessKey: key}, nil
		}),
	})
}

// StartRole starts one process: "run", or a role of a split fleet.
func (f *Fleet) StartRole(tb testing.TB, role string) {
	tb.Helper()
	command := f.command(tb, role)
	log := &lockedBuffer{}
	command.Stdout, command.Stderr = log, log
	command.WaitDelay = time.Second
	if err := command.Start(); err != nil {
		tb.Fatalf("start %s: %v", role, err)
	}
	started := &part{command: command, ended: make(chan struct{}), log: log}
	go func() {
		_ = command.Wait()
		close(started.ended)
	}()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.parts[role] = started
}

// environment is that of every process: the machine's own, without settings
// that would change what is tested.
func (f *Fleet) environment() []string {
	var kept []string
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "SLUICE_") && !strings.HasPrefix(pair, "AWS_") {
			kept = append(kept, pair)
		}
	}
	if len(f.services) > 0 {
		in := func(name string) string { return filepath.Join(f.DataDir, name) }
		kept = append(kept,
			"SLUICE_XDS_ADDRESS="+f.services[0], "SLUICE_EXTAUTH_ADDRESS="+f.services[1], "SLUICE_EXTPROC_ADDRESS="+f.services[2],
			"SLUICE_TLS_CERT="+in("cert.pem"), "SLUICE_TLS_KEY="+in("key.pem"), "SLUICE_TLS_CA="+in("ca.pem"),
		)
	}
	functions := f.options.Lambda
	if functions == "" {
		functions = f.Host.URL()
	}
	kept = append(kept,
		"ENVOY="+f.envoy,
		"SLUICE_DATA_DIR="+f.DataDir, "SLUICE_REGION="+Region, "SLUICE_ACCOUNT="+Account,
		"SLUICE_CONTROL_ADDRESS="+f.Control, "SLUICE_GATEWAY_ADDRESS="+f.Gateway, "SLUICE_ADMIN_ADDRESS="+f.Admin,
		"SLUICE_ROOT_ACCESS_KEY_ID="+AccessKeyID, "SLUICE_ROOT_SECRET_ACCESS_KEY="+SecretAccessKey,
		"SLUICE_FUNCTIONS=*="+functions,
		"AWS_ACCESS_KEY_ID="+AccessKeyID, "AWS_SECRET_ACCESS_KEY="+SecretAccessKey,
	)
	return append(kept, f.options.Environment...)
}

func (f *Fleet) command(tb testing.TB, role string) *exec.Cmd {
	tb.Helper()
	var command *exec.Cmd
	switch role {
	case Envoy:
		command = exec.Command(f.envoy, "-c", f.bootstrap(tb), "--disable-hot-restart", "--log-level", "warn", "--component-log-level", "misc:error", "--concurrency", "2")
	case "run", ControlPlane:
		command = exec.Command(f.binary, append([]string{role}, f.options.Arguments...)...)
	default:
		command = exec.Command(f.binary, role)
	}
	command.Env = f.environment()
	return command
}

// Run runs another sluice command in the fleet's environment and gives what it
// prints.
func (f *Fleet) Run(tb testing.TB, arguments ...string) string {
	tb.Helper()
	command := exec.Command(f.binary, arguments...)
	command.Env = f.environment()
	output, err := command.CombinedOutput()
	if err != nil {
		tb.Fatalf("sluice %s: %v\n%s", strings.Join(arguments, " "), err, output)
	}
	return string(output)
}

// bootstrap writes what `sluice bootstrap` prints to a file.
func (f *Fleet) bootstrap(tb testing.TB) string {
	tb.Helper()
	// The folder of sockets is there when the first role starts; Envoy may be
	// first.
	if err := os.MkdirAll(filepath.Join(f.DataDir, "run"), 0o700); err != nil {
		tb.Fatal(err)
	}
	command := exec.Command(f.binary, "bootstrap")
	command.Env = f.environment()
	text, err := command.Output()
	if err != nil {
		tb.Fatalf("sluice bootstrap: %v", err)
	}
	path := filepath.Join(f.DataDir, "bootstrap.yaml")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

// Kill ends a process as kill -9 does and waits until it is gone.
func (f *Fleet) Kill(tb testing.TB, role string) {
	tb.Helper()
	running := f.part(tb, role)
	if err := running.command.Process.Kill(); err != nil {
		tb.Fatalf("kill %s: %v", role, err)
	}
	<-running.ended
}

// PID of a process.
func (f *Fleet) PID(tb testing.TB, role string) int {
	tb.Helper()
	return f.part(tb, role).command.Process.Pid
}

// Log is what a process printed so far.
func (f *Fleet) Log(tb testing.TB, role string) string {
	tb.Helper()
	return f.part(tb, role).log.String()
}

func (f *Fleet) part(tb testing.TB, role string) *part {
	tb.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	running, found := f.parts[role]
	if !found {
		tb.Fatalf("no process %s in this fleet", role)
	}
	return running
}

// WaitReady polls until the control plane is ready and Envoy serves.
func (f *Fleet) WaitReady(tb testing.TB) {
	tb.Helper()
	Eventually(tb, time.Minute, func() error {
		if err := f.alive(); err != nil {
			return err
		}
		if err := status("http://"+f.Admin+"/readyz", http.StatusOK); err != nil {
			return err
		}
		// A host that no API has is refused by the listener's own rule.
		return status("http://"+f.Gateway+"/", http.StatusForbidden)
	})
}

func (f *Fleet) alive() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for role, running := range f.parts {
		select {
		case <-running.ended:
			return fmt.Errorf("%s ended:\n%s", role, running.log.String())
		default:
		}
	}
	return nil
}

func status(url string, want int) error {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := (&http.Client{Timeout: 2 * time.Second}).Do(request)
	if err != nil {
		return err
	}
	_ = response.Body.Close()
	if response.StatusCode != want {
		return fmt.Errorf("%s: %s, want %d", url, response.Status, want)
	}
	return nil
}

// Stop ends everything and shows the logs of a failed test. Start's test does it
// at its end; one that has many fleets may do it sooner.
func (f *Fleet) Stop(tb testing.TB) {
	tb.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, role := range []string{"run", Envoy, ExtProc, ExtAuth, ControlPlane} {
		running, found := f.parts[role]
		if !found {
			continue
		}
		_ = running.command.Process.Signal(os.Interrupt)
		select {
		case <-running.ended:
		case <-time.After(15 * time.Second):
			_ = running.command.Process.Kill()
			tb.Errorf("%s did not stop within 15 s of an interrupt", role)
		}
		if tb.Failed() {
			tb.Logf("%s printed:\n%s", role, tail(running.log.String(), 12000))
		}
		delete(f.parts, role)
	}
	if f.Host != nil {
		f.Host.Close()
	}
	if f.Upstream != nil {
		f.Upstream.Close()
	}
	_ = os.RemoveAll(f.DataDir)
}

func tail(text string, length int) string {
	if len(text) > length {
		return "…" + text[len(text)-length:]
	}
	return text
}

// errNever is what Eventually reports when ask was never called.
var errNever = errors.New("never asked")

// Eventually asks every 5 ms until there is no error, and fails the test with
// the last one when the time is over.
func Eventually(tb testing.TB, within time.Duration, ask func() error) {
	tb.Helper()
	deadline := time.Now().Add(within)
	err := errNever
	for err != nil {
		if time.Now().After(deadline) {
			tb.Fatalf("not within %s: %v", within, err)
		}
		err = ask()
		if err != nil {
			time.Sleep(5 * time.Millisecond) // between two looks, not as readiness
		}
	}
}

// freeAddress finds a loopback port that nothing listens on.
func freeAddress(tb testing.TB) string {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	return address
}
