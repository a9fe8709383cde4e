package telemetry

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics are what the ext services count. A nil *Metrics counts nothing.
type Metrics struct {
	decisions *prometheus.CounterVec
	exchanges *prometheus.CounterVec
	took      *prometheus.HistogramVec
}

// NewMetrics registers the metrics. Give each registry to NewMetrics once.
func NewMetrics(registry prometheus.Registerer) *Metrics {
	m := &Metrics{
		decisions: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sluice_decisions_total",
			Help: "Decisions by API, stage and outcome: allowed, or the gateway response's type.",
		}, []string{"api", "stage", "outcome"}),
		exchanges: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "sluice_exchanges_total",
			Help: "Requests that extproc carried, by API, stage and outcome: done, or the gateway response's type.",
		}, []string{"api", "stage", "outcome"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "sluice_service_seconds",
			Help:    "Time that our own services spent on a request, without backends, by role.",
			Buckets: []float64{5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 5e-3, 2.5e-2, 0.1, 1},
		}, []string{"role"}),
	}
	registry.MustRegister(m.decisions, m.exchanges, m.took)
	return m
}

// Allowed and Done are the outcomes of requests that met no error of ours.
const (
	Allowed = "allowed"
	Done    = "done"
)

// Decided counts a decision.
func (m *Metrics) Decided(api, stage, outcome string) {
	if m != nil {
		m.decisions.WithLabelValues(api, stage, outcome).Inc()
	}
}

// Exchanged counts a request that extproc carried.
func (m *Metrics) Exchanged(api, stage, outcome string) {
	if m != nil {
		m.exchanges.WithLabelValues(api, stage, outcome).Inc()
	}
}

// Timer measures a role's own time. Make one a role, not one a request.
type Timer struct{ observer prometheus.Observer }

// Timer makes the timer of a role, such as "extauth".
func (m *Metrics) Timer(role string) Timer {
	if m == nil {
		return Timer{}
	}
	return Timer{observer: m.took.WithLabelValues(role)}
}

// Took counts the time that a request took.
func (t Timer) Took(duration time.Duration) {
	if t.observer != nil {
		t.observer.Observe(duration.Seconds())
	}
}

// Forget drops what was counted of a stage that is gone.
func (m *Metrics) Forget(api, stage string) {
	if m == nil {
		return
	}
	m.decisions.DeletePartialMatch(prometheus.Labels{"api": api, "stage": stage})
	m.exchanges.DeletePartialMatch(prometheus.Labels{"api": api, "stage": stage})
}
