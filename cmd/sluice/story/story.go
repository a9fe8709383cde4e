// Package story tells operators why requests were refused or failed: it serves
// the stories of a process at its admin address, fetches them for `sluice
// explain` and prints them. It decides nothing and keeps nothing.
package story

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"text/tabwriter"
	"time"

	"github.com/sluice-gateway/sluice/internal/explain"
)

// Kept is how many stories a process keeps.
const Kept = 1000

// Fetch asks the admin address of the process that answered.
func Fetch(ctx context.Context, address, requestID string) (explain.Story, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/explain/"+url.PathEscape(requestID), nil)
	if err != nil {
		return explain.Story{}, fmt.Errorf("explain: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return explain.Story{}, fmt.Errorf("no Sluice answers at admin-address %s (is it running?): %w", address, err)
	}
	defer func() { _ = response.Body.Close() }()
	var story explain.Story
	switch response.StatusCode {
	case http.StatusOK:
		if err := json.NewDecoder(response.Body).Decode(&story); err != nil {
			return explain.Story{}, fmt.Errorf("explain: %w", err)
		}
		return story, nil
	case http.StatusNotFound:
		return explain.Story{}, fmt.Errorf("nothing is known of request %s: the last %d errors are kept, of stages whose variable %s is \"true\", by the process that answered",
			requestID, Kept, explain.Setting)
	default:
		return explain.Story{}, fmt.Errorf("explain: %s answers %s: is it the admin address of a service?", address, response.Status)
	}
}

// Serve answers GET /explain/{requestId}.
func Serve(find func(requestID string) (explain.Story, bool)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		story, found := find(r.PathValue("requestId"))
		if !found {
			http.Error(w, "nothing is known of this request", http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		_ = encoder.Encode(story)
	}
}

// Write prints a story for people.
func Write(w io.Writer, story explain.Story) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(name, text string) {
		if text != "" {
			_, _ = fmt.Fprintf(table, "%s\t%s\n", name, text)
		}
	}
	row("request", fmt.Sprintf("%s %s at %s", story.Method, story.Path, story.Time.UTC().Format(time.RFC3339)))
	row("answer", fmt.Sprintf("%d, gateway response %s", story.Status, story.ResponseType))
	row("operation", fmt.Sprintf("%s of stage %s, API %s", story.Operation, story.Stage, story.API))
	row("phase", story.Phase)
	row("reason", fmt.Sprintf("%s: %s", story.Reason, story.Reason.Text()))
	row("in short", story.Detail)
	row("wanted", story.Wanted)
	where := story.Mapping
	if where != "" && story.Line > 0 {
		where = fmt.Sprintf("%s, line %d", where, story.Line)
	}
	row("where", where)
	if err := table.Flush(); err != nil {
		return fmt.Errorf("explain: %w", err)
	}
	return nil
}

// WriteReasons prints what x-sluice-reason may hold.
func WriteReasons(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, reason := range explain.Reasons() {
		_, _ = fmt.Fprintf(table, "%s\t%s\n", reason, reason.Text())
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("explain: %w", err)
	}
	return nil
}
