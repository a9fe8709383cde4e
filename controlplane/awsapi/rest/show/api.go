package show

import (
	"slices"

	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/definition/resourcepolicy"
)

// RestAPI shows a REST API.
func RestAPI(api *definition.RestAPI) apigateway.RestApi {
	return apigateway.RestApi{
		Id: &api.ID, Name: &api.Name, Description: text(api.Description), CreatedDate: moment(api.CreatedDate),
		Version: text(api.Version), Warnings: list(api.Warnings), BinaryMediaTypes: list(api.BinaryMediaTypes),
		MinimumCompressionSize: api.MinimumCompressionSize, ApiKeySource: text(api.APIKeySource),
		EndpointConfiguration: &apigateway.EndpointConfiguration{
			Types:         list(api.EndpointConfiguration.Types),
			IpAddressType: text(api.EndpointConfiguration.IPAddressType), VpcEndpointIds: list(api.EndpointConfiguration.VpcEndpointIDs),
		},
		Policy: text(resourcepolicy.Shown(api.Policy)), Tags: entries(api.Tags),
		DisableExecuteApiEndpoint: new(api.DisableExecuteAPIEndpoint), RootResourceId: &api.RootResourceID,
		SecurityPolicy: text(api.SecurityPolicy), EndpointAccessMode: text(api.EndpointAccessMode),
	}
}

// UpdatedRestAPI shows a REST API as UpdateRestApi answers: with its tags, even
// when there are none.
func UpdatedRestAPI(api *definition.RestAPI) apigateway.RestApi {
	made := RestAPI(api)
	made.Tags = always(api.Tags)
	return made
}

// Resource shows a resource: with its methods' names, or with the methods
// themselves when embed asks for them.
func Resource(resource *definition.Resource, embed []string) apigateway.Resource {
	made := apigateway.Resource{
		Id: &resource.ID, ParentId: text(resource.ParentID), PathPart: text(resource.PathPart), Path: &resource.Path,
	}
	made.ResourceMethods = each(resource.Methods, func(method *definition.Method) apigateway.Method {
		if slices.Contains(embed, "methods") {
			return Method(method)
		}
		return apigateway.Method{}
	})
	return made
}

// Method shows a method with its responses and integration.
func Method(method *definition.Method) apigateway.Method {
	made := apigateway.Method{
		HttpMethod: &method.HTTPMethod, AuthorizationType: &method.AuthorizationType, AuthorizerId: text(method.AuthorizerID),
		ApiKeyRequired: new(method.APIKeyRequired), RequestValidatorId: text(method.RequestValidatorID),
		OperationName: text(method.OperationName), RequestParameters: entries(method.RequestParameters),
		RequestModels: entries(method.RequestModels), AuthorizationScopes: list(method.AuthorizationScopes),
		MethodResponses: each(method.Responses, MethodResponse),
	}
	if method.Integration != nil {
		made.MethodIntegration = new(Integration(method.Integration))
	}
	return made
}

// MethodResponse shows a method's response.
func MethodResponse(response *definition.MethodResponse) apigateway.MethodResponse {
	return apigateway.MethodResponse{
		StatusCode: &response.StatusCode, ResponseParameters: entries(response.ResponseParameters), ResponseModels: entries(response.ResponseModels),
	}
}

// Integration shows an integration with its responses.
func Integration(integration *definition.Integration) apigateway.Integration {
	made := apigateway.Integration{
		Type: &integration.Type, HttpMethod: text(integration.HTTPMethod), Uri: text(integration.URI),
		ConnectionType: text(integration.ConnectionType), ConnectionId: text(integration.ConnectionID), Credentials: text(integration.Credentials),
		RequestParameters: entries(integration.RequestParameters), RequestTemplates: entries(integration.RequestTemplates),
		PassthroughBehavior: text(integration.PassthroughBehavior), ContentHandling: text(integration.ContentHandling),
		TimeoutInMillis: &integration.TimeoutInMillis, CacheNamespace: text(integration.CacheNamespace),
		CacheKeyParameters:   append([]string{}, integration.CacheKeyParameters...),
		IntegrationResponses: each(integration.Responses, IntegrationResponse),
		ResponseTransferMode: text(integration.ResponseTransferMode), IntegrationTarget: text(integration.IntegrationTarget),
	}
	if integration.TLSConfig != nil {
		made.TlsConfig = &apigateway.TlsConfig{InsecureSkipVerification: &integration.TLSConfig.InsecureSkipVerification}
	}
	return made
}

