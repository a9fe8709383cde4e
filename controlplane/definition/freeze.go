package definition

import (
	"maps"
	"slices"
	"strings"
)

// Freeze copies what a deployment keeps of an API: everything that decides how
// requests are answered. The copy shares nothing with the API.
func Freeze(a *API) *Content {
	frozen := &Content{
		RestAPI:           a.RestAPI,
		Resources:         copied(a.Resources, copyResource),
		Models:            copied(a.Models, shallow[Model]),
		RequestValidators: copied(a.RequestValidators, shallow[RequestValidator]),
		Authorizers:       copied(a.Authorizers, copyAuthorizer),
		GatewayResponses:  copied(a.GatewayResponses, copyGatewayResponse),
	}
	api := &frozen.RestAPI
	api.Warnings, api.BinaryMediaTypes = slices.Clone(api.Warnings), slices.Clone(api.BinaryMediaTypes)
	api.MinimumCompressionSize = shallow(api.MinimumCompressionSize)
	api.EndpointConfiguration.Types = slices.Clone(api.EndpointConfiguration.Types)
	api.EndpointConfiguration.VpcEndpointIDs = slices.Clone(api.EndpointConfiguration.VpcEndpointIDs)
	api.Tags = maps.Clone(api.Tags)
	return frozen
}

// copied copies a map of pointers; nil stays nil.
func copied[V any](all map[string]*V, one func(*V) *V) map[string]*V {
	if all == nil {
		return nil
	}
	made := make(map[string]*V, len(all))
	for key, value := range all {
		made[key] = one(value)
	}
	return made
}

// shallow copies what holds no reference; nil stays nil.
func shallow[V any](value *V) *V {
	if value == nil {
		return nil
	}
	made := *value
	return &made
}

func copyResource(resource *Resource) *Resource {
	made := *resource
	made.Methods = copied(resource.Methods, copyMethod)
	return &made
}

func copyMethod(method *Method) *Method {
	made := *method
	// AWS takes the type in any case and shows it as it was given.
	made.AuthorizationType = strings.ToUpper(method.AuthorizationType)
	made.RequestParameters, made.RequestModels = maps.Clone(method.RequestParameters), maps.Clone(method.RequestModels)
	made.AuthorizationScopes = slices.Clone(method.AuthorizationScopes)
	made.Responses = copied(method.Responses, copyMethodResponse)
	if method.Integration != nil {
		made.Integration = copyIntegration(method.Integration)
	}
	return &made
}

func copyMethodResponse(response *MethodResponse) *MethodResponse {
	made := *response
	made.ResponseParameters, made.ResponseModels = maps.Clone(response.ResponseParameters), maps.Clone(response.ResponseModels)
	return &made
}

func copyIntegration(integration *Integration) *Integration {
	made := *integration
	made.RequestParameters, made.RequestTemplates = maps.Clone(integration.RequestParameters), maps.Clone(integration.RequestTemplates)
	made.CacheKeyParameters = slices.Clone(integration.CacheKeyParameters)
	made.TLSConfig = shallow(integration.TLSConfig)
	made.Responses = copied(integration.Responses, copyIntegrationResponse)
	return &made
}

func copyIntegrationResponse(response *IntegrationResponse) *IntegrationResponse {
	made := *response
	made.SelectionPattern = shallow(response.SelectionPattern)
	made.ResponseParameters = maps.Clone(response.ResponseParameters)
	made.ResponseTemplates = copied(response.ResponseTemplates, shallow[string])
	return &made
}

func copyAuthorizer(authorizer *Authorizer) *Authorizer {
	made := *authorizer
	made.ProviderARNs = slices.Clone(authorizer.ProviderARNs)
	made.AuthorizerResultTTLInSeconds = shallow(authorizer.AuthorizerResultTTLInSeconds)
	return &made
}

func copyGatewayResponse(response *GatewayResponse) *GatewayResponse {
	made := *response
	made.ResponseParameters, made.ResponseTemplates = maps.Clone(response.ResponseParameters), maps.Clone(response.ResponseTemplates)
	return &made
}

// Copy shares nothing with the response.
func (g *GatewayResponse) Copy() *GatewayResponse { return copyGatewayResponse(g) }
