package update

import (
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/definition/patch"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

func invalidParameter() error { return awserror.NewNotFound("Invalid parameter name specified") }

func contentTypeNotFound() error { return awserror.NewNotFound("Content-Type specified was not found") }

// methodPaths are UpdateMethod's.
func methodPaths() patch.Table[definition.Method] {
	type noun = definition.Method
	return patch.Table[noun]{Refuse: patch.Named, Paths: []patch.Path[noun]{
		patch.Text("/authorizationType", func(m *noun) *string { return &m.AuthorizationType }),
		patch.Text("/authorizerId", func(m *noun) *string { return &m.AuthorizerID }),
		patch.Flag("/apiKeyRequired", func(m *noun) *bool { return &m.APIKeyRequired }),
		patch.Text("/operationName", func(m *noun) *string { return &m.OperationName }),
		patch.Text("/requestValidatorId", func(m *noun) *string { return &m.RequestValidatorID }),
		patch.Members("/authorizationScopes", func(m *noun) *[]string { return &m.AuthorizationScopes }),
		patch.Entry("/requestParameters/{name}", func(m *noun) *map[string]bool { return &m.RequestParameters }, patch.AnyFlag, invalidParameter()),
		patch.Entry("/requestModels/{type}", func(m *noun) *map[string]string { return &m.RequestModels }, patch.Plain, contentTypeNotFound()),
	}}
}

// Method is UpdateMethod.
func Method(api *definition.API, resourceID, verb string, operations []patch.Operation) error {
	method, err := api.FindMethod(resourceID, verb)
	if err != nil {
		return err
	}
	if err := methodPaths().Apply(method, operations); err != nil {
		return err
	}
	return method.Check(api)
}

// methodResponsePaths are UpdateMethodResponse's.
func methodResponsePaths() patch.Table[definition.MethodResponse] {
	type noun = definition.MethodResponse
	return patch.Table[noun]{Refuse: patch.Named, Paths: []patch.Path[noun]{
		patch.Entry("/responseParameters/{name}", func(r *noun) *map[string]bool { return &r.ResponseParameters }, patch.AnyFlag, invalidParameter()),
		patch.Entry("/responseModels/{type}", func(r *noun) *map[string]string { return &r.ResponseModels }, patch.Plain, contentTypeNotFound()),
	}}
}

// MethodResponse is UpdateMethodResponse.
func MethodResponse(api *definition.API, resourceID, verb, status string, operations []patch.Operation) error {
	method, err := api.FindMethod(resourceID, verb)
	if err != nil {
		return err
	}
	response, err := method.Response(status)
	if err != nil {
		return err
	}
	if err := methodResponsePaths().Apply(response, operations); err != nil {
		return err
	}
	return response.Check(api)
}
