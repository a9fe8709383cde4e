package rest

import (
	"context"
	"slices"
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/page"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest/show"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/definition/undocumented"
	"github.com/sluice-gateway/sluice/controlplane/definition/update"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

func (a *API) documentationHandlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(apigateway.CreateDocumentationPart(), a.createDocumentationPart),
		awsapi.Handle(apigateway.GetDocumentationPart(), a.getDocumentationPart),
		awsapi.Handle(apigateway.GetDocumentationParts(), a.getDocumentationParts),
		awsapi.Handle(apigateway.UpdateDocumentationPart(), a.updateDocumentationPart),
		awsapi.Handle(apigateway.DeleteDocumentationPart(), a.deleteDocumentationPart),
		awsapi.Handle(apigateway.CreateDocumentationVersion(), a.createDocumentationVersion),
		awsapi.Handle(apigateway.GetDocumentationVersion(), a.getDocumentationVersion),
		awsapi.Handle(apigateway.GetDocumentationVersions(), a.getDocumentationVersions),
		awsapi.Handle(apigateway.UpdateDocumentationVersion(), a.updateDocumentationVersion),
		awsapi.Handle(apigateway.DeleteDocumentationVersion(), a.deleteDocumentationVersion),
	}
}

func partMissing() error {
	return awserror.NewNotFound("Invalid Documentation part identifier specified")
}

func versionMissing() error {
	return awserror.NewNotFound("Invalid Documentation version specified")
}

func (a *API) createDocumentationPart(ctx context.Context, caller awsapi.Caller, in *apigateway.CreateDocumentationPartRequest) (*apigateway.DocumentationPart, error) {
	location := definition.DocumentationLocation{
		Type: wire.Value(in.Location.Type), Path: wire.Value(in.Location.Path), Method: wire.Value(in.Location.Method),
		StatusCode: wire.Value(in.Location.StatusCode), Name: wire.Value(in.Location.Name),
	}
	return shown(ctx, a, caller, in.RestApiId, apiMissing(caller, in.RestApiId), show.DocumentationPart, func(api *definition.API) (*definition.DocumentationPart, error) {
		return api.AddDocumentationPart(location, wire.Value(in.Properties), a.unused(func(id string) bool { return api.DocumentationParts[id] != nil }))
	})
}

func (a *API) getDocumentationPart(ctx context.Context, caller awsapi.Caller, in *apigateway.GetDocumentationPartRequest) (*apigateway.DocumentationPart, error) {
	return got(ctx, a, caller, in.RestApiId, partMissing(), show.DocumentationPart, func(api *definition.API) (*definition.DocumentationPart, error) {
		return api.FindDocumentationPart(in.DocumentationPartId)
	})
}

func (a *API) getDocumentationParts(ctx context.Context, caller awsapi.Caller, in *apigateway.GetDocumentationPartsRequest) (*apigateway.DocumentationParts, error) {
	api, err := a.read(ctx, caller, in.RestApiId, apiMissing(caller, in.RestApiId))
	if err != nil {
		return nil, err
	}
	parts := api.SortedDocumentationParts()
	if wire.Value(in.LocationStatus) == apigateway.LocationStatusTypeUNDOCUMENTED {
		parts = undocumented.Parts(api)
	}
	parts = slices.DeleteFunc(parts, func(part *definition.DocumentationPart) bool {
		return (in.Type != nil && part.Location.Type != *in.Type) ||
			(in.NameQuery != nil && !strings.Contains(part.Location.Name, *in.NameQuery)) ||
			(in.Path != nil && part.Location.Path != *in.Path)
	})
	found, next, err := page.Of(parts, in.Position, in.Limit, func(one *definition.DocumentationPart) string { return one.ID })
	if err != nil {
		return nil, err
	}
	return &apigateway.DocumentationParts{Items: show.All(found, show.DocumentationPart), Position: next}, nil
}

func (a *API) updateDocumentationPart(ctx context.Context, caller awsapi.Caller, in *apigateway.UpdateDocumentationPartRequest) (*apigateway.DocumentationPart, error) {
	return shown(ctx, a, caller, in.RestApiId, partMissing(), show.DocumentationPart, func(api *definition.API) (*definition.DocumentationPart, error) {
		return update.DocumentationPart(api, in.DocumentationPartId, operations(in.PatchOperations))
	})
}

func (a *API) deleteDocumentationPart(ctx context.Context, caller awsapi.Caller, in *apigateway.DeleteDocumentationPartRequest) (*wire.Empty, error) {
	return nil, a.change(ctx, caller, in.RestApiId, partMissing(), func(api *definition.API) error {
		_, err := api.FindDocumentationPart(in.DocumentationPartId)
		delete(api.DocumentationParts, in.DocumentationPartId)
		return err
	})
}

func (a *API) createDocumentationVersion(ctx context.Context, caller awsapi.Caller, in *apigateway.CreateDocumentationVersionRequest) (*apigateway.DocumentationVersion, error) {
	return shown(ctx, a, caller, in.RestApiId, apiMissing(caller, in.RestApiId), show.DocumentationVersion, func(api *definition.API) (*definition.DocumentationVersion, error) {
		return api.AddDocumentationVersion(wire.Value(in.DocumentationVersion), wire.Value(in.Description), wire.Value(in.StageName), a.now())
	})
}

func (a *API) getDocumentationVersion(ctx context.Context, caller awsapi.Caller, in *apigateway.GetDocumentationVersionRequest) (*apigateway.DocumentationVersion, error) {
	return got(ctx, a, caller, in.RestApiId, versionMissing(), show.DocumentationVersion, func(api *definition.API) (*definition.DocumentationVersion, error) {
		return api.FindDocumentationVersion(in.DocumentationVersion)
	})
}

func (a *API) getDocumentationVersions(ctx context.Context, caller awsapi.Caller, in *apigateway.GetDocumentationVersionsRequest) (*apigateway.DocumentationVersions, error) {
	api, err := a.read(ctx, caller, in.RestApiId, apiMissing(caller, in.RestApiId))
	if err != nil {
		return nil, err
	}
	found, next, err := page.Of(api.SortedDocumentationVersions(), in.Position, in.Limit, func(one *definition.DocumentationVersion) string { return one.Version })
	if err != nil {
		return nil, err
	}
	return &apigateway.DocumentationVersions{Items: show.All(found, show.DocumentationVersion), Position: next}, nil
}

func (a *API) updateDocumentationVersion(ctx context.Context, caller awsapi.Caller, in *apigateway.UpdateDocumentationVersionRequest) (*apigateway.DocumentationVersion, error) {
	return shown(ctx, a, caller, in.RestApiId, versionMissing(), show.DocumentationVersion, func(api *definition.API) (*definition.DocumentationVersion, error) {
		return update.DocumentationVersion(api, in.DocumentationVersion, operations(in.PatchOperations))
	})
}

func (a *API) deleteDocumentationVersion(ctx context.Context, caller awsapi.Caller, in *apigateway.DeleteDocumentationVersionRequest) (*wire.Empty, error) {
	return nil, a.change(ctx, caller, in.RestApiId, versionMissing(), func(api *definition.API) error {
		return api.RemoveDocumentationVersion(in.DocumentationVersion)
	})
}