// IntegrationResponse shows an integration's response.
func IntegrationResponse(response *definition.IntegrationResponse) apigateway.IntegrationResponse {
	return apigateway.IntegrationResponse{
		StatusCode: &response.StatusCode, SelectionPattern: response.SelectionPattern, ResponseParameters: entries(response.ResponseParameters),
		ResponseTemplates: entries(response.ResponseTemplates), ContentHandling: text(response.ContentHandling),
	}
}

// Deployment shows a deployment. Content, when not nil, is summed up as
// embed=apisummary asks.
func Deployment(deployment *definition.Deployment, content *definition.Content) apigateway.Deployment {
	made := apigateway.Deployment{Id: &deployment.ID, Description: text(deployment.Description), CreatedDate: moment(deployment.CreatedDate)}
	if content == nil {
		return made
	}
	made.ApiSummary = map[string]map[string]apigateway.MethodSnapshot{}
	for _, resource := range content.Resources {
		for verb, method := range resource.Methods {
			if made.ApiSummary[resource.Path] == nil {
				made.ApiSummary[resource.Path] = map[string]apigateway.MethodSnapshot{}
			}
			made.ApiSummary[resource.Path][verb] = apigateway.MethodSnapshot{
				AuthorizationType: &method.AuthorizationType, ApiKeyRequired: new(method.APIKeyRequired),
			}
		}
	}
	return made
}

// Stage shows a stage.
func Stage(stage *definition.Stage) apigateway.Stage {
	made := apigateway.Stage{
		DeploymentId: &stage.DeploymentID, ClientCertificateId: text(stage.ClientCertificateID), StageName: &stage.StageName,
		Description: text(stage.Description), CacheClusterEnabled: new(stage.CacheClusterEnabled),
		CacheClusterSize: text(stage.CacheClusterSize), CacheClusterStatus: text(stage.CacheClusterStatus),
		MethodSettings: always(each(stage.MethodSettings, methodSetting)), Variables: entries(stage.Variables),
		DocumentationVersion: text(stage.DocumentationVersion), TracingEnabled: new(stage.TracingEnabled),
		WebAclArn: text(stage.WebACLArn), Tags: entries(stage.Tags),
		CreatedDate: moment(stage.CreatedDate), LastUpdatedDate: moment(stage.LastUpdatedDate),
	}
	if log := stage.AccessLogSettings; log != nil {
		made.AccessLogSettings = &apigateway.AccessLogSettings{Format: text(log.Format), DestinationArn: text(log.DestinationArn)}
	}
	if canary := stage.CanarySettings; canary != nil {
		made.CanarySettings = &apigateway.CanarySettings{
			PercentTraffic: &canary.PercentTraffic, DeploymentId: text(canary.DeploymentID),
			StageVariableOverrides: entries(canary.StageVariableOverrides), UseStageCache: &canary.UseStageCache,
		}
	}
	return made
}

func methodSetting(setting *definition.MethodSetting) apigateway.MethodSetting {
	return apigateway.MethodSetting{
		MetricsEnabled: &setting.MetricsEnabled, LoggingLevel: text(setting.LoggingLevel), DataTraceEnabled: &setting.DataTraceEnabled,
		ThrottlingBurstLimit: &setting.ThrottlingBurstLimit, ThrottlingRateLimit: &setting.ThrottlingRateLimit,
		CachingEnabled: &setting.CachingEnabled, CacheTtlInSeconds: &setting.CacheTTLInSeconds, CacheDataEncrypted: &setting.CacheDataEncrypted,
		RequireAuthorizationForCacheControl:    &setting.RequireAuthorizationForCacheControl,
		UnauthorizedCacheControlHeaderStrategy: text(setting.UnauthorizedCacheControlHeaderStrategy),
	}
}
