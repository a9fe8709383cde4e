package definition_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/definition/patch"
	"github.com/sluice-gateway/sluice/controlplane/definition/resourcepolicy"
	"github.com/sluice-gateway/sluice/controlplane/definition/update"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

// machine drives one API through any sequence of operations, refused or not.
type machine struct {
	api  *definition.API
	next int
	now  time.Time
}

func (m *machine) id(int) string {
	m.next++
	return fmt.Sprintf("id%d", m.next)
}

// try runs an operation as the store does: what is refused leaves nothing
// behind. Every refusal is an error that a client may see.
func (m *machine) try(t *rapid.T, fn func(*definition.API) error) {
	m.now = m.now.Add(time.Second)
	content := definition.Freeze(m.api)
	draft := *m.api
	draft.RestAPI, draft.Resources, draft.Models = content.RestAPI, content.Resources, content.Models
	draft.RequestValidators, draft.Authorizers, draft.GatewayResponses = content.RequestValidators, content.Authorizers, content.GatewayResponses
	draft.Deployments, draft.Stages = maps.Clone(m.api.Deployments), map[string]*definition.Stage{}
	draft.DocumentationParts, draft.DocumentationVersions = maps.Clone(m.api.DocumentationParts), maps.Clone(m.api.DocumentationVersions)
	for name, stage := range m.api.Stages {
		same := *stage
		if stage.CanarySettings != nil {
			canary := *stage.CanarySettings
			same.CanarySettings = &canary
		}
		draft.Stages[name] = &same
	}
	err := fn(&draft)
	if err == nil {
		m.api = &draft
		return
	}
	if awserror.From(err).Code == awserror.InternalServer {
		t.Fatalf("an error that no client understands: %v", err)
	}
}

// one draws one of some keys, or a key that there is not.
func one[V any](t *rapid.T, label string, all map[string]V) string {
	keys := slices.Sorted(maps.Keys(all))
	if len(keys) == 0 || rapid.IntRange(0, 19).Draw(t, label+" wrong") == 0 {
		return "nope"
	}
	return rapid.SampledFrom(keys).Draw(t, label)
}

var verbs = rapid.SampledFrom([]string{"GET", "POST", "ANY"})

func (m *machine) actions() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"resource": func(t *rapid.T) {
			parent, part := one(t, "parent", m.api.Resources), rapid.SampledFrom([]string{"a", "b", "{v}", "{w}", "{p+}"}).Draw(t, "part")
			m.try(t, func(api *definition.API) error {
				_, err := api.AddResource(parent, part, m.id(0))
				return err
			})
		},
		"remove resource": func(t *rapid.T) {
			id := one(t, "id", m.api.Resources)
			m.try(t, func(api *definition.API) error { return api.RemoveResource(id) })
		},
		"move resource": func(t *rapid.T) {
			id, path, value := one(t, "id", m.api.Resources), "/parentId", one(t, "parent", m.api.Resources)
			if rapid.Bool().Draw(t, "rename") {
				path, value = "/pathPart", rapid.SampledFrom([]string{"a", "c", "{v}", "{p+}"}).Draw(t, "part")
			}
			m.try(t, func(api *definition.API) error {
				return update.Resource(api, id, []patch.Operation{{Op: "replace", Path: &path, Value: &value}})
			})
		},
		"method": func(t *rapid.T) {
			resource := one(t, "resource", m.api.Resources)
			method := definition.Method{HTTPMethod: verbs.Draw(t, "verb"), AuthorizationType: "NONE"}
			if rapid.Bool().Draw(t, "authorized") {
				method.AuthorizationType, method.AuthorizerID = "CUSTOM", one(t, "authorizer", m.api.Authorizers)
			}
			if rapid.Bool().Draw(t, "validated") {
				method.RequestValidatorID = one(t, "validator", m.api.RequestValidators)
				method.RequestModels = map[string]string{"application/json": one(t, "model", m.api.Models)}
			}
			m.try(t, func(api *definition.API) error {
				_, err := api.PutMethod(resource, method)
				return err
			})
		},
		"patch method": func(t *rapid.T) {
			resource, verb := one(t, "resource", m.api.Resources), verbs.Draw(t, "verb")
			path := rapid.SampledFrom([]string{"/authorizerId", "/authorizationType", "/requestValidatorId", "/requestModels/text~1plain"}).Draw(t, "path")
			value := rapid.SampledFrom([]string{"CUSTOM", "NONE", "", one(t, "authorizer", m.api.Authorizers), one(t, "model", m.api.Models), one(t, "validator", m.api.RequestValidators)}).Draw(t, "value")
			m.try(t, func(api *definition.API) error {
				return update.Method(api, resource, verb, []patch.Operation{{Op: "replace", Path: &path, Value: &value}})
			})
		},
		"remove method": func(t *rapid.T) {
			resource, verb := one(t, "resource", m.api.Resources), verbs.Draw(t, "verb")
			m.try(t, func(api *definition.API) error { return api.RemoveMethod(resource, verb) })
		},
		"below method":   m.belowMethod,
		"belongings":     m.belongings,
		"release":        m.release,
		"documentations": m.documentation,
	}
}

