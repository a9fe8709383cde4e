package xds

import (
	"context"
	"log/slog"
	"maps"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/store"
)

// change is one API in a batch: what is served of it, and what shall be. Either
// may be nil.
type change struct {
	ref           store.Ref
	before, after *served
	// refused says why the change is not made; the last good stays.
	refused []Problem
}

// usageChange are a batch's usage plans.
type usageChange struct {
	offered   resources
	withdrawn []string
}

// batch publishes all that is dirty. It is false when something could not be
// read and must be tried again.
func (p *Publisher) batch(ctx context.Context) bool {
	work, started := p.dirty, time.Now()
	p.dirty = dirty{}
	if work.resync {
		if err := p.expand(ctx, &work); err != nil {
			p.dirty.merge(work)
			p.failed(ctx, "the store cannot be read", err)
			return false
		}
	}
	changes, compiled, left := p.buildAll(ctx, work.apis)
	usages, unread := p.usageAll(ctx, work.usage)
	if ctx.Err() != nil {
		return true
	}
	p.order(ctx, changes, usages)
	p.record(changes, compiled, time.Since(started))
	retry := dirty{apis: left, usage: unread, revision: work.revision}
	whole := !retry.any()
	if whole {
		p.reach(work.revision)
	}
	p.dirty.merge(retry)
	if work.resync {
		p.once.Do(func() { close(p.synced) })
	}
	p.config.Logger.LogAttrs(ctx, slog.LevelInfo, "published", slog.Int("apis", len(changes)), slog.Int("stages", compiled),
		slog.Int("usage_plans", len(usages.offered)), slog.Duration("duration", time.Since(started)))
	return whole
}

func (p *Publisher) failed(ctx context.Context, what string, err error) {
	p.config.Logger.LogAttrs(ctx, slog.LevelError, what, slog.String("error", err.Error()))
}

// expand marks everything that is stored or served.
func (p *Publisher) expand(ctx context.Context, work *dirty) error {
	scopes, err := p.config.Store.Scopes(ctx)
	if err != nil {
		return err
	}
	for _, scope := range scopes {
		err := p.config.Store.Stages(ctx, scope, func(ref store.Ref, _ *definition.Stage) error {
			work.api(ref, "")
			return nil
		})
		if err != nil {
			return err
		}
		work.scope(scope).all = true
	}
	for ref, known := range p.apis {
		if !known.trial {
			work.api(ref, "")
		}
	}
	for scope := range p.usage {
		work.scope(scope).all = true
	}
	return nil
}

// buildAll makes the touched APIs anew, several at a time. Left are those that
// could not be read.
func (p *Publisher) buildAll(ctx context.Context, touched map[store.Ref]touchedStages) (changes []*change, compiled int, left map[store.Ref]touchedStages) {
	var mu sync.Mutex
	var group errgroup.Group
	group.SetLimit(2 * runtime.GOMAXPROCS(0))
	for ref, stages := range touched {
		before := p.apis[ref]
		group.Go(func() error {
			after, count, err := p.builder.build(ctx, ref, before, stages)
			mu.Lock()
			defer mu.Unlock()
			compiled += count
			if err != nil {
				p.failed(ctx, "API "+ref.String()+" cannot be built", err)
				if left == nil {
					left = map[store.Ref]touchedStages{}
				}
				left[ref] = stages
				return nil
			}
			if before != nil || after != nil {
				changes = append(changes, &change{ref: ref, before: before, after: after})
			}
			return nil
		})
	}
	// The functions return no error: each API is for itself.
	_ = group.Wait()
	return changes, compiled, left
}

// usageAll makes the touched usage plans anew. Unread are the scopes that could
// not be read.
func (p *Publisher) usageAll(ctx context.Context, touched map[store.Scope]*touchedUsage) (usages usageChange, unread map[store.Scope]*touchedUsage) {
	usages.offered = resources{}
	for scope, what := range touched {
		offered, withdrawn, err := p.refreshUsage(ctx, scope, what)
		if err != nil {
			p.failed(ctx, "usage plans of "+scope.String()+" cannot be read", err)
			if unread == nil {
				unread = map[store.Scope]*touchedUsage{}
			}
			unread[scope] = what
			continue
		}
		maps.Copy(usages.offered, offered)
		usages.withdrawn = append(usages.withdrawn, withdrawn...)
	}
	return usages, unread
}

// record keeps what the status shows of a batch.
func (p *Publisher) record(changes []*change, compiled int, took time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state.batches++
	p.state.compiled += uint64(compiled)
	p.state.last = took
	for _, one := range changes {
		problems := one.refused
		if one.after != nil {
			problems = append(problems, one.after.allProblems()...)
		}
		if len(problems) == 0 {
			delete(p.state.problems, one.ref)
			continue
		}
		p.state.problems[one.ref] = problems
	}
}
