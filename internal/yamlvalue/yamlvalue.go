// Package yamlvalue reads documents that people write in JSON or YAML into
// jsonvalue's trees, within bounds, and writes them as YAML. It knows no schema
// and no format above YAML's own.
package yamlvalue

import (
	"bytes"
	"errors"
	"fmt"

	"gopkg.in/yaml.v3"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

const (
	// maxBytes bounds a document.
	maxBytes = 16 << 20
	// maxDepth bounds how deep values lie in each other.
	maxDepth = 200
	// maxNodes bounds what YAML's aliases may grow a document to.
	maxNodes = 1_000_000
)

// ErrTooLarge says that a document is over the bounds.
var ErrTooLarge = errors.New("the document is too large or too deep")

// Options say how a document is read.
type Options struct {
	// Tag gives the value of a node with a tag of the user's, such as !Sub; nil
	// reads it as if it had none.
	Tag func(tag string, value jsonvalue.Value) (jsonvalue.Value, error)
	// Text changes every text that is a value, not a key; nil leaves it.
	Text func(string) string
}

// Parse reads JSON, or YAML where it is no JSON. Numbers keep their text, and
// numbers as keys become texts.
func Parse(data []byte, options Options) (jsonvalue.Value, error) {
	if len(data) > maxBytes {
		return jsonvalue.Value{}, ErrTooLarge
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	trimmed := bytes.TrimSpace(data)
	if len(trimmed) == 0 {
		return jsonvalue.Value{}, errors.New("the document is empty")
	}
	read := &reader{options: options}
	if trimmed[0] == '{' || trimmed[0] == '[' {
		value, err := jsonvalue.Parse(trimmed, jsonvalue.Options{MaxDepth: maxDepth})
		if err == nil {
			return read.replaced(value), nil
		}
	}
	var node yaml.Node
	if err := yaml.Unmarshal(data, &node); err != nil {
		return jsonvalue.Value{}, err
	}
	return read.value(&node, 0)
}

// reader makes a value of YAML's nodes.
type reader struct {
	options Options
	nodes   int
}

func (r *reader) value(node *yaml.Node, depth int) (jsonvalue.Value, error) {
	value, err := r.untagged(node, depth)
	if err != nil || r.options.Tag == nil || len(node.Tag) < 2 || node.Tag[0] != '!' || node.Tag[1] == '!' {
		return value, err
	}
	return r.options.Tag(node.Tag, value)
}

func (r *reader) untagged(node *yaml.Node, depth int) (jsonvalue.Value, error) {
	r.nodes++
	if depth > maxDepth || r.nodes > maxNodes {
		return jsonvalue.Value{}, ErrTooLarge
	}
	switch node.Kind {
	case yaml.DocumentNode:
		return r.value(node.Content[0], depth+1)
	case yaml.AliasNode:
		return r.value(node.Alias, depth+1)
	case yaml.MappingNode:
		return r.object(node, depth)
	case yaml.SequenceNode:
		array := jsonvalue.NewArray()
		for _, item := range node.Content {
			value, err := r.value(item, depth+1)
			if err != nil {
				return jsonvalue.Value{}, err
			}
			array.Append(value)
		}
		return jsonvalue.FromArray(array), nil
	default:
		return r.scalar(node)
	}
}

func (r *reader) object(node *yaml.Node, depth int) (jsonvalue.Value, error) {
	object := jsonvalue.NewObject()
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, below := node.Content[i], node.Content[i+1]
		value, err := r.value(below, depth+1)
		if err != nil {
			return jsonvalue.Value{}, err
		}
		if key.Tag != "!!merge" {
			object.Put(key.Value, value)
			continue
		}
		for _, entry := range entries(value) {
			if !object.Has(entry.Key) {
				object.Put(entry.Key, entry.Value)
			}
		}
	}
	return jsonvalue.FromObject(object), nil
}

func entries(value jsonvalue.Value) []jsonvalue.Entry {
	if value.Kind() != jsonvalue.KindObject {
		return nil
	}
	return value.Object().Entries()
}

func (r *reader) scalar(node *yaml.Node) (jsonvalue.Value, error) {
	switch node.Tag {
	case "!!null":
		return jsonvalue.Null(), nil
	case "!!bool":
		var is bool
		if err := node.Decode(&is); err != nil {
			return jsonvalue.Value{}, err
		}
		return jsonvalue.Bool(is), nil
	case "!!int", "!!float":
		number, err := jsonvalue.Parse([]byte(node.Value), jsonvalue.Options{})
		if err == nil && number.IsNumber() {
			return number, nil
		}
	}
	return jsonvalue.String(r.text(node.Value)), nil
}

func (r *reader) text(text string) string {
	if r.options.Text == nil {
		return text
	}
	return r.options.Text(text)
}

// replaced changes the texts of a parsed JSON document.
func (r *reader) replaced(value jsonvalue.Value) jsonvalue.Value {
	if r.options.Text == nil {
		return value
	}
	switch value.Kind() {
	case jsonvalue.KindString:
		return jsonvalue.String(r.text(value.Text()))
	case jsonvalue.KindArray:
		for i, item := range value.Array().All() {
			value.Array().Set(i, r.replaced(item))
		}
	case jsonvalue.KindObject:
		for _, entry := range value.Object().Entries() {
			value.Object().Put(entry.Key, r.replaced(entry.Value))
		}
	default:
	}
	return value
}

// Append prints a value as YAML: a leading "---", texts in double quotes, as AWS
// writes it.
func Append(out []byte, value jsonvalue.Value) ([]byte, error) {
	buffer := bytes.NewBuffer(append(out, "---\n"...))
	encoder := yaml.NewEncoder(buffer)
	encoder.SetIndent(2)
	if err := encoder.Encode(node(value)); err != nil {
		return nil, fmt.Errorf("write YAML: %w", err)
	}
	if err := encoder.Close(); err != nil {
		return nil, fmt.Errorf("write YAML: %w", err)
	}
	return buffer.Bytes(), nil
}

func node(value jsonvalue.Value) *yaml.Node {
	switch value.Kind() {
	case jsonvalue.KindObject:
		made := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		for _, entry := range value.Object().Entries() {
			key := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: entry.Key}
			made.Content = append(made.Content, key, node(entry.Value))
		}
		return made
	case jsonvalue.KindArray:
		made := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, item := range value.Array().Elems() {
			made.Content = append(made.Content, node(item))
		}
		return made
	case jsonvalue.KindString:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: value.Text()}
	case jsonvalue.KindBool:
		text := "false"
		if value.Bool() {
			text = "true"
		}
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: text}
	case jsonvalue.KindNumber:
		tag := "!!int"
		if !value.IsInteger() {
			tag = "!!float"
		}
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value.NumberText()}
	default:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}
	}
}
