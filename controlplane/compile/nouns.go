package compile

import (
	"slices"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// defaultAuthorizerTTL is how long an authorizer's answer is kept when nothing
// is said of it (AWS: 300 seconds).
const defaultAuthorizerTTL = 300

func models(all map[string]*definition.Model) map[string]*planv1.Model {
	made := map[string]*planv1.Model{}
	for name, model := range all {
		made[name] = &planv1.Model{ContentType: model.ContentType, Schema: model.Schema}
	}
	return made
}

func gatewayResponses(all map[string]*definition.GatewayResponse) []*planv1.GatewayResponse {
	var made []*planv1.GatewayResponse
	for _, response := range sortedValues(all) {
		made = append(made, &planv1.GatewayResponse{
			Type: response.ResponseType, StatusCode: response.StatusCode,
			ResponseParameters: response.ResponseParameters, ResponseTemplates: response.ResponseTemplates,
		})
	}
	return made
}

func apiKeySource(source string) planv1.ApiKeySource {
	if source == "AUTHORIZER" {
		return planv1.ApiKeySource_API_KEY_SOURCE_AUTHORIZER
	}
	return planv1.ApiKeySource_API_KEY_SOURCE_HEADER
}

// authorizers compiles those that operations name.
func (r *release) authorizers(operations []*planv1.Operation) map[string]*planv1.Authorizer {
	made := map[string]*planv1.Authorizer{}
	for _, operation := range operations {
		id := operation.GetDecision().GetAuthorizerId()
		if id == "" || made[id] != nil || operation.GetRefusal() != nil {
			continue
		}
		made[id] = r.authorizer(r.content.Authorizers[id])
	}
	return made
}

// authorizer resolves an authorizer that is known to be there and to be right.
func (r *release) authorizer(defined *definition.Authorizer) *planv1.Authorizer {
	ttl := int32(defaultAuthorizerTTL)
	if defined.AuthorizerResultTTLInSeconds != nil {
		ttl = *defined.AuthorizerResultTTLInSeconds
	}
	made := &planv1.Authorizer{
		Id: defined.ID, Name: defined.Name, Type: defined.Type, IdentitySource: defined.IdentitySource,
		IdentityValidationExpression: defined.IdentityValidationExpression,
		ResultTtl:                    durationpb.New(time.Duration(ttl) * time.Second),
		ProviderArns:                 slices.Clone(defined.ProviderARNs), CredentialsArn: defined.AuthorizerCredentials,
	}
	if function, err := functionOf(substitute(defined.AuthorizerURI, r.variables)); err == nil {
		made.FunctionArn = function
		made.Backend, _ = r.in.function(function)
	}
	return made
}

func throttle(limit Throttle) *planv1.Throttle {
	return &planv1.Throttle{Rate: limit.Rate, Burst: limit.Burst}
}
