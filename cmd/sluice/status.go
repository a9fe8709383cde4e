package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/xds"
)

// statusCommand shows who serves what.
type statusCommand struct {
	placeSettings
	JSON bool `name:"json" help:"Print everything as JSON."`
}

// Run implements the command.
func (c statusCommand) Run(ctx context.Context) error {
	if err := c.check(); err != nil {
		return err
	}
	text, err := fetchStatus(ctx, c.AdminAddress)
	if err != nil {
		return err
	}
	if c.JSON {
		_, err := os.Stdout.Write(text)
		return err
	}
	var status xds.Status
	if err := json.Unmarshal(text, &status); err != nil {
		return fmt.Errorf("status: %w", err)
	}
	return writeStatus(os.Stdout, status, time.Now())
}

// fetchStatus asks a running control plane.
func fetchStatus(ctx context.Context, address string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/status", nil)
	if err != nil {
		return nil, fmt.Errorf("status: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("no Sluice answers at admin-address %s (is it running?): %w", address, err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("status: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status: %s answers %s: is it the admin address of a control plane?", address, response.Status)
	}
	return text, nil
}

// writeStatus prints tables: the nodes, what is served, what waits, what was
// refused and what cannot be served.
func writeStatus(w io.Writer, status xds.Status, now time.Time) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if !status.Synced {
		_, _ = fmt.Fprintln(table, "The control plane is starting: not all that is stored is offered yet.")
	}
	row := func(cells ...string) { _, _ = fmt.Fprintln(table, strings.Join(cells, "\t")) }
	row("NODE", "CONNECTED", "STATE", "HAS")
	for _, node := range status.Nodes {
		row(node.ID, ago(now, node.Connected), state(node), holds(node))
	}
	if len(status.Nodes) == 0 {
		row("(none is connected)")
	}
	writeServing(row, status.Nodes, now)
	for _, node := range status.Nodes {
		for _, nack := range node.Nacks {
			row("")
			row("REFUSED", "by "+node.ID+" "+ago(now, nack.At), nack.Name)
			row("", nack.Text)
		}
	}
	if len(status.Problems) > 0 {
		row("")
		row("PROBLEM IN", "STAGE", "WHERE", "WHAT")
	}
	for _, problem := range status.Problems {
		row(problem.API, cmp.Or(problem.Stage, "(all)"), problem.Path, problem.Message)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("status: %w", err)
	}
	return nil
}

// writeServing prints a line for each deployment that is served, with how many
// Envoys serve it.
func writeServing(row func(...string), nodes []xds.Node, now time.Time) {
	type served struct {
		xds.Release

		nodes []string
		since time.Time
	}
	found := map[xds.Release]*served{}
	for _, node := range nodes {
		for _, one := range node.Serving {
			line := found[one.Release]
			if line == nil {
				line = &served{Release: one.Release, since: one.Since}
				found[one.Release] = line
			}
			line.nodes = append(line.nodes, node.ID)
			if one.Since.After(line.since) {
				line.since = one.Since
			}
		}
	}
	if len(found) == 0 {
		return
	}
	var lines []*served
	for _, line := range found {
		lines = append(lines, line)
	}
	slices.SortFunc(lines, func(a, b *served) int {
		return cmp.Or(cmp.Compare(a.API, b.API), cmp.Compare(a.Stage, b.Stage), b.since.Compare(a.since))
	})
	row("")
	row("API", "STAGE", "DEPLOYMENT", "SERVED SINCE", "BY")
	for _, line := range lines {
		row(line.API, line.Stage, line.Deployment, ago(now, line.since), strings.Join(line.nodes, " "))
	}
}

// state is a node's in a word or two.
func state(node xds.Node) string {
	waiting := 0
	for _, pending := range node.Pending {
		waiting += pending.Resources
	}
	switch {
	case len(node.Nacks) > 0:
		return fmt.Sprintf("refused %d", len(node.Nacks))
	case node.Late:
		return fmt.Sprintf("late, %d pending", waiting)
	case waiting > 0:
		return fmt.Sprintf("%d pending", waiting)
	default:
		return "up to date"
	}
}

// holds counts what a node has, by the last word of each type.
func holds(node xds.Node) string {
	var counted []string
	for kind, count := range node.Resources {
		counted = append(counted, fmt.Sprintf("%d %s", count, kind[strings.LastIndexByte(kind, '.')+1:]))
	}
	slices.Sort(counted)
	return strings.Join(counted, ", ")
}

// ago is a moment as people say it.
func ago(now, then time.Time) string {
	if then.IsZero() {
		return "-"
	}
	return now.Sub(then).Round(time.Second).String() + " ago"
}
