package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

const (
	apiName      = "hello"
	stageName    = "dev"
	functionName = "hello"
)

// example is the API as made.
type example struct {
	id, host, apiKey string
}

// maker makes the example, a call at a time.
type maker struct {
	ctx    context.Context //nolint:containedctx // lives for one call of makeAPI
	client *apigateway.Client
	region string
	api    string
	root   string
	errs   []error
}

// makeAPI makes the example through the control API, or finds it where an
// earlier run left it.
func makeAPI(ctx context.Context, chosen options, backend string) (example, error) {
	credentials, region, err := exports(ctx, chosen)
	if err != nil {
		return example{}, err
	}
	m := &maker{ctx: ctx, region: region, client: apigateway.New(apigateway.Options{
		Region: region, BaseEndpoint: aws.String("http://" + chosen.control), Credentials: credentials,
	})}
	// The backend's port differs from run to run, so an old example is replaced.
	if err := m.removeOld(); err != nil {
		return example{}, err
	}
	if err := m.create(backend); err != nil {
		return example{}, err
	}
	key, err := m.admit()
	if err != nil {
		return example{}, err
	}
	return example{id: m.api, host: m.api + ".execute-api.localhost", apiKey: key}, nil
}

// exports reads credentials and region from `sluice env`.
func exports(ctx context.Context, chosen options) (aws.CredentialsProvider, string, error) {
	output, err := exec.CommandContext(ctx, chosen.sluice, "env",
		"--data-dir", chosen.dataDir, "--control-address", chosen.control).Output()
	if err != nil {
		return nil, "", fmt.Errorf("sluice env: %w", err)
	}
	values := map[string]string{}
	for line := range strings.Lines(string(output)) {
		name, value, found := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "=")
		if found {
			values[name] = strings.Trim(value, "'")
		}
	}
	credentials := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: values["AWS_ACCESS_KEY_ID"], SecretAccessKey: values["AWS_SECRET_ACCESS_KEY"]}, nil
	})
	return credentials, values["AWS_REGION"], nil
}

// removeOld deletes what an earlier run made.
func (m *maker) removeOld() error {
	plans, err := m.client.GetUsagePlans(m.ctx, &apigateway.GetUsagePlansInput{Limit: aws.Int32(500)})
	if err != nil {
		return fmt.Errorf("list usage plans: %w", err)
	}
	for _, plan := range plans.Items {
		if aws.ToString(plan.Name) == apiName {
			if err := m.removePlan(plan); err != nil {
				return err
			}
		}
	}
	apis, err := m.client.GetRestApis(m.ctx, &apigateway.GetRestApisInput{Limit: aws.Int32(500)})
	if err != nil {
		return fmt.Errorf("list APIs: %w", err)
	}
	for _, api := range apis.Items {
		if aws.ToString(api.Name) == apiName {
			_, err := m.client.DeleteRestApi(m.ctx, &apigateway.DeleteRestApiInput{RestApiId: api.Id})
			if err != nil {
				return fmt.Errorf("delete the old example: %w", err)
			}
		}
	}
	return m.removeKeys()
}

func (m *maker) removeKeys() error {
	keys, err := m.client.GetApiKeys(m.ctx, &apigateway.GetApiKeysInput{NameQuery: aws.String(apiName)})
	if err != nil {
		return fmt.Errorf("list API keys: %w", err)
	}
	for _, key := range keys.Items {
		if aws.ToString(key.Name) == apiName {
			_, err := m.client.DeleteApiKey(m.ctx, &apigateway.DeleteApiKeyInput{ApiKey: key.Id})
			if err != nil {
				return fmt.Errorf("delete the old key: %w", err)
			}
		}
	}
	return nil
}

func (m *maker) removePlan(plan types.UsagePlan) error {
	var operations []types.PatchOperation
	for _, stage := range plan.ApiStages {
		operations = append(operations, types.PatchOperation{
			Op: types.OpRemove, Path: aws.String("/apiStages"), Value: aws.String(*stage.ApiId + ":" + *stage.Stage),
		})
	}
	if len(operations) > 0 {
		_, err := m.client.UpdateUsagePlan(m.ctx, &apigateway.UpdateUsagePlanInput{UsagePlanId: plan.Id, PatchOperations: operations})
		if err != nil {
			return fmt.Errorf("empty the old usage plan: %w", err)
		}
	}
	_, err := m.client.DeleteUsagePlan(m.ctx, &apigateway.DeleteUsagePlanInput{UsagePlanId: plan.Id})
	if err != nil {
		return fmt.Errorf("delete the old usage plan: %w", err)
	}
	return nil
}

