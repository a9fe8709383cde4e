package e2e_test

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/test/fleet"
)

// printed collects what a program prints, line by line.
type printed struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (p *printed) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *printed) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// ports gives n loopback ports that nothing listens on.
func ports(t *testing.T, n int) []string {
	t.Helper()
	var found []string
	for range n {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = listener.Close() }()
		found = append(found, listener.Addr().String())
	}
	return found
}

// TestHelloExample runs `make run`, and then every line that it prints, as
// printed, in a shell. Only the addresses and the data folder are other than in
// a fresh clone, so that tests can run beside each other.
func TestHelloExample(t *testing.T) {
	t.Parallel()
	envoy := fleet.FindEnvoy(t)
	addresses := ports(t, 3)
	dir, err := os.MkdirTemp("", "hello")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	output := &printed{}
	command := exec.Command("make", "run")
	command.Dir = fleet.Root()
	command.Env = append(outsideMake(),
		"ENVOY="+envoy, "SLUICE_DATA_DIR="+dir,
		"SLUICE_CONTROL_ADDRESS="+addresses[0], "SLUICE_GATEWAY_ADDRESS="+addresses[1], "SLUICE_ADMIN_ADDRESS="+addresses[2])
	command.Stdout, command.Stderr = output, output
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // as a terminal does
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	t.Cleanup(func() { _ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) })
	fleet.Eventually(t, 5*time.Minute, func() error { // a cold build takes minutes
		if !strings.Contains(output.String(), "Ctrl-C stops everything") {
			return fmt.Errorf("printed so far:\n%s", output)
		}
		return nil
	})

	curls, exports, aws := lines(output.String())
	if len(curls) != 4 || exports == "" || aws == "" {
		t.Fatalf("want four curl lines, one eval and one aws line:\n%s", output)
	}
	wants := []string{"Hello from Envoy!", "The backend got GET /any/path", "The backend got GET /members", "Hello, Ada!"}
	for i, line := range curls {
		got := shell(t, line)
		if !strings.Contains(got, wants[i]) {
			t.Errorf("%s\nprinted %q, want %q", line, got, wants[i])
		}
	}
	found := newCLI(t, &fleet.Fleet{}).aws
	got := shell(t, "PATH="+filepath.Dir(found)+":$PATH; "+exports+" && "+aws)
	if !strings.Contains(got, `"name": "hello"`) {
		t.Errorf("%s && %s\nprinted %s", exports, aws, got)
	}

	_ = syscall.Kill(-command.Process.Pid, syscall.SIGINT) // Ctrl-C
	select {
	case <-ended: // make itself counts an interrupt as a failure
		if printed := output.String(); strings.Contains(printed, "hello:") || strings.Contains(printed, "level=ERROR") {
			t.Errorf("after Ctrl-C:\n%s", printed)
		}
	case <-time.After(30 * time.Second):
		t.Errorf("Ctrl-C did not stop it within 30 s:\n%s", output)
	}
	for _, address := range addresses {
		listener, err := net.Listen("tcp", address)
		if err != nil {
			t.Errorf("after Ctrl-C %s is not free: %v", address, err)
			continue
		}
		_ = listener.Close()
	}
}

// outsideMake is the environment without what a make that runs this test says to
// makes below it.
func outsideMake() []string {
	return slices.DeleteFunc(os.Environ(), func(pair string) bool {
		return strings.HasPrefix(pair, "MAKE") || strings.HasPrefix(pair, "MFLAGS=")
	})
}

// lines takes the commands out of what was printed.
func lines(output string) (curls []string, exports, aws string) {
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "curl "):
			curls = append(curls, line)
		case strings.HasPrefix(line, "eval "):
			exports = line
		case strings.HasPrefix(line, "aws "):
			aws = line
		}
	}
	return curls, exports, aws
}

// shell runs a line as a user would.
func shell(t *testing.T, line string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "bash", "-c", strings.Replace(line, "curl ", "curl -sS ", 1))
	command.Dir = fleet.Root()
	output, err := command.CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v\n%s", line, err, output)
	}
	return string(output)
}

// TestPortTaken says in plain words which port is taken, by which setting.
func TestPortTaken(t *testing.T) {
	t.Parallel()
	envoy := fleet.FindEnvoy(t)
	for _, flag := range []string{"control-address", "gateway-address", "admin-address"} {
		t.Run(flag, func(t *testing.T) {
			t.Parallel()
			taken, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = taken.Close() }()
			addresses := ports(t, 3)
			settings := map[string]string{"control-address": addresses[0], "gateway-address": addresses[1], "admin-address": addresses[2]}
			settings[flag] = taken.Addr().String()
			dir, err := os.MkdirTemp("", "taken")
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = os.RemoveAll(dir) }()
			arguments := []string{"run", "--data-dir", dir}
			for name, value := range settings {
				arguments = append(arguments, "--"+name, value)
			}
			output := runBriefly(t, envoy, arguments)
			if !strings.Contains(output, taken.Addr().String()) || !strings.Contains(output, flag) || !strings.Contains(output, "in use") {
				t.Errorf("printed:\n%s\nwant the address %s, the setting %s and that it is in use", output, taken.Addr(), flag)
			}
			if strings.Contains(output, "goroutine ") {
				t.Errorf("a stack trace was printed:\n%s", output)
			}
		})
	}
}

// TestNoEnvoy says in plain words what to do when there is no Envoy.
func TestNoEnvoy(t *testing.T) {
	t.Parallel()
	addresses := ports(t, 3)
	dir := t.TempDir()
	output := runBriefly(t, filepath.Join(dir, "no-such-envoy"), []string{
		"run", "--data-dir", dir, "--control-address", addresses[0], "--gateway-address", addresses[1], "--admin-address", addresses[2],
	})
	if !strings.Contains(output, "Envoy") || !strings.Contains(output, "no-such-envoy") || !strings.Contains(output, "1.40") {
		t.Errorf("printed:\n%s\nwant what was looked for and which version is needed", output)
	}
}

// runBriefly runs sluice with something wrong: it must end by itself, unhappy.
func runBriefly(t *testing.T, envoy string, arguments []string) string {
	t.Helper()
	command := exec.Command(fleet.Binary(t), arguments...)
	command.Env = append(os.Environ(), "ENVOY="+envoy)
	output := &printed{}
	command.Stdout, command.Stderr = output, output
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	select {
	case err := <-ended:
		if err == nil {
			t.Errorf("it ended well, want a failure:\n%s", output)
		}
	case <-time.After(30 * time.Second):
		_ = command.Process.Signal(syscall.SIGTERM)
		<-ended
		t.Errorf("it went on for 30 s:\n%s", output)
	}
	return output.String()
}
