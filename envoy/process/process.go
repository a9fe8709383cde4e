// Package process finds an Envoy, starts it and keeps it running: it restarts
// one that dies, tells when it serves, passes its log on and stops it without
// cutting requests short. It knows nothing of what the Envoy is configured to
// do.
package process

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	// firstPause is the wait before an Envoy that died is started again; it
	// doubles each time up to longestPause, and starts over after an Envoy that
	// lived for steady.
	firstPause   = 100 * time.Millisecond
	longestPause = 10 * time.Second
	steady       = 30 * time.Second
	// stopWithin is how long an Envoy may take to end after SIGTERM.
	stopWithin = 5 * time.Second
)

// Config says how an Envoy is started.
type Config struct {
	// Path of the Envoy program (Find).
	Path string
	// Bootstrap is the path of its configuration file.
	Bootstrap string
	// Admin is where its admin interface answers, as in the bootstrap
	// configuration: HOST:PORT or unix:PATH.
	Admin string
	// Concurrency is the number of worker threads; 0 means one for each CPU that
	// this process may use, cgroup limits included.
	Concurrency int
	// Drain is how long requests under way may take when the Envoy is stopped.
	Drain time.Duration
	// Log takes the Envoy's log lines, each at its own level.
	Log *slog.Logger
	// Ready is called each time that an Envoy begins to serve; may be nil.
	Ready func()
}

// ErrStart is returned when the first Envoy ends before it has served.
var ErrStart = errors.New("Envoy did not start") //nolint:staticcheck // a name

// Run keeps an Envoy running until ctx ends, and then stops it. It returns an
// error only when an Envoy cannot be started at all: one that has served and
// dies is started again.
func Run(ctx context.Context, config Config) error {
	pause := firstPause
	served := false
	for {
		begun := time.Now()
		var readiness sync.Once
		last, err := runOnce(ctx, config, func() {
			readiness.Do(func() {
				served = true
				if config.Ready != nil {
					config.Ready()
				}
			})
		})
		if ctx.Err() != nil {
			return nil //nolint:nilerr // it was asked to end
		}
		if !served && gaveUp(err) {
			return fmt.Errorf("%w: %w\n%s", ErrStart, err, last)
		}
		if time.Since(begun) > steady {
			pause = firstPause
		}
		config.Log.Error("Envoy ended, starting it again", "error", err, "pause", pause)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
		pause = min(2*pause, longestPause)
	}
}

// gaveUp says whether an Envoy ended by its own choice, or could not be started
// at all; one that was killed deserves another try.
func gaveUp(err error) bool {
	exit, found := errors.AsType[*exec.ExitError](err)
	return !found || exit.Exited()
}

// runOnce starts an Envoy and waits for its end; it gives the last lines that
// the Envoy logged.
func runOnce(ctx context.Context, config Config, ready func()) (string, error) {
	// The kernel sends the death signal when the thread that started the child
	// ends, so this one is kept until the child is gone.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	lines := newLogWriter(config.Log)
	command := exec.Command(config.Path, arguments(config)...) //nolint:noctx // stopWhenDone stops it, in order
	command.Stdout, command.Stderr = os.Stdout, lines
	// An Envoy without its control plane must not keep the port after a kill -9.
	// Its own group keeps a terminal's Ctrl-C away: Run stops it, after draining.
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	command.WaitDelay = time.Second
	if err := command.Start(); err != nil {
		return "", fmt.Errorf("start %s: %w", config.Path, err)
	}
	ended := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() { announce(ctx, config.Admin, ended, ready) })
	watching.Go(func() {
		stopWhenDone(ctx, config, command.Process, ended, func() { lines.stopping.Store(true) })
	})
	err := command.Wait()
	close(ended)
	watching.Wait()
	lines.flush()
	if err == nil {
		err = errors.New("it ended by itself")
	}
	return lines.last(), err
}

// arguments are the command line. Nothing here restarts hot, so no memory is
// shared and no id of a base is needed: nothing is left behind by a kill.
func arguments(config Config) []string {
	concurrency := config.Concurrency
	if concurrency == 0 {
		concurrency = runtime.GOMAXPROCS(0)
	}
	return []string{
		"-c", config.Bootstrap,
		"--disable-hot-restart",
		"--concurrency", strconv.Itoa(concurrency),
		"--log-level", envoyLevel(config.Log),
		// It warns of each message of a kind whose proto is marked work in progress.
		"--component-log-level", "misc:error",
		"--log-format", logFormat,
	}
}

// announce calls ready once the Envoy serves.
func announce(ctx context.Context, admin string, ended <-chan struct{}, ready func()) {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	client := NewAdmin(admin)
	defer client.Close()
	for {
		if client.Serving(ctx) == nil {
			ready()
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-ended:
			return
		case <-ticker.C:
		}
	}
}

// stopWhenDone stops the Envoy when ctx ends: it lets requests under way end,
// asks the process to go, and kills it when it does not.
func stopWhenDone(ctx context.Context, config Config, process *os.Process, ended <-chan struct{}, begin func()) {
	select {
	case <-ended:
		return
	case <-ctx.Done():
	}
	begin()
	if config.Drain > 0 {
		drainContext, cancel := context.WithTimeout(context.WithoutCancel(ctx), config.Drain)
		drain(drainContext, config.Admin, ended)
		cancel()
	}
	_ = process.Signal(syscall.SIGTERM)
	select {
	case <-ended:
	case <-time.After(stopWithin):
		config.Log.Warn("Envoy did not stop when asked, killing it", "after", stopWithin)
		_ = process.Kill()
	}
}

// drain refuses new connections and waits until no request is under way.
func drain(ctx context.Context, admin string, ended <-chan struct{}) {
	client := NewAdmin(admin)
	defer client.Close()
	if client.Drain(ctx) != nil {
		return
	}
	for {
		active, err := client.ActiveRequests(ctx)
		if err != nil || active == 0 {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-ended:
			return
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// logWriter turns an Envoy's standard error into log records, a line each.
type logWriter struct {
	log     *slog.Logger
	partial []byte
	kept    [][]byte
	// stopping is set when the Envoy is told to end: what it says of that is no
	// news to anybody.
	stopping atomic.Bool
}

func newLogWriter(log *slog.Logger) *logWriter { return &logWriter{log: log} }

// Write implements io.Writer; os/exec calls it from one goroutine.
func (w *logWriter) Write(p []byte) (int, error) {
	written := len(p)
	for {
		line, rest, found := bytes.Cut(p, []byte("\n"))
		if !found {
			w.partial = append(w.partial, p...)
			return written, nil
		}
		w.line(append(w.partial, line...))
		w.partial, p = nil, rest
	}
}

func (w *logWriter) flush() {
	if len(w.partial) > 0 {
		w.line(w.partial)
		w.partial = nil
	}
}

// lastLines is how many lines are kept for the error of a failed start.
const lastLines = 10

func (w *logWriter) line(text []byte) {
	record := parseLine(text)
	if record.message == "" {
		return
	}
	w.kept = append(w.kept, []byte(record.message))
	if len(w.kept) > lastLines {
		w.kept = w.kept[1:]
	}
	if w.stopping.Load() {
		record.level = slog.LevelDebug
	}
	w.log.LogAttrs(context.Background(), record.level, record.message, record.attributes...)
}

func (w *logWriter) last() string { return string(bytes.Join(w.kept, []byte("\n"))) }
