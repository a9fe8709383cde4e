package fleet

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// API makes a REST API through the control API, an operation at a time.
type API struct {
	ID     string
	tb     testing.TB
	client *apigateway.Client
	// ids of resources by path.
	ids map[string]string
}

// NewAPI creates an API with nothing in it but its root.
func (f *Fleet) NewAPI(tb testing.TB, name string) *API {
	tb.Helper()
	made, err := f.Client.CreateRestApi(tb.Context(), &apigateway.CreateRestApiInput{Name: &name})
	if err != nil {
		tb.Fatalf("create API %s: %v", name, err)
	}
	return &API{ID: *made.Id, tb: tb, client: f.Client, ids: map[string]string{"/": *made.RootResourceId}}
}

// Host is the name that the API answers by.
func (a *API) Host() string { return a.ID + ".execute-api.localhost" }

// Resource gives the id of the resource at path, made with its parents when it
// is not there.
func (a *API) Resource(path string) string {
	a.tb.Helper()
	if id, found := a.ids[path]; found {
		return id
	}
	cut := strings.LastIndex(path, "/")
	parent := a.Resource("/" + strings.Trim(path[:cut], "/"))
	made, err := a.client.CreateResource(a.tb.Context(), &apigateway.CreateResourceInput{
		RestApiId: &a.ID, ParentId: &parent, PathPart: aws.String(path[cut+1:]),
	})
	if err != nil {
		a.tb.Fatalf("create resource %s: %v", path, err)
	}
	a.ids[path] = *made.Id
	return *made.Id
}

// Method puts a method; change alters the call before it is made.
func (a *API) Method(verb, path string, change ...func(*apigateway.PutMethodInput)) {
	a.tb.Helper()
	input := &apigateway.PutMethodInput{
		RestApiId: &a.ID, ResourceId: aws.String(a.Resource(path)), HttpMethod: &verb, AuthorizationType: aws.String("NONE"),
	}
	for part := range strings.SplitSeq(path, "/") {
		if name := strings.Trim(part, "{+}"); name != part {
			if input.RequestParameters == nil {
				input.RequestParameters = map[string]bool{}
			}
			input.RequestParameters["method.request.path."+name] = true
		}
	}
	for _, apply := range change {
		apply(input)
	}
	if _, err := a.client.PutMethod(a.tb.Context(), input); err != nil {
		a.tb.Fatalf("put method %s %s: %v", verb, path, err)
	}
}

// KeyRequired makes a method ask for an API key.
func KeyRequired(input *apigateway.PutMethodInput) { input.ApiKeyRequired = true }

// Integrate puts an integration.
func (a *API) Integrate(verb, path string, input apigateway.PutIntegrationInput) {
	a.tb.Helper()
	input.RestApiId, input.ResourceId, input.HttpMethod = &a.ID, aws.String(a.Resource(path)), &verb
	if _, err := a.client.PutIntegration(a.tb.Context(), &input); err != nil {
		a.tb.Fatalf("put integration %s %s: %v", verb, path, err)
	}
}

// HTTPProxy makes an operation that passes to uri; path parameters are mapped.
func (a *API) HTTPProxy(verb, path, uri string, change ...func(*apigateway.PutMethodInput)) {
	a.tb.Helper()
	a.Method(verb, path, change...)
	parameters := map[string]string{}
	for part := range strings.SplitSeq(path, "/") {
		if name := strings.Trim(part, "{+}"); name != part {
			parameters["integration.request.path."+name] = "method.request.path." + name
		}
	}
	a.Integrate(verb, path, apigateway.PutIntegrationInput{
		Type: types.IntegrationTypeHttpProxy, IntegrationHttpMethod: &verb, Uri: &uri, RequestParameters: parameters,
	})
}

// Lambda makes an operation that a function serves.
func (a *API) Lambda(verb, path, function string, change ...func(*apigateway.PutMethodInput)) {
	a.tb.Helper()
	a.Method(verb, path, change...)
	arn := "arn:aws:lambda:" + Region + ":" + Account + ":function:" + function
	a.Integrate(verb, path, apigateway.PutIntegrationInput{
		Type: types.IntegrationTypeAwsProxy, IntegrationHttpMethod: aws.String("POST"),
		Uri: aws.String("arn:aws:apigateway:" + Region + ":lambda:path/2015-03-31/functions/" + arn + "/invocations"),
	})
}

// Mock makes an operation that answers 200 with a body.
func (a *API) Mock(verb, path, body string, change ...func(*apigateway.PutMethodInput)) {
	a.tb.Helper()
	a.Method(verb, path, change...)
	a.Integrate(verb, path, apigateway.PutIntegrationInput{
		Type: types.IntegrationTypeMock, RequestTemplates: map[string]string{"application/json": `{"statusCode": 200}`},
	})
	a.Respond(verb, path, map[string]string{"application/json": body})
}

// MockBody puts the body of a mock anew.
func (a *API) MockBody(verb, path, body string) {
	a.tb.Helper()
	a.integrationResponse(verb, path, map[string]string{"application/json": body})
}

