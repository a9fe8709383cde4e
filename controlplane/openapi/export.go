package openapi

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/openapi/document"
	"github.com/sluice-gateway/sluice/internal/awserror"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/yamlvalue"
)

// ExportInput is what a document is made of: a stage's deployment, as GetExport
// asks for it.
type ExportInput struct {
	Content *definition.Content
	// Stage is the stage's name, the base path of the document.
	Stage string
	// Documentation are the parts of the stage's documentation version; they are
	// written with the extension "documentation".
	Documentation []*definition.DocumentationPart
	Region        string
	// Format is "oas30" or "swagger".
	Format string
	// YAML writes YAML instead of JSON.
	YAML bool
	// Extensions are those of the parameter: integrations, authorizers,
	// documentation, postman, apigateway (all but documentation).
	Extensions []string
	// Now is the version of an API that has none.
	Now time.Time
}

// Export writes an OpenAPI document (GetExport) and the file name that AWS gives
// it.
func Export(in ExportInput) (body []byte, filename string, err error) {
	if in.Format != "oas30" && in.Format != "swagger" {
		return nil, "", awserror.BadRequestf("No API exporter for type '%s'", in.Format)
	}
	out := &exporter{ExportInput: in, swagger: in.Format == "swagger"}
	for _, extension := range in.Extensions {
		out.extend(strings.TrimSpace(strings.ToLower(extension)))
	}
	version := cmp.Or(in.Content.RestAPI.Version, in.Now.UTC().Format("2006-01-02T15:04:05Z"))
	made := out.document(version)
	filename = in.Format + "_" + version
	if in.YAML {
		body, err = yamlvalue.Append(nil, made)
		return body, filename + ".yaml", err
	}
	return []byte(document.Pretty(made)), filename + ".json", nil
}

// exporter is one export under way.
type exporter struct {
	ExportInput
	swagger bool
	// integrations, authorizers, gateway and documentation are the extensions that
	// are written.
	integrations, authorizers, gateway, documented bool
	// models are the names that were referred to and may be missing from the
	// content: AWS's Empty and Error.
	models map[string]bool
	// iam and key say that the document needs those security schemes.
	iam, key bool
}

func (e *exporter) extend(name string) {
	switch name {
	case "apigateway":
		e.integrations, e.authorizers, e.gateway = true, true, true
	case "integrations":
		e.integrations = true
	case "authorizers":
		e.authorizers = true
	case "documentation":
		e.documented = true
	default: // postman: AWS adds nothing that its own importer reads
	}
}

// fields makes an object of names and values in order, without those that are
// undefined.
func fields(pairs ...any) jsonvalue.Value {
	object := jsonvalue.NewObject()
	for i := 0; i+1 < len(pairs); i += 2 {
		name, _ := pairs[i].(string)
		var value jsonvalue.Value
		switch given := pairs[i+1].(type) {
		case jsonvalue.Value:
			value = given
		case string:
			if given != "" {
				value = jsonvalue.String(given)
			}
		case bool:
			value = jsonvalue.Bool(given)
		}
		if !value.IsUndefined() {
			object.Put(name, value)
		}
	}
	return jsonvalue.FromObject(object)
}

// list makes an array of texts; undefined when there is none.
func list(all []string) jsonvalue.Value {
	if len(all) == 0 {
		return jsonvalue.Value{}
	}
	array := jsonvalue.NewArray()
	for _, one := range all {
		array.Append(jsonvalue.String(one))
	}
	return jsonvalue.FromArray(array)
}

// sorted makes an object of a map, undefined when there is nothing in it.
func sorted[V any](all map[string]V, value func(name string, one V) jsonvalue.Value) jsonvalue.Value {
	if len(all) == 0 {
		return jsonvalue.Value{}
	}
	object := jsonvalue.NewObject()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if made := value(name, all[name]); !made.IsUndefined() {
			object.Put(name, made)
		}
	}
	return jsonvalue.FromObject(object)
}

func sortedTexts(all map[string]string) jsonvalue.Value {
	return sorted(all, func(_, one string) jsonvalue.Value { return jsonvalue.String(one) })
}

