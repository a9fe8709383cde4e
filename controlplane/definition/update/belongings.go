package update

import (
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/definition/patch"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

// modelPaths are UpdateModel's.
func modelPaths() patch.Table[definition.Model] {
	type noun = definition.Model
	return patch.Table[noun]{Refuse: patch.Listed, Paths: []patch.Path[noun]{
		patch.Text("/description", func(m *noun) *string { return &m.Description }),
		patch.Text("/schema", func(m *noun) *string { return &m.Schema }),
	}}
}

// Model is UpdateModel.
func Model(api *definition.API, name string, operations []patch.Operation) (*definition.Model, error) {
	model, err := api.FindModel(name)
	if err != nil {
		return nil, err
	}
	if err := modelPaths().Apply(model, operations); err != nil {
		return nil, err
	}
	return model, model.Check()
}

// validatorPaths are UpdateRequestValidator's.
func validatorPaths() patch.Table[definition.RequestValidator] {
	type noun = definition.RequestValidator
	return patch.Table[noun]{Refuse: patch.Listed, Paths: []patch.Path[noun]{
		patch.Text("/name", func(v *noun) *string { return &v.Name }),
		patch.Flag("/validateRequestParameters", func(v *noun) *bool { return &v.ValidateRequestParameters }),
		patch.Flag("/validateRequestBody", func(v *noun) *bool { return &v.ValidateRequestBody }),
	}}
}

// RequestValidator is UpdateRequestValidator.
func RequestValidator(api *definition.API, id string, operations []patch.Operation) (*definition.RequestValidator, error) {
	validator, err := api.FindRequestValidator(id)
	if err != nil {
		return nil, err
	}
	if err := validatorPaths().Apply(validator, operations); err != nil {
		return nil, err
	}
	return validator, validator.Check()
}

// authorizerPaths are UpdateAuthorizer's.
func authorizerPaths() patch.Table[definition.Authorizer] {
	type noun = definition.Authorizer
	return patch.Table[noun]{Refuse: patch.Named, Paths: []patch.Path[noun]{
		patch.Text("/name", func(z *noun) *string { return &z.Name }),
		patch.OneOf("/type", func(z *noun) *string { return &z.Type },
			"Invalid authorizer type specified. Valid options are TOKEN,REQUEST,COGNITO_USER_POOLS", "TOKEN", "REQUEST", "COGNITO_USER_POOLS"),
		patch.Text("/authType", func(z *noun) *string { return &z.AuthType }),
		patch.Text("/authorizerUri", func(z *noun) *string { return &z.AuthorizerURI }),
		patch.Optional("/authorizerCredentials", func(z *noun) *string { return &z.AuthorizerCredentials }),
		patch.Optional("/identitySource", func(z *noun) *string { return &z.IdentitySource }),
		patch.Optional("/identityValidationExpression", func(z *noun) *string { return &z.IdentityValidationExpression }),
		{Pattern: "/authorizerResultTtlInSeconds", Replace: func(z *noun, at patch.At) error {
			seconds, err := patch.Int32(at)
			z.AuthorizerResultTTLInSeconds = &seconds
			return err
		}},
		patch.Members("/providerARNs", func(z *noun) *[]string { return &z.ProviderARNs }),
		patch.Element("/providerARNs/{arn}", func(z *noun) *[]string { return &z.ProviderARNs }),
	}}
}

// Authorizer is UpdateAuthorizer.
func Authorizer(api *definition.API, id string, operations []patch.Operation) (*definition.Authorizer, error) {
	authorizer, err := api.FindAuthorizer(id)
	if err != nil {
		return nil, err
	}
	if err := authorizerPaths().Apply(authorizer, operations); err != nil {
		return nil, err
	}
	if err := authorizer.Check(); err != nil {
		return nil, err
	}
	return authorizer, api.CheckMethods()
}

// gatewayResponsePaths are UpdateGatewayResponse's.
func gatewayResponsePaths() patch.Table[definition.GatewayResponse] {
	type noun = definition.GatewayResponse
	return patch.Table[noun]{
		// AWS calls the path of the status itself invalid when it is not replaced.
		Refuse: func(refused patch.Refused) error { return awserror.BadRequestf("Invalid patch path %s", *refused.Path) },
		Paths: []patch.Path[noun]{
			patch.Text("/statusCode", func(g *noun) *string { return &g.StatusCode }),
			patch.Entry("/responseParameters/{name}", func(g *noun) *map[string]string { return &g.ResponseParameters }, filled("responseParameters"), invalidParameter()),
			patch.Entry("/responseTemplates/{type}", func(g *noun) *map[string]string { return &g.ResponseTemplates }, filled("responseTemplates"), contentTypeNotFound()),
		},
	}
}

// filled reads an entry that must not be empty.
func filled(field string) func(patch.At) (string, error) {
	return func(at patch.At) (string, error) {
		if at.Text() == "" {
			return "", awserror.NewBadRequest("Invalid null or empty value in " + field)
		}
		return at.Text(), nil
	}
}

// GatewayResponse is UpdateGatewayResponse: what was AWS's own becomes the
// user's, as it is, and is changed.
func GatewayResponse(api *definition.API, kind string, operations []patch.Operation) error {
	effective, _ := api.EffectiveGatewayResponse(kind)
	response := effective.Copy()
	if err := gatewayResponsePaths().Apply(response, operations); err != nil {
		return err
	}
	return api.PutGatewayResponse(*response)
}

// documentationPartPaths are UpdateDocumentationPart's.
func documentationPartPaths() patch.Table[definition.DocumentationPart] {
	type noun = definition.DocumentationPart
	return patch.Table[noun]{Refuse: patch.Listed, Paths: []patch.Path[noun]{
		patch.Text("/properties", func(p *noun) *string { return &p.Properties }),
	}}
}

// DocumentationPart is UpdateDocumentationPart.
func DocumentationPart(api *definition.API, id string, operations []patch.Operation) (*definition.DocumentationPart, error) {
	part, err := api.FindDocumentationPart(id)
	if err != nil {
		return nil, err
	}
	if err := documentationPartPaths().Apply(part, operations); err != nil {
		return nil, err
	}
	return part, part.Check()
}

// documentationVersionPaths are UpdateDocumentationVersion's.
func documentationVersionPaths() patch.Table[definition.DocumentationVersion] {
	type noun = definition.DocumentationVersion
	return patch.Table[noun]{Refuse: patch.Listed, Paths: []patch.Path[noun]{
		patch.Text("/description", func(v *noun) *string { return &v.Description }),
	}}
}

// DocumentationVersion is UpdateDocumentationVersion.
func DocumentationVersion(api *definition.API, version string, operations []patch.Operation) (*definition.DocumentationVersion, error) {
	found, err := api.FindDocumentationVersion(version)
	if err != nil {
		return nil, err
	}
	return found, documentationVersionPaths().Apply(found, operations)
}
