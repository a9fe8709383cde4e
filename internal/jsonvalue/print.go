package jsonvalue

import (
	"math"
	"unicode/utf8"
)

// Style says how JSON is written.
type Style uint8

// The styles.
const (
	// Verbatim writes numbers as their document wrote them and escapes only what RFC 8259 demands. It is for documents
	// that pass through.
	Verbatim Style = iota
	// Smart is json-smart's LT_COMPRESS, which Jayway and $input.json use: numbers as Java prints them, infinities null,
	// \u007F-\u009F and \u2000-\u20FF escaped in upper case.
	Smart
	// SmartWeb is what JSONArray.toString() uses: Smart with "/" escaped as well.
	SmartWeb
)

// MaxOutput bounds printed text where a caller gives no limit.
const MaxOutput = 64 << 20

// printDepth bounds nesting at printing, where templates may have built a cycle. Parsed documents never reach it.
const printDepth = 2 * DefaultDepth

// AppendJSON appends v as compact JSON. The result grows by limit bytes at most (0 means MaxOutput): beyond that it is
// ErrTooLarge, and a cycle is ErrTooDeep. Undefined prints as null, a foreign value as a string.
func AppendJSON(dst []byte, v Value, style Style, limit int) ([]byte, error) {
	p := newPrinter(dst, style, limit)
	if err := p.json(v, printDepth); err != nil {
		return dst, err
	}
	return p.dst, nil
}

// JSON returns v as compact JSON, or an error as AppendJSON.
func (v Value) JSON(style Style) (string, error) {
	b, err := AppendJSON(nil, v, style, 0)
	return string(b), err
}

// AppendText appends v as Java's String.valueOf shows it: `{a=1, b=x}` for objects, JSON for arrays, text without quotes,
// `null`, doubles as Double.toString. Undefined prints nothing. Limits are AppendJSON's.
func AppendText(dst []byte, v Value, limit int) ([]byte, error) {
	if v.kind == KindString {
		if limit > 0 && int(v.n) > limit {
			return dst, ErrTooLarge
		}
		return append(dst, v.rawText()...), nil
	}
	p := newPrinter(dst, SmartWeb, limit)
	if err := p.java(v, printDepth); err != nil {
		return dst, err
	}
	return p.dst, nil
}

