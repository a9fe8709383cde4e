package openapi

import (
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/openapi/document"
	"github.com/sluice-gateway/sluice/internal/awserror"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// documentationExtension holds parts that OpenAPI has no place for.
const documentationExtension = "x-amazon-apigateway-documentation"

// ImportDocumentationParts reads the documentation of a document into an API and
// gives the ids of the parts, made and replaced, with the warnings. It leaves
// everything else alone.
func ImportDocumentationParts(api *definition.API, text []byte, overwrite, failOnWarnings bool, newID func(length int) string) (ids, warnings []string, err error) {
	root, err := document.Parse(text, nil)
	if err != nil {
		return nil, nil, errNoImporter(err)
	}
	read, err := document.New(root)
	if err != nil {
		return nil, nil, errNoImporter(err)
	}
	parts := partReader{read}.documentationParts()
	if len(read.Warnings) > 0 && failOnWarnings {
		return nil, nil, awserror.NewBadRequest("Warnings found during import:\n\t" + strings.Join(read.Warnings, "\n\t"))
	}
	ids, err = api.PutDocumentationParts(parts, overwrite, func() string { return newID(shortID) })
	return ids, read.Warnings, err
}

// errNoImporter is how ImportDocumentationParts, unlike its neighbours, refuses
// what it cannot read.
func errNoImporter(cause error) error {
	return awserror.NewBadRequest("Unable to build importer with provided input.").WithCause(cause)
}

// document makes documentation parts of an imported document's texts.
func (m *importer) document() {
	_, err := m.api.PutDocumentationParts(partReader{m.Source}.documentationParts(), false, func() string { return m.options.NewID(shortID) })
	m.fail("Unable to create documentation", err)
}

// partReader finds the texts of a document.
type partReader struct{ *document.Source }

// partList collects parts; a later one of the same location replaces the first.
type partList struct {
	parts []definition.DocumentationPart
	at    map[definition.DocumentationLocation]int
}

func (l *partList) add(location definition.DocumentationLocation, properties jsonvalue.Value) {
	if properties.Kind() != jsonvalue.KindObject || properties.Len() == 0 {
		return
	}
	part := definition.DocumentationPart{Location: location, Properties: document.Compact(properties)}
	if at, known := l.at[location.Full()]; known {
		l.parts[at] = part
		return
	}
	l.at[location.Full()] = len(l.parts)
	l.parts = append(l.parts, part)
}

// documentationParts gathers the texts of a document where AWS's developer guide
// says that they belong ("Representation of API documentation in API Gateway").
func (s partReader) documentationParts() []definition.DocumentationPart {
	list := &partList{at: map[definition.DocumentationLocation]int{}}
	api := jsonvalue.NewObject()
	if info := picked(s.Root.Get("info"), "description", "termsOfService", "contact", "license"); info.Len() > 0 {
		api.Put("info", info)
	}
	for _, name := range []string{"tags", "externalDocs"} {
		if member := s.Root.Get(name); !member.IsUndefined() {
			api.Put(name, document.Copied(member))
		}
	}
	list.add(definition.DocumentationLocation{Type: "API"}, jsonvalue.FromObject(api))
	for name, scheme := range document.Members(s.SecuritySchemes()) {
		if !scheme.Get("x-amazon-apigateway-authorizer").IsUndefined() {
			list.add(definition.DocumentationLocation{Type: "AUTHORIZER", Name: name}, picked(scheme, "description"))
		}
	}
	for name, schema := range document.Members(s.Schemas()) {
		list.add(definition.DocumentationLocation{Type: "MODEL", Name: name}, picked(schema, "title", "description"))
	}
	for path, item := range document.Members(s.Root.Get("paths")) {
		s.documentPath(list, path, s.Resolve(item))
	}
	s.extensionParts(list)
	return list.parts
}

// extensionParts reads the root's extension: parts with their locations.
func (s partReader) extensionParts(list *partList) {
	for _, part := range document.Items(s.Root.Get(documentationExtension).Get("documentationParts")) {
		place := part.Get("location")
		location := definition.DocumentationLocation{
			Type: document.Text(place.Get("type")), Path: document.Text(place.Get("path")), Method: document.Text(place.Get("method")),
			StatusCode: document.Text(place.Get("statusCode")), Name: document.Text(place.Get("name")),
		}
		if err := location.Check(); err != nil {
			s.Warnf("Documentation part left out: %s", awserror.From(err).Message)
			continue
		}
		list.add(location, part.Get("properties"))
	}
}

func (s partReader) documentPath(list *partList, path string, item jsonvalue.Value) {
	list.add(definition.DocumentationLocation{Type: "RESOURCE", Path: path}, picked(item, "summary", "description"))
	for name, operation := range document.Members(item) {
		verb := verbOf(name)
		if verb == "" {
			continue
		}
		if verb == "ANY" {
			verb = "*"
		}
		here := definition.DocumentationLocation{Path: path, Method: verb}
		here.Type = "METHOD"
		list.add(here, picked(operation, "summary", "description", "tags", "deprecated", "externalDocs"))
		for _, parameter := range document.Items(operation.Get("parameters")) {
			s.documentParameter(list, here, s.Resolve(parameter))
		}
		here.Type = "REQUEST_BODY"
		list.add(here, picked(s.Resolve(operation.Get("requestBody")), "description"))
		for status, response := range document.Members(operation.Get("responses")) {
			s.documentResponse(list, here, status, s.Resolve(response))
		}
	}
}

func (s partReader) documentParameter(list *partList, here definition.DocumentationLocation, parameter jsonvalue.Value) {
	kinds := map[string]string{"path": "PATH_PARAMETER", "query": "QUERY_PARAMETER", "header": "REQUEST_HEADER", "body": "REQUEST_BODY"}
	here.Type = kinds[document.Text(parameter.Get("in"))]
	if here.Type == "" {
		return
	}
	if here.Type != "REQUEST_BODY" {
		here.Name = document.Text(parameter.Get("name"))
	}
	list.add(here, picked(parameter, "description"))
}

// generatedDescription is what exports write where OpenAPI demands a text that
// nobody gave; it is no documentation.
func generatedDescription(status string) string { return status + " response" }

func (s partReader) documentResponse(list *partList, here definition.DocumentationLocation, status string, response jsonvalue.Value) {
	here.Type, here.StatusCode = "RESPONSE", status
	if document.Text(response.Get("description")) != generatedDescription(status) {
		list.add(here, picked(response, "description"))
	}
	for name, header := range document.Members(response.Get("headers")) {
		here.Type, here.Name = "RESPONSE_HEADER", name
		list.add(here, picked(s.Resolve(header), "description"))
	}
}

// picked is an object of those members that are there and not empty.
func picked(from jsonvalue.Value, names ...string) jsonvalue.Value {
	object := jsonvalue.NewObject()
	for _, name := range names {
		if member := from.Get(name); !member.IsUndefined() && !member.IsNull() && (member.Kind() != jsonvalue.KindString || member.Text() != "") {
			object.Put(name, document.Copied(member))
		}
	}
	return jsonvalue.FromObject(object)
}
