package plan

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/sluice-gateway/sluice/internal/admission"
	"github.com/sluice-gateway/sluice/internal/awscredentials"
	"github.com/sluice-gateway/sluice/internal/gatewayresponse"
	"github.com/sluice-gateway/sluice/internal/requestcontext"
	"github.com/sluice-gateway/sluice/internal/vtl"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// errUnnamed refuses a plan that nothing could ever ask for.
var errUnnamed = errors.New("it has no name")

// Plan is one stage of one API, ready to serve.
type Plan struct {
	// Definition is the plan as it came.
	Definition *planv1.Plan
	operations map[string]*Operation
	programs   map[string]*Program
	releases   []*Release
}

// Release is one deployment with its stage variables, ready to serve.
type Release struct {
	// Definition is the release as it came.
	Definition *planv1.Release
	// StageVariables are $stageVariables, sorted by name.
	StageVariables vtl.Pairs
	// Binary are RestApi.binaryMediaTypes.
	Binary MediaTypes
	// Responses are the API's gateway responses.
	Responses *gatewayresponse.Set
	// Rules are what its operations' rules share.
	Rules *admission.Release
	// Models are those that its operations validate bodies against, by name.
	Models map[string]Model
}

// Operation is one method of an API as a plan serves it.
type Operation struct {
	// Plan is the stage that it belongs to.
	Plan *Plan
	// Release is the deployment that it belongs to.
	Release *Release
	// Definition is the operation as it came.
	Definition *planv1.Operation
	// Context is what $context says of it whatever the request.
	Context *requestcontext.Operation
	// Target is what calls of its backend are signed for, if they are.
	Target awscredentials.Target
	// Rules are what a caller must pass.
	Rules *admission.Rules
	// Program is what was compiled for it; operations of several plans may share one.
	*Program
}

// compile turns a plan into runnable form. Parts that an earlier plan of the
// stage has compiled are taken over.
func compile(definition *planv1.Plan, earlier []*Plan) (*Plan, error) {
	if definition.GetName() == "" {
		return nil, errUnnamed
	}
	made := &Plan{Definition: definition, operations: map[string]*Operation{}, programs: map[string]*Program{}}
	made.add(definition.GetRelease(), earlier)
	made.add(definition.GetCanary().GetRelease(), earlier)
	return made, nil
}

// add compiles a release and its operations.
func (p *Plan) add(definition *planv1.Release, earlier []*Plan) {
	if definition == nil {
		return
	}
	release := newRelease(p.Definition, definition, earlier)
	p.releases = append(p.releases, release)
	for _, operation := range definition.GetOperations() {
		rules := release.Rules.Operation(operation)
		p.operations[operation.GetId()] = &Operation{
			Plan: p, Release: release, Definition: operation, Context: &rules.Context, Target: target(operation.GetIntegration()),
			Rules: rules, Program: p.program(operation, earlier),
		}
	}
}

// target is what an integration's calls are signed for.
func target(integration *planv1.Integration) awscredentials.Target {
	signing := integration.GetSigning()
	return awscredentials.Target{
		RoleARN: signing.GetRoleArn(), Region: signing.GetRegion(), Service: signing.GetService(),
		Placeholder: !amazon(integration.GetBackend().GetHost()),
	}
}

// amazon says whether a host is AWS's own, where no placeholder key will do.
func amazon(host string) bool {
	return strings.HasSuffix(host, ".amazonaws.com") || strings.HasSuffix(host, ".amazonaws.com.cn") || strings.HasSuffix(host, ".api.aws")
}

// program finds what was compiled for an equal operation, or compiles it.
func (p *Plan) program(operation *planv1.Operation, earlier []*Plan) *Program {
	checksum := operation.GetChecksum()
	if checksum == "" {
		return newProgram(operation)
	}
	for _, from := range append([]*Plan{p}, earlier...) {
		if program, found := from.programs[checksum]; found {
			p.programs[checksum] = program
			return program
		}
	}
	program := newProgram(operation)
	p.programs[checksum] = program
	return program
}

func newRelease(plan *planv1.Plan, definition *planv1.Release, earlier []*Plan) *Release {
	rules := admission.CompileRelease(plan, definition)
	release := &Release{
		Definition: definition, Binary: newMediaTypes(definition.GetBinaryMediaTypes()), Responses: rules.Responses, Rules: rules,
		Models: models(plan.GetApiId(), definition, earlier),
	}
	for _, name := range slices.Sorted(maps.Keys(definition.GetStageVariables())) {
		release.StageVariables = append(release.StageVariables, vtl.Pair{Name: name, Value: definition.GetStageVariables()[name]})
	}
	return release
}

// MediaTypes is RestApi.binaryMediaTypes: which payloads are bytes and not text.
type MediaTypes struct {
	everything bool
	patterns   []string
}

func newMediaTypes(patterns []string) MediaTypes {
	made := MediaTypes{}
	for _, pattern := range patterns {
		pattern = strings.ToLower(strings.TrimSpace(pattern))
		made.everything = made.everything || pattern == "*/*"
		made.patterns = append(made.patterns, pattern)
	}
	return made
}

// Empty says that nothing is binary.
func (m MediaTypes) Empty() bool { return len(m.patterns) == 0 }

// Match says whether a payload of a Content-Type (or the first media type of an
// Accept) is binary: an exact type matches and a configured type/* does; a
// configured */subtype never matches, as recorded from AWS.
func (m MediaTypes) Match(contentType string) bool {
	if m.everything {
		return true
	}
	if len(m.patterns) == 0 || contentType == "" {
		return false
	}
	contentType = MediaType(contentType)
	for _, pattern := range m.patterns {
		if strings.EqualFold(pattern, contentType) {
			return true
		}
		kind, wild := strings.CutSuffix(pattern, "/*")
		if wild && kind != "*" && len(contentType) > len(kind) && contentType[len(kind)] == '/' && strings.EqualFold(kind, contentType[:len(kind)]) {
			return true
		}
	}
	return false
}

// MediaType is the first media type of a Content-Type or Accept, without its
// parameters.
func MediaType(header string) string {
	header, _, _ = strings.Cut(header, ",")
	header, _, _ = strings.Cut(header, ";")
	return strings.TrimSpace(header)
}
