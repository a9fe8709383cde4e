package process_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/envoy/process"
	"github.com/sluice-gateway/sluice/test/fleet"
	"github.com/sluice-gateway/sluice/test/upstream"
)

// journal is a log that tests read while it is written.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// served is an Envoy's configuration with what a test must know of it.
type served struct {
	process.Config
	url   string
	log   *journal
	ready chan struct{}
}

// serve writes the configuration of an Envoy before a scripted upstream.
func serve(t *testing.T) served {
	t.Helper()
	back, err := upstream.Start(context.Background(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(back.Close)
	_, backPort, _ := net.SplitHostPort(back.Address())
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	_ = listener.Close()
	dir, err := os.MkdirTemp("", "envoy") // short: it holds a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	text, err := os.ReadFile("testdata/serve.envoy.yaml")
	if err != nil {
		t.Fatal(err)
	}
	admin := filepath.Join(dir, "admin.sock")
	filled := strings.NewReplacer("ADMIN", admin, "PORT", port, "UPSTREAM", backPort).Replace(string(text))
	path := filepath.Join(dir, "bootstrap.yaml")
	if err := os.WriteFile(path, []byte(filled), 0o600); err != nil {
		t.Fatal(err)
	}
	log, ready := &journal{}, make(chan struct{}, 10)
	return served{
		Config: process.Config{
			Path: fleet.FindEnvoy(t), Bootstrap: path, Admin: "unix:" + admin, Concurrency: 1,
			Log: slog.New(slog.NewTextHandler(log, nil)), Ready: func() { ready <- struct{}{} },
		},
		url: "http://127.0.0.1:" + port, log: log, ready: ready,
	}
}

// start runs it until the test ends or stop is called.
func (s served) start(t *testing.T) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- process.Run(ctx, s.Config) }()
	stop = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	t.Cleanup(func() { _ = stop() })
	return stop
}

func (s served) waitReady(t *testing.T) {
	t.Helper()
	select {
	case <-s.ready:
	case <-time.After(20 * time.Second):
		t.Fatalf("no Envoy was ready within 20 s:\n%s", s.log)
	}
}

func get(url string, headers ...string) (int, error) {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	if err != nil {
		return 0, err
	}
	request.Close = true
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	_ = response.Body.Close()
	return response.StatusCode, nil
}

// pids are the running processes whose command line names a configuration.
func pids(t *testing.T, bootstrap string) []int {
	t.Helper()
	var found []int
	folders, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		line, err := os.ReadFile(filepath.Join(folder, "cmdline"))
		if err == nil && bytes.Contains(line, []byte("-c\x00"+bootstrap+"\x00")) {
			pid, _ := strconv.Atoi(filepath.Base(folder))
			found = append(found, pid)
		}
	}
	return found
}

// TestRunRestarts kills an Envoy with -9: another serves within a second or
// so; and when Run is stopped, none is left.
func TestRunRestarts(t *testing.T) {
	t.Parallel()
	s := serve(t)
	stop := s.start(t)
	s.waitReady(t)
	for range 2 {
		running := pids(t, s.Bootstrap)
		if len(running) != 1 {
			t.Fatalf("%d Envoys run, want one", len(running))
		}
		_ = syscall.Kill(running[0], syscall.SIGKILL)
		s.waitReady(t)
		status, err := get(s.url)
		if err != nil || status != http.StatusOK {
			t.Errorf("after a restart: %d %v", status, err)
		}
	}
	if err := stop(); err != nil {
		t.Errorf("stop: %v", err)
	}
	if running := pids(t, s.Bootstrap); len(running) != 0 {
		t.Errorf("Envoys %v run after the stop", running)
	}
	if strings.Count(s.log.String(), "starting it again") != 2 {
		t.Errorf("want two restarts in the log:\n%s", s.log)
	}
}

// TestRunDrains stops an Envoy while a request is under way: it ends well.
func TestRunDrains(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.Drain = 10 * time.Second
	stop := s.start(t)
	s.waitReady(t)
	type outcome struct {
		status int
		err    error
	}
	answered := make(chan outcome, 1)
	go func() {
		status, err := get(s.url, "x-upstream-delay", "700ms")
		answered <- outcome{status, err}
	}()
	admin := process.NewAdmin(s.Admin)
	defer admin.Close()
	fleet.Eventually(t, 5*time.Second, func() error {
		active, err := admin.ActiveRequests(t.Context())
		if err == nil && active != 1 {
			err = fmt.Errorf("%d requests under way, want 1", active)
		}
		return err
	})
	if err := stop(); err != nil {
		t.Errorf("stop: %v", err)
	}
	if got := <-answered; got.err != nil || got.status != http.StatusOK {
		t.Errorf("the request under way: %d %v, want 200", got.status, got.err)
	}
}

// parentVariable makes a test binary the parent that TestDiesWithParent kills.
const parentVariable = "SLUICE_TEST_ENVOY_PARENT"

// TestDiesWithParent kills the process that runs an Envoy with -9: the Envoy
// does not keep the port.
func TestDiesWithParent(t *testing.T) {
	t.Parallel()
	if bootstrap := os.Getenv(parentVariable); bootstrap != "" {
		_ = process.Run(t.Context(), process.Config{
			Path: fleet.FindEnvoy(t), Bootstrap: bootstrap, Admin: os.Getenv(parentVariable + "_ADMIN"), Log: slog.Default(),
		})
		return
	}
	s := serve(t)
	parent := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestDiesWithParent$")
	parent.Env = append(os.Environ(), parentVariable+"="+s.Bootstrap, parentVariable+"_ADMIN="+s.Admin)
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	fleet.Eventually(t, 20*time.Second, func() error {
		_, err := get(s.url)
		return err
	})
	_ = parent.Process.Kill()
	_ = parent.Wait()
	fleet.Eventually(t, 5*time.Second, func() error {
		if running := pids(t, s.Bootstrap); len(running) != 0 {
			return fmt.Errorf("Envoys %v run without their parent", running)
		}
		return nil
	})
}

// TestBadConfiguration wants Envoy's own reason in the error, and no restarts.
func TestBadConfiguration(t *testing.T) {
	t.Parallel()
	s := serve(t)
	if err := os.WriteFile(s.Bootstrap, []byte("nonsense: true"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	err := process.Run(ctx, s.Config)
	if !errors.Is(err, process.ErrStart) || !strings.Contains(err.Error(), "nonsense") {
		t.Errorf("got %v, want why Envoy did not start", err)
	}
}

// TestPortTaken tells of a listener that cannot be opened.
func TestPortTaken(t *testing.T) {
	t.Parallel()
	s := serve(t)
	taken, err := net.Listen("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	err = process.Run(ctx, s.Config)
	if !errors.Is(err, process.ErrStart) || !strings.Contains(err.Error(), "Address already in use") {
		t.Errorf("got %v, want that the address is in use", err)
	}
}
