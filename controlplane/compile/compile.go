package compile

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// canaryPrefix keeps the operations of a canary apart from those beside it.
const canaryPrefix = "canary."

// Lengths of the digests in names, in hexadecimal characters: long enough for
// two contents of one stage never to meet, short enough to read.
const (
	planDigest      = 16
	operationDigest = 16
)

// Compile makes the plan of a stage. The plan is always whole: operations that
// cannot be served are refused in it, and the problems say why, in the order of
// their paths.
func Compile(in Input) (*planv1.Plan, []Problem) {
	in.Settings.complete()
	plan := &planv1.Plan{
		AccountId: in.AccountID, Region: in.Region, ApiId: in.APIID, Stage: in.Stage.StageName,
		Hosts:        in.hosts(),
		PayloadLimit: in.Settings.PayloadLimit,
		Explain:      in.Stage.Variables[explainVariable] == "true",
		Tracing:      in.Stage.TracingEnabled,
	}
	if in.Settings.AccountThrottle != (Throttle{}) {
		plan.AccountThrottle = throttle(in.Settings.AccountThrottle)
	}
	if log := in.Stage.AccessLogSettings; log != nil && log.Format != "" {
		plan.AccessLog = &planv1.AccessLog{Format: log.Format, DestinationArn: log.DestinationArn}
	}
	production := newRelease(&in, in.Content, in.Stage.DeploymentID, in.Stage.Variables)
	plan.Release = production.compile("")
	problems := production.problems
	if canary := in.Stage.CanarySettings; canary != nil {
		content, id := in.Canary, canary.DeploymentID
		if content == nil || id == "" {
			content, id = in.Content, in.Stage.DeploymentID
		}
		other := newRelease(&in, content, id, merged(in.Stage.Variables, canary.StageVariableOverrides))
		plan.Canary = &planv1.Canary{Percent: canary.PercentTraffic, UseStageCache: canary.UseStageCache, Release: other.compile(canaryPrefix)}
		plan.Canary.Release.IsCanary = true
		plan.Release.HasCanarySettings, plan.Canary.Release.HasCanarySettings = true, true
		problems = append(problems, other.problems...)
	}
	plan.Name = in.APIID + "/" + in.Stage.StageName + "/" + digest(plan, planDigest)
	return plan, sortedProblems(problems)
}

// hosts are those of the API's default endpoint, unless it is turned off: a host
// that nobody serves is Forbidden.
func (in *Input) hosts() []string {
	if in.Content != nil && in.Content.RestAPI.DisableExecuteAPIEndpoint {
		return nil
	}
	return Hosts(in.APIID, in.Region, in.Settings.HostSuffixes)
}

// explainVariable is the stage variable that turns reason ids on: AWS has no
// setting for it, and stage variables pass through every tool.
const explainVariable = "x-sluice-explain"

// Hosts are the names that an API answers to, lower case: AWS's own, and one for
// each suffix of the operator.
func Hosts(api, region string, suffixes []string) []string {
	api = strings.ToLower(api)
	hosts := []string{api + ".execute-api." + region + "." + domain(region)}
	for _, suffix := range suffixes {
		hosts = append(hosts, api+"."+strings.ToLower(strings.Trim(suffix, ".")))
	}
	return slices.Compact(hosts)
}

// domain is where AWS's services of a region have their names.
func domain(region string) string {
	if strings.HasPrefix(region, "cn-") {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

// release is one deployment while it is compiled.
type release struct {
	in           *Input
	content      *definition.Content
	deploymentID string
	variables    map[string]string
	problems     []Problem
}

func newRelease(in *Input, content *definition.Content, deploymentID string, variables map[string]string) *release {
	if content == nil { // the stage's deployment is gone: nothing is routable
		content = &definition.Content{}
	}
	return &release{in: in, content: content, deploymentID: deploymentID, variables: variables}
}

func (r *release) compile(prefix string) *planv1.Release {
	api := &r.content.RestAPI
	made := &planv1.Release{
		DeploymentId: r.deploymentID, StageVariables: maps.Clone(r.variables), Models: models(r.content.Models),
		GatewayResponses: gatewayResponses(r.content.GatewayResponses), BinaryMediaTypes: slices.Clone(api.BinaryMediaTypes),
		MinimumCompressionSize: api.MinimumCompressionSize, ApiKeySource: apiKeySource(api.APIKeySource), ResourcePolicy: api.Policy,
	}
	for _, resource := range sortedValues(r.content.Resources) {
		for _, verb := range slices.Sorted(maps.Keys(resource.Methods)) {
			made.Operations = append(made.Operations, r.operation(prefix, resource, verb))
		}
	}
	slices.SortFunc(made.GetOperations(), routingOrder)
	made.Authorizers = r.authorizers(made.GetOperations())
	for _, operation := range made.GetOperations() {
		operation.Checksum = digest(operation, operationDigest)
	}
	return made
}

// report notes what cannot be served.
func (r *release) report(path, message string) {
	r.problems = append(r.problems, Problem{Path: path, Message: message})
}

// digest names a message by its content.
func digest(message proto.Message, length int) string {
	encoded, err := proto.MarshalOptions{Deterministic: true}.Marshal(message)
	if err != nil {
		// Marshal fails on invalid UTF-8 alone, and then tells two plans apart as well
		// by what it says.
		encoded = []byte(err.Error())
	}
	sum := sha256.Sum256(encoded)
	return hex.EncodeToString(sum[:])[:length]
}

func merged(under, over map[string]string) map[string]string {
	all := maps.Clone(under)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, over)
	return all
}

// sortedValues gives a map's values in the order of their keys.
func sortedValues[V any](all map[string]V) []V {
	values := make([]V, 0, len(all))
	for _, key := range slices.Sorted(maps.Keys(all)) {
		values = append(values, all[key])
	}
	return values
}

func sortedProblems(problems []Problem) []Problem {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(problems)
}
