package parse

import (
	"strings"
	"unicode/utf8"

	"github.com/sluice-gateway/sluice/internal/vtl/ast"
)

// pluggable are the directives that 1.7 knows beyond those of its grammar.
func pluggable(name string) bool {
	switch name {
	case "foreach", "include", "parse", "macro", "literal", "evaluate", "break", "define", "stop":
		return true
	default:
		return false
	}
}

// unescape gives what \#name prints: half of the backslashes before a directive
// that is known, all of them else.
func (p *parser) unescape(image string) string {
	last := strings.LastIndexByte(image, '\\')
	name := image[last+2:]
	if name[0] == '{' {
		name = name[1 : len(name)-1]
	}
	switch name {
	case "if", "end", "set", "else", "elseif":
		return image[:last/2] + image[last+1:]
	}
	if pluggable(name) || p.macros[name] {
		return image[:last/2] + image[last+1:]
	}
	return image
}

// backslashes reads pairs of backslashes: each is one before a directive.
func (p *parser) backslashes(at ast.At) ast.Node {
	count := 0
	for p.skip(doubleEscape) {
		count++
	}
	k := p.peek(0)
	next := p.tokens[p.at]
	image := p.image(&next)
	control := k == ifDirective || k == elseDirective || k == elseifDirective || k == end
	// The name is looked for behind the first character, a UTF-16 unit in Java.
	_, first := utf8.DecodeRuneInString(image)
	name := image[first:]
	if control || pluggable(name) || p.macros[name] {
		return &ast.Text{At: at, Text: strings.Repeat(`\`, count)}
	}
	return &ast.Text{At: at, Text: strings.Repeat(`\\`, count)}
}

// quote shows a piece of a template in a message.
func quote(s string) string {
	const most = 24
	s = strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(s)
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most]) + "…"
	}
	return "'" + s + "'"
}

func firstRune(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
}
