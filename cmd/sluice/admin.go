package main

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/sluice-gateway/sluice/cmd/sluice/parts"
	"github.com/sluice-gateway/sluice/cmd/sluice/story"
	"github.com/sluice-gateway/sluice/internal/explain"
)

// reports is what the admin address tells of a process.
type reports struct {
	// ready is nil once the process can do its work.
	ready func(ctx context.Context) error
	// status gives what `sluice status` shows; nil where there is none.
	status func() any
	// story gives what `sluice explain` shows; nil where there is none.
	story func(requestID string) (explain.Story, bool)
	// metrics are the process's own; scrape adds others in Prometheus's text
	// form, Envoy's say, and may be nil.
	metrics prometheus.Gatherer
	scrape  func(ctx context.Context) ([]byte, error)
	profile bool
}

// adminPart serves health, metrics and status.
func adminPart(listener net.Listener, told reports) parts.Part {
	return parts.Part{Name: "admin", Run: func(ctx context.Context, ready func()) error {
		server := &http.Server{Handler: adminHandler(told), ReadHeaderTimeout: 5 * time.Second}
		go func() {
			<-ctx.Done()
			_ = server.Close()
		}()
		ready()
		err := server.Serve(listener)
		if errors.Is(err, http.ErrServerClosed) {
			return nil
		}
		return err
	}}
}

func adminHandler(told reports) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("ok\n"))
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := told.ready(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte("ok\n"))
	})
	own := promhttp.HandlerFor(told.metrics, promhttp.HandlerOpts{DisableCompression: true})
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		own.ServeHTTP(w, r)
		if told.scrape == nil {
			return
		}
		// An Envoy that is down has no metrics; ours are still of use.
		if more, err := told.scrape(r.Context()); err == nil {
			_, _ = w.Write(more)
		}
	})
	if told.status != nil {
		mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			encoder := json.NewEncoder(w)
			encoder.SetIndent("", "  ")
			_ = encoder.Encode(told.status())
		})
	}
	if told.story != nil {
		mux.HandleFunc("GET /explain/{requestId}", story.Serve(told.story))
	}
	if told.profile {
		mux.HandleFunc("GET /debug/pprof/", pprof.Index)
		mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
		mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	}
	return mux
}
