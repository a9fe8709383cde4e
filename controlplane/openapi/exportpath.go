package openapi

import (
	"maps"
	"slices"
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// paths are the resources with methods, by path.
func (e *exporter) paths() jsonvalue.Value {
	byPath := map[string]*definition.Resource{}
	for _, resource := range e.Content.Resources {
		if len(resource.Methods) > 0 {
			byPath[resource.Path] = resource
		}
	}
	all := sorted(byPath, func(_ string, resource *definition.Resource) jsonvalue.Value {
		object := jsonvalue.NewObject()
		for _, verb := range slices.Sorted(maps.Keys(resource.Methods)) {
			name := strings.ToLower(verb)
			if verb == "ANY" {
				name = anyMethod
			}
			object.Put(name, e.operation(resource, resource.Methods[verb]))
		}
		return jsonvalue.FromObject(object)
	})
	if all.IsUndefined() {
		return jsonvalue.FromObject(jsonvalue.NewObject())
	}
	return all
}

// operation is one method.
func (e *exporter) operation(resource *definition.Resource, method *definition.Method) jsonvalue.Value {
	made := fields("operationId", method.OperationName)
	object := made.Object()
	put := func(name string, value jsonvalue.Value) {
		if !value.IsUndefined() {
			object.Put(name, value)
		}
	}
	if e.swagger {
		put("consumes", list(slices.Sorted(maps.Keys(method.RequestModels))))
		put("produces", list(produced(method)))
	}
	put("parameters", e.parameters(resource, method))
	if !e.swagger {
		put("requestBody", e.requestBody(method))
	}
	object.Put("responses", e.responses(method))
	put("security", e.security(method))
	if e.gateway && method.RequestValidatorID != "" {
		if validator := e.Content.RequestValidators[method.RequestValidatorID]; validator != nil {
			put("x-amazon-apigateway-request-validator", jsonvalue.String(validator.Name))
		}
	}
	if e.integrations && method.Integration != nil {
		put(integrationExtension, integrationOut(resource, method.Integration))
	}
	return made
}

// produced are the content types of a method's response models.
func produced(method *definition.Method) []string {
	kinds := map[string]bool{}
	for _, response := range method.Responses {
		for kind := range response.ResponseModels {
			kinds[kind] = true
		}
	}
	return slices.Sorted(maps.Keys(kinds))
}

// parameters are what the method declares and, since OpenAPI demands them, all
// variables of its path.
func (e *exporter) parameters(resource *definition.Resource, method *definition.Method) jsonvalue.Value {
	declared := maps.Clone(method.RequestParameters)
	if declared == nil {
		declared = map[string]bool{}
	}
	for part := range strings.SplitSeq(resource.Path, "/") {
		if name := strings.TrimSuffix(strings.Trim(part, "{}"), "+"); strings.HasPrefix(part, "{") {
			declared["method.request.path."+name] = true
		}
	}
	array := jsonvalue.NewArray()
	for _, key := range slices.Sorted(maps.Keys(declared)) {
		location, name, _ := strings.Cut(strings.TrimPrefix(key, "method.request."), ".")
		if location == "querystring" {
			location = "query"
		}
		required := declared[key] || location == "path"
		parameter := fields("name", name, "in", location)
		if required || e.swagger {
			parameter.Object().Put("required", jsonvalue.Bool(required))
		}
		if e.swagger {
			parameter.Object().Put("type", jsonvalue.String("string"))
		} else {
			parameter.Object().Put("schema", fields("type", "string"))
		}
		array.Append(parameter)
	}
	if e.swagger {
		for _, kind := range slices.Sorted(maps.Keys(method.RequestModels)) {
			model := method.RequestModels[kind]
			array.Append(fields("in", "body", "name", model, "required", true, "schema", e.reference(model)))
			break // Swagger has one body
		}
	}
	if array.Len() == 0 {
		return jsonvalue.Value{}
	}
	return jsonvalue.FromArray(array)
}

func (e *exporter) requestBody(method *definition.Method) jsonvalue.Value {
	content := sorted(method.RequestModels, func(_, model string) jsonvalue.Value { return fields("schema", e.reference(model)) })
	if content.IsUndefined() {
		return content
	}
	return fields("content", content, "required", true)
}

// responses are the method responses. OpenAPI wants at least one.
func (e *exporter) responses(method *definition.Method) jsonvalue.Value {
	all := sorted(method.Responses, func(status string, response *definition.MethodResponse) jsonvalue.Value {
		headers := map[string]bool{}
		for name := range response.ResponseParameters {
			headers[strings.TrimPrefix(name, "method.response.header.")] = true
		}
		out := fields("description", generatedDescription(status), "headers", sorted(headers, func(string, bool) jsonvalue.Value {
			if e.swagger {
				return fields("type", "string")
			}
			return fields("schema", fields("type", "string"))
		}))
		e.responseBody(out, response)
		return out
	})
	if all.IsUndefined() {
		return fields("default", fields("description", generatedDescription("default")))
	}
	return all
}

func (e *exporter) responseBody(out jsonvalue.Value, response *definition.MethodResponse) {
	if e.swagger {
		for _, kind := range slices.Sorted(maps.Keys(response.ResponseModels)) {
			out.Object().Put("schema", e.reference(response.ResponseModels[kind]))
			break // Swagger has one schema for all that is produced
		}
		return
	}
	content := sorted(response.ResponseModels, func(_, model string) jsonvalue.Value { return fields("schema", e.reference(model)) })
	if content.IsUndefined() {
		content = jsonvalue.FromObject(jsonvalue.NewObject())
	}
	out.Object().Put("content", content)
}

// security names the schemes of a method.
func (e *exporter) security(method *definition.Method) jsonvalue.Value {
	array := jsonvalue.NewArray()
	require := func(name string, scopes []string) {
		given := list(scopes)
		if given.IsUndefined() {
			given = jsonvalue.FromArray(jsonvalue.NewArray())
		}
		array.Append(fields(name, given))
	}
	if method.AuthorizationType == "AWS_IAM" {
		e.iam = true
		require("sigv4", nil)
	}
	if authorizer := e.Content.Authorizers[method.AuthorizerID]; authorizer != nil {
		require(authorizer.Name, method.AuthorizationScopes)
	}
	if method.APIKeyRequired {
		e.key = true
		require("api_key", nil)
	}
	if array.Len() == 0 {
		return jsonvalue.Value{}
	}
	return jsonvalue.FromArray(array)
}

// integrationOut is x-amazon-apigateway-integration; what is AWS's default is
// left out where its own exports leave it out.
func integrationOut(resource *definition.Resource, integration *definition.Integration) jsonvalue.Value {
	namespace := integration.CacheNamespace
	if namespace == resource.ID {
		namespace = ""
	}
	timeout := jsonvalue.Value{}
	if integration.TimeoutInMillis != 0 && integration.TimeoutInMillis != 29000 {
		timeout = jsonvalue.Int(int64(integration.TimeoutInMillis))
	}
	tls := jsonvalue.Value{}
	if integration.TLSConfig != nil {
		tls = fields("insecureSkipVerification", integration.TLSConfig.InsecureSkipVerification)
	}
	connection := integration.ConnectionType
	if connection == "INTERNET" {
		connection = ""
	}
	transfer := integration.ResponseTransferMode
	if transfer == "BUFFERED" {
		transfer = ""
	}
	return fields(
		"type", strings.ToLower(integration.Type),
		"httpMethod", integration.HTTPMethod,
		"uri", integration.URI,
		"connectionType", connection,
		"connectionId", integration.ConnectionID,
		"credentials", integration.Credentials,
		"responses", integrationResponsesOut(integration.Responses),
		"requestParameters", sortedTexts(integration.RequestParameters),
		"requestTemplates", sortedTexts(integration.RequestTemplates),
		"passthroughBehavior", strings.ToLower(integration.PassthroughBehavior),
		"contentHandling", integration.ContentHandling,
		"timeoutInMillis", timeout,
		"cacheNamespace", namespace,
		"cacheKeyParameters", list(integration.CacheKeyParameters),
		"tlsConfig", tls,
		"responseTransferMode", transfer,
		"integrationTarget", integration.IntegrationTarget,
	)
}

// integrationResponsesOut names responses by their pattern.
func integrationResponsesOut(all map[string]*definition.IntegrationResponse) jsonvalue.Value {
	byPattern := map[string]*definition.IntegrationResponse{}
	for _, status := range slices.Backward(slices.Sorted(maps.Keys(all))) {
		pattern := "default"
		if given := all[status].SelectionPattern; given != nil && *given != "" {
			pattern = *given
		}
		byPattern[pattern] = all[status]
	}
	return sorted(byPattern, func(_ string, one *definition.IntegrationResponse) jsonvalue.Value {
		return fields(
			"statusCode", one.StatusCode,
			"responseParameters", sortedTexts(one.ResponseParameters),
			"responseTemplates", sorted(one.ResponseTemplates, func(_ string, template *string) jsonvalue.Value {
				if template == nil {
					return jsonvalue.Null()
				}
				return jsonvalue.String(*template)
			}),
			"contentHandling", one.ContentHandling,
		)
	})
}
