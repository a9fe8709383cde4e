package xds

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/sluice-gateway/sluice/controlplane/compile"
	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/controlplane/xds/nodes"
	"github.com/sluice-gateway/sluice/envoy"
)

// What applies where Config says nothing.
const (
	// DefaultHoldOff is how long after a batch the next one begins at the earliest,
	// with all that has changed by then: a change that comes alone is not held up,
	// and many at once make few batches. One call of the control API is one change.
	DefaultHoldOff = 10 * time.Millisecond
	// DefaultAckWait is how long a step waits for those who do not answer.
	DefaultAckWait = 5 * time.Second
	// DefaultDrain is how long what no route names any more stays: longer than the
	// longest integration timeout of AWS's, 29 seconds.
	DefaultDrain = 35 * time.Second
	// DefaultServedWait is how long Published waits at most.
	DefaultServedWait = time.Second
)

const (
	// envoyAway is how long an Envoy that went away is thought to serve on.
	envoyAway = 10 * time.Minute
	// gateWait is how long Envoys wait for ext services after a start.
	gateWait = 3 * time.Second
	// buildRetry is the pause before what could not be read is tried again.
	buildRetry = time.Second
)

// Config is what a Publisher is made of.
type Config struct {
	Store *store.Store
	// Compile, Envoy and Listener are the operator's settings, the same for all
	// APIs.
	Compile  compile.Settings
	Envoy    envoy.Settings
	Listener envoy.ListenerSettings
	// HoldOff, AckWait, Drain and ServedWait are the defaults above when 0.
	HoldOff, AckWait, Drain, ServedWait time.Duration
	// Logger gets a line a batch; nothing is logged when nil.
	Logger *slog.Logger
	// Now is the clock of the status.
	Now func() time.Time
}

func (c *Config) complete() {
	for _, one := range []struct {
		value *time.Duration
		meant time.Duration
	}{
		{&c.HoldOff, DefaultHoldOff},
		{&c.AckWait, DefaultAckWait},
		{&c.Drain, DefaultDrain},
		{&c.ServedWait, DefaultServedWait},
	} {
		if *one.value == 0 {
			*one.value = one.meant
		}
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
}

// Publisher makes what is stored be served. Make it with New.
type Publisher struct {
	config  Config
	builder builder
	caches  *caches
	nodes   *nodes.Tracker
	gate    *nodes.Gate

	// What follows belongs to the goroutine of Run.
	apis   map[store.Ref]*served
	usage  map[store.Scope]*usage
	dirty  dirty
	drains []drain
	trials chan *trialStep
	// clusters are those that are offered; APIs share them.
	clusters map[string]sharedCluster

	mu    sync.Mutex
	state progress
	// synced is closed when all that was stored at the start is offered.
	synced chan struct{}
	once   sync.Once
	// ended is closed when Run has.
	ended chan struct{}
}

// New makes a Publisher; Run makes it work.
func New(config Config) (*Publisher, error) {
	if config.Store == nil || config.Now == nil {
		return nil, errors.New("xds: Store and Now are needed")
	}
	config.complete()
	opening := nodes.NewGate()
	made := &Publisher{
		config:  config,
		builder: builder{store: config.Store, compile: config.Compile, envoy: config.Envoy, translate: envoy.Translate},
		caches:  newCaches(), nodes: nodes.New(config.Now, opening), gate: opening,
		apis: map[store.Ref]*served{}, usage: map[store.Scope]*usage{}, clusters: map[string]sharedCluster{},
		trials: make(chan *trialStep), synced: make(chan struct{}), ended: make(chan struct{}),
		state: progress{problems: map[store.Ref][]Problem{}, moved: make(chan struct{})},
	}
	listener := envoy.Listener(config.Listener)
	if err := made.caches.change(listenerType, resources{listener.GetName(): proto.Message(listener)}, nil); err != nil {
		return nil, err
	}
	return made, nil
}

// Run publishes until the context ends.
func (p *Publisher) Run(ctx context.Context) error {
	defer close(p.ended)
	events := p.config.Store.Watch(ctx)
	var due, draining <-chan time.Time
	var ended time.Time
	publish := func() {
		due = nil
		if !p.batch(ctx) {
			due = time.After(buildRetry)
		}
		draining, ended = p.nextDrain(), time.Now()
	}
	for {
		select {
		case event, more := <-events:
			if !more {
				return context.Cause(ctx)
			}
			p.note(event)
			if p.dirty.any() {
				due = time.After(p.config.HoldOff - time.Since(ended))
			}
		case <-due:
			publish()
		case step := <-p.trials:
			p.order(ctx, []*change{step.change}, usageChange{})
			close(step.done)
			draining = p.nextDrain()
		case <-draining:
			p.drain(ctx)
			draining = p.nextDrain()
		}
	}
}

// Published waits until what the store had at a revision is served by every
// Envoy that is connected, but not longer than Config.ServedWait.
func (p *Publisher) Published(ctx context.Context, revision int64) {
	waiting, cancel := context.WithTimeout(ctx, p.config.ServedWait)
	defer cancel()
	for {
		p.mu.Lock()
		reached, moved := p.state.published >= revision, p.state.moved
		p.mu.Unlock()
		if reached {
			return
		}
		select {
		case <-moved:
		case <-waiting.Done():
			return
		}
	}
}

// Ready says why nothing can be served yet; nil when it can.
func (p *Publisher) Ready() error {
	select {
	case <-p.synced:
		return nil
	default:
		return errors.New("the stored APIs are being compiled")
	}
}

// sharedCluster is an offered cluster, with the number of APIs that use it.
type sharedCluster struct {
	proto   proto.Message
	version string
	uses    int
}

// progress is how far publishing has come.
type progress struct {
	published int64
	batches   uint64
	compiled  uint64
	last      time.Duration
	problems  map[store.Ref][]Problem
	moved     chan struct{}
}

// reach says that all up to a revision is published.
func (p *Publisher) reach(revision int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state.published = max(p.state.published, revision)
	close(p.state.moved)
	p.state.moved = make(chan struct{})
}
