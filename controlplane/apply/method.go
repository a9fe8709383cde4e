package apply

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/sluice-gateway/sluice/controlplane/apply/property"
)

// methodInputs are the calls that make one method whole.
type methodInputs struct {
	method      apigateway.PutMethodInput
	responses   []apigateway.PutMethodResponseInput
	integration *apigateway.PutIntegrationInput
	answers     []apigateway.PutIntegrationResponseInput
}

// readMethod takes a Method's properties apart.
func readMethod(one *item) (*methodInputs, error) {
	made := &methodInputs{}
	if err := property.Decode(one.properties, &made.method); err != nil {
		return nil, err
	}
	if aws.ToString(made.method.AuthorizationType) == "" {
		made.method.AuthorizationType = aws.String("NONE")
	}
	for _, response := range property.Items(one.properties.Get("MethodResponses")) {
		input := apigateway.PutMethodResponseInput{}
		if err := property.Decode(response, &input); err != nil {
			return nil, err
		}
		made.responses = append(made.responses, input)
	}
	integration := one.properties.Get("Integration")
	if integration.IsUndefined() {
		return made, nil
	}
	made.integration = &apigateway.PutIntegrationInput{}
	if err := property.Decode(integration, made.integration); err != nil {
		return nil, err
	}
	for _, response := range property.Items(integration.Get("IntegrationResponses")) {
		input := apigateway.PutIntegrationResponseInput{}
		if err := property.Decode(response, &input); err != nil {
			return nil, err
		}
		made.answers = append(made.answers, input)
	}
	return made, nil
}

// method makes a method with its integration, or puts it anew when it differs.
func (r *run) method(ctx context.Context, one *item) (outcome, error) {
	api, resource, verb := one.name("RestApiId"), one.name("ResourceId"), one.name("HttpMethod")
	id := r.options.StackName + "-" + one.LogicalID
	if !known(api) || !known(resource) {
		return outcome{verdict: Create, id: id, what: verb}, nil
	}
	live, err := r.api(ctx, api)
	if err != nil {
		return outcome{}, err
	}
	path, found := live.path(resource)
	if !found {
		return outcome{}, errNoParent
	}
	r.want(api, verb+" "+path)
	inputs, err := readMethod(one)
	if err != nil {
		return outcome{}, err
	}
	done := outcome{verdict: Create, id: id, what: verb + " " + path}
	there, exists := live.resources[path].ResourceMethods[verb]
	if exists {
		done.verdict = Update
		if sameMethod(inputs, &there) {
			done.verdict = Keep
		}
	}
	if done.verdict == Keep || r.dry {
		return done, nil
	}
	if exists {
		if _, err := r.client.DeleteMethod(ctx, &apigateway.DeleteMethodInput{RestApiId: &api, ResourceId: &resource, HttpMethod: &verb}); err != nil {
			return outcome{}, err
		}
	}
	r.touched[api] = true
	return done, r.putMethod(ctx, api, resource, verb, inputs)
}

func (r *run) putMethod(ctx context.Context, api, resource, verb string, inputs *methodInputs) error {
	inputs.method.RestApiId, inputs.method.ResourceId, inputs.method.HttpMethod = &api, &resource, &verb
	if _, err := r.client.PutMethod(ctx, &inputs.method); err != nil {
		return err
	}
	for _, response := range inputs.responses {
		response.RestApiId, response.ResourceId, response.HttpMethod = &api, &resource, &verb
		if _, err := r.client.PutMethodResponse(ctx, &response); err != nil {
			return err
		}
	}
	if inputs.integration == nil {
		return nil
	}
	inputs.integration.RestApiId, inputs.integration.ResourceId, inputs.integration.HttpMethod = &api, &resource, &verb
	if _, err := r.client.PutIntegration(ctx, inputs.integration); err != nil {
		return err
	}
	for _, answer := range inputs.answers {
		answer.RestApiId, answer.ResourceId, answer.HttpMethod = &api, &resource, &verb
		if _, err := r.client.PutIntegrationResponse(ctx, &answer); err != nil {
			return err
		}
	}
	return nil
}

// sameMethod says whether a method is as the template wants it: every member that
// the template sets is there, and no response, parameter or template besides.
func sameMethod(want *methodInputs, there *types.Method) bool {
	if !property.Covers(want.method, there, "RestApiId", "ResourceId") || len(want.responses) != len(there.MethodResponses) {
		return false
	}
	for _, response := range want.responses {
		found, known := there.MethodResponses[*response.StatusCode]
		if !known || !property.Covers(response, &found, "RestApiId", "ResourceId", "HttpMethod") {
			return false
		}
	}
	if want.integration == nil || there.MethodIntegration == nil {
		return want.integration == nil && there.MethodIntegration == nil
	}
	integration := *want.integration
	verb := integration.IntegrationHttpMethod
	integration.HttpMethod, integration.IntegrationHttpMethod = verb, nil
	if !property.Covers(integration, there.MethodIntegration, "RestApiId", "ResourceId") || len(want.answers) != len(there.MethodIntegration.IntegrationResponses) {
		return false
	}
	for _, answer := range want.answers {
		found, known := there.MethodIntegration.IntegrationResponses[*answer.StatusCode]
		if !known || !property.Covers(answer, &found, "RestApiId", "ResourceId", "HttpMethod") {
			return false
		}
	}
	return true
}

func contains(all []string, one string) bool { return slices.Contains(all, one) }

// sortedKeys are a map's keys in order.
func sortedKeys[V any](all map[string]V) []string { return slices.Sorted(maps.Keys(all)) }
