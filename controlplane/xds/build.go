package xds

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"

	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"

	"github.com/sluice-gateway/sluice/controlplane/compile"
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/envoy"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// Problem is something defined that cannot be served.
type Problem struct {
	Account string `json:"account"`
	Region  string `json:"region"`
	API     string `json:"api"`
	// Stage is empty when the API as a whole has the problem.
	Stage string `json:"stage,omitempty"`
	// Path is where in the definition, or in the plan.
	Path    string `json:"path"`
	Message string `json:"message"`
}

// served is what is published of one API, or is about to be.
type served struct {
	ref store.Ref
	// trial says that nobody deployed it: it is served for one call.
	trial  bool
	stages map[string]*stagePlan
	// problems are those of the API as a whole.
	problems []Problem
	plans    resources
	secrets  resources
	clusters resources
	routes   resources
	scopes   resources
	// What versions the caches give them.
	planVersions, secretVersions, clusterVersions, routeVersions, scopeVersions versions
}

// stagePlan is one compiled stage.
type stagePlan struct {
	plan       *planv1.Plan
	deployment string
	problems   []Problem
	// secret is the stage's client certificate with its key; nil: none.
	secret *tlsv3.Secret
}

// builder makes what is served of what is stored.
type builder struct {
	store     *store.Store
	compile   compile.Settings
	envoy     envoy.Settings
	translate func([]*planv1.Plan, envoy.Settings) (envoy.Resources, []envoy.Problem)
}

// build makes an API anew: the touched stages are compiled, the others taken
// over from before. It gives nil when there is no such API any more. Compiled
// says how many stages were.
func (b *builder) build(ctx context.Context, ref store.Ref, before *served, touched touchedStages) (made *served, compiled int, err error) {
	api, stages, err := b.store.APIStages(ctx, ref)
	if errors.Is(err, store.ErrNotFound) || (err == nil && len(stages) == 0) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	made = &served{ref: ref, stages: map[string]*stagePlan{}}
	for _, name := range slices.Sorted(maps.Keys(stages)) {
		old := before.stage(name)
		if old != nil && !touched.has(name) {
			made.stages[name] = old
			continue
		}
		compiled++
		stage, err := b.stage(ctx, ref, api, stages[name], old)
		if err != nil {
			return nil, compiled, fmt.Errorf("stage %s: %w", name, err)
		}
		if stage != nil {
			made.stages[name] = stage
		}
	}
	return made, compiled, b.finish(made)
}

func (s *served) stage(name string) *stagePlan {
	if s == nil {
		return nil
	}
	return s.stages[name]
}

// stage compiles one stage; when it cannot be, the last good one stays.
func (b *builder) stage(ctx context.Context, ref store.Ref, api *definition.RestAPI, stage *definition.Stage, old *stagePlan) (*stagePlan, error) {
	input := compile.Input{AccountID: ref.Account, Region: ref.Region, APIID: api.ID, Stage: stage, Settings: b.compile}
	problem := ""
	secret, err := b.clientCertificate(ctx, ref.Scope, stage)
	if err != nil {
		return nil, fmt.Errorf("client certificate %s: %w", stage.ClientCertificateID, err)
	}
	input.Stage = withCertificate(stage, secret)
	input.Content, err = b.store.Content(ctx, ref, stage.DeploymentID)
	if err == nil && stage.CanarySettings != nil && stage.CanarySettings.DeploymentID != "" && stage.CanarySettings.DeploymentID != stage.DeploymentID {
		input.Canary, err = b.store.Content(ctx, ref, stage.CanarySettings.DeploymentID)
	}
	switch {
	case errors.Is(err, store.ErrNotFound):
		problem = "the stage's deployment is not there"
	case err != nil:
		return nil, err
	}
	var made *stagePlan
	if problem == "" {
		made, problem = compiled(input)
	}
	if made == nil {
		made = &stagePlan{}
		if old != nil {
			made.plan, made.deployment, secret = old.plan, old.deployment, old.secret
		}
		made.problems = []Problem{{Path: "stages/" + stage.StageName, Message: problem}}
	}
	made.secret = secret
	for i := range made.problems {
		one := &made.problems[i]
		one.Account, one.Region, one.API, one.Stage = ref.Account, ref.Region, ref.ID, stage.StageName
	}
	return made, nil
}

// compiled is a compiled stage. That the compiler panics is a problem of the one
// API that made it, and not the end of all others.
func compiled(input compile.Input) (made *stagePlan, problem string) {
	defer func() {
		if failed := recover(); failed != nil {
			made, problem = nil, fmt.Sprintf("the compiler failed: %v\n%s", failed, debug.Stack())
		}
	}()
	plan, problems := compile.Compile(input)
	made = &stagePlan{plan: plan, deployment: input.Stage.DeploymentID}
	for _, one := range problems {
		made.problems = append(made.problems, Problem{Path: one.Path, Message: one.Message})
	}
	return made, ""
}

// finish translates the API's plans, and names the versions.
func (b *builder) finish(made *served) (err error) {
	defer func() {
		if failed := recover(); failed != nil {
			err = fmt.Errorf("the translation failed: %v\n%s", failed, debug.Stack())
		}
	}()
	plans := make([]*planv1.Plan, 0, len(made.stages))
	for _, name := range slices.Sorted(maps.Keys(made.stages)) {
		if plan := made.stages[name].plan; plan != nil {
			plans = append(plans, plan)
		}
	}
	translated, problems := b.translate(plans, b.envoy)
	for _, one := range problems {
		made.problems = append(made.problems, Problem{
			Account: made.ref.Account, Region: made.ref.Region, API: made.ref.ID, Path: one.Path, Message: one.Message,
		})
	}
	var secrets []*tlsv3.Secret
	for _, stage := range made.stages {
		if stage.secret != nil {
			secrets = append(secrets, stage.secret)
		}
	}
	made.secrets = named(secrets)
	if made.trial {
		setApart(&translated, made.ref.ID)
	}
	if len(translated.Scopes) == 0 {
		// No Envoy asks for routes that no host leads to (disableExecuteApiEndpoint).
		translated.Routes = nil
	}
	made.plans, made.clusters = named(plans), named(translated.Clusters)
	made.routes, made.scopes = named(translated.Routes), named(translated.Scopes)
	for _, kind := range []struct {
		of   resources
		into *versions
	}{
		{made.plans, &made.planVersions},
		{made.secrets, &made.secretVersions},
		{made.clusters, &made.clusterVersions},
		{made.routes, &made.routeVersions},
		{made.scopes, &made.scopeVersions},
	} {
		*kind.into, err = versionsOf(kind.of)
		if err != nil {
			return err
		}
	}
	return nil
}

// allProblems are those of the stages and of the API.
func (s *served) allProblems() []Problem {
	var all []Problem
	for _, name := range slices.Sorted(maps.Keys(s.stages)) {
		all = append(all, s.stages[name].problems...)
	}
	return append(all, s.problems...)
}

// releases are what the API's routes serve.
func (s *served) releases() []Release {
	var all []Release
	if s.trial {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(s.stages)) {
		if one := s.stages[name]; one.plan != nil {
			all = append(all, Release{
				Account: s.ref.Account, Region: s.ref.Region, API: s.ref.ID, Stage: name,
				Deployment: one.deployment, Plan: one.plan.GetName(),
			})
		}
	}
	return all
}

// touchedStages are the stages of an API to compile; all when it holds "".
type touchedStages map[string]bool

func (t touchedStages) has(stage string) bool { return t[""] || t[stage] }
