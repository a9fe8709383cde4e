package plan

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// Program is what is compiled for one operation, whatever the release.
type Program struct {
	// Required are the parameters that a request must have, when they are
	// validated, in the order in which AWS names those that are missing.
	Required []Parameter
	// Mappings are the integration's request parameters.
	Mappings []Mapping
	// Forbidden is a header that may not be mapped and is: every call fails. Empty:
	// there is none.
	Forbidden string
	// Requests are the request templates.
	Requests Templates
	// Responses are the integration responses in the order in which they are tried.
	Responses []*Response
	// Path and Query are the integration's, taken apart at {placeholders}.
	URIPath, URIQuery []Piece

	path pathPattern
}

// Parameter is a parameter of the method request.
type Parameter struct {
	// Location is header, path or querystring.
	Location string
	Name     string
}

// Response is an integration response.
type Response struct {
	// Status is the method response's status code; Declared says that the method
	// has it.
	Status   int
	Declared bool
	// Pattern is nil for the default response, and when Err says why the text is no
	// pattern.
	Pattern *Pattern
	// Selection is the pattern's text.
	Selection       string
	Err             error
	Default         bool
	Headers         []Mapping
	Templates       Templates
	ContentHandling planv1.ContentHandling
}

// Piece is a part of a URI: text, or the name of a {placeholder}.
type Piece struct {
	Text        string
	Placeholder bool
}

func newProgram(definition *planv1.Operation) *Program {
	integration := definition.GetIntegration()
	path, query, _ := strings.Cut(integration.GetPath(), "?")
	made := &Program{
		Mappings: parseMappings(integration.GetRequestParameters()), Requests: newTemplates("requestTemplates", integration.GetRequestTemplates()),
		URIPath: pieces(path), URIQuery: pieces(query), path: newPathPattern(definition.GetSegments()),
	}
	if definition.GetRequest().GetValidateParameters() {
		made.Required = required(definition.GetRequest().GetParameters())
	}
	for _, mapping := range made.Mappings {
		if mapping.Place == Header && forbidden(mapping.Name, integration.GetType()) {
			made.Forbidden = mapping.Name
		}
	}
	for _, response := range integration.GetResponses() {
		made.Responses = append(made.Responses, newResponse(definition, response))
	}
	return made
}

func newResponse(definition *planv1.Operation, response *planv1.IntegrationResponse) *Response {
	made := &Response{
		Default: response.GetSelectionPattern() == "", Headers: parseMappings(response.GetResponseParameters()),
		Templates:       newTemplates("integration response "+response.GetStatusCode(), response.GetResponseTemplates()),
		ContentHandling: response.GetContentHandling(), Selection: response.GetSelectionPattern(),
	}
	_, made.Declared = definition.GetResponses()[response.GetStatusCode()]
	status, err := strconv.Atoi(response.GetStatusCode())
	if err != nil {
		made.Err = err
	}
	made.Status = status
	if !made.Default {
		made.Pattern, made.Err = NewPattern(response.GetSelectionPattern())
	}
	return made
}

// Select chooses the integration response for a status or error message: the
// first whose pattern matches, else the default; nil: none.
func (p *Program) Select(text string) *Response {
	var other *Response
	for _, response := range p.Responses {
		switch {
		case response.Default:
			other = cmp.Or(other, response)
		case response.Pattern != nil && response.Pattern.Match(text):
			return response
		}
	}
	return other
}

// Patterns lists the selection patterns, for the operator.
func (p *Program) Patterns() string {
	texts := make([]string, 0, len(p.Responses))
	for _, response := range p.Responses {
		if !response.Default {
			texts = append(texts, response.Selection)
		}
	}
	return strings.Join(texts, ", ")
}

// required lists required parameters sorted by their whole keys:
// method.request.header.* before .path.* before .querystring.*.
func required(parameters map[string]bool) []Parameter {
	var made []Parameter
	for _, key := range slices.Sorted(maps.Keys(parameters)) {
		location, name, found := strings.Cut(strings.TrimPrefix(key, "method.request."), ".")
		if parameters[key] && found {
			made = append(made, Parameter{Location: location, Name: name})
		}
	}
	return made
}

// forbidden says whether mapping a header makes every call fail with AWS's
// "header already present" (recorded for each).
func forbidden(name string, kind planv1.IntegrationType) bool {
	switch name {
	case "content-length", "transfer-encoding", "x-amzn-trace-id", "x-amzn-apigateway-api-id":
		return true
	case "authorization", "connection", "expect", "proxy-authenticate", "te":
		return kind == planv1.IntegrationType_INTEGRATION_TYPE_AWS || kind == planv1.IntegrationType_INTEGRATION_TYPE_AWS_PROXY
	default:
		return false
	}
}

// ForbiddenHeader says whether a template's override may not set a header.
func (o *Operation) ForbiddenHeader(name string) bool {
	return forbidden(name, o.Definition.GetIntegration().GetType())
}

// pieces takes a URI apart at its placeholders. Braces that are not closed are
// text.
func pieces(text string) []Piece {
	var made []Piece
	for text != "" {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			break
		}
		end := strings.IndexByte(text[open:], '}')
		if end < 0 {
			break
		}
		if open > 0 {
			made = append(made, Piece{Text: text[:open]})
		}
		made = append(made, Piece{Text: strings.TrimSuffix(text[open+1:open+end], "+"), Placeholder: true})
		text = text[open+end+1:]
	}
	if text != "" {
		made = append(made, Piece{Text: text})
	}
	return made
}