// belowMethod puts and removes responses and integrations.
func (m *machine) belowMethod(t *rapid.T) {
	resource, verb, status := one(t, "resource", m.api.Resources), verbs.Draw(t, "verb"), rapid.SampledFrom([]string{"200", "404"}).Draw(t, "status")
	if rapid.Bool().Draw(t, "root") {
		// Where much happens, much can go wrong.
		resource, verb = m.api.RestAPI.RootResourceID, "GET"
	}
	what, model := rapid.IntRange(0, 4).Draw(t, "what"), one(t, "model", m.api.Models)
	m.try(t, func(api *definition.API) error {
		method, err := api.FindMethod(resource, verb)
		if err != nil {
			return err
		}
		switch what {
		case 0:
			_, err = method.PutResponse(definition.MethodResponse{StatusCode: status, ResponseModels: map[string]string{"application/json": model}}, api)
		case 1:
			err = method.RemoveResponse(status)
		case 2:
			_, err = method.PutIntegration(definition.Integration{Type: "MOCK"}, api.Resources[resource], "000000000000")
		case 3:
			_, err = method.PutIntegrationResponse(definition.IntegrationResponse{StatusCode: status})
		default:
			method.Integration = nil
		}
		return err
	})
}

// belongings makes and removes what methods refer to.
func (m *machine) belongings(t *rapid.T) {
	const uri = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f/invocations"
	what := rapid.IntRange(0, 6).Draw(t, "what")
	model, validator, authorizer := one(t, "model", m.api.Models), one(t, "validator", m.api.RequestValidators), one(t, "authorizer", m.api.Authorizers)
	name := rapid.SampledFrom([]string{"A", "B", "C"}).Draw(t, "name")
	m.try(t, func(api *definition.API) error {
		var err error
		switch what {
		case 0:
			_, err = api.AddModel(definition.Model{Name: name, Schema: `{"$ref":"https://apigateway.amazonaws.com/restapis/x/models/` + model + `"}`}, m.id(0))
		case 1:
			err = api.RemoveModel(model)
		case 2:
			api.AddRequestValidator(definition.RequestValidator{Name: name}, m.id(0))
		case 3:
			err = api.RemoveRequestValidator(validator)
		case 4:
			_, err = api.AddAuthorizer(definition.Authorizer{Name: name, Type: "TOKEN", AuthorizerURI: uri}, m.id(0))
		case 5:
			err = api.RemoveAuthorizer(authorizer)
		default:
			_, err = update.Authorizer(api, authorizer, []patch.Operation{{Op: "replace", Path: new("/type"), Value: new("COGNITO_USER_POOLS")}})
		}
		return err
	})
}

// release makes, moves and removes deployments, stages and canaries.
func (m *machine) release(t *rapid.T) {
	what, deployment := rapid.IntRange(0, 5).Draw(t, "what"), one(t, "deployment", m.api.Deployments)
	stage := rapid.SampledFrom([]string{"dev", "prod"}).Draw(t, "stage")
	path := rapid.SampledFrom([]string{"/deploymentId", "/canarySettings/deploymentId", "/documentationVersion"}).Draw(t, "path")
	m.try(t, func(api *definition.API) error {
		for resource, method := range api.Methods() {
			if method.Integration == nil && what < 2 {
				if _, err := method.PutIntegration(definition.Integration{Type: "MOCK"}, resource, ""); err != nil {
					return err
				}
			}
		}
		var err error
		switch what {
		case 0:
			_, err = api.AddDeployment(definition.NewDeployment{StageName: &stage}, m.id(0), m.now)
		case 1:
			_, err = api.AddDeployment(definition.NewDeployment{StageName: &stage, Canary: &definition.CanarySettings{PercentTraffic: 10}}, m.id(0), m.now)
		case 2:
			err = api.RemoveDeployment(deployment)
		case 3:
			_, err = api.AddStage(definition.Stage{StageName: stage, DeploymentID: deployment}, m.now)
		case 4:
			err = api.RemoveStage(stage)
		default:
			err = update.Stage(api, stage, []patch.Operation{{Op: "replace", Path: &path, Value: &deployment}}, m.now)
		}
		return err
	})
}

