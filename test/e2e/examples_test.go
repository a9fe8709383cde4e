package e2e_test

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/test/fleet"
)

// played is an example that runs, with the lines that it says to try.
type played struct {
	output *printed
	// try are the commands as printed.
	try []string
}

// play starts an example with `make example-NAME` on free ports and waits until it
// has printed what to try. At the end of the test Ctrl-C must end it cleanly.
func play(t *testing.T, name string) *played {
	t.Helper()
	envoy, addresses := fleet.FindEnvoy(t), ports(t, 3)
	dir, err := os.MkdirTemp("", name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	running := &played{output: &printed{}}
	command := exec.Command("make", "example-"+name)
	command.Dir = fleet.Root()
	command.Env = append(outsideMake(),
		"ENVOY="+envoy, "SLUICE_DATA_DIR="+dir,
		"SLUICE_CONTROL_ADDRESS="+addresses[0], "SLUICE_GATEWAY_ADDRESS="+addresses[1], "SLUICE_ADMIN_ADDRESS="+addresses[2])
	command.Stdout, command.Stderr = running.output, running.output
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // as a terminal does
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	t.Cleanup(func() { running.interrupt(t, command, name, ended) })
	fleet.Eventually(t, 5*time.Minute, func() error { // a cold build takes minutes
		if strings.Contains(running.output.String(), "Ctrl-C stops everything") {
			return nil
		}
		if err := syscall.Kill(command.Process.Pid, 0); err != nil {
			t.Fatalf("it ended:\n%s", running.output)
		}
		return fmt.Errorf("printed so far:\n%s", running.output)
	})
	said, _, _ := strings.Cut(running.output.String(), "The control API answers at")
	for line := range strings.Lines(said) {
		if command, found := strings.CutPrefix(line, "  "); found && !strings.HasPrefix(command, "output ") {
			running.try = append(running.try, strings.TrimSpace(command))
		}
	}
	return running
}

// interrupt is Ctrl-C.
func (p *played) interrupt(t *testing.T, command *exec.Cmd, name string, ended <-chan error) {
	t.Helper()
	defer func() { _ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }()
	_ = syscall.Kill(-command.Process.Pid, syscall.SIGINT)
	select {
	case <-ended: // make itself counts an interrupt as a failure
		if text := p.output.String(); strings.Contains(text, "\n"+name+": ") || strings.Contains(text, "level=ERROR") {
			t.Errorf("after Ctrl-C:\n%s", text)
		}
	case <-time.After(30 * time.Second):
		t.Errorf("Ctrl-C did not stop it within 30 s:\n%s", p.output)
	}
}

// answers runs each line that was printed, in order, and wants what it prints to
// match.
func (p *played) answers(t *testing.T, wants ...string) {
	t.Helper()
	if len(p.try) != len(wants) {
		t.Fatalf("%d lines to try, want %d:\n%s", len(p.try), len(wants), p.output)
	}
	for i, line := range p.try {
		if got := shell(t, line); !regexp.MustCompile(wants[i]).MatchString(got) {
			t.Errorf("%s\nprinted %q, want %s", line, got, wants[i])
		}
	}
}

// TestTransformExample runs every line that the example prints.
func TestTransformExample(t *testing.T) {
	t.Parallel()
	const order = `\{"id": "1", "customer": "Ada", "lines": \[\{"sku": "tea", "quantity": 2\}, \{"sku": "cup", "quantity": 1\}\]\}`
	play(t, "transform").answers(t,
		`(?s)201 Created.*location: /dev/orders/1\r.*`+order, order,
		`"CUST":"Ada".*"TRC":"[0-9a-f]{8}-[0-9a-f-]{27}"`,
		`\{"message": "There is no order 99."\}`,
		`\{"message": "Invalid request body", "hint": "An order has a customer and at least one line."\}`,
	)
}

// TestCanaryExample runs every line that the example prints: each shares out the
// calls as it says.
func TestCanaryExample(t *testing.T) {
	t.Parallel()
	running := play(t, "canary")
	aws := newCLI(t, &fleet.Fleet{}).aws
	// Of 200 calls at 10 %, fewer than 3 or more than 45 come once in millions.
	one, two := `^ *200 \{"release": "one", "price": 10\}\n$`, `^ *200 \{"release": "two", "price": 12\}\n$`
	wants := []string{
		one, `"id"`, `(?s)"release": "one".*"release": "two"`, `(?s)(new.*old|old.*new) backend's stock`, `"deploymentId"`, two, `"deploymentId"`, one,
	}
	if len(running.try) != len(wants)+1 {
		t.Fatalf("%d lines to try, want %d:\n%s", len(running.try), len(wants)+1, running.output)
	}
	setting := "PATH=" + filepath.Dir(aws) + ":$PATH; export AWS_PAGER=; " + running.try[0] + "\n"
	for i, line := range running.try[1:] {
		got := shell(t, setting+line)
		if !regexp.MustCompile(wants[i]).MatchString(got) {
			t.Errorf("%s\nprinted %q, want %s", line, got, wants[i])
		}
		share := regexp.MustCompile(`(\d+) (?:\{"release": "two"|the new)`).FindStringSubmatch(got)
		if i != 2 && i != 3 {
			continue
		}
		if len(share) != 2 {
			t.Fatalf("%s\nprinted %q", line, got)
		}
		if n, err := strconv.Atoi(share[1]); err != nil || n < 3 || n > 45 {
			t.Errorf("%s\n%d of 200 calls met the canary, want about 20", line, n)
		}
	}
}

// TestStreamExample wants what comes to come piece by piece, not at the end.
func TestStreamExample(t *testing.T) {
	t.Parallel()
	running := play(t, "stream")
	lasts := []string{"Lift off, Ada!", `data: {"tick": 5}`}
	if len(running.try) != len(lasts) {
		t.Fatalf("%d lines to try, want %d:\n%s", len(running.try), len(lasts), running.output)
	}
	for i, line := range running.try {
		command := exec.CommandContext(t.Context(), "bash", "-c", strings.Replace(line, "curl ", "curl -sS ", 1))
		pipe, err := command.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		var first, last time.Time
		var got bytes.Buffer
		for scanner := bufio.NewScanner(pipe); scanner.Scan(); {
			if first.IsZero() {
				first = time.Now()
			}
			if scanner.Text() == lasts[i] {
				last = time.Now()
			}
			got.WriteString(scanner.Text() + "\n")
		}
		if err := command.Wait(); err != nil {
			t.Errorf("%s: %v", line, err)
		}
		// They were written 900 and 1,200 ms apart.
		if last.Sub(first) < 600*time.Millisecond {
			t.Errorf("%s\nprinted %q; the last line came %s after the first, want 900 ms or more", line, got.String(), last.Sub(first))
		}
	}
}

// TestServicesExample runs every line that the example prints, against moto.
func TestServicesExample(t *testing.T) {
	t.Parallel()
	play(t, "services").answers(t,
		`\{"queued": true\}`, `\{"orders": \[\{"item": "tea"\}\]\}`,
		`\{"kept": "7"\}`, `\{"id": "7", "name": "Rex"\}`, `\{"message": "There is no pet 8."\}`,
	)
}
