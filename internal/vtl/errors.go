package vtl

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// ErrorKind says when and why a template failed.
type ErrorKind int

const (
	// ParseError is a template that cannot be compiled.
	ParseError ErrorKind = iota
	// RuntimeError is a rendering that Velocity ends with an exception: AWS answers
	// it with a 500 gateway response.
	RuntimeError
	// LimitError is a template or rendering that goes over one of our bounds.
	LimitError
)

// String names the kind.
func (k ErrorKind) String() string {
	switch k {
	case ParseError:
		return "parse"
	case LimitError:
		return "limit"
	default:
		return "runtime"
	}
}

// Error is a template's failure with its place. Line and Column count from 1;
// Column counts characters.
type Error struct {
	Template     string
	Line, Column int
	Kind         ErrorKind
	Message      string
}

// Error implements error: template:line:column: message.
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.Template, e.Line, e.Column, e.Message)
}

// errorAt makes an error for a byte offset.
func errorAt(name, text string, offset int, kind ErrorKind, message string) *Error {
	offset = max(min(offset, len(text)), 0)
	before := text[:offset]
	line := 1 + strings.Count(before, "\n")
	start := strings.LastIndexByte(before, '\n') + 1
	return &Error{Template: name, Line: line, Column: 1 + utf8.RuneCountInString(before[start:]), Kind: kind, Message: message}
}
