package rest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/show"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/openapi"
	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

func (a *API) openAPIHandlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(apigateway.ImportRestApi(), a.importRestAPI),
		awsapi.Handle(apigateway.PutRestApi(), a.putRestAPI),
		awsapi.Handle(apigateway.GetExport(), a.getExport),
		awsapi.Handle(apigateway.ImportDocumentationParts(), a.importDocumentationParts),
	}
}

// importOptions reads the free parameters of an import.
func (a *API) importOptions(caller awsapi.Caller, parameters map[string]string, failOnWarnings *bool) openapi.Options {
	list := func(name string) []string {
		if parameters[name] == "" {
			return nil
		}
		return strings.Split(parameters[name], ",")
	}
	return openapi.Options{
		BasePath: strings.ToLower(parameters["basepath"]), FailOnWarnings: wire.Value(failOnWarnings),
		IgnoreDocumentation: strings.EqualFold(parameters["ignore"], "documentation"),
		EndpointTypes:       list("endpointConfigurationTypes"), VpcEndpointIDs: list("endpointConfigurationVpcEndpointIds"),
		Account: caller.Account, Region: caller.Region, NewID: a.ids.ID,
	}
}

func (a *API) importRestAPI(ctx context.Context, caller awsapi.Caller, in *apigateway.ImportRestApiRequest) (*apigateway.RestApi, error) {
	for {
		made, err := openapi.Create(in.Body, a.importOptions(caller, in.Parameters, in.FailOnWarnings), a.now())
		if err != nil {
			return nil, err
		}
		err = a.store.CreateAPI(ctx, scope(caller), made)
		if errors.Is(err, store.ErrExists) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("imported API: %w", err)
		}
		return new(show.RestAPI(&made.RestAPI)), nil
	}
}

// overwrites reads the mode of an import; merge unless it says otherwise.
func overwrites(mode *string) (bool, error) {
	switch wire.Value(mode) {
	case "", "merge":
		return false, nil
	case "overwrite":
		return true, nil
	default:
		return false, awserror.NewBadRequest(`Enumeration value of OpenAPI import mode must be "overwrite" or "merge"`)
	}
}

func (a *API) putRestAPI(ctx context.Context, caller awsapi.Caller, in *apigateway.PutRestApiRequest) (*apigateway.RestApi, error) {
	overwrite, err := overwrites(in.Mode)
	if err != nil {
		return nil, err
	}
	options := a.importOptions(caller, in.Parameters, in.FailOnWarnings)
	options.Overwrite = overwrite
	return changed(ctx, a, caller, in.RestApiId, apiMissing(caller, in.RestApiId), func(api *definition.API) (apigateway.RestApi, error) {
		_, err := openapi.Import(api, in.Body, options)
		return show.UpdatedRestAPI(&api.RestAPI), err
	})
}

func (a *API) importDocumentationParts(ctx context.Context, caller awsapi.Caller, in *apigateway.ImportDocumentationPartsRequest) (*apigateway.DocumentationPartIds, error) {
	overwrite, err := overwrites(in.Mode)
	if err != nil {
		return nil, err
	}
	return changed(ctx, a, caller, in.RestApiId, apiMissing(caller, in.RestApiId), func(api *definition.API) (apigateway.DocumentationPartIds, error) {
		ids, warnings, err := openapi.ImportDocumentationParts(api, in.Body, overwrite, wire.Value(in.FailOnWarnings), a.ids.ID)
		return apigateway.DocumentationPartIds{Ids: ids, Warnings: warnings}, err
	})
}

// getExport writes what a stage's deployment froze, with the documentation that
// the stage publishes.
func (a *API) getExport(ctx context.Context, caller awsapi.Caller, in *apigateway.GetExportRequest) (*apigateway.ExportResponse, error) {
	api, err := a.read(ctx, caller, in.RestApiId, definition.StageNotFound())
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
	input := openapi.ExportInput{
		Content: content, Stage: in.StageName, Region: caller.Region, Format: in.ExportType, Now: a.now(),
		YAML: strings.Contains(wire.Value(in.Accepts), "yaml"), Documentation: api.SortedDocumentationParts(),
	}
	if version := api.DocumentationVersions[stage.DocumentationVersion]; version != nil {
		input.Documentation = version.Parts
	}
	if extensions := in.Parameters["extensions"]; extensions != "" {
		input.Extensions = strings.Split(extensions, ",")
	}
	body, filename, err := openapi.Export(input)
	if err != nil {
		return nil, err
	}
	return &apigateway.ExportResponse{
		ContentType: new("application/octet-stream"), ContentDisposition: new(`attachment; filename="` + filename + `"`), Body: body,
	}, nil
}
