package apply

import (
	"context"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/sluice-gateway/sluice/controlplane/apply/property"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// deploymentTag is an API's tag that remembers which deployment a logical id
// stands for: deployments have no tags of their own.
const deploymentTag = "sluice:deployment:"

// deployment makes a deployment when its API was changed, or when there is none
// for this logical id. CDK and SAM give a changed API a new logical id; a template
// that keeps it gets a new deployment all the same when something changed.
func (r *run) deployment(ctx context.Context, one *item) (outcome, error) {
	api := one.name("RestApiId")
	done := outcome{verdict: Create, id: unknown, attributes: map[string]string{"DeploymentId": unknown}}
	if !known(api) {
		return done, nil
	}
	live, err := r.api(ctx, api)
	if err != nil {
		return outcome{}, err
	}
	if id := live.api.Tags[deploymentTag+one.LogicalID]; id != "" && !r.touched[api] && !r.willTouch(api) {
		_, err := r.client.GetDeployment(ctx, &apigateway.GetDeploymentInput{RestApiId: &api, DeploymentId: &id})
		if err == nil {
			return outcome{verdict: Keep, id: id, attributes: map[string]string{"DeploymentId": id}}, nil
		}
		if !missing(err) {
			return outcome{}, err
		}
	}
	if r.dry {
		return done, nil
	}
	id, err := r.deploy(ctx, api, one)
	return outcome{verdict: Create, id: id, attributes: map[string]string{"DeploymentId": id}}, err
}

// willTouch says, in a dry run, whether the steps so far would change the API.
func (r *run) willTouch(api string) bool {
	if !r.dry {
		return false
	}
	for _, step := range r.steps {
		if step.Verdict == Keep || step.Verdict == Skip || !strings.HasPrefix(step.Type, "AWS::ApiGateway::") {
			continue
		}
		switch strings.TrimPrefix(step.Type, "AWS::ApiGateway::") {
		case "RestApi", "Resource", "Method", "Model", "RequestValidator", "Authorizer", "GatewayResponse":
			return true
		}
	}
	return r.touched[api]
}

func (r *run) deploy(ctx context.Context, api string, one *item) (string, error) {
	input := &apigateway.CreateDeploymentInput{}
	if err := property.Decode(property.Fields(one.properties, "RestApiId", "Description", "StageName"), input); err != nil {
		return "", err
	}
	if description := one.properties.Get("StageDescription"); description.Kind() == jsonvalue.KindObject {
		if err := property.Decode(property.Fields(description, "Variables", "TracingEnabled", "CacheClusterEnabled", "CacheClusterSize"), input); err != nil {
			return "", err
		}
		if text := property.Scalar(description.Get("Description")); text != "" {
			input.StageDescription = &text
		}
	}
	made, err := r.client.CreateDeployment(ctx, input)
	if err != nil {
		return "", err
	}
	delete(r.live, api)
	arn := "arn:aws:apigateway:" + r.options.Region + "::/restapis/" + api
	_, err = r.client.TagResource(ctx, &apigateway.TagResourceInput{ResourceArn: &arn, Tags: map[string]string{deploymentTag + one.LogicalID: *made.Id}})
	return *made.Id, err
}

// stage makes a stage, or brings it to what the template says.
func (r *run) stage(ctx context.Context, one *item) (outcome, error) {
	api, name := one.name("RestApiId"), one.name("StageName")
	done := outcome{verdict: Create, id: name, what: name}
	if !known(api) {
		return done, nil
	}
	live, err := r.api(ctx, api)
	if err != nil {
		return outcome{}, err
	}
	there, exists := live.stages[name]
	if !exists {
		if r.dry {
			return done, nil
		}
		if there, err = r.createStage(ctx, api, one); err != nil {
			return outcome{}, err
		}
	}
	patches := stagePatches(one, &there)
	if exists {
		done.verdict = Update
		if len(patches) == 0 {
			done.verdict = Keep
		}
	}
	if r.dry || len(patches) == 0 {
		return done, nil
	}
	delete(r.live, api)
	_, err = r.client.UpdateStage(ctx, &apigateway.UpdateStageInput{RestApiId: &api, StageName: &name, PatchOperations: patches})
	return done, err
}

func (r *run) createStage(ctx context.Context, api string, one *item) (types.Stage, error) {
	input := &apigateway.CreateStageInput{}
	if err := property.Decode(property.Without(one.properties, "Tags", "MethodSettings", "AccessLogSetting", "CanarySetting"), input); err != nil {
		return types.Stage{}, err
	}
	if all := property.Tags(one.properties.Get("Tags")); len(all) > 0 {
		input.Tags = all
	}
	if canary := one.properties.Get("CanarySetting"); !canary.IsUndefined() {
		input.CanarySettings = &types.CanarySettings{}
		if err := property.Decode(canary, input.CanarySettings); err != nil {
			return types.Stage{}, err
		}
	}
	made, err := r.client.CreateStage(ctx, input)
	if err != nil {
		return types.Stage{}, err
	}
	delete(r.live, api)
	return types.Stage{
		StageName: made.StageName, DeploymentId: made.DeploymentId, Variables: made.Variables, Description: made.Description,
		TracingEnabled: made.TracingEnabled, CacheClusterEnabled: made.CacheClusterEnabled, ClientCertificateId: made.ClientCertificateId,
	}, nil
}

// patcher collects patch operations for what differs.
type patcher []types.PatchOperation

func (p *patcher) replace(path, from, to string) {
	if from != to {
		*p = append(*p, types.PatchOperation{Op: types.OpReplace, Path: &path, Value: &to})
	}
}

// stagePatches bring a stage to what the template says.
func stagePatches(one *item, there *types.Stage) []types.PatchOperation {
	var patches patcher
	if id := one.name("DeploymentId"); id != "" {
		patches.replace("/deploymentId", aws.ToString(there.DeploymentId), id)
	}
	if description := one.name("Description"); description != "" {
		patches.replace("/description", aws.ToString(there.Description), description)
	}
	if certificate := one.name("ClientCertificateId"); certificate != "" {
		patches.replace("/clientCertificateId", aws.ToString(there.ClientCertificateId), certificate)
	}
	if tracing := one.name("TracingEnabled"); tracing != "" {
		patches.replace("/tracingEnabled", truth(there.TracingEnabled), strings.ToLower(tracing))
	}
	wanted := map[string]string{}
	if variables := one.properties.Get("Variables"); variables.Kind() == jsonvalue.KindObject {
		for _, entry := range variables.Object().Entries() {
			wanted[entry.Key] = property.Scalar(entry.Value)
		}
	}
	for _, name := range sortedKeys(wanted) {
		patches.replace("/variables/"+name, there.Variables[name], wanted[name])
	}
	for _, name := range sortedKeys(there.Variables) {
		if _, kept := wanted[name]; !kept {
			patches = append(patches, types.PatchOperation{Op: types.OpRemove, Path: aws.String("/variables/" + name)})
		}
	}
	logs := types.AccessLogSettings{}
	if there.AccessLogSettings != nil {
		logs = *there.AccessLogSettings
	}
	if setting := one.properties.Get("AccessLogSetting"); !setting.IsUndefined() {
		patches.replace("/accessLogSettings/destinationArn", aws.ToString(logs.DestinationArn), property.Scalar(setting.Get("DestinationArn")))
		patches.replace("/accessLogSettings/format", aws.ToString(logs.Format), property.Scalar(setting.Get("Format")))
	}
	for _, setting := range property.Items(one.properties.Get("MethodSettings")) {
		methodSettingPatches(&patches, setting, there.MethodSettings)
	}
	return patches
}

// methodSettingPatches bring the settings of one method, or of all, to what the
// template says.
func methodSettingPatches(patches *patcher, setting jsonvalue.Value, there map[string]types.MethodSetting) {
	path, verb := property.Scalar(setting.Get("ResourcePath")), property.Scalar(setting.Get("HttpMethod"))
	key := strings.TrimPrefix(path, "/") + "/" + verb
	if path == "/" {
		key = "~1/" + verb
	}
	if path == "/*" || path == "*" {
		key = "*/" + verb
	}
	now := there[key]
	prefix := "/" + strings.ReplaceAll(strings.TrimPrefix(strings.TrimSuffix(key, "/"+verb), "/"), "/", "~1") + "/" + verb
	if path != "/*" && path != "*" && path != "/" {
		prefix = "/" + strings.ReplaceAll(path, "/", "~1") + "/" + verb
	}
	for _, one := range []struct{ property, suffix, from string }{
		{"LoggingLevel", "/logging/loglevel", aws.ToString(now.LoggingLevel)},
		{"DataTraceEnabled", "/logging/dataTrace", truth(now.DataTraceEnabled)},
		{"MetricsEnabled", "/metrics/enabled", truth(now.MetricsEnabled)},
		{"ThrottlingBurstLimit", "/throttling/burstLimit", number(now.ThrottlingBurstLimit)},
		{"ThrottlingRateLimit", "/throttling/rateLimit", strconv.FormatFloat(now.ThrottlingRateLimit, 'f', -1, 64)},
		{"CachingEnabled", "/caching/enabled", truth(now.CachingEnabled)},
		{"CacheTtlInSeconds", "/caching/ttlInSeconds", number(now.CacheTtlInSeconds)},
		{"CacheDataEncrypted", "/caching/dataEncrypted", truth(now.CacheDataEncrypted)},
	} {
		if given := property.Scalar(setting.Get(one.property)); given != "" {
			patches.replace(prefix+one.suffix, one.from, given)
		}
	}
}

func number(value int32) string { return strconv.Itoa(int(value)) }
