package functionhost

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// defaultTimeout bounds a call whose Function names no timeout.
const defaultTimeout = 30 * time.Second

// errTimedOut is what Lambda reports when a function takes too long.
var errTimedOut = errors.New("task timed out")

// outcome is what a function answered.
type outcome struct {
	body   []byte
	failed bool
}

// call is one event on its way through a function.
type call struct {
	id       string
	event    []byte
	deadline time.Time
	answer   chan outcome
	// stream, when not nil, takes the answer as it is written.
	stream *io.PipeWriter
}

// running is a function with the calls that wait for it.
type running struct {
	function Function
	server   *http.Server
	queue    chan *call
	mu       sync.Mutex
	open     map[string]*call
}

func newRunning(function Function) *running {
	return &running{function: function, queue: make(chan *call), open: map[string]*call{}}
}

// call hands event to the function's process and waits for its answer.
func (f *running) call(ctx context.Context, event []byte) (outcome, error) {
	return f.deliver(ctx, &call{event: event})
}

// deliver is call, for an answer that may stream.
func (f *running) deliver(ctx context.Context, pending *call) (outcome, error) {
	timeout := f.function.Timeout
	if timeout == 0 {
		timeout = defaultTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	deadline, _ := ctx.Deadline()
	pending.id, pending.deadline, pending.answer = newID(), deadline, make(chan outcome, 1)
	f.mu.Lock()
	f.open[pending.id] = pending
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		delete(f.open, pending.id)
		f.mu.Unlock()
	}()
	select {
	case f.queue <- pending:
	case <-ctx.Done():
		return outcome{}, fmt.Errorf("%s: %w", f.function.Name, errTimedOut)
	}
	select {
	case answer := <-pending.answer:
		return answer, nil
	case <-ctx.Done():
		return outcome{}, fmt.Errorf("%s: %w", f.function.Name, errTimedOut)
	}
}

// runtimeAPI is the Lambda Runtime API, version 2018-06-01.
func (f *running) runtimeAPI() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", f.serveNext)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", func(w http.ResponseWriter, r *http.Request) {
		f.serveAnswer(w, r, false)
	})
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", func(w http.ResponseWriter, r *http.Request) {
		f.serveAnswer(w, r, true)
	})
	mux.HandleFunc("POST /2018-06-01/runtime/init/error", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusAccepted)
	})
	return mux
}

func (f *running) serveNext(w http.ResponseWriter, r *http.Request) {
	select {
	case next := <-f.queue:
		header := w.Header()
		header.Set("Lambda-Runtime-Aws-Request-Id", next.id)
		header.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(next.deadline.UnixMilli(), 10))
		header.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:000000000000:function:"+f.function.Name)
		header.Set("Content-Type", "application/json")
		_, _ = w.Write(next.event)
	case <-r.Context().Done():
	}
}

func (f *running) serveAnswer(w http.ResponseWriter, r *http.Request, failed bool) {
	f.mu.Lock()
	pending, found := f.open[r.PathValue("id")]
	f.mu.Unlock()
	if !found {
		http.Error(w, "no such invocation", http.StatusBadRequest)
		return
	}
	var body []byte
	var err error
	if pending.stream != nil && !failed {
		_, err = io.Copy(pending.stream, r.Body)
		failed = r.Trailer.Get("Lambda-Runtime-Function-Error-Type") != ""
	} else {
		body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxPayload))
	}
	if err != nil {
		http.Error(w, "response too large", http.StatusRequestEntityTooLarge)
		return
	}
	select {
	case pending.answer <- outcome{body: body, failed: failed}:
		w.WriteHeader(http.StatusAccepted)
	default: // answered before
		http.Error(w, "already answered", http.StatusBadRequest)
	}
}