// Respond makes an operation whose integration is not a proxy answer 200, with
// templates by content type.
func (a *API) Respond(verb, path string, templates map[string]string) {
	a.tb.Helper()
	_, err := a.client.PutMethodResponse(a.tb.Context(), &apigateway.PutMethodResponseInput{
		RestApiId: &a.ID, ResourceId: aws.String(a.Resource(path)), HttpMethod: &verb, StatusCode: aws.String("200"),
	})
	if err != nil {
		a.tb.Fatalf("put method response %s %s: %v", verb, path, err)
	}
	a.integrationResponse(verb, path, templates)
}

func (a *API) integrationResponse(verb, path string, templates map[string]string) {
	a.tb.Helper()
	_, err := a.client.PutIntegrationResponse(a.tb.Context(), &apigateway.PutIntegrationResponseInput{
		RestApiId: &a.ID, ResourceId: aws.String(a.Resource(path)), HttpMethod: &verb, StatusCode: aws.String("200"),
		ResponseTemplates: templates,
	})
	if err != nil {
		a.tb.Fatalf("put integration response %s %s: %v", verb, path, err)
	}
}

// Admit makes an API key in a usage plan of the stage, and gives its value.
func (a *API) Admit(tb testing.TB, stage string) string {
	tb.Helper()
	ctx := tb.Context()
	key, err := a.client.CreateApiKey(ctx, &apigateway.CreateApiKeyInput{Name: aws.String("key of " + a.ID), Enabled: true})
	if err != nil {
		tb.Fatalf("create API key: %v", err)
	}
	plan, err := a.client.CreateUsagePlan(ctx, &apigateway.CreateUsagePlanInput{
		Name: aws.String("plan of " + a.ID), ApiStages: []types.ApiStage{{ApiId: &a.ID, Stage: &stage}},
	})
	if err != nil {
		tb.Fatalf("create usage plan: %v", err)
	}
	_, err = a.client.CreateUsagePlanKey(ctx, &apigateway.CreateUsagePlanKeyInput{
		UsagePlanId: plan.Id, KeyId: key.Id, KeyType: aws.String("API_KEY"),
	})
	if err != nil {
		tb.Fatalf("add key to plan: %v", err)
	}
	return *key.Value
}

// Deploy makes a deployment and points the stage at it.
func (a *API) Deploy(stage string) string {
	a.tb.Helper()
	made, err := a.client.CreateDeployment(a.tb.Context(), &apigateway.CreateDeploymentInput{RestApiId: &a.ID, StageName: &stage})
	if err != nil {
		a.tb.Fatalf("deploy to %s: %v", stage, err)
	}
	return *made.Id
}

// Switch points a stage at another deployment.
func (a *API) Switch(stage, deployment string) {
	a.tb.Helper()
	_, err := a.client.UpdateStage(a.tb.Context(), &apigateway.UpdateStageInput{
		RestApiId: &a.ID, StageName: &stage,
		PatchOperations: []types.PatchOperation{{Op: types.OpReplace, Path: aws.String("/deploymentId"), Value: &deployment}},
	})
	if err != nil {
		a.tb.Fatalf("switch %s to %s: %v", stage, deployment, err)
	}
}

// TemplateVersion makes GET /template answer as HTTPProxyVersion does, by a
// mapping template in extproc.
func (a *API) TemplateVersion(tb testing.TB, text string) {
	tb.Helper()
	get, ok, header := "GET", "200", "method.response.header.X-Version"
	if _, found := a.ids["/template"]; !found {
		a.Method(get, "/template")
		a.Integrate(get, "/template", apigateway.PutIntegrationInput{
			Type: types.IntegrationTypeMock, RequestTemplates: map[string]string{"application/json": `{"statusCode": 200}`},
		})
		_, err := a.client.PutMethodResponse(tb.Context(), &apigateway.PutMethodResponseInput{
			RestApiId: &a.ID, ResourceId: aws.String(a.Resource("/template")), HttpMethod: &get, StatusCode: &ok,
			ResponseParameters: map[string]bool{header: false},
		})
		if err != nil {
			tb.Fatalf("put method response: %v", err)
		}
	}
	_, err := a.client.PutIntegrationResponse(tb.Context(), &apigateway.PutIntegrationResponseInput{
		RestApiId: &a.ID, ResourceId: aws.String(a.Resource("/template")), HttpMethod: &get, StatusCode: &ok,
		ResponseParameters: map[string]string{header: "'" + text + "/live'"},
		ResponseTemplates:  map[string]string{"application/json": text + "/$context.stage"},
	})
	if err != nil {
		tb.Fatalf("put integration response: %v", err)
	}
}

// HTTPProxyVersion makes GET of a path answer with a text that stands both in its
// body and in its header X-Version, so that a mixed answer shows.
func (a *API) HTTPProxyVersion(tb testing.TB, path, upstream, text string, change ...func(*apigateway.PutMethodInput)) {
	tb.Helper()
	if _, found := a.ids[path]; !found {
		a.Method("GET", path, change...)
	}
	uri, get := upstream+path, "GET"
	a.Integrate("GET", path, apigateway.PutIntegrationInput{
		Type: types.IntegrationTypeHttpProxy, IntegrationHttpMethod: &get, Uri: &uri,
		RequestParameters: map[string]string{
			"integration.request.header.x-upstream-body":   "'" + text + "'",
			"integration.request.header.x-upstream-header": "'X-Version: " + text + "'",
		},
	})
}
