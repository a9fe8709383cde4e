package syntax

import "strings"

// params reads the arguments of a function as Jayway's tokenizer does, brackets and quotes counted but hardly understood:
// an argument is a path, or JSON when it begins with a brace, a digit, a minus or a double quote; any other is dropped.
func (p *parser) params(function string) ([]Param, error) {
	t := paramReader{parser: p, parens: 1}
	for p.inBounds() && !t.done {
		b := p.current()
		p.pos++
		if t.kind == paramNone {
			if isSpace(b) {
				continue
			}
			t.kind = paramKindOf(b)
		}
		if err := t.take(b); err != nil {
			return nil, err
		}
		if t.kind != paramNone && (b != ',' || t.braces != 0 || t.brackets != 0 || t.parens != 1) {
			t.text.WriteByte(b)
		}
		t.prior = b
	}
	if t.braces != 0 || t.parens != 0 || t.brackets != 0 {
		return nil, invalid("arguments of " + function + " are not closed")
	}
	return t.params, nil
}

type paramKind uint8

const (
	paramNone paramKind = iota
	paramJSON
	paramPath
)

func paramKindOf(b byte) paramKind {
	switch {
	case b == '{', isDigit(b), b == '"', b == '-':
		return paramJSON
	case isContext(b):
		return paramPath
	default:
		return paramNone
	}
}

type paramReader struct {
	parser                           *parser
	kind                             paramKind
	parens, brackets, braces, quotes int
	prior                            byte
	text                             strings.Builder
	params                           []Param
	done                             bool
}

// take counts one byte and closes the argument where it ends.
func (t *paramReader) take(b byte) error {
	switch b {
	case '"':
		if t.prior != '\\' && t.quotes > 0 {
			t.quotes--
		} else {
			t.quotes++
		}
	case '(':
		t.parens++
	case '{':
		t.braces++
	case '[':
		t.brackets++
	case '}':
		if t.braces == 0 {
			return invalid("'}' out of place")
		}
		t.braces--
	case ']':
		if t.brackets == 0 {
			return invalid("']' out of place")
		}
		t.brackets--
	case ')':
		t.parens--
		if t.parens < 0 || t.prior == '(' {
			t.text.WriteByte(b)
		}
		return t.close(b)
	case ',':
		return t.close(b)
	}
	return nil
}

// close ends the argument at a comma or parenthesis, unless it stands within brackets or quotes.
func (t *paramReader) close(b byte) error {
	if t.quotes != 0 || t.braces != 0 || t.brackets != 0 || (t.parens != 0 || b != ')') && t.parens != 1 {
		return nil
	}
	t.done = t.parens == 0
	if t.kind == paramNone {
		return nil
	}
	text := t.text.String()
	t.text.Reset()
	kind := t.kind
	t.kind = paramNone
	if kind == paramJSON {
		t.params = append(t.params, Param{JSON: text})
		return nil
	}
	path, err := parseFrom(newCursor(text), t.parser.nesting+1)
	if err != nil {
		return err
	}
	t.params = append(t.params, Param{Path: path})
	return nil
}
