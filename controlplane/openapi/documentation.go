package openapi

import (
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/internal/awserror"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// documentationExtension holds parts that OpenAPI has no place for.
const documentationExtension = "x-amazon-apigateway-documentation"

// ImportDocumentationParts reads the documentation of a document into an API and
// gives the ids of the parts, made and replaced, with the warnings. It leaves
// everything else alone.
func ImportDocumentationParts(api *definition.API, document []byte, overwrite, failOnWarnings bool, newID func(length int) string) (ids, warnings []string, err error) {
	root, err := parse(document, nil)
	if err != nil {
		return nil, nil, errNoImporter(err)
	}
	read, err := newSource(root)
	if err != nil {
		return nil, nil, errNoImporter(err)
	}
	parts := read.documentationParts()
	if len(read.warnings) > 0 && failOnWarnings {
		return nil, nil, awserror.NewBadRequest("Warnings found during import:\n\t" + strings.Join(read.warnings, "\n\t"))
	}
	ids, err = api.PutDocumentationParts(parts, overwrite, func() string { return newID(shortID) })
	return ids, read.warnings, err
}

// errNoImporter is how ImportDocumentationParts, unlike its neighbours, refuses
// what it cannot read.
func errNoImporter(cause error) error {
	return awserror.NewBadRequest("Unable to build importer with provided input.").WithCause(cause)
}

// document makes documentation parts of an imported document's texts.
func (m *importer) document() {
	_, err := m.api.PutDocumentationParts(m.documentationParts(), false, func() string { return m.options.NewID(shortID) })
	m.fail("Unable to create documentation", err)
}

// partList collects parts; a later one of the same location replaces the first.
type partList struct {
	parts []definition.DocumentationPart
	at    map[definition.DocumentationLocation]int
}

func (l *partList) add(location definition.DocumentationLocation, properties jsonvalue.Value) {
	if properties.Kind() != jsonvalue.KindObject || properties.Len() == 0 {
		return
	}
	part := definition.DocumentationPart{Location: location, Properties: compact(properties)}
	if at, known := l.at[location.Full()]; known {
		l.parts[at] = part
		return
	}
	l.at[location.Full()] = len(l.parts)
	l.parts = append(l.parts, part)
}

// documentationParts gathers the texts of a document where AWS's developer guide
// says that they belong ("Representation of API documentation in API Gateway").
func (s *source) documentationParts() []definition.DocumentationPart {
	list := &partList{at: map[definition.DocumentationLocation]int{}}
	api := jsonvalue.NewObject()
	if info := picked(s.root.Get("info"), "description", "termsOfService", "contact", "license"); info.Len() > 0 {
		api.Put("info", info)
	}
	for _, name := range []string{"tags", "externalDocs"} {
		if member := s.root.Get(name); !member.IsUndefined() {
			api.Put(name, copied(member))
		}
	}
	list.add(definition.DocumentationLocation{Type: "API"}, jsonvalue.FromObject(api))
	for name, scheme := range members(s.securitySchemes()) {
		if !scheme.Get("x-amazon-apigateway-authorizer").IsUndefined() {
			list.add(definition.DocumentationLocation{Type: "AUTHORIZER", Name: name}, picked(scheme, "description"))
		}
	}
	for name, schema := range members(s.schemas()) {
		list.add(definition.DocumentationLocation{Type: "MODEL", Name: name}, picked(schema, "title", "description"))
	}
	for path, item := range members(s.root.Get("paths")) {
		s.documentPath(list, path, s.resolve(item))
	}
	s.extensionParts(list)
	return list.parts
}

// extensionParts reads the root's extension: parts with their locations.
func (s *source) extensionParts(list *partList) {
	for _, part := range items(s.root.Get(documentationExtension).Get("documentationParts")) {
		place := part.Get("location")
		location := definition.DocumentationLocation{
			Type: scalarText(place.Get("type")), Path: scalarText(place.Get("path")), Method: scalarText(place.Get("method")),
			StatusCode: scalarText(place.Get("statusCode")), Name: scalarText(place.Get("name")),
		}
		if err := location.Check(); err != nil {
			s.warn("Documentation part left out: %s", awserror.From(err).Message)
			continue
		}
		list.add(location, part.Get("properties"))
	}
}

func (s *source) documentPath(list *partList, path string, item jsonvalue.Value) {
	list.add(definition.DocumentationLocation{Type: "RESOURCE", Path: path}, picked(item, "summary", "description"))
	for name, operation := range members(item) {
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
		for _, parameter := range items(operation.Get("parameters")) {
			s.documentParameter(list, here, s.resolve(parameter))
		}
		here.Type = "REQUEST_BODY"
		list.add(here, picked(s.resolve(operation.Get("requestBody")), "description"))
		for status, response := range members(operation.Get("responses")) {
			s.documentResponse(list, here, status, s.resolve(response))
		}
	}
}

func (s *source) documentParameter(list *partList, here definition.DocumentationLocation, parameter jsonvalue.Value) {
	kinds := map[string]string{"path": "PATH_PARAMETER", "query": "QUERY_PARAMETER", "header": "REQUEST_HEADER", "body": "REQUEST_BODY"}
	here.Type = kinds[scalarText(parameter.Get("in"))]
	if here.Type == "" {
		return
	}
	if here.Type != "REQUEST_BODY" {
		here.Name = scalarText(parameter.Get("name"))
	}
	list.add(here, picked(parameter, "description"))
}

// generatedDescription is what exports write where OpenAPI demands a text that
// nobody gave; it is no documentation.
func generatedDescription(status string) string { return status + " response" }

func (s *source) documentResponse(list *partList, here definition.DocumentationLocation, status string, response jsonvalue.Value) {
	here.Type, here.StatusCode = "RESPONSE", status
	if scalarText(response.Get("description")) != generatedDescription(status) {
		list.add(here, picked(response, "description"))
	}
	for name, header := range members(response.Get("headers")) {
		here.Type, here.Name = "RESPONSE_HEADER", name
		list.add(here, picked(s.resolve(header), "description"))
	}
}

// picked is an object of those members that are there and not empty.
func picked(from jsonvalue.Value, names ...string) jsonvalue.Value {
	object := jsonvalue.NewObject()
	for _, name := range names {
		if member := from.Get(name); !member.IsUndefined() && !member.IsNull() && (member.Kind() != jsonvalue.KindString || member.Text() != "") {
			object.Put(name, copied(member))
		}
	}
	return jsonvalue.FromObject(object)
}
