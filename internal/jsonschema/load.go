package jsonschema

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	tekuri "github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

const (
	// maxModel bounds a model's text: AWS allows 400 KB.
	maxModel = 400 << 10
	// maxExponent and maxDigits bound a model's numbers, which are computed with exactly.
	maxExponent = 400
	maxDigits   = 400
)

// loader serves the models of one API to the compiler and refuses every other address.
type loader struct {
	prefix string
	models map[string]string
	// docs are the models as read, by address.
	docs map[string]jsonvalue.Value
}

// Load is called for each address that a reference names.
func (l *loader) Load(address string) (any, error) {
	name, ok := strings.CutPrefix(address, l.prefix)
	if !ok {
		return nil, errors.New("only this API's models may be referred to")
	}
	name, err := url.PathUnescape(name)
	if err != nil {
		return nil, fmt.Errorf("model name: %w", err)
	}
	text, err := l.text(name)
	if err != nil {
		return nil, err
	}
	if len(text) > maxModel {
		return nil, fmt.Errorf("model %s is larger than %d bytes", name, maxModel)
	}
	doc, err := jsonvalue.ParseString(text, jsonvalue.Options{MaxDepth: 200})
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", name, err)
	}
	if doc.Object() == nil {
		return nil, fmt.Errorf("model %s is no JSON object", name)
	}
	plain, err := toPlain(doc, true)
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", name, err)
	}
	l.docs[address] = doc
	return plain, nil
}

func (l *loader) text(name string) (string, error) {
	if text, ok := l.models[name]; ok {
		return text, nil
	}
	switch name {
	case "Empty":
		return EmptyModel, nil
	case "Error":
		return ErrorModel, nil
	default:
		return "", fmt.Errorf("there is no model %s", name)
	}
}

// toPlain turns a schema into what the compiler reads. Every schema is draft-04 whatever its $schema says, and an id
// moves no reference: both words are left out where a schema stands.
func toPlain(v jsonvalue.Value, schema bool) (plain any, err error) {
	switch v.Kind() {
	case jsonvalue.KindObject:
		return plainObject(v.Object(), schema)
	case jsonvalue.KindArray:
		out := make([]any, 0, v.Len())
		for _, e := range v.Array().All() {
			plain, err := toPlain(e, schema)
			if err != nil {
				return nil, err
			}
			out = append(out, plain)
		}
		return out, nil
	case jsonvalue.KindNumber:
		return plainNumber(v)
	case jsonvalue.KindString:
		return v.Text(), nil
	case jsonvalue.KindBool:
		return v.Bool(), nil
	default: // null
		return plain, nil
	}
}

func plainObject(o *jsonvalue.Object, schema bool) (any, error) {
	out := make(map[string]any, o.Len())
	for key, v := range o.All() {
		if schema && (key == "$schema" || key == "id") && v.Kind() == jsonvalue.KindString {
			continue
		}
		inner := schema && key != "enum" && key != "default" && key != "example"
		plain, err := toPlain(v, inner)
		if err != nil {
			return nil, err
		}
		out[key] = plain
	}
	return out, nil
}

func plainNumber(v jsonvalue.Value) (any, error) {
	text := v.NumberText()
	mantissa, exp, ok := strings.Cut(strings.ToLower(text), "e")
	if ok {
		n, err := strconv.Atoi(exp)
		if err != nil || n > maxExponent || n < -maxExponent {
			return nil, fmt.Errorf("number %.40s out of range", text)
		}
	}
	if len(mantissa) > maxDigits {
		return nil, fmt.Errorf("number %.40s has too many digits", text)
	}
	return json.Number(text), nil
}

func compile(apiID string, models map[string]string, name string) (*node, error) {
	l := &loader{prefix: modelURL(apiID), models: models, docs: map[string]jsonvalue.Value{}}
	c := tekuri.NewCompiler()
	c.DefaultDraft(tekuri.Draft4)
	c.UseLoader(l)
	c.UseRegexpEngine(func(s string) (tekuri.Regexp, error) { return compilePattern(s) })
	schema, err := c.Compile(l.prefix + url.PathEscape(name))
	if err != nil {
		return nil, err
	}
	b := builder{docs: l.docs, nodes: map[*tekuri.Schema]*node{}}
	return b.node(schema)
}
