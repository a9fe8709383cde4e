package iam

import (
	"strings"
	"unicode/utf8"
)

// The symbols of a pattern that stand for other text; all others stand for
// themselves.
const (
	anyRun rune = -1 - iota
	anyOne
)

// pattern is a text with wildcards and variables.
type pattern struct {
	parts []part
	// fold ignores the case of ASCII letters.
	fold bool
	// symbols is the whole pattern when it has no variables.
	symbols []rune
	fixed   bool
}

// part is a run of symbols or, when variable is not empty, a variable.
type part struct {
	symbols  []rune
	variable string
	fallback *string
}

// newPattern compiles a text. Wildcards and variables are each recognised only
// when asked for.
func newPattern(text string, wildcards, variables, fold bool) pattern {
	made := pattern{fold: fold}
	var run []rune
	for text != "" {
		if variables && strings.HasPrefix(text, "${") {
			if end := strings.IndexByte(text, '}'); end > 0 {
				symbol, variable := newVariable(text[2:end])
				text = text[end+1:]
				if variable.variable == "" {
					run = append(run, symbol...)
					continue
				}
				made.parts = append(made.parts, part{symbols: run}, variable)
				run = nil
				continue
			}
		}
		char, size := utf8.DecodeRuneInString(text)
		text = text[size:]
		switch {
		case wildcards && char == '*':
			char = anyRun
		case wildcards && char == '?':
			char = anyOne
		}
		run = append(run, char)
	}
	made.parts = append(made.parts, part{symbols: run})
	if made.fixed = len(made.parts) == 1; made.fixed {
		made.symbols = run
	}
	return made
}

// newVariable reads what is between ${ and }: a key, perhaps with a default in
// quotes, or one of the escapes ${*}, ${?} and ${$}.
func newVariable(text string) ([]rune, part) {
	switch text {
	case "*", "?", "$":
		return []rune(text), part{}
	}
	name, fallback, found := strings.Cut(text, ",")
	made := part{variable: strings.ToLower(strings.TrimSpace(name))}
	if found {
		value := strings.Trim(strings.TrimSpace(fallback), "'")
		made.fallback = &value
	}
	if made.variable == "" {
		return []rune("${" + text + "}"), part{}
	}
	return nil, made
}

// match says whether the whole text matches. A variable without a value and
// default matches nothing.
func (p *pattern) match(text string, request *Request) bool {
	if p.fixed {
		return glob(p.symbols, text, p.fold)
	}
	var symbols []rune
	for _, one := range p.parts {
		if one.variable == "" {
			symbols = append(symbols, one.symbols...)
			continue
		}
		values, ok := request.values(one.variable)
		switch {
		case ok && len(values) == 1:
			symbols = append(symbols, []rune(values[0])...)
		case one.fallback != nil:
			symbols = append(symbols, []rune(*one.fallback)...)
		default:
			return false
		}
	}
	return glob(symbols, text, p.fold)
}

// glob matches without recursion: after a mismatch it lets the last run take one
// character more, so that the work is at most the product of both lengths.
func glob(symbols []rune, text string, fold bool) bool {
	at, retrySymbol, retryText := 0, -1, 0
	for rest := 0; rest < len(text); {
		char, size := utf8.DecodeRuneInString(text[rest:])
		switch {
		case at < len(symbols) && symbols[at] == anyRun:
			retrySymbol, retryText = at+1, rest
			at++
		case at < len(symbols) && (symbols[at] == anyOne || same(symbols[at], char, fold)):
			at++
			rest += size
		case retrySymbol >= 0:
			_, skip := utf8.DecodeRuneInString(text[retryText:])
			retryText += skip
			at, rest = retrySymbol, retryText
		default:
			return false
		}
	}
	for at < len(symbols) && symbols[at] == anyRun {
		at++
	}
	return at == len(symbols)
}

func same(a, b rune, fold bool) bool {
	if a == b {
		return true
	}
	return fold && lower(a) == lower(b)
}

func lower(char rune) rune {
	if 'A' <= char && char <= 'Z' {
		return char + 'a' - 'A'
	}
	return char
}

// arnParts is how many parts an ARN has; the last may hold colons.
const arnParts = 6

// arnPattern matches ARNs part by part, so that a wildcard does not reach over a
// colon, except in the last part. A pattern of fewer parts is matched whole.
type arnPattern struct {
	whole pattern
	parts []pattern
}

func newARNPattern(text string, variables bool) arnPattern {
	made := arnPattern{whole: newPattern(text, true, variables, false)}
	pieces := splitARN(text)
	if len(pieces) == arnParts && pieces[0] == "arn" {
		for _, piece := range pieces {
			made.parts = append(made.parts, newPattern(piece, true, variables, false))
		}
	}
	return made
}

// splitARN splits at colons outside of variables, whose keys have colons too.
func splitARN(text string) []string {
	var pieces []string
	depth, start := 0, 0
	for i := 0; i < len(text) && len(pieces) < arnParts-1; i++ {
		switch {
		case strings.HasPrefix(text[i:], "${"):
			depth++
		case text[i] == '}' && depth > 0:
			depth--
		case text[i] == ':' && depth == 0:
			pieces = append(pieces, text[start:i])
			start = i + 1
		}
	}
	return append(pieces, text[start:])
}

func (p *arnPattern) match(text string, request *Request) bool {
	if p.parts == nil {
		return p.whole.match(text, request)
	}
	pieces := strings.SplitN(text, ":", arnParts)
	if len(pieces) != arnParts {
		return false
	}
	for i := range p.parts {
		if !p.parts[i].match(pieces[i], request) {
			return false
		}
	}
	return true
}
