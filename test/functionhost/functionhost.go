// Package functionhost runs Lambda functions on this machine: it speaks the
// Lambda Invoke API to callers and the Lambda Runtime API to the functions'
// own processes, which may be written with any official runtime client
// (aws-lambda-go, awslambdaric and so on). It is for examples and tests, not a
// sandbox: functions run as ordinary child processes, one call at a time each.
package functionhost

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// Function is one function and the command that runs it.
type Function struct {
	// Name as it stands in a function ARN.
	Name string
	// Command and its arguments; it finds the Runtime API by itself.
	Command []string
	// Env is added to the process's environment, "NAME=value".
	Env []string
	// Timeout of one call; 0 means 30 seconds.
	Timeout time.Duration
}

// maxPayload is Lambda's bound on a synchronous payload, in bytes.
const maxPayload = 6 << 20

// ErrUnknownFunction is returned for a function that the host does not run.
var ErrUnknownFunction = errors.New("function not found")

// Host runs functions until it is closed.
type Host struct {
	invoke    net.Listener
	server    *http.Server
	functions map[string]*running
	stop      context.CancelFunc
	done      sync.WaitGroup
	// Observe, when set before the first call, sees each event with its headers.
	observe func(name string, header http.Header, event []byte)
}

// Option changes how a Host is started.
type Option func(*Host)

// WithObserver hands every event to observe before its function sees it.
func WithObserver(observe func(name string, header http.Header, event []byte)) Option {
	return func(h *Host) { h.observe = observe }
}

// Start runs functions and serves the Invoke API on address ("127.0.0.1:0" for
// any free port). Close ends both.
func Start(ctx context.Context, address string, functions []Function, options ...Option) (*Host, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("function host: %w", err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	host := &Host{invoke: listener, functions: map[string]*running{}, stop: stop}
	for _, option := range options {
		option(host)
	}
	for _, function := range functions {
		instance, err := host.run(ctx, function)
		if err != nil {
			host.Close()
			return nil, err
		}
		host.functions[function.Name] = instance
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /2015-03-31/functions/{name}/invocations", host.serveInvoke)
	mux.HandleFunc("POST /2021-11-15/functions/{name}/response-streaming-invocations", host.serveStream)
	host.server = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	host.done.Go(func() { _ = host.server.Serve(listener) })
	return host, nil
}

// URL is where the Invoke API answers.
func (h *Host) URL() string { return "http://" + h.invoke.Addr().String() }

// Close stops every function and the Invoke API.
func (h *Host) Close() {
	if h.server != nil {
		_ = h.server.Close()
	}
	_ = h.invoke.Close()
	h.stop()
	for _, instance := range h.functions {
		_ = instance.server.Close()
	}
	h.done.Wait()
}

// run starts a function's Runtime API and its process.
func (h *Host) run(ctx context.Context, function Function) (*running, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("function %s: %w", function.Name, err)
	}
	instance := newRunning(function)
	instance.server = &http.Server{Handler: instance.runtimeAPI(), ReadHeaderTimeout: 10 * time.Second}
	h.done.Go(func() { _ = instance.server.Serve(listener) })
	h.done.Go(func() { keepRunning(ctx, function, listener.Addr().String()) })
	return instance, nil
}

// keepRunning starts the function's process again whenever it ends, as Lambda
// does after a crash.
func keepRunning(ctx context.Context, function Function, runtimeAPI string) {
	for ctx.Err() == nil {
		command := exec.CommandContext(ctx, function.Command[0], function.Command[1:]...)
		command.Env = append(os.Environ(), function.Env...)
		command.Env = append(command.Env,
			"AWS_LAMBDA_RUNTIME_API="+runtimeAPI,
			"AWS_LAMBDA_FUNCTION_NAME="+function.Name,
			"AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
			"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128",
			"_HANDLER=handler",
		)
		command.Stdout, command.Stderr = os.Stderr, os.Stderr
		command.WaitDelay = time.Second
		_ = command.Run()
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// serveInvoke is Lambda's Invoke.
func (h *Host) serveInvoke(w http.ResponseWriter, r *http.Request) {
	name := functionName(r.PathValue("name"))
	instance, found := h.functions[name]
	if !found {
		w.Header().Set("X-Amzn-ErrorType", "ResourceNotFoundException")
		http.Error(w, `{"Type":"User","Message":"Function not found: `+name+`"}`, http.StatusNotFound)
		return
	}
	event, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPayload))
	if err != nil {
		w.Header().Set("X-Amzn-ErrorType", "RequestTooLargeException")
		http.Error(w, `{"Type":"User","message":"Request must be smaller than 6291456 bytes"}`, http.StatusRequestEntityTooLarge)
		return
	}
	if h.observe != nil {
		h.observe(name, r.Header, event)
	}
	if r.Header.Get("X-Amz-Invocation-Type") == "Event" {
		h.done.Go(func() { _, _ = instance.call(context.WithoutCancel(r.Context()), event) })
		w.WriteHeader(http.StatusAccepted)
		return
	}
	answer, err := instance.call(r.Context(), event)
	if err != nil {
		answer = outcome{failed: true, body: fmt.Appendf(nil, `{"errorMessage":%q}`, err.Error())}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-RequestId", newID())
	w.Header().Set("X-Amz-Executed-Version", "$LATEST")
	if answer.failed {
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
	}
	_, _ = w.Write(answer.body)
}

// functionName takes the name out of a function's name, ARN or partial ARN,
// with or without a qualifier.
func functionName(text string) string {
	if _, rest, found := strings.Cut(text, ":function:"); found {
		text = rest
	}
	name, _, _ := strings.Cut(text, ":")
	return name
}

// newID is a random request id.
func newID() string {
	var raw [16]byte
	_, _ = rand.Read(raw[:])
	text := hex.EncodeToString(raw[:])
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}
