package load

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// Case is one operation, measured beside the bare Envoy that Base names.
type Case struct {
	Name string
	// Class is native, check or process; empty for a bare Envoy.
	Class string
	// Through is what is measured, Base the same work through a bare Envoy.
	Through, Base Request
}

// Row is what a case costs.
type Row struct {
	Case
	// CPU is in microseconds a request, by process; BaseCPU the bare Envoy's.
	CPU, BaseCPU map[string]float64
	// Throughput is the share of the bare Envoy's; PerSecond is absolute.
	Throughput, PerSecond float64
	// AddedP50 and AddedP99 are latencies beyond the bare Envoy's, one request at
	// a time.
	AddedP50, AddedP99 time.Duration
}

// total is the CPU of all processes together.
func total(each map[string]float64) float64 {
	sum := 0.0
	for _, one := range each {
		sum += one
	}
	return sum
}

// Median of numbers; 0 of none.
func Median(numbers []float64) float64 {
	if len(numbers) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(numbers))
	return sorted[len(sorted)/2]
}

// Table writes rows in Markdown.
func Table(rows []Row) string {
	var text strings.Builder
	text.WriteString("| operation | class | CPU µs/request: Envoy + services + backend | bare Envoy | CPU ratio | throughput | added p50 | added p99 |\n")
	text.WriteString("|---|---|---|---|---|---|---|---|\n")
	for _, row := range rows {
		services := row.CPU["extauth"] + row.CPU["extproc"] + row.CPU["controlplane"]
		fmt.Fprintf(&text, "| %s | %s | %.0f + %.0f + %.0f = **%.0f** | %.0f | %.2fx | %.2fx (%.0f/s) | %+d µs | %+d µs |\n",
			row.Name, row.Class, row.CPU["envoy"], services, row.CPU["backend"], total(row.CPU), total(row.BaseCPU),
			total(row.CPU)/max(1, total(row.BaseCPU)), row.Throughput, row.PerSecond, row.AddedP50.Microseconds(), row.AddedP99.Microseconds())
	}
	return text.String()
}

// Publication is how soon a deployment is served.
type Publication struct {
	APIs int
	// Call is how long CreateDeployment takes, Served the time from its answer to
	// the first answer of the new deployment; both are medians, WorstServed is the
	// longest.
	Call, Served, WorstServed time.Duration
	Samples                   int
}

// PublicationTable writes publications in Markdown.
func PublicationTable(rows []Publication) string {
	var text strings.Builder
	text.WriteString("| APIs of 10 methods | CreateDeployment takes (median) | then served after (median) | at worst | samples |\n|---|---|---|---|---|\n")
	for _, row := range rows {
		fmt.Fprintf(&text, "| %d | %.1f ms | %.1f ms | %.1f ms | %d |\n",
			row.APIs, milliseconds(row.Call), milliseconds(row.Served), milliseconds(row.WorstServed), row.Samples)
	}
	return text.String()
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// ErrNoSection is returned for a file without the section's marks.
var ErrNoSection = errors.New("no such section")

// ReplaceSection puts text between <!-- name --> and <!-- /name --> of a file.
func ReplaceSection(path, name, text string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("section %s: %w", name, err)
	}
	opening, closing := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
	before, rest, found := strings.Cut(string(content), opening)
	_, after, closed := strings.Cut(rest, closing)
	if !found || !closed {
		return fmt.Errorf("%s: %w %q", path, ErrNoSection, name)
	}
	if err := os.WriteFile(path, []byte(before+opening+text+closing+after), 0o644); err != nil {
		return fmt.Errorf("section %s: %w", name, err)
	}
	return nil
}
