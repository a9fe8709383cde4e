package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/xds"
)

// TestStatusTable shows nodes, deployments, refusals and problems.
func TestStatusTable(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	release := xds.Release{API: "abc", Stage: "live", Deployment: "d1"}
	status := xds.Status{
		Synced: true,
		Nodes: []xds.Node{
			{
				ID: "envoy/a", Connected: now.Add(-time.Minute), Resources: map[string]int{"type.googleapis.com/envoy.config.cluster.v3.Cluster": 2},
				Serving: []xds.Serving{{Release: release, Since: now.Add(-30 * time.Second)}},
			},
			{
				ID: "envoy/b", Connected: now.Add(-time.Hour), Serving: []xds.Serving{{Release: release, Since: now.Add(-10 * time.Second)}},
				Nacks: []xds.Nack{{Name: "api/abc", Text: "no such cluster", At: now.Add(-time.Second)}},
			},
			{ID: "services/a", Connected: now, Late: true, Pending: []xds.Pending{{Resources: 3}}},
		},
		Problems: []xds.Problem{{API: "abc", Stage: "live", Path: "resources/x/methods/GET", Message: "integration type FANCY is not known"}},
	}
	var printed bytes.Buffer
	if err := writeStatus(&printed, status, now); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"envoy/a 1m0s ago up to date 2 Cluster",
		"envoy/b 1h0m0s ago refused 1",
		"services/a 0s ago late, 3 pending",
		"abc live d1 10s ago envoy/a envoy/b",
		"REFUSED by envoy/b 1s ago api/abc",
		"no such cluster",
		"abc live resources/x/methods/GET integration type FANCY is not known",
	} {
		if !strings.Contains(squeezed(printed.String()), line) {
			t.Errorf("want the line %q in\n%s", line, printed.String())
		}
	}
}

// squeezed makes each run of blanks one, and keeps lines.
func squeezed(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	return strings.Join(lines, "\n")
}
