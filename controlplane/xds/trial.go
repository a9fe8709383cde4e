package xds

import (
	"context"
	"errors"
	"fmt"

	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/envoy"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// trialStep is a change for a trial, made by the goroutine of Run; done is closed
// afterwards.
type trialStep struct {
	change *change
	done   chan struct{}
}

// Try serves a plan that nobody deployed while use runs, and withdraws it then.
// It goes the way that all plans go, to every ext service and Envoy, beside what
// is served already: its name and hosts must be its own. Name names the trial
// among all.
func (p *Publisher) Try(ctx context.Context, scope store.Scope, name string, plan *planv1.Plan, use func(ctx context.Context) error) error {
	ref := store.Ref{Scope: scope, ID: name}
	tried := &served{ref: ref, trial: true, stages: map[string]*stagePlan{plan.GetStage(): {plan: plan}}}
	if err := p.builder.finish(tried); err != nil {
		return fmt.Errorf("trial: %w", err)
	}
	if len(tried.problems) > 0 {
		return fmt.Errorf("trial: %s: %s", tried.problems[0].Path, tried.problems[0].Message)
	}
	offered := &change{ref: ref, after: tried}
	if err := p.step(ctx, offered); err != nil {
		return err
	}
	if len(offered.refused) > 0 {
		return errors.New("trial: " + offered.refused[0].Message)
	}
	used := use(ctx)
	// It goes even when the caller has gone.
	return errors.Join(used, p.step(context.WithoutCancel(ctx), &change{ref: ref, before: tried}))
}

// step has a change made, and waits until it is.
func (p *Publisher) step(ctx context.Context, one *change) error {
	step := &trialStep{change: one, done: make(chan struct{})}
	select {
	case p.trials <- step:
	case <-p.ended:
		return errors.New("trial: the publisher has ended")
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	select {
	case <-step.done:
		return nil
	case <-p.ended:
		return errors.New("trial: the publisher has ended")
	}
}

// setApart gives a trial's resources names of their own, for those of envoy are
// the API's.
func setApart(translated *envoy.Resources, name string) {
	for i, routes := range translated.Routes {
		routes.Name = fmt.Sprintf("%s/%d", name, i)
		for _, scope := range translated.Scopes {
			scope.RouteConfigurationName = routes.GetName()
		}
	}
	for i, scope := range translated.Scopes {
		scope.Name = fmt.Sprintf("%s/%d", name, i)
	}
}