func (m *machine) documentation(t *rapid.T) {
	version, stage := rapid.SampledFrom([]string{"1", "2"}).Draw(t, "version"), one(t, "stage", m.api.Stages)
	remove := rapid.Bool().Draw(t, "remove")
	m.try(t, func(api *definition.API) error {
		if remove {
			return api.RemoveDocumentationVersion(version)
		}
		_, err := api.AddDocumentationVersion(version, "", stage, m.now)
		return err
	})
}

// dangling names a reference that leads nowhere, or a tree that is none.
func dangling(api *definition.API) string {
	siblings := map[string]bool{}
	for id, resource := range api.Resources {
		parent := api.Resources[resource.ParentID]
		switch {
		case id != resource.ID:
			return "resource under another id: " + id
		case resource.ParentID == "" && (id != api.RestAPI.RootResourceID || resource.Path != "/"):
			return "a second root: " + id
		case resource.ParentID == "":
			continue
		case parent == nil:
			return "resource without its parent: " + id
		case resource.Path != strings.TrimSuffix(parent.Path, "/")+"/"+resource.PathPart:
			return "path " + resource.Path + " below " + parent.Path
		case strings.HasSuffix(parent.PathPart, "+}"):
			return "a child of a greedy resource: " + resource.Path
		}
		part := resource.PathPart
		if strings.HasPrefix(part, "{") {
			part = "{}"
		}
		if siblings[resource.ParentID+part] {
			return "two siblings " + resource.Path
		}
		siblings[resource.ParentID+part] = true
	}
	for resource, method := range api.Methods() {
		if found := danglingMethod(api, method); found != "" {
			return resource.Path + " " + method.HTTPMethod + ": " + found
		}
	}
	return danglingStage(api)
}

func danglingMethod(api *definition.API, method *definition.Method) string {
	authorizer := api.Authorizers[method.AuthorizerID]
	switch {
	case method.AuthorizationType == "CUSTOM" && (authorizer == nil || authorizer.Type == "COGNITO_USER_POOLS"):
		return "authorizer " + method.AuthorizerID
	case method.AuthorizationType == "NONE" && method.AuthorizerID != "":
		return "an authorizer that decides nothing"
	case method.RequestValidatorID != "" && api.RequestValidators[method.RequestValidatorID] == nil:
		return "validator " + method.RequestValidatorID
	}
	models := slices.Collect(maps.Values(method.RequestModels))
	for _, response := range method.Responses {
		models = slices.AppendSeq(models, maps.Values(response.ResponseModels))
	}
	for _, model := range models {
		if api.Models[model] == nil {
			return "model " + model
		}
	}
	if method.Integration != nil {
		for status := range method.Integration.Responses {
			if method.Responses[status] == nil {
				return "integration response " + status
			}
		}
	}
	return ""
}

func danglingStage(api *definition.API) string {
	for name, stage := range api.Stages {
		switch {
		case api.Deployments[stage.DeploymentID] == nil:
			return "stage " + name + " on deployment " + stage.DeploymentID
		case stage.CanarySettings != nil && api.Deployments[stage.CanarySettings.DeploymentID] == nil:
			return "canary of " + name + " on deployment " + stage.CanarySettings.DeploymentID
		case stage.DocumentationVersion != "" && api.DocumentationVersions[stage.DocumentationVersion] == nil:
			return "stage " + name + " with documentation " + stage.DocumentationVersion
		}
	}
	return ""
}

// TestMachine proves that no sequence of operations on an API leaves a reference
// to what is not there.
func TestMachine(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := &machine{now: time.Unix(1, 0)}
		api, err := definition.NewAPI(definition.RestAPI{Name: "machine"}, resourcepolicy.Owner{}, m.id, m.now)
		if err != nil {
			t.Fatal(err)
		}
		m.api = api
		actions := m.actions()
		names := rapid.SampledFrom(slices.Sorted(maps.Keys(actions)))
		for range 400 {
			name := names.Draw(t, "action")
			actions[name](t)
			if found := dangling(m.api); found != "" {
				t.Fatalf("%s left %s", name, found)
			}
		}
	})
}