// document is the whole export. Paths come first, for they tell which models and
// schemes are needed.
func (e *exporter) document(version string) jsonvalue.Value {
	api := &e.Content.RestAPI
	e.models = map[string]bool{}
	paths := e.paths()
	info := fields("title", api.Name, "description", api.Description, "version", version)
	host := api.ID + ".execute-api." + e.Region + ".amazonaws.com"
	var made jsonvalue.Value
	if e.swagger {
		made = fields(
			"swagger", "2.0", "info", info, "host", host, "basePath", "/"+e.Stage, "schemes", list([]string{"https"}),
			"paths", paths, "securityDefinitions", e.securitySchemes(), "definitions", e.schemas(),
		)
	} else {
		server := fields("url", "https://"+host+"/{basePath}",
			"variables", fields("basePath", fields("default", "/"+e.Stage)))
		components := fields("schemas", e.schemas(), "securitySchemes", e.securitySchemes())
		made = fields(
			"openapi", "3.0.1", "info", info, "servers", jsonvalue.FromArray(jsonvalue.NewArray(server)),
			"paths", paths, "components", components,
		)
	}
	e.rootExtensions(made)
	return made
}

// rootExtensions adds what belongs to the whole API.
func (e *exporter) rootExtensions(made jsonvalue.Value) {
	root := made.Object()
	add := func(name string, value jsonvalue.Value) {
		if !value.IsUndefined() {
			root.Put("x-amazon-apigateway-"+name, value)
		}
	}
	api := &e.Content.RestAPI
	if e.documented {
		add("documentation", e.documentation())
	}
	if !e.gateway {
		return
	}
	if api.APIKeySource != "" && api.APIKeySource != "HEADER" {
		add("api-key-source", jsonvalue.String(api.APIKeySource))
	}
	add("gateway-responses", sorted(e.Content.GatewayResponses, func(_ string, one *definition.GatewayResponse) jsonvalue.Value {
		status := jsonvalue.Value{}
		if one.StatusCode != "" {
			status = number(one.StatusCode)
		}
		return fields("statusCode", status, "responseParameters", sortedTexts(one.ResponseParameters), "responseTemplates", sortedTexts(one.ResponseTemplates))
	}))
	add("request-validators", e.validators())
	add("binary-media-types", list(api.BinaryMediaTypes))
	if api.MinimumCompressionSize != nil {
		add("minimum-compression-size", jsonvalue.Int(int64(*api.MinimumCompressionSize)))
	}
	if api.Policy != "" {
		if policy, err := jsonvalue.Parse([]byte(api.Policy), jsonvalue.Options{}); err == nil {
			add("policy", policy)
		}
	}
	if len(api.EndpointConfiguration.VpcEndpointIDs) > 0 || api.DisableExecuteAPIEndpoint {
		disabled := jsonvalue.Value{}
		if api.DisableExecuteAPIEndpoint {
			disabled = jsonvalue.Bool(true)
		}
		add("endpoint-configuration", fields("vpcEndpointIds", list(api.EndpointConfiguration.VpcEndpointIDs), "disableExecuteApiEndpoint", disabled))
	}
}

// number writes digits as a number, other text as text.
func number(text string) jsonvalue.Value {
	if value, err := jsonvalue.Parse([]byte(text), jsonvalue.Options{}); err == nil && value.IsNumber() {
		return value
	}
	return jsonvalue.String(text)
}

func (e *exporter) validators() jsonvalue.Value {
	byName := map[string]*definition.RequestValidator{}
	for _, one := range e.Content.RequestValidators {
		byName[one.Name] = one
	}
	return sorted(byName, func(_ string, one *definition.RequestValidator) jsonvalue.Value {
		return fields("validateRequestParameters", one.ValidateRequestParameters, "validateRequestBody", one.ValidateRequestBody)
	})
}

func (e *exporter) documentation() jsonvalue.Value {
	if len(e.Documentation) == 0 {
		return jsonvalue.Value{}
	}
	array := jsonvalue.NewArray()
	for _, part := range e.Documentation {
		properties, err := jsonvalue.Parse([]byte(part.Properties), jsonvalue.Options{})
		if err != nil {
			continue
		}
		place := part.Location
		array.Append(fields(
			"location", fields("type", place.Type, "path", place.Path, "method", place.Method, "statusCode", place.StatusCode, "name", place.Name),
			"properties", properties,
		))
	}
	return fields("documentationParts", jsonvalue.FromArray(array))
}
