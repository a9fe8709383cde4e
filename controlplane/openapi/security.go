package openapi

import (
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// apiKeyHeader is where AWS reads API keys.
const apiKeyHeader = "x-api-key"

// makeAuthorizers makes an authorizer of each security scheme that has one.
func (m *importer) makeAuthorizers() {
	for name, scheme := range members(m.securitySchemes()) {
		scheme = m.resolve(scheme)
		settings := scheme.Get("x-amazon-apigateway-authorizer")
		if settings.Kind() != jsonvalue.KindObject {
			continue
		}
		authorizer := authorizerOf(name, scheme, settings)
		id := m.options.NewID(shortID)
		for _, known := range m.api.Authorizers {
			if known.Name == name {
				id = known.ID
			}
		}
		delete(m.api.Authorizers, id)
		made, err := m.api.AddAuthorizer(authorizer, id)
		if err != nil {
			m.fail("Unable to create authorizer for '"+name+"'", err)
			continue
		}
		m.authorizers[name] = made.ID
	}
}

// authorizerOf reads x-amazon-apigateway-authorizer with the scheme around it.
func authorizerOf(name string, scheme, settings jsonvalue.Value) definition.Authorizer {
	made := definition.Authorizer{
		Name:                         name,
		Type:                         strings.ToUpper(scalarText(settings.Get("type"))),
		ProviderARNs:                 texts(settings.Get("providerARNs")),
		AuthType:                     scalarText(scheme.Get("x-amazon-apigateway-authtype")),
		AuthorizerURI:                scalarText(settings.Get("authorizerUri")),
		AuthorizerCredentials:        scalarText(settings.Get("authorizerCredentials")),
		IdentitySource:               scalarText(settings.Get("identitySource")),
		IdentityValidationExpression: scalarText(settings.Get("identityValidationExpression")),
	}
	if ttl, whole := settings.Get("authorizerResultTtlInSeconds").Int64(); whole {
		made.AuthorizerResultTTLInSeconds = new(int32(ttl))
	}
	header := scalarText(scheme.Get("name"))
	if made.Type != definition.AuthorizerRequest && header != "" {
		made.IdentitySource = "method.request.header." + header
	}
	return made
}

// removeUnusedAuthorizers keeps what AWS keeps: all of them. It warns of those
// that no operation names, which is most often a slip.
func (m *importer) removeUnusedAuthorizers() {
	used := map[string]bool{}
	for _, resource := range m.api.Resources {
		for _, method := range resource.Methods {
			used[method.AuthorizerID] = true
		}
	}
	for name := range members(m.securitySchemes()) {
		if id, made := m.authorizers[name]; made && !used[id] {
			m.warn("Authorizer '%s' is used by no operation", name)
		}
	}
}

// secure sets a method's authorization from the operation's security, else the
// document's.
func (m *importer) secure(method *definition.Method, operation jsonvalue.Value) {
	method.AuthorizationType = "NONE"
	if strings.EqualFold(scalarText(operation.Get("x-amazon-apigateway-auth").Get("type")), "AWS_IAM") {
		method.AuthorizationType = "AWS_IAM"
	}
	security := operation.Get("security")
	if security.IsUndefined() {
		security = m.root.Get("security")
	}
	for _, requirement := range items(security) {
		for name, scopes := range members(requirement) {
			m.require(method, name, texts(scopes))
		}
	}
}

// require adds one named scheme to a method.
func (m *importer) require(method *definition.Method, name string, scopes []string) {
	scheme := m.resolve(m.securitySchemes().Get(name))
	if id, made := m.authorizers[name]; made {
		authorizer := m.api.Authorizers[id]
		method.AuthorizerID, method.AuthorizationType = id, "CUSTOM"
		if authorizer.Type == definition.AuthorizerCognito {
			method.AuthorizationType, method.AuthorizationScopes = authorizer.Type, scopes
		}
		return
	}
	switch {
	case strings.EqualFold(scalarText(scheme.Get("x-amazon-apigateway-authtype")), "awsSigv4"):
		method.AuthorizationType = "AWS_IAM"
	case scalarText(scheme.Get("type")) == "apiKey" && strings.EqualFold(scalarText(scheme.Get("name")), apiKeyHeader):
		method.APIKeyRequired = true
	default:
		m.warn("Security scheme '%s' has no authorizer, is no IAM scheme and no x-api-key: it is not enforced", name)
	}
}
