package compile

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/sluice-gateway/sluice/internal/vtl"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

const (
	applicationJSON      = "application/json"
	methodResponseHeader = "method.response.header."
)

// statusDocument is the form of a MOCK's request that needs no lenient parser.
var statusDocument = regexp.MustCompile(`^\s*\{\s*(?:"statusCode"|'statusCode'|statusCode)\s*:\s*(\d{3})\s*\}\s*$`)

// staticAnswer is a MOCK's answer when nothing in it depends on the request; nil:
// it does, or it is in a form that is left to ext_proc.
func staticAnswer(operation *planv1.Operation, integration *planv1.Integration, variables map[string]string) *planv1.StaticAnswer {
	text, found := integration.GetRequestTemplates()[applicationJSON]
	template, static := staticText(text)
	if !found || !static || operation.GetRequest().GetValidateBody() || operation.GetRequest().GetValidateParameters() {
		return nil
	}
	document := statusDocument.FindStringSubmatch(template)
	if document == nil {
		return nil
	}
	response := selected(integration.GetResponses(), document[1])
	if response == nil || operation.GetResponses()[response.GetStatusCode()] == nil ||
		response.GetContentHandling() != planv1.ContentHandling_CONTENT_HANDLING_UNSPECIFIED {
		return nil
	}
	body, static := staticBody(response.GetResponseTemplates())
	headers, known := staticHeaders(response.GetResponseParameters(), variables)
	status, err := strconv.ParseUint(response.GetStatusCode(), 10, 16)
	if !static || !known || err != nil || status < 200 || status > 599 {
		return nil
	}
	return &planv1.StaticAnswer{Status: uint32(status), Headers: headers, Body: []byte(body)}
}

// staticText is what a template evaluates to when that depends on nothing.
func staticText(text string) (evaluated string, static bool) {
	template, err := vtl.Parse("", text)
	if err != nil {
		return "", false
	}
	return template.Static()
}

// selected is the integration response for a status; nil: none, or one that only
// a pattern beyond Go's expressions could tell.
func selected(responses []*planv1.IntegrationResponse, status string) *planv1.IntegrationResponse {
	for _, response := range responses {
		if response.GetSelectionPattern() == "" {
			return response
		}
		pattern, err := regexp.Compile(`^(?:` + response.GetSelectionPattern() + `)$`)
		if err != nil {
			return nil
		}
		if pattern.MatchString(status) {
			return response
		}
	}
	return nil
}

// staticBody is the one body that a response can have.
func staticBody(templates map[string]string) (body string, static bool) {
	if len(templates) > 1 { // the client's Accept chooses
		return "", false
	}
	for _, template := range templates {
		return staticText(template)
	}
	return "", true
}

// staticHeaders are the headers of a mapping that holds only literals and stage
// variables. What it takes from the backend's answer is left out: a MOCK has none.
func staticHeaders(parameters, variables map[string]string) (headers []*planv1.Header, static bool) {
	contentType := &planv1.Header{Name: "Content-Type", Value: applicationJSON}
	headers = append(headers, contentType)
	for _, parameter := range sortedPairs(parameters) {
		name, isHeader := strings.CutPrefix(parameter.name, methodResponseHeader)
		value, known := literal(parameter.value, variables)
		switch {
		case !isHeader, strings.HasPrefix(parameter.value, "integration.response."):
			continue
		case !known, !plainHeader(value), !token(name):
			return nil, false
		case value == "":
			continue
		case strings.EqualFold(name, "Content-Type"):
			contentType.Value = value
		case remapped(name):
			return nil, false
		default:
			headers = append(headers, &planv1.Header{Name: name, Value: value})
		}
	}
	return headers, true
}

// remapped says whether AWS gives a mapped header another name, or none: those
// few are left to the one place that knows.
func remapped(name string) bool {
	switch strings.ToLower(name) {
	case "connection", "content-length", "date", "server", "authorization", "content-md5", "expect", "host", "max-forwards",
		"proxy-authenticate", "trailer", "upgrade", "user-agent", "www-authenticate", "transfer-encoding":
		return true
	default:
		return false
	}
}

// literal is the value of a mapping expression that no request changes.
func literal(expression string, variables map[string]string) (value string, known bool) {
	if quoted, found := strings.CutPrefix(expression, "'"); found && strings.HasSuffix(quoted, "'") {
		return strings.TrimSuffix(quoted, "'"), true
	}
	if name, found := strings.CutPrefix(expression, "stageVariables."); found {
		return variables[name], true
	}
	return "", false
}

// token says whether a text is a header's name.
func token(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(c rune) bool { return c <= ' ' || c >= 0x7f || strings.ContainsRune(`()<>@,;:\"/[]?={}`, c) })
}

// plainHeader says whether Envoy takes a value as it is.
func plainHeader(value string) bool {
	for _, c := range []byte(value) {
		if c < ' ' || c == 0x7f {
			return false
		}
	}
	return true
}
