package openapi

import (
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/openapi/document"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// apiKeyHeader is where AWS reads API keys.
const apiKeyHeader = "x-api-key"

// makeAuthorizers makes an authorizer of each security scheme that has one.
func (m *importer) makeAuthorizers() {
	for name, scheme := range document.Members(m.SecuritySchemes()) {
		scheme = m.Resolve(scheme)
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
		Type:                         strings.ToUpper(document.Text(settings.Get("type"))),
		ProviderARNs:                 document.Texts(settings.Get("providerARNs")),
		AuthType:                     document.Text(scheme.Get("x-amazon-apigateway-authtype")),
		AuthorizerURI:                document.Text(settings.Get("authorizerUri")),
		AuthorizerCredentials:        document.Text(settings.Get("authorizerCredentials")),
		IdentitySource:               document.Text(settings.Get("identitySource")),
		IdentityValidationExpression: document.Text(settings.Get("identityValidationExpression")),
	}
	if ttl, whole := settings.Get("authorizerResultTtlInSeconds").Int64(); whole {
		made.AuthorizerResultTTLInSeconds = new(int32(ttl))
	}
	header := document.Text(scheme.Get("name"))
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
	for name := range document.Members(m.SecuritySchemes()) {
		if id, made := m.authorizers[name]; made && !used[id] {
			m.notes = append(m.notes, "Authorizer '"+name+"' is used by no operation")
		}
	}
}

// secure sets a method's authorization from the operation's security, else the
// document's.
func (m *importer) secure(method *definition.Method, operation jsonvalue.Value) {
	method.AuthorizationType = "NONE"
	if strings.EqualFold(document.Text(operation.Get("x-amazon-apigateway-auth").Get("type")), "AWS_IAM") {
		method.AuthorizationType = "AWS_IAM"
	}
	security := operation.Get("security")
	if security.IsUndefined() {
		security = m.Root.Get("security")
	}
	for _, requirement := range document.Items(security) {
		for name, scopes := range document.Members(requirement) {
			m.require(method, name, document.Texts(scopes))
		}
	}
}

// require adds one named scheme to a method.
func (m *importer) require(method *definition.Method, name string, scopes []string) {
	scheme := m.Resolve(m.SecuritySchemes().Get(name))
	if id, made := m.authorizers[name]; made {
		authorizer := m.api.Authorizers[id]
		method.AuthorizerID, method.AuthorizationType = id, "CUSTOM"
		if authorizer.Type == definition.AuthorizerCognito {
			method.AuthorizationType, method.AuthorizationScopes = authorizer.Type, scopes
		}
		return
	}
	switch {
	case strings.EqualFold(document.Text(scheme.Get("x-amazon-apigateway-authtype")), "awsSigv4"):
		method.AuthorizationType = "AWS_IAM"
	case document.Text(scheme.Get("type")) == "apiKey" && strings.EqualFold(document.Text(scheme.Get("name")), apiKeyHeader):
		method.APIKeyRequired = true
	default:
		m.Warnf("Security scheme '%s' has no authorizer, is no IAM scheme and no x-api-key: it is not enforced", name)
	}
}