// String returns v as AppendText does; a cycle or too much text prints as its error.
func (v Value) String() string {
	if v.kind == KindString {
		return v.rawText()
	}
	b, err := AppendText(nil, v, 0)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// AppendQuoted appends s as a JSON string.
func AppendQuoted(dst []byte, s string, style Style) []byte {
	dst = append(dst, '"')
	dst = appendEscaped(dst, s, style)
	return append(dst, '"')
}

type printer struct {
	dst   []byte
	max   int
	style Style
}

func newPrinter(dst []byte, style Style, limit int) printer {
	if limit <= 0 {
		limit = MaxOutput
	}
	return printer{dst: dst, max: len(dst) + limit, style: style}
}

func (p *printer) check() error {
	if len(p.dst) > p.max {
		return ErrTooLarge
	}
	return nil
}

func (p *printer) json(v Value, left int) error {
	switch v.kind {
	case KindBool:
		p.bool(v)
	case KindNumber:
		p.number(v)
	case KindString:
		p.dst = AppendQuoted(p.dst, v.rawText(), p.style)
	case KindArray:
		return p.jsonArray(v.Array(), left)
	case KindObject:
		return p.jsonObject(v.Object(), left)
	case KindForeign:
		p.dst = AppendQuoted(p.dst, v.Foreign().String(), p.style)
	default:
		p.dst = append(p.dst, "null"...)
	}
	return p.check()
}

func (p *printer) bool(v Value) {
	if v.n == 1 {
		p.dst = append(p.dst, "true"...)
		return
	}
	p.dst = append(p.dst, "false"...)
}

func (p *printer) number(v Value) {
	if p.style == Verbatim && v.p != nil {
		p.dst = append(p.dst, v.rawText()...)
		return
	}
	if v.num == Double && (math.IsInf(v.Float64(), 0) || p.style == Verbatim && math.IsNaN(v.Float64())) {
		p.dst = append(p.dst, "null"...)
		return
	}
	p.dst = v.appendNumber(p.dst)
}

func (p *printer) jsonArray(a *Array, left int) error {
	if left == 0 {
		return ErrTooDeep
	}
	p.dst = append(p.dst, '[')
	for i, e := range a.elems {
		if i > 0 {
			p.dst = append(p.dst, ',')
		}
		if err := p.json(e, left-1); err != nil {
			return err
		}
	}
	p.dst = append(p.dst, ']')
	return p.check()
}

func (p *printer) jsonObject(o *Object, left int) error {
	if left == 0 {
		return ErrTooDeep
	}
	p.dst = append(p.dst, '{')
	for i := range o.entries {
		if i > 0 {
			p.dst = append(p.dst, ',')
		}
		p.dst = AppendQuoted(p.dst, o.entries[i].Key, p.style)
		p.dst = append(p.dst, ':')
		if err := p.json(o.entries[i].Value, left-1); err != nil {
			return err
		}
	}
	p.dst = append(p.dst, '}')
	return p.check()
}

func (p *printer) java(v Value, left int) error {
	switch v.kind {
	case KindUndefined:
	case KindNull:
		p.dst = append(p.dst, "null"...)
	case KindBool:
		p.bool(v)
	case KindNumber:
		p.dst = v.appendNumber(p.dst)
	case KindString:
		p.dst = append(p.dst, v.rawText()...)
	case KindArray:
		if a := v.Array(); a.list {
			return p.javaList(a, left)
		}
		return p.jsonArray(v.Array(), left)
	case KindObject:
		return p.javaMap(v.Object(), left)
	case KindForeign:
		p.dst = append(p.dst, v.Foreign().String()...)
	}
	return p.check()
}

func (p *printer) javaList(a *Array, left int) error {
	if left == 0 {
		return ErrTooDeep
	}
	p.dst = append(p.dst, '[')
	for i, e := range a.elems {
		if i > 0 {
			p.dst = append(p.dst, ", "...)
		}
		if e.Array() == a {
			p.dst = append(p.dst, "(this Collection)"...)
			continue
		}
		if err := p.java(e, left-1); err != nil {
			return err
		}
	}
	p.dst = append(p.dst, ']')
	return p.check()
}

func (p *printer) javaMap(o *Object, left int) error {
	if o.silent {
		return nil
	}
	if left == 0 {
		return ErrTooDeep
	}
	p.dst = append(p.dst, '{')
	for i := range o.entries {
		if i > 0 {
			p.dst = append(p.dst, ", "...)
		}
		p.dst = append(p.dst, o.entries[i].Key...)
		p.dst = append(p.dst, '=')
		if o.entries[i].Value.Object() == o {
			p.dst = append(p.dst, "(this Map)"...)
			continue
		}
		if err := p.java(o.entries[i].Value, left-1); err != nil {
			return err
		}
	}
	p.dst = append(p.dst, '}')
	return p.check()
}

const hexDigits = "0123456789ABCDEF"

// appendEscaped copies runs of plain bytes whole.
func appendEscaped(dst []byte, s string, style Style) []byte {
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < 0x7F && c != '"' && c != '\\' && (c != '/' || style != SmartWeb) {
			i++
			continue
		}
		if c < 0x80 {
			if c == 0x7F && style == Verbatim {
				i++
				continue
			}
			dst = append(dst, s[from:i]...)
			dst = appendEscape(dst, c)
			i++
			from = i
			continue
		}
		u, n := utf8.DecodeRuneInString(s[i:])
		if style != Verbatim && (u <= 0x9F || u >= 0x2000 && u <= 0x20FF) {
			dst = append(dst, s[from:i]...)
			dst = appendUnicode(dst, u)
			from = i + n
		}
		i += n
	}
	return append(dst, s[from:]...)
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\', '/':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, `\b`...)
	case '\f':
		return append(dst, `\f`...)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	default:
		return appendUnicode(dst, rune(c))
	}
}

func appendUnicode(dst []byte, u rune) []byte {
	return append(dst, '\\', 'u', hexDigits[u>>12&15], hexDigits[u>>8&15], hexDigits[u>>4&15], hexDigits[u&15])
}
