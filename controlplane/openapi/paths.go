package openapi

import (
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/openapi/document"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// anyMethod is the path member that holds method ANY.
const anyMethod = "x-amazon-apigateway-any-method"

// verbOf is the HTTP verb of a path's member, empty for other members.
func verbOf(name string) string {
	switch verb := strings.ToUpper(name); verb {
	case "GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH":
		return verb
	default:
		if name == anyMethod {
			return "ANY"
		}
		return ""
	}
}

// paths makes resources and methods of each path.
func (m *importer) paths() {
	base := m.BasePath()
	for path, item := range document.Members(m.Root.Get("paths")) {
		if strings.HasPrefix(path, "x-") {
			continue
		}
		item = m.Resolve(item)
		full := document.JoinBase(m.options.BasePath, base, path)
		resource, err := m.resource(full)
		if err != nil {
			m.fail("Unable to create resource at path '"+full+"'", err)
			continue
		}
		for name, operation := range document.Members(item) {
			if verb := verbOf(name); verb != "" {
				m.method(resource, full, verb, item, operation)
			} else if strings.EqualFold(name, "trace") {
				m.Warnf("Method TRACE of path '%s' is not supported and was left out", full)
			}
		}
	}
}

// resource gives the id of the resource at a path, made with its parents when
// it is not there.
func (m *importer) resource(path string) (string, error) {
	current := m.api.RestAPI.RootResourceID
	for part := range strings.SplitSeq(path, "/") {
		if part == "" {
			continue
		}
		if found := m.child(current, part); found != "" {
			current = found
			continue
		}
		made, err := m.api.AddResource(current, part, m.options.NewID(shortID))
		if err != nil {
			return "", err
		}
		current = made.ID
	}
	return current, nil
}

func (m *importer) child(parent, part string) string {
	for id, resource := range m.api.Resources {
		if resource.ParentID == parent && resource.PathPart == part {
			return id
		}
	}
	return ""
}

// method puts an operation, in place of the one that was there.
func (m *importer) method(resource, path, verb string, item, operation jsonvalue.Value) {
	where := "'" + verb + "' for resource at path '" + path + "'"
	method := definition.Method{HTTPMethod: verb, OperationName: document.Text(operation.Get("operationId"))}
	m.secure(&method, operation)
	m.parameters(&method, item, operation)
	m.validator(&method, where, operation)
	if m.api.Resources[resource].Methods[verb] != nil {
		m.fail("Unable to replace method "+where, m.api.RemoveMethod(resource, verb))
	}
	made, err := m.api.PutMethod(resource, method)
	if err != nil {
		m.fail("Unable to put method on "+where, err)
		return
	}
	m.methodResponses(made, where, operation)
	m.integration(made, m.api.Resources[resource], where, operation)
}

// validator finds the request validator that an operation or the root names.
func (m *importer) validator(method *definition.Method, where string, operation jsonvalue.Value) {
	const extension = "x-amazon-apigateway-request-validator"
	name := document.Text(operation.Get(extension))
	if name == "" {
		name = document.Text(m.Root.Get(extension))
	}
	if name == "" {
		return
	}
	id, known := m.validators[name]
	if !known {
		m.errors = append(m.errors, "Unable to put method on "+where+": Invalid Request Validator identifier specified: "+name)
		return
	}
	method.RequestValidatorID = id
}

// parameters reads the parameters of the path and the operation, and the body's
// models.
func (m *importer) parameters(method *definition.Method, item, operation jsonvalue.Value) {
	for _, list := range []jsonvalue.Value{item.Get("parameters"), operation.Get("parameters")} {
		for _, parameter := range document.Items(list) {
			m.parameter(method, m.Resolve(parameter), operation)
		}
	}
	for kind, content := range document.Members(m.Resolve(operation.Get("requestBody")).Get("content")) {
		m.requestModel(method, kind, content.Get("schema"))
	}
}

func (m *importer) parameter(method *definition.Method, parameter, operation jsonvalue.Value) {
	location, name := document.Text(parameter.Get("in")), document.Text(parameter.Get("name"))
	switch location {
	case "query":
		location = "querystring"
	case "path", "header":
	case "body":
		for _, kind := range m.mediaTypes("consumes", operation) {
			m.requestModel(method, kind, parameter.Get("schema"))
		}
		return
	default:
		m.Warnf("Parameter '%s' in '%s' is not supported and was left out", name, location)
		return
	}
	if method.RequestParameters == nil {
		method.RequestParameters = map[string]bool{}
	}
	method.RequestParameters["method.request."+location+"."+name] = document.Truth(parameter.Get("required"))
}

func (m *importer) requestModel(method *definition.Method, contentType string, schema jsonvalue.Value) {
	name := m.schemaModel(schema)
	if name == "" {
		return
	}
	if method.RequestModels == nil {
		method.RequestModels = map[string]string{}
	}
	method.RequestModels[contentType] = name
}

// mediaTypes are Swagger's consumes or produces of an operation, else of the
// document, else JSON.
func (m *importer) mediaTypes(member string, operation jsonvalue.Value) []string {
	for _, from := range []jsonvalue.Value{operation, m.Root} {
		if list := document.Texts(from.Get(member)); len(list) > 0 {
			return list
		}
	}
	return []string{jsonType}
}

// methodResponses makes a method response of each response.
func (m *importer) methodResponses(method *definition.Method, where string, operation jsonvalue.Value) {
	for status, response := range document.Members(operation.Get("responses")) {
		if strings.HasPrefix(status, "x-") {
			continue
		}
		response = m.Resolve(response)
		made := definition.MethodResponse{StatusCode: status}
		if status == "default" {
			made.StatusCode = defaultStatus(m.Resolve(operation.Get(integrationExtension)))
		}
		if made.StatusCode == "" {
			continue
		}
		if len(made.StatusCode) == 3 && strings.HasSuffix(strings.ToUpper(made.StatusCode), "XX") {
			made.StatusCode = made.StatusCode[:1] + "00"
			m.Warnf("Response '%s' of %s was imported as %s", status, where, made.StatusCode)
		}
		for name := range document.Members(response.Get("headers")) {
			if made.ResponseParameters == nil {
				made.ResponseParameters = map[string]bool{}
			}
			made.ResponseParameters["method.response.header."+name] = false
		}
		m.responseModels(&made, operation, response)
		if method.Responses[made.StatusCode] != nil {
			continue
		}
		_, err := method.PutResponse(made, m.api)
		m.fail("Unable to put method response "+made.StatusCode+" on "+where, err)
	}
}

func (m *importer) responseModels(made *definition.MethodResponse, operation, response jsonvalue.Value) {
	add := func(contentType string, schema jsonvalue.Value) {
		if name := m.schemaModel(schema); name != "" {
			if made.ResponseModels == nil {
				made.ResponseModels = map[string]string{}
			}
			made.ResponseModels[contentType] = name
		}
	}
	for kind, content := range document.Members(response.Get("content")) {
		add(kind, content.Get("schema"))
	}
	if schema := response.Get("schema"); !schema.IsUndefined() {
		for _, kind := range m.mediaTypes("produces", operation) {
			add(kind, schema)
		}
	}
}

// defaultStatus is the status of a response named default: that of the
// integration's default response. Without one the name says nothing that a
// method response could hold.
func defaultStatus(integration jsonvalue.Value) string {
	return document.Text(integration.Get("responses").Get("default").Get("statusCode"))
}
