package plan

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/dlclark/regexp2"
)

// dotAll finds the flag that makes dots match line ends.
var dotAll = regexp.MustCompile(`\(\?[a-zA-Z]*s`)

// Pattern is a selection pattern: a Java regular expression over a whole text.
// Go's engine, which is linear in the text, runs all that it knows. Lookaround
// and back references run on a backtracking one, whose time is bounded; what it
// cannot tell in that time does not match. Possessive quantifiers are not known.
type Pattern struct {
	linear *regexp.Regexp
	other  *regexp2.Regexp
}

const (
	// maxPattern bounds a pattern's length in bytes, matchTime a match.
	maxPattern = 4 << 10
	matchTime  = 50 * time.Millisecond
	// anyCharacter is Java's dot, which stops at more line ends than Go's.
	anyCharacter = `[^\n\r\x{85}\x{2028}\x{2029}]`
)

// NewPattern compiles a pattern.
func NewPattern(text string) (*Pattern, error) {
	if len(text) > maxPattern {
		return nil, fmt.Errorf("selection pattern of %d bytes: longer than %d", len(text), maxPattern)
	}
	translated := text
	if !dotAll.MatchString(text) {
		translated = dots(text)
	}
	linear, err := regexp.Compile(`\A(?:` + translated + `)\z`)
	if err == nil {
		return &Pattern{linear: linear}, nil
	}
	other, err := regexp2.Compile(`\A(?:`+text+`)\z`, regexp2.None)
	if err != nil {
		return nil, fmt.Errorf("selection pattern: %w", err)
	}
	other.MatchTimeout = matchTime
	return &Pattern{other: other}, nil
}

// Match says whether the whole of a text matches.
func (p *Pattern) Match(text string) bool {
	if p.linear != nil {
		return p.linear.MatchString(text)
	}
	matched, err := p.other.MatchString(text)
	return err == nil && matched
}

// dots writes Java's dots for Go.
func dots(text string) string {
	var made strings.Builder
	class, quoted := false, false
	for i := 0; i < len(text); i++ {
		char := text[i]
		switch {
		case char == '\\' && i+1 < len(text):
			i++
			quoted = text[i] == 'Q' || quoted && text[i] != 'E'
			made.WriteByte(char)
			char = text[i]
		case quoted:
		case char == '[':
			class = true
		case char == ']':
			class = false
		case char == '.' && !class:
			made.WriteString(anyCharacter)
			continue
		}
		made.WriteByte(char)
	}
	return made.String()
}
