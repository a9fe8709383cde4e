// Package parts runs the parts of a gateway together: it starts them in order,
// and stops them in the reverse order when one ends or all are told to. It knows
// nothing of what they do.
package parts

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
)

// Part is one of the things that run together: the store, the control plane, a
// service, Envoy.
type Part struct {
	// Name is for messages.
	Name string
	// Run works until ctx ends. It calls ready once it can be used; one that
	// returns before ctx ends has failed.
	Run func(ctx context.Context, ready func()) error
}

// started is a part under way.
type started struct {
	Part

	stop  context.CancelFunc
	ready chan struct{}
	ended chan struct{}
	err   error
}

// ErrEnded is what a part that returned without being asked to has done.
var ErrEnded = errors.New("ended by itself")

// Run starts parts in their order, each when the one before is ready, and
// waits. When ctx ends, or a part does, all are stopped in the reverse order, so
// that what one leans on is there until it has gone. up is called when all are
// ready.
func Run(ctx context.Context, log *slog.Logger, up func(), parts ...Part) error {
	failed := make(chan *started, len(parts))
	var running []*started
	cause := func() error {
		for _, next := range parts {
			one := start(ctx, next, failed)
			running = append(running, one)
			select {
			case <-one.ready:
				log.Debug("ready", "part", next.Name)
			case first := <-failed:
				return first.failure()
			case <-ctx.Done():
				return nil
			}
		}
		if up != nil {
			up()
		}
		select {
		case first := <-failed:
			return first.failure()
		case <-ctx.Done():
			return nil
		}
	}()
	if cause != nil {
		log.Error("stopping", "error", cause)
	} else {
		log.Info("stopping")
	}
	for _, one := range slices.Backward(running) {
		one.stop()
		<-one.ended
		log.Debug("stopped", "part", one.Name, "error", one.err)
	}
	return cause
}

// start runs a part in a context of its own, which outlives ctx until Run
// stops it.
func start(ctx context.Context, next Part, failed chan<- *started) *started {
	own, stop := context.WithCancel(context.WithoutCancel(ctx))
	one := &started{Part: next, stop: stop, ready: make(chan struct{}), ended: make(chan struct{})}
	go func() {
		announced := false
		one.err = next.Run(own, func() {
			if !announced {
				announced = true
				close(one.ready)
			}
		})
		close(one.ended)
		failed <- one
	}()
	return one
}

// failure says why a part ended; its own words are the user's, so the part is
// named only where it has none.
func (s *started) failure() error {
	<-s.ended
	if s.err == nil {
		return fmt.Errorf("%s: %w", s.Name, ErrEnded)
	}
	return s.err
}
