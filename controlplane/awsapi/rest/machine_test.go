package rest_test

import (
	"crypto/rand"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

// machine drives the operations whose nouns refer to each other across APIs and
// the account, refused or not, on a real store.
type machine struct {
	handlers map[string]awsapi.Handler
	store    *store.Store
	caller   awsapi.Caller
	// What was made, and may be gone again.
	apis, plans, keys, certificates, links []string
}

func (m *machine) scope() store.Scope {
	return store.Scope{Account: m.caller.Account, Region: m.caller.Region}
}

// call answers an operation, nil when it was refused with an error that a client
// may see.
func call[O any](t *rapid.T, m *machine, name string, input any) *O {
	output, err := m.handlers[name].Call(t.Context(), m.caller, input)
	if err != nil {
		if awserror.From(err).Code == awserror.InternalServer {
			t.Fatalf("%s %+v: %v", name, input, err)
		}
		return nil
	}
	typed, _ := output.(*O)
	return typed
}

func (m *machine) do(t *rapid.T, name string, input any) { call[struct{}](t, m, name, input) }

// pick draws one of what was made, or now and then what never was.
func pick(t *rapid.T, label string, ids []string) string {
	if len(ids) == 0 || rapid.IntRange(0, 19).Draw(t, label+" wrong") == 0 {
		return "nope"
	}
	return rapid.SampledFrom(ids).Draw(t, label)
}

func replace(op, path, value string) []apigateway.PatchOperation {
	return []apigateway.PatchOperation{{Op: &op, Path: &path, Value: &value}}
}

// step does one operation.
func (m *machine) step(t *rapid.T) {
	api, plan, key := pick(t, "api", m.apis), pick(t, "plan", m.plans), pick(t, "key", m.keys)
	certificate, link := pick(t, "certificate", m.certificates), pick(t, "link", m.links)
	stage := rapid.SampledFrom([]string{"dev", "prod"}).Draw(t, "stage")
	base := rapid.SampledFrom([]string{"", "v1"}).Draw(t, "base")
	add := rapid.SampledFrom([]string{"add", "remove"}).Draw(t, "op")
	const domain = "a.example.com"
	switch rapid.IntRange(0, 17).Draw(t, "what") {
	case 0:
		m.makeAPI(t, link)
	case 1:
		m.do(t, "DeleteRestApi", &apigateway.DeleteRestApiRequest{RestApiId: api})
	case 2:
		m.do(t, "CreateDeployment", &apigateway.CreateDeploymentRequest{RestApiId: api, StageName: &stage})
	case 3:
		m.do(t, "DeleteStage", &apigateway.DeleteStageRequest{RestApiId: api, StageName: stage})
	case 4:
		if made := call[apigateway.UsagePlan](t, m, "CreateUsagePlan", &apigateway.CreateUsagePlanRequest{Name: new("p"), ApiStages: []apigateway.ApiStage{{ApiId: &api, Stage: &stage}}}); made != nil {
			m.plans = append(m.plans, *made.Id)
		}
	case 5:
		m.do(t, "UpdateUsagePlan", &apigateway.UpdateUsagePlanRequest{UsagePlanId: plan, PatchOperations: replace(add, "/apiStages", api+":"+stage)})
	case 6:
		m.do(t, "DeleteUsagePlan", &apigateway.DeleteUsagePlanRequest{UsagePlanId: plan})
	case 7:
		if made := call[apigateway.ApiKey](t, m, "CreateApiKey", &apigateway.CreateApiKeyRequest{}); made != nil {
			m.keys = append(m.keys, *made.Id)
		}
	case 8:
		m.do(t, "DeleteApiKey", &apigateway.DeleteApiKeyRequest{ApiKey: key})
	case 9:
		m.do(t, "CreateUsagePlanKey", &apigateway.CreateUsagePlanKeyRequest{UsagePlanId: plan, KeyId: &key, KeyType: new("API_KEY")})
	case 10:
		m.do(t, "DeleteUsagePlanKey", &apigateway.DeleteUsagePlanKeyRequest{UsagePlanId: plan, KeyId: key})
	case 11:
		m.do(t, "UpdateUsage", &apigateway.UpdateUsageRequest{UsagePlanId: plan, KeyId: key, PatchOperations: replace("replace", "/remaining", "3")})
	case 12:
		m.do(t, "CreateDomainName", &apigateway.CreateDomainNameRequest{DomainName: new(domain), RegionalCertificateArn: new("arn:aws:acm:us-east-1:0:certificate/c")})
	case 13:
		m.do(t, "DeleteDomainName", &apigateway.DeleteDomainNameRequest{DomainName: domain})
	case 14:
		m.do(t, "CreateBasePathMapping", &apigateway.CreateBasePathMappingRequest{DomainName: domain, RestApiId: &api, BasePath: &base, Stage: &stage})
	case 15:
		m.do(t, "UpdateBasePathMapping", &apigateway.UpdateBasePathMappingRequest{DomainName: domain, BasePath: "v1", PatchOperations: replace("replace", rapid.SampledFrom([]string{"/basePath", "/restapiId", "/stage"}).Draw(t, "path"), pick(t, "value", append(m.apis, stage, "(none)")))})
	default:
		m.secondary(t, api, stage, certificate, link)
	}
}

// secondary makes, uses and deletes certificates and links.
func (m *machine) secondary(t *rapid.T, api, stage, certificate, link string) {
	switch rapid.IntRange(0, 4).Draw(t, "secondary") {
	case 0:
		// A key takes its time: a few certificates are enough.
		if len(m.certificates) < 2 {
			m.certificates = append(m.certificates, *call[apigateway.ClientCertificate](t, m, "GenerateClientCertificate", &apigateway.GenerateClientCertificateRequest{}).ClientCertificateId)
		}
	case 1:
		m.do(t, "UpdateStage", &apigateway.UpdateStageRequest{RestApiId: api, StageName: stage, PatchOperations: replace("replace", "/clientCertificateId", certificate)})
	case 2:
		m.do(t, "DeleteClientCertificate", &apigateway.DeleteClientCertificateRequest{ClientCertificateId: certificate})
	case 3:
		m.links = append(m.links, *call[apigateway.VpcLink](t, m, "CreateVpcLink", &apigateway.CreateVpcLinkRequest{Name: new("l"), TargetArns: []string{"arn:aws:elasticloadbalancing:us-east-1:0:loadbalancer/net/n/1"}}).Id)
	default:
		m.do(t, "DeleteVpcLink", &apigateway.DeleteVpcLinkRequest{VpcLinkId: link})
	}
}

// begin makes one of everything, each referring to the next.
func (m *machine) begin(t *rapid.T) {
	m.makeAPI(t, "nope")
	m.do(t, "CreateDeployment", &apigateway.CreateDeploymentRequest{RestApiId: m.apis[0], StageName: new("dev")})
	m.plans = append(m.plans, *call[apigateway.UsagePlan](t, m, "CreateUsagePlan", &apigateway.CreateUsagePlanRequest{
		Name: new("p"), ApiStages: []apigateway.ApiStage{{ApiId: &m.apis[0], Stage: new("dev")}},
	}).Id)
	m.keys = append(m.keys, *call[apigateway.ApiKey](t, m, "CreateApiKey", &apigateway.CreateApiKeyRequest{}).Id)
	m.do(t, "CreateUsagePlanKey", &apigateway.CreateUsagePlanKeyRequest{UsagePlanId: m.plans[0], KeyId: &m.keys[0], KeyType: new("API_KEY")})
	m.do(t, "UpdateUsage", &apigateway.UpdateUsageRequest{UsagePlanId: m.plans[0], KeyId: m.keys[0], PatchOperations: replace("replace", "/remaining", "3")})
	if rapid.Bool().Draw(t, "mapped") {
		m.do(t, "CreateDomainName", &apigateway.CreateDomainNameRequest{DomainName: new("a.example.com"), RegionalCertificateArn: new("arn:aws:acm:us-east-1:0:certificate/c")})
		m.do(t, "CreateBasePathMapping", &apigateway.CreateBasePathMappingRequest{DomainName: "a.example.com", RestApiId: &m.apis[0], BasePath: new("v1"), Stage: new("dev")})
	}
}

func (m *machine) makeAPI(t *rapid.T, link string) {
	made := call[apigateway.RestApi](t, m, "CreateRestApi", &apigateway.CreateRestApiRequest{Name: new("a")})
	m.apis = append(m.apis, *made.Id)
	m.do(t, "PutMethod", &apigateway.PutMethodRequest{RestApiId: *made.Id, ResourceId: *made.RootResourceId, HttpMethod: "GET", AuthorizationType: new("NONE")})
	if link == "nope" {
		m.do(t, "PutIntegration", &apigateway.PutIntegrationRequest{RestApiId: *made.Id, ResourceId: *made.RootResourceId, HttpMethod: "GET", Type: new("MOCK")})
		return
	}
	m.do(t, "PutIntegration", &apigateway.PutIntegrationRequest{
		RestApiId: *made.Id, ResourceId: *made.RootResourceId, HttpMethod: "GET", Type: new("HTTP_PROXY"), IntegrationHttpMethod: new("GET"),
		Uri: new("http://a.example"), ConnectionType: new("VPC_LINK"), ConnectionId: &link,
	})
}

// dangling names a reference that leads nowhere.
func (m *machine) dangling(t *rapid.T) string {
	ctx := t.Context()
	stages := map[string]bool{}
	apis, err := m.store.APIs(ctx, m.scope(), "", 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range apis {
		api, err := m.store.API(ctx, store.Ref{Scope: m.scope(), ID: one.ID})
		if err != nil {
			t.Fatal(err)
		}
		stages[one.ID+":"] = true
		for name, stage := range api.Stages {
			stages[one.ID+":"+name] = true
			if id := stage.ClientCertificateID; id != "" {
				if _, err := m.store.ClientCertificates().Get(ctx, m.scope(), id); err != nil {
					return fmt.Sprintf("stage with certificate %s: %v", id, err)
				}
			}
		}
	}
	return m.danglingWide(t, stages)
}

func (m *machine) danglingWide(t *rapid.T, stages map[string]bool) string {
	ctx := t.Context()
	plans, err := m.store.UsagePlans().List(ctx, m.scope(), "")
	if err != nil {
		t.Fatal(err)
	}
	held := map[string][]string{}
	for _, plan := range plans {
		for _, stage := range plan.APIStages {
			if !stages[stage.APIID+":"+stage.Stage] {
				return "plan with stage " + stage.APIID + ":" + stage.Stage
			}
		}
		for _, key := range plan.KeyIDs {
			if _, err := m.store.APIKeys().Get(ctx, m.scope(), key); err != nil {
				return fmt.Sprintf("plan with key %s: %v", key, err)
			}
		}
		held[plan.ID] = plan.KeyIDs
	}
	overrides, err := m.store.UsageOverrides().List(ctx, m.scope(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, override := range overrides {
		if !slices.Contains(held[override.UsagePlanID], override.KeyID) {
			return "remaining calls of key " + override.KeyID + " in plan " + override.UsagePlanID
		}
	}
	mappings, err := m.store.BasePathMappings().List(ctx, m.scope(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, mapping := range mappings {
		if _, err := m.store.DomainNames().Get(ctx, m.scope(), mapping.DomainName); err != nil {
			return fmt.Sprintf("mapping of domain %s: %v", mapping.DomainName, err)
		}
		if !stages[mapping.RestAPIID+":"+mapping.Stage] {
			return "mapping to " + mapping.RestAPIID + ":" + mapping.Stage
		}
	}
	return ""
}

// TestMachine proves that no sequence of operations leaves a reference across
// nouns to what is not there.
func TestMachine(t *testing.T) {
	t.Parallel()
	kept := opened(t)
	handlers := map[string]awsapi.Handler{}
	for _, handler := range rest.New(rest.Config{Store: kept, Now: time.Now, Random: rand.Reader}).Handlers() {
		handlers[handler.Operation().Name] = handler
	}
	account := 0
	rapid.Check(t, func(t *rapid.T) {
		account++
		m := &machine{handlers: handlers, store: kept, caller: awsapi.Caller{Account: fmt.Sprintf("%012d", account), Region: "us-east-1"}}
		m.begin(t)
		for range 25 {
			m.step(t)
		}
		// What dangles stays dangling: it is enough to look at the end.
		if found := m.dangling(t); found != "" {
			t.Fatal(found)
		}
	})
}
