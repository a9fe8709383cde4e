package openapi

import (
	"cmp"
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/openapi/document"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// integrationExtension is an operation's integration ("x-amazon-apigateway-integration
// object" in AWS's developer guide).
const integrationExtension = "x-amazon-apigateway-integration"

// integration puts an operation's integration and its responses.
func (m *importer) integration(method *definition.Method, resource *definition.Resource, where string, operation jsonvalue.Value) {
	settings := m.Resolve(operation.Get(integrationExtension))
	if settings.Kind() != jsonvalue.KindObject {
		m.notes = append(m.notes, "Method "+where+" has no integration: put one before you deploy")
		return
	}
	made := integrationOf(settings)
	if made.HTTPMethod == "" && made.Type != definition.IntegrationMock {
		made.HTTPMethod = method.HTTPMethod
	}
	if _, err := method.PutIntegration(made, resource, m.options.Account); err != nil {
		m.fail("Unable to put integration on "+where, err)
		return
	}
	for pattern, response := range document.Members(settings.Get("responses")) {
		m.integrationResponse(method, where, pattern, m.Resolve(response))
	}
}

// integrationOf reads the extension's members. Enumerations are written in small
// letters there.
func integrationOf(settings jsonvalue.Value) definition.Integration {
	made := definition.Integration{
		Type:                 strings.ToUpper(document.Text(settings.Get("type"))),
		HTTPMethod:           strings.ToUpper(document.Text(settings.Get("httpMethod"))),
		URI:                  document.Text(settings.Get("uri")),
		ConnectionType:       strings.ToUpper(document.Text(settings.Get("connectionType"))),
		ConnectionID:         document.Text(settings.Get("connectionId")),
		Credentials:          document.Text(settings.Get("credentials")),
		RequestParameters:    document.TextMap(settings.Get("requestParameters")),
		RequestTemplates:     document.TextMap(settings.Get("requestTemplates")),
		PassthroughBehavior:  strings.ToUpper(document.Text(settings.Get("passthroughBehavior"))),
		ContentHandling:      strings.ToUpper(document.Text(settings.Get("contentHandling"))),
		CacheNamespace:       document.Text(settings.Get("cacheNamespace")),
		CacheKeyParameters:   document.Texts(settings.Get("cacheKeyParameters")),
		ResponseTransferMode: strings.ToUpper(document.Text(settings.Get("responseTransferMode"))),
		IntegrationTarget:    document.Text(settings.Get("integrationTarget")),
	}
	if timeout, whole := settings.Get("timeoutInMillis").Int64(); whole {
		made.TimeoutInMillis = int32(timeout)
	}
	if tls := settings.Get("tlsConfig"); tls.Kind() == jsonvalue.KindObject {
		made.TLSConfig = &definition.TLSConfig{InsecureSkipVerification: document.Truth(tls.Get("insecureSkipVerification"))}
	}
	return made
}

// integrationResponse puts the response of one pattern; "default" has none. The
// method must have a response of its status.
func (m *importer) integrationResponse(method *definition.Method, where, pattern string, response jsonvalue.Value) {
	made := definition.IntegrationResponse{
		StatusCode:         cmp.Or(document.Text(response.Get("statusCode")), "200"),
		ResponseParameters: document.TextMap(response.Get("responseParameters")),
		ContentHandling:    strings.ToUpper(document.Text(response.Get("contentHandling"))),
	}
	if pattern != "default" {
		made.SelectionPattern = &pattern
	}
	for kind, template := range document.Members(response.Get("responseTemplates")) {
		if made.ResponseTemplates == nil {
			made.ResponseTemplates = map[string]*string{}
		}
		made.ResponseTemplates[kind] = nil
		if !template.IsNull() {
			made.ResponseTemplates[kind] = new(templateText(template))
		}
	}
	what := "Unable to put integration response on " + where
	if method.Responses[made.StatusCode] == nil {
		m.errors = append(m.errors, what+": Output mapping refers to an invalid method response: "+made.StatusCode)
		return
	}
	_, err := method.PutIntegrationResponse(made)
	m.fail(what, err)
}

// templateText is a template, which may be written as an object.
func templateText(value jsonvalue.Value) string {
	if value.Kind() == jsonvalue.KindObject || value.Kind() == jsonvalue.KindArray {
		return document.Compact(value)
	}
	return document.Text(value)
}
