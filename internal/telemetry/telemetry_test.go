package telemetry

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

func TestLogger(t *testing.T) {
	t.Parallel()
	for format, want := range map[Format]string{
		Text: `level=INFO msg=denied role=extauth api=a1 stage=prod operation=r.GET request_id=id reason=throttle.plan`,
		JSON: `"level":"INFO","msg":"denied","role":"extauth","api":"a1","stage":"prod","operation":"r.GET","request_id":"id","reason":"throttle.plan"}`,
	} {
		var out bytes.Buffer
		logger := NewLogger(&out, "extauth", format, slog.LevelInfo)
		request := Request{API: "a1", Stage: "prod", Operation: "r.GET", RequestID: "id"}
		logger.LogAttrs(t.Context(), slog.LevelInfo, "denied", request.Attr(), slog.String("reason", "throttle.plan"))
		logger.LogAttrs(t.Context(), slog.LevelDebug, "unseen")
		if got := out.String(); !strings.HasSuffix(strings.TrimSpace(got), want) || strings.Count(got, "\n") != 1 {
			t.Errorf("%s: got %s", format, got)
		}
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewPedanticRegistry()
	m := NewMetrics(registry)
	m.Decided("a1", "prod", Allowed)
	m.Decided("a1", "prod", "THROTTLED")
	m.Exchanged("a1", "prod", Done)
	m.Decided("a2", "prod", Allowed)
	m.Timer("extauth").Took(time.Millisecond)
	count := func() (series int) {
		families, err := registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		for _, family := range families {
			series += len(family.GetMetric())
		}
		return series
	}
	if got := count(); got != 5 {
		t.Errorf("%d series, want 5", got)
	}
	m.Forget("a1", "prod")
	if got := count(); got != 2 {
		t.Errorf("%d series after the stage is gone, want 2", got)
	}
	var none *Metrics
	none.Decided("a", "b", "c")
	none.Exchanged("a", "b", "c")
	none.Forget("a", "b")
	none.Timer("x").Took(1)
}
