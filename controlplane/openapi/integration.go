package openapi

import (
	"cmp"
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// integrationExtension is an operation's integration ("x-amazon-apigateway-integration
// object" in AWS's developer guide).
const integrationExtension = "x-amazon-apigateway-integration"

// integration puts an operation's integration and its responses.
func (m *importer) integration(method *definition.Method, resource *definition.Resource, where string, operation jsonvalue.Value) {
	settings := m.resolve(operation.Get(integrationExtension))
	if settings.Kind() != jsonvalue.KindObject {
		m.warn("Method %s has no integration: put one before you deploy", where)
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
	for pattern, response := range members(settings.Get("responses")) {
		m.integrationResponse(method, where, pattern, m.resolve(response))
	}
}

// integrationOf reads the extension's members. Enumerations are written in small
// letters there.
func integrationOf(settings jsonvalue.Value) definition.Integration {
	made := definition.Integration{
		Type:                 strings.ToUpper(scalarText(settings.Get("type"))),
		HTTPMethod:           strings.ToUpper(scalarText(settings.Get("httpMethod"))),
		URI:                  scalarText(settings.Get("uri")),
		ConnectionType:       strings.ToUpper(scalarText(settings.Get("connectionType"))),
		ConnectionID:         scalarText(settings.Get("connectionId")),
		Credentials:          scalarText(settings.Get("credentials")),
		RequestParameters:    textMap(settings.Get("requestParameters")),
		RequestTemplates:     textMap(settings.Get("requestTemplates")),
		PassthroughBehavior:  strings.ToUpper(scalarText(settings.Get("passthroughBehavior"))),
		ContentHandling:      strings.ToUpper(scalarText(settings.Get("contentHandling"))),
		CacheNamespace:       scalarText(settings.Get("cacheNamespace")),
		CacheKeyParameters:   texts(settings.Get("cacheKeyParameters")),
		ResponseTransferMode: strings.ToUpper(scalarText(settings.Get("responseTransferMode"))),
		IntegrationTarget:    scalarText(settings.Get("integrationTarget")),
	}
	if timeout, whole := settings.Get("timeoutInMillis").Int64(); whole {
		made.TimeoutInMillis = int32(timeout)
	}
	if tls := settings.Get("tlsConfig"); tls.Kind() == jsonvalue.KindObject {
		made.TLSConfig = &definition.TLSConfig{InsecureSkipVerification: truth(tls.Get("insecureSkipVerification"))}
	}
	return made
}

// integrationResponse puts the response of one pattern; "default" has none. The
// method must have a response of its status.
func (m *importer) integrationResponse(method *definition.Method, where, pattern string, response jsonvalue.Value) {
	made := definition.IntegrationResponse{
		StatusCode:         cmp.Or(scalarText(response.Get("statusCode")), "200"),
		ResponseParameters: textMap(response.Get("responseParameters")),
		ContentHandling:    strings.ToUpper(scalarText(response.Get("contentHandling"))),
	}
	if pattern != "default" {
		made.SelectionPattern = &pattern
	}
	for kind, template := range members(response.Get("responseTemplates")) {
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
		return compact(value)
	}
	return scalarText(value)
}
