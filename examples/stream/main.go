// Command stream starts Sluice with answers that arrive as they are written: a
// Lambda function's and a backend's server-sent events. The API is the template
// beside this file. It is an example, not a part of the product.
package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"time"

	"github.com/sluice-gateway/sluice/examples/stage"
	"github.com/sluice-gateway/sluice/test/functionhost"
)

func main() {
	function := flag.String("function", "bin/example-stream-function", "the example's Lambda function, built from ./function")
	stage.Main("stream", func(ctx context.Context, s *stage.Stage) error { return play(ctx, s, *function) })
}

func play(ctx context.Context, s *stage.Stage, function string) error {
	if err := s.Functions(ctx, functionhost.Function{Name: "countdown", Command: []string{function}}); err != nil {
		return err
	}
	backend, err := s.Serve(ctx, http.HandlerFunc(tick))
	if err != nil {
		return err
	}
	if err := s.Open(ctx); err != nil {
		return err
	}
	url, err := s.Apply(ctx, "examples/stream/template.yaml", map[string]string{"Backend": backend})
	if err != nil {
		return err
	}
	s.Print("", "Lines come as they are written, 300 ms apart (-N has curl show them so). Try:", "",
		"  curl -N "+url+"/countdown/Ada   # a Lambda function that streams",
		"  curl -N "+url+"/clock           # server-sent events of an HTTP backend",
	)
	return nil
}

// tick sends five server-sent events.
func tick(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	for i := range 5 {
		_, _ = fmt.Fprintf(w, "event: tick\ndata: {\"tick\": %d}\n\n", i+1)
		_ = http.NewResponseController(w).Flush()
		select {
		case <-r.Context().Done():
			return
		case <-time.After(300 * time.Millisecond):
		}
	}
}
