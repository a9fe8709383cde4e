package show

import (
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/definition"
)

// Model shows a model.
func Model(model *definition.Model) apigateway.Model {
	return apigateway.Model{
		Id: &model.ID, Name: &model.Name, Description: text(model.Description), Schema: text(model.Schema), ContentType: &model.ContentType,
	}
}

// RequestValidator shows a request validator.
func RequestValidator(validator *definition.RequestValidator) apigateway.RequestValidator {
	return apigateway.RequestValidator{
		Id: &validator.ID, Name: text(validator.Name),
		ValidateRequestBody: &validator.ValidateRequestBody, ValidateRequestParameters: &validator.ValidateRequestParameters,
	}
}

// Authorizer shows an authorizer.
func Authorizer(authorizer *definition.Authorizer) apigateway.Authorizer {
	return apigateway.Authorizer{
		Id: &authorizer.ID, Name: &authorizer.Name, Type: &authorizer.Type, ProviderARNs: list(authorizer.ProviderARNs),
		AuthType: text(authorizer.AuthType), AuthorizerUri: text(authorizer.AuthorizerURI), AuthorizerCredentials: text(authorizer.AuthorizerCredentials),
		IdentitySource: text(authorizer.IdentitySource), IdentityValidationExpression: text(authorizer.IdentityValidationExpression),
		AuthorizerResultTtlInSeconds: authorizer.AuthorizerResultTTLInSeconds,
	}
}

// GatewayResponse shows an API's gateway response of a type, AWS's own where the
// user put none.
func GatewayResponse(api *definition.API, kind string) apigateway.GatewayResponse {
	response, isDefault := api.EffectiveGatewayResponse(kind)
	return apigateway.GatewayResponse{
		ResponseType: &response.ResponseType, StatusCode: text(response.StatusCode), DefaultResponse: &isDefault,
		ResponseParameters: always(response.ResponseParameters), ResponseTemplates: always(response.ResponseTemplates),
	}
}

// DocumentationPart shows a part of an API's documentation; an undocumented
// location has neither id nor properties.
func DocumentationPart(part *definition.DocumentationPart) apigateway.DocumentationPart {
	made := apigateway.DocumentationPart{
		Id: &part.ID, Properties: text(part.Properties),
		Location: &apigateway.DocumentationPartLocation{
			Type: &part.Location.Type, Path: text(part.Location.Path), Method: text(part.Location.Method),
			StatusCode: text(part.Location.StatusCode), Name: text(part.Location.Name),
		},
	}
	if part.Properties == "" {
		made.Id = nil
	}
	return made
}

// DocumentationVersion shows a version of an API's documentation.
func DocumentationVersion(version *definition.DocumentationVersion) apigateway.DocumentationVersion {
	return apigateway.DocumentationVersion{Version: &version.Version, CreatedDate: moment(version.CreatedDate), Description: text(version.Description)}
}
