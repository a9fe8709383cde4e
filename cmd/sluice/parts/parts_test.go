package parts

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
)

// recorder notes what happens to parts, in order.
type recorder struct {
	mu     sync.Mutex
	events []string
}

func (r *recorder) note(event string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, event)
}

func (r *recorder) part(name string) Part {
	return Part{Name: name, Run: func(ctx context.Context, ready func()) error {
		r.note("start " + name)
		ready()
		<-ctx.Done()
		r.note("stop " + name)
		return nil
	}}
}

var quiet = slog.New(slog.DiscardHandler)

// TestPartsInOrder starts one after the other and stops in reverse.
func TestPartsInOrder(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	r := &recorder{}
	err := Run(ctx, quiet, cancel, r.part("a"), r.part("b"), r.part("c"))
	if err != nil {
		t.Error(err)
	}
	want := []string{"start a", "start b", "start c", "stop c", "stop b", "stop a"}
	if !slices.Equal(r.events, want) {
		t.Errorf("got %v, want %v", r.events, want)
	}
}

// TestPartFails stops the others, whenever one fails, and says why.
func TestPartFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	cases := map[string]func(ctx context.Context, ready func()) error{
		"before it is ready": func(context.Context, func()) error { return broken },
		"later": func(_ context.Context, ready func()) error {
			ready()
			return broken
		},
	}
	for name, run := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &recorder{}
			err := Run(t.Context(), quiet, nil, r.part("a"), Part{Name: "bad", Run: run})
			if !errors.Is(err, broken) {
				t.Errorf("got %v", err)
			}
			if !slices.Contains(r.events, "stop a") {
				t.Errorf("a was not stopped: %v", r.events)
			}
		})
	}
	err := Run(t.Context(), quiet, nil, Part{Name: "short", Run: func(context.Context, func()) error { return nil }})
	if !errors.Is(err, ErrEnded) || !strings.Contains(err.Error(), "short") {
		t.Errorf("a part that ends by itself: %v", err)
	}
}