// create makes the API, its operations and its stage.
func (m *maker) create(backend string) error {
	api, err := m.client.CreateRestApi(m.ctx, &apigateway.CreateRestApiInput{
		Name: aws.String(apiName), Description: aws.String("One operation of each class"),
	})
	if err != nil {
		return fmt.Errorf("create the API: %w", err)
	}
	m.api, m.root = *api.Id, *api.RootResourceId
	m.mock(m.root, `{"message": "Hello from Envoy!"}`)

	proxy := m.resource(m.resource(m.root, "backend"), "{path+}")
	m.method(proxy, "ANY", false, map[string]bool{"method.request.path.path": true})
	m.http(proxy, "ANY", "http://"+backend+"/{path}", map[string]string{"integration.request.path.path": "method.request.path.path"})

	members := m.resource(m.root, "members")
	m.method(members, "GET", true, nil)
	m.http(members, "GET", "http://"+backend+"/members", nil)

	hello := m.resource(m.resource(m.root, "hello"), "{name}")
	m.method(hello, "GET", false, nil)
	m.lambda(hello)
	_, err = m.client.CreateDeployment(m.ctx, &apigateway.CreateDeploymentInput{RestApiId: &m.api, StageName: aws.String(stageName)})
	m.note("deploy", err)
	return errors.Join(m.errs...)
}

// note keeps what went wrong, so that the making reads as a list.
func (m *maker) note(what string, err error) {
	if err != nil {
		m.errs = append(m.errs, fmt.Errorf("%s: %w", what, err))
	}
}

func (m *maker) resource(parent, part string) string {
	made, err := m.client.CreateResource(m.ctx, &apigateway.CreateResourceInput{RestApiId: &m.api, ParentId: &parent, PathPart: &part})
	m.note("resource "+part, err)
	if err != nil {
		return ""
	}
	return *made.Id
}

func (m *maker) method(resource, verb string, key bool, parameters map[string]bool) {
	_, err := m.client.PutMethod(m.ctx, &apigateway.PutMethodInput{
		RestApiId: &m.api, ResourceId: &resource, HttpMethod: &verb,
		AuthorizationType: aws.String("NONE"), ApiKeyRequired: key, RequestParameters: parameters,
	})
	m.note("method", err)
}

func (m *maker) http(resource, verb, uri string, parameters map[string]string) {
	_, err := m.client.PutIntegration(m.ctx, &apigateway.PutIntegrationInput{
		RestApiId: &m.api, ResourceId: &resource, HttpMethod: &verb, Type: types.IntegrationTypeHttpProxy,
		IntegrationHttpMethod: &verb, Uri: &uri, RequestParameters: parameters,
	})
	m.note("HTTP integration", err)
}

func (m *maker) lambda(resource string) {
	arn := "arn:aws:lambda:" + m.region + ":000000000000:function:" + functionName
	_, err := m.client.PutIntegration(m.ctx, &apigateway.PutIntegrationInput{
		RestApiId: &m.api, ResourceId: &resource, HttpMethod: aws.String("GET"), Type: types.IntegrationTypeAwsProxy,
		IntegrationHttpMethod: aws.String("POST"),
		Uri:                   aws.String("arn:aws:apigateway:" + m.region + ":lambda:path/2015-03-31/functions/" + arn + "/invocations"),
	})
	m.note("Lambda integration", err)
}

func (m *maker) mock(resource, body string) {
	get, ok := aws.String("GET"), aws.String("200")
	m.method(resource, *get, false, nil)
	_, err := m.client.PutIntegration(m.ctx, &apigateway.PutIntegrationInput{
		RestApiId: &m.api, ResourceId: &resource, HttpMethod: get, Type: types.IntegrationTypeMock,
		RequestTemplates: map[string]string{"application/json": `{"statusCode": 200}`},
	})
	m.note("mock", err)
	_, err = m.client.PutMethodResponse(m.ctx, &apigateway.PutMethodResponseInput{
		RestApiId: &m.api, ResourceId: &resource, HttpMethod: get, StatusCode: ok,
	})
	m.note("method response", err)
	_, err = m.client.PutIntegrationResponse(m.ctx, &apigateway.PutIntegrationResponseInput{
		RestApiId: &m.api, ResourceId: &resource, HttpMethod: get, StatusCode: ok,
		ResponseTemplates: map[string]string{"application/json": body + "\n"},
	})
	m.note("integration response", err)
}

// admit makes an API key in a usage plan of the stage.
func (m *maker) admit() (string, error) {
	key, err := m.client.CreateApiKey(m.ctx, &apigateway.CreateApiKeyInput{Name: aws.String(apiName), Enabled: true})
	if err != nil {
		return "", fmt.Errorf("create the API key: %w", err)
	}
	plan, err := m.client.CreateUsagePlan(m.ctx, &apigateway.CreateUsagePlanInput{
		Name:      aws.String(apiName),
		ApiStages: []types.ApiStage{{ApiId: &m.api, Stage: aws.String(stageName)}},
		Throttle:  &types.ThrottleSettings{RateLimit: 100, BurstLimit: 200},
	})
	if err != nil {
		return "", fmt.Errorf("create the usage plan: %w", err)
	}
	_, err = m.client.CreateUsagePlanKey(m.ctx, &apigateway.CreateUsagePlanKeyInput{
		UsagePlanId: plan.Id, KeyId: key.Id, KeyType: aws.String("API_KEY"),
	})
	if err != nil {
		return "", fmt.Errorf("add the key to the plan: %w", err)
	}
	return *key.Value, nil
}
