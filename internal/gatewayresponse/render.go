package gatewayresponse

import (
	"strings"
	"unicode/utf8"
)

// scope is what expressions see while one answer is made.
type scope struct {
	kind   Type
	values *Values
}

// message is $context.error.message; false when it is null.
func (s *scope) message() (string, bool) {
	if s.values.Message != "" {
		return s.values.Message, true
	}
	text := s.kind.Message()
	return text, text != ""
}

// errorType is the answer's x-amzn-ErrorType.
func (s *scope) errorType(status int) string {
	switch {
	case s.values.ErrorType != "":
		return s.values.ErrorType
	case s.kind == Default4XX && status == 413:
		return RequestTooLarge.ErrorType()
	default:
		return s.kind.ErrorType()
	}
}

// choose picks the template by the client's Accept: the first of its types that
// there is a template for, else application/json, else the first.
func (r *response) choose(accept string) *template {
	if len(r.templates) == 1 || accept == "" {
		return &r.templates[0]
	}
	for wanted := range strings.SplitSeq(accept, ",") {
		wanted, _, _ = strings.Cut(wanted, ";")
		wanted = strings.TrimSpace(wanted)
		for i := range r.templates {
			mime, _, _ := strings.Cut(r.templates[i].contentType, ";")
			if equalFold(mime, wanted) {
				return &r.templates[i]
			}
		}
	}
	return &r.templates[0]
}

// append appends the expression's text; missing variables have none.
func (e expression) append(dst []byte, values *scope) []byte {
	for i := range e {
		dst, _ = e[i].append(dst, values)
	}
	return dst
}

// append appends one piece and says whether it has a value.
func (p *piece) append(dst []byte, s *scope) ([]byte, bool) {
	switch p.from {
	case literal:
		return append(dst, p.text...), true
	case errorMessage:
		text, known := s.message()
		return append(dst, text...), known
	case errorMessageString:
		text, known := s.message()
		if !known {
			return append(dst, "null"...), true
		}
		return appendQuoted(dst, text), true
	case errorResponseType:
		return append(dst, s.kind.String()...), true
	case errorValidation:
		return append(dst, s.values.ValidationError...), s.values.ValidationError != ""
	case contextVariable, stageVariable, parameter:
		return p.appendVariable(dst, s.values.Request)
	default:
		return dst, false
	}
}

func (p *piece) appendVariable(dst []byte, request Request) ([]byte, bool) {
	if request == nil {
		return dst, false
	}
	if p.from == contextVariable {
		return request.AppendContext(dst, p.text)
	}
	var text string
	var found bool
	if p.from == stageVariable {
		text, found = request.StageVariable(p.text)
	} else {
		text, found = request.Parameter(p.location, p.text)
	}
	return append(dst, text...), found
}

// headerValue is a piece as a header's value.
func (p *piece) headerValue(s *scope) (string, bool) {
	if p.from == literal {
		return p.text, true
	}
	made, found := p.append(nil, s)
	return printable(string(made)), found
}

// printable leaves out what may not stand in a header: a value that a caller
// sent must not start a header of its own.
func printable(text string) string {
	isControl := func(char rune) bool { return char < ' ' && char != '\t' || char == 0x7f }
	if strings.IndexFunc(text, isControl) < 0 {
		return text
	}
	return strings.Map(func(char rune) rune {
		if isControl(char) {
			return -1
		}
		return char
	}, text)
}

const hexDigits = "0123456789abcdef"

// appendQuoted appends text as a JSON string.
func appendQuoted(dst []byte, text string) []byte {
	dst = append(dst, '"')
	start := 0
	for at := 0; at < len(text); {
		char := text[at]
		if char >= utf8.RuneSelf {
			decoded, size := utf8.DecodeRuneInString(text[at:])
			if decoded == utf8.RuneError && size == 1 {
				dst = append(append(dst, text[start:at]...), "\uFFFD"...)
				start = at + 1
			}
			at += size
			continue
		}
		if char >= ' ' && char != '"' && char != '\\' {
			at++
			continue
		}
		dst = appendEscaped(append(dst, text[start:at]...), char)
		at++
		start = at
	}
	return append(append(dst, text[start:]...), '"')
}

func appendEscaped(dst []byte, char byte) []byte {
	switch char {
	case '"', '\\':
		return append(dst, '\\', char)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	default:
		return append(dst, '\\', 'u', '0', '0', hexDigits[char>>4], hexDigits[char&15])
	}
}

func equalFold(a, b string) bool { return strings.EqualFold(a, b) }
