package openapi

import (
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// builtIn are the models that AWS's console and CreateRestApi make; imports do not
// make them, yet methods name them.
var builtIn = map[string]string{
	"Empty": `{"title": "Empty Schema", "type": "object"}`,
	"Error": `{"title": "Error Schema", "type": "object", "properties": {"message": {"type": "string"}}}`,
}

// schemaPrefix is where the document keeps its schemas.
func (e *exporter) schemaPrefix() string {
	if e.swagger {
		return "#/definitions/"
	}
	return "#/components/schemas/"
}

// reference points at a model and notes that it must be there.
func (e *exporter) reference(model string) jsonvalue.Value {
	e.models[model] = true
	return fields("$ref", e.schemaPrefix()+model)
}

// schemas are all the API's models but AWS's own that nobody names.
func (e *exporter) schemas() jsonvalue.Value {
	all := map[string]jsonvalue.Value{}
	for name, model := range e.Content.Models {
		if builtIn[name] != "" && !e.models[name] {
			continue
		}
		schema, err := jsonvalue.Parse([]byte(model.Schema), jsonvalue.Options{})
		if err != nil || schema.Kind() != jsonvalue.KindObject {
			schema = fields("type", "object")
		}
		all[name] = e.schemaOut(schema)
	}
	for name := range e.models {
		if _, known := all[name]; !known && builtIn[name] != "" {
			all[name], _ = jsonvalue.ParseString(builtIn[name], jsonvalue.Options{})
		}
	}
	return sorted(all, func(_ string, one jsonvalue.Value) jsonvalue.Value { return one })
}

func (e *exporter) localReference(reference string) string {
	if strings.HasPrefix(reference, modelURL) {
		name := reference[strings.LastIndexByte(reference, '/')+1:]
		e.models[name] = true
		return e.schemaPrefix() + name
	}
	return reference
}

// securitySchemes are the schemes that the paths named.
func (e *exporter) securitySchemes() jsonvalue.Value {
	all := map[string]jsonvalue.Value{}
	if e.key {
		all["api_key"] = fields("type", "apiKey", "name", apiKeyHeader, "in", "header")
	}
	if e.iam {
		all["sigv4"] = fields("type", "apiKey", "name", "Authorization", "in", "header", "x-amazon-apigateway-authtype", "awsSigv4")
	}
	for _, authorizer := range e.Content.Authorizers {
		all[authorizer.Name] = e.scheme(authorizer)
	}
	return sorted(all, func(_ string, one jsonvalue.Value) jsonvalue.Value { return one })
}

// scheme is an authorizer's security scheme. A REQUEST authorizer reads more
// than one header: AWS names its header "Unused".
func (e *exporter) scheme(authorizer *definition.Authorizer) jsonvalue.Value {
	header, single := strings.CutPrefix(authorizer.IdentitySource, "method.request.header.")
	request := authorizer.Type == definition.AuthorizerRequest
	if request || !single {
		header = "Unused"
	}
	scheme := fields("type", "apiKey", "name", header, "in", "header", "x-amazon-apigateway-authtype", authorizer.AuthType)
	if !e.authorizers {
		return scheme
	}
	source := ""
	if request {
		source = authorizer.IdentitySource
	}
	ttl := jsonvalue.Value{}
	if authorizer.AuthorizerResultTTLInSeconds != nil {
		ttl = jsonvalue.Int(int64(*authorizer.AuthorizerResultTTLInSeconds))
	}
	scheme.Object().Put("x-amazon-apigateway-authorizer", fields(
		"type", strings.ToLower(authorizer.Type),
		"authorizerUri", authorizer.AuthorizerURI,
		"authorizerCredentials", authorizer.AuthorizerCredentials,
		"authorizerResultTtlInSeconds", ttl,
		"identityValidationExpression", authorizer.IdentityValidationExpression,
		"identitySource", source,
		"providerARNs", list(authorizer.ProviderARNs),
	))
	return scheme
}
