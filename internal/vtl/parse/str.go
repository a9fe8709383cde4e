package parse

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sluice-gateway/sluice/internal/vtl/ast"
)

// str reads a string literal. One in double quotes is a template of its own when
// it has a $ or # in it.
func (p *parser) str() *ast.String {
	t := p.take(stringLiteral)
	image := p.image(t)
	s := &ast.String{At: p.place(t)}
	if p.err != nil {
		return s
	}
	quoted := image[:1]
	s.Text = image[1 : len(image)-1]
	if quoted == `"` {
		s.Text = p.unicode(s.Text, int(s.At)+1)
	}
	s.Text = strings.ReplaceAll(s.Text, quoted+quoted, quoted)
	if quoted == `"` && strings.ContainsAny(image, "$#") {
		p.interpolate(s)
	}
	return s
}

// interpolate parses a string's text. 1.7 adds a blank, so that a name at the end
// ends, and takes the last character off the output.
func (p *parser) interpolate(s *ast.String) {
	defer p.leave()
	if p.err != nil || !p.enter() {
		return
	}
	src := s.Text
	s.Keep = strings.Contains(src, "##")
	if !s.Keep {
		src += " "
	}
	inner := newParser(src)
	inner.macros, inner.depth, inner.base = p.macros, p.depth, int(s.At)+1
	parts, err := inner.whole()
	inner.release()
	if err != nil {
		p.err = inner.err
		return
	}
	s.Parts = parts
	if s.Parts == nil {
		s.Parts = ast.Block{}
	}
}

// unicode replaces \uXXXX, the one escape that 1.7 knows.
func (p *parser) unicode(s string, offset int) string {
	i := strings.Index(s, `\u`)
	if i < 0 {
		return s
	}
	var out []byte
	high := rune(0)
	for ; i >= 0; i = strings.Index(s, `\u`) {
		code, ok := hexadecimal(s[i+2:])
		if !ok {
			p.fail(offset, `\u must be followed by four hexadecimal digits`)
			return s
		}
		if i > 0 {
			out, high = flush(out, high), 0
		}
		out = append(out, s[:i]...)
		switch {
		case utf16.IsSurrogate(code) && high != 0 && utf16.DecodeRune(high, code) != utf8.RuneError:
			out, high = utf8.AppendRune(out, utf16.DecodeRune(high, code)), 0
		case utf16.IsSurrogate(code):
			out, high = flush(out, high), code
		default:
			out, high = utf8.AppendRune(flush(out, high), code), 0
		}
		s = s[i+6:]
	}
	return string(append(flush(out, high), s...))
}

// flush writes a surrogate that has no other half as Java's encoder does.
func flush(out []byte, high rune) []byte {
	if high != 0 {
		return append(out, '?')
	}
	return out
}

// hexadecimal reads four digits as Java's parseInt does, with a sign or without.
func hexadecimal(s string) (rune, bool) {
	if len(s) < 4 {
		return 0, false
	}
	n, err := strconv.ParseInt(s[:4], 16, 32)
	if err != nil {
		return 0, false
	}
	return rune(uint16(n)), true
}
