package rest

import (
	"context"
	"fmt"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/sdk"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

func (a *API) sdkHandlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(apigateway.GetSdkType(), a.getSDKType),
		awsapi.Handle(apigateway.GetSdkTypes(), a.getSDKTypes),
		awsapi.Handle(apigateway.GetSdk(), a.getSDK),
	}
}

// sdkTypes are those that AWS lists, with what each asks for.
func sdkTypes() []apigateway.SdkType {
	property := func(name, friendly, description string) apigateway.SdkConfigurationProperty {
		return apigateway.SdkConfigurationProperty{Name: &name, FriendlyName: &friendly, Description: &description, Required: new(true)}
	}
	prefix := property("classPrefix", "Prefix", "Prefix for generated classes")
	return []apigateway.SdkType{
		{Id: new("java"), FriendlyName: new("Java"), Description: new("Java SDK for API Gateway"), ConfigurationProperties: []apigateway.SdkConfigurationProperty{
			property("serviceName", "Service Name", "Name of the service. Used to generate client interface and class names."),
			property("javaPackageName", "Java Package Name", "Name of the package your code will be under"),
		}},
		{Id: new("javascript"), FriendlyName: new("JavaScript"), Description: new("JavaScript SDK for API Gateway")},
		{Id: new("android"), FriendlyName: new("Android"), Description: new("Android SDK for API Gateway"), ConfigurationProperties: []apigateway.SdkConfigurationProperty{
			property("groupId", "Group ID", "Group ID of the generated artifact"),
			property("artifactId", "Artifact ID", "ID of the generated artifact"),
			property("artifactVersion", "Artifact Version", "Version of the generated artifact"),
			property("invokerPackage", "Invoker package", "Package of the generated client"),
		}},
		{Id: new("objectivec"), FriendlyName: new("iOS (Objective-C)"), Description: new("Objective-C SDK for API Gateway"), ConfigurationProperties: []apigateway.SdkConfigurationProperty{prefix}},
		{Id: new("swift"), FriendlyName: new("iOS (Swift)"), Description: new("Swift SDK for API Gateway"), ConfigurationProperties: []apigateway.SdkConfigurationProperty{prefix}},
		{Id: new("ruby"), FriendlyName: new("Ruby"), Description: new("Ruby SDK for API Gateway"), ConfigurationProperties: []apigateway.SdkConfigurationProperty{
			property("service.name", "Service Name", "Name of the service. Used to generate the module's name."),
		}},
	}
}

func (a *API) getSDKType(_ context.Context, _ awsapi.Caller, in *apigateway.GetSdkTypeRequest) (*apigateway.SdkType, error) {
	for _, one := range sdkTypes() {
		if *one.Id == in.Id {
			return &one, nil
		}
	}
	return nil, awserror.NewNotFound("Invalid SDK type identifier specified")
}

func (a *API) getSDKTypes(context.Context, awsapi.Caller, *apigateway.GetSdkTypesRequest) (*apigateway.SdkTypes, error) {
	return &apigateway.SdkTypes{Items: sdkTypes()}, nil
}

// getSDK writes the client of what a stage's deployment froze: JavaScript, the one
// language that Sluice has a generator for.
func (a *API) getSDK(ctx context.Context, caller awsapi.Caller, in *apigateway.GetSdkRequest) (*apigateway.SdkResponse, error) {
	kind, err := a.getSDKType(ctx, caller, &apigateway.GetSdkTypeRequest{Id: in.SdkType})
	if err != nil {
		return nil, err
	}
	if *kind.Id != "javascript" {
		return nil, awserror.BadRequestf("Sluice generates javascript clients only; for %s, generate one from the OpenAPI document that get-export gives", *kind.Id)
	}
	api, err := a.read(ctx, caller, in.RestApiId, apiMissing(caller, in.RestApiId))
	if err != nil {
		return nil, err
	}
	stage, err := api.FindStage(in.StageName)
	if err != nil {
		return nil, err
	}
	content, err := a.store.Content(ctx, ref(caller, in.RestApiId), stage.DeploymentID)
	if err != nil {
		return nil, fmt.Errorf("deployment %s: %w", stage.DeploymentID, err)
	}
	archive, name, err := sdk.JavaScript(content, in.StageName, caller.Region)
	if err != nil {
		return nil, err
	}
	return &apigateway.SdkResponse{
		ContentType: new("application/octet-stream"), ContentDisposition: new(`attachment; filename="` + name + `"`), Body: archive,
	}, nil
}
