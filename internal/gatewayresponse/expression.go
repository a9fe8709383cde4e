package gatewayresponse

import (
	"slices"
	"strings"
)

// source says where a piece of an expression gets its text.
type source uint8

const (
	// literal text stands in the expression itself.
	literal source = iota
	errorMessage
	errorMessageString
	errorResponseType
	errorValidation
	contextVariable
	stageVariable
	parameter
)

// piece is a literal or a variable.
type piece struct {
	from source
	// text is the literal, or the variable's name.
	text string
	// location is a parameter's.
	location string
}

// expression is text with variables in it, parsed.
type expression []piece

// headerParameter is one responseParameters entry that sets a header.
type headerParameter struct {
	name  string
	value piece
}

// defaultTemplates are AWS's own. ACCESS_DENIED says "Message", though the
// control API shows the other spelling.
func defaultTemplates(kind Type) []template {
	body := `{"message":$context.error.messageString}`
	if kind == AccessDenied {
		body = `{"Message":$context.error.messageString}`
	}
	return []template{{contentType: jsonContent, body: parse(body)}}
}

// compileTemplates parses templates, application/json first, then by name.
func compileTemplates(texts map[string]string) []template {
	made := make([]template, 0, len(texts))
	for contentType, text := range texts {
		made = append(made, template{contentType: contentType, body: parse(text)})
	}
	slices.SortFunc(made, func(a, b template) int {
		if (a.contentType == jsonContent) != (b.contentType == jsonContent) {
			if a.contentType == jsonContent {
				return -1
			}
			return 1
		}
		return strings.Compare(a.contentType, b.contentType)
	})
	return made
}

// compileHeaders parses the responseParameters that set headers, by name.
// gatewayresponse.path and .querystring have no effect on an answer.
func compileHeaders(parameters map[string]string) []headerParameter {
	var made []headerParameter
	for target, text := range parameters {
		name, isHeader := strings.CutPrefix(target, "gatewayresponse.header.")
		value, known := parseMapping(text)
		if isHeader && known && name != "" {
			made = append(made, headerParameter{name: name, value: value})
		}
	}
	slices.SortFunc(made, func(a, b headerParameter) int { return strings.Compare(a.name, b.name) })
	return made
}

// parseMapping reads a responseParameters value: 'static', context.x,
// stageVariables.x or method.request.header.x.
func parseMapping(text string) (piece, bool) {
	if len(text) >= 2 && text[0] == '\'' && text[len(text)-1] == '\'' {
		return piece{from: literal, text: printable(text[1 : len(text)-1])}, true
	}
	found, rest := variable(text)
	return found, found.from != literal && rest == ""
}

// parse splits a template into literals and variables. A variable is written
// $context.x, ${context.x}, $stageVariables.x or method.request.header.x with or
// without a dollar sign.
func parse(text string) expression {
	var made expression
	start := 0
	for at := 0; at < len(text); {
		found, length := variableAt(text[at:])
		if length == 0 {
			at++
			continue
		}
		if at > start {
			made = append(made, piece{text: text[start:at]})
		}
		made = append(made, found)
		at += length
		start = at
	}
	if start < len(text) {
		made = append(made, piece{text: text[start:]})
	}
	return made
}

// variableAt reads a variable at the start of text and gives its length, 0 when
// there is none.
func variableAt(text string) (piece, int) {
	switch {
	case strings.HasPrefix(text, "${"):
		end := strings.IndexByte(text, '}')
		if end < 0 {
			return piece{}, 0
		}
		found, rest := variable(text[2:end])
		if found.from == literal || rest != "" {
			return piece{}, 0
		}
		return found, end + 1
	case text[0] == '$':
		found, rest := variable(text[1:])
		if found.from == literal {
			return piece{}, 0
		}
		return found, len(text) - len(rest)
	case strings.HasPrefix(text, "method.request."):
		found, rest := variable(text)
		if found.from == literal {
			return piece{}, 0
		}
		return found, len(text) - len(rest)
	default:
		return piece{}, 0
	}
}

// variable reads a variable without its dollar sign and gives what follows it.
func variable(text string) (found piece, rest string) {
	for _, prefix := range []struct {
		text string
		from source
	}{{"context.", contextVariable}, {"stageVariables.", stageVariable}, {"method.request.", parameter}} {
		after, has := strings.CutPrefix(text, prefix.text)
		if !has {
			continue
		}
		name := leadingName(after)
		if name == "" {
			return piece{}, text
		}
		return classify(prefix.from, name), after[len(name):]
	}
	return piece{}, text
}

// classify turns a variable's name into a piece.
func classify(from source, name string) piece {
	if from == parameter {
		location, rest, _ := strings.Cut(name, ".")
		switch location {
		case "header", "path", "querystring", "multivalueheader", "multivaluequerystring":
			if rest != "" {
				return piece{from: parameter, location: location, text: rest}
			}
		}
		return piece{}
	}
	if from == contextVariable {
		switch name {
		case "error.message":
			return piece{from: errorMessage}
		case "error.messageString":
			return piece{from: errorMessageString}
		case "error.responseType":
			return piece{from: errorResponseType}
		case "error.validationErrorString":
			return piece{from: errorValidation}
		}
	}
	return piece{from: from, text: name}
}

// leadingName is the name at the start of text: letters, digits, "_", "-" and
// single dots between them.
func leadingName(text string) string {
	end := 0
	for end < len(text) && isNameByte(text[end]) {
		end++
	}
	if end > 0 {
		// A dot or hyphen that ends a sentence is no part of a name.
		return strings.TrimRight(text[:end], ".-")
	}
	return ""
}

func isNameByte(char byte) bool {
	return char >= 'a' && char <= 'z' || char >= 'A' && char <= 'Z' || char >= '0' && char <= '9' || char == '_' || char == '-' || char == '.'
}
