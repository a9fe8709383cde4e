package document

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/sluice-gateway/sluice/internal/awserror"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

const (
	// maxDocument bounds a document in bytes (AWS: 6 MB).
	maxDocument = 6 << 20
	// maxDepth bounds how deep values lie in each other.
	maxDepth = 200
	// maxNodes bounds what YAML's aliases may grow a document to.
	maxNodes = 2_000_000
)

// Invalid is AWS's answer to what is no OpenAPI document.
func Invalid(cause error) error {
	return awserror.NewBadRequest("Invalid OpenAPI input.").WithCause(cause)
}

// Parse reads JSON or YAML, with AWS's variables replaced in every text.
func Parse(data []byte, variables *strings.Replacer) (jsonvalue.Value, error) {
	if len(data) > maxDocument {
		return jsonvalue.Value{}, Invalid(fmt.Errorf("document of %d bytes, more than %d", len(data), maxDocument))
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	trimmed := bytes.TrimSpace(data)
	if len(trimmed) == 0 {
		return jsonvalue.Value{}, Invalid(errors.New("empty document"))
	}
	reader := &treeReader{variables: variables}
	if trimmed[0] == '{' {
		if value, err := jsonvalue.Parse(trimmed, jsonvalue.Options{MaxDepth: maxDepth}); err == nil {
			return reader.replaced(value), nil
		}
	}
	var node yaml.Node
	if err := yaml.Unmarshal(data, &node); err != nil {
		return jsonvalue.Value{}, Invalid(err)
	}
	value, err := reader.value(&node, 0)
	if err != nil {
		return jsonvalue.Value{}, Invalid(err)
	}
	if value.Kind() != jsonvalue.KindObject {
		return jsonvalue.Value{}, Invalid(errors.New("the document is no object"))
	}
	return value, nil
}

// treeReader makes a value of YAML's nodes.
type treeReader struct {
	variables *strings.Replacer
	nodes     int
}

var errTooLarge = errors.New("the document is too large or too deep")

func (r *treeReader) value(node *yaml.Node, depth int) (jsonvalue.Value, error) {
	r.nodes++
	if depth > maxDepth || r.nodes > maxNodes {
		return jsonvalue.Value{}, errTooLarge
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

func (r *treeReader) object(node *yaml.Node, depth int) (jsonvalue.Value, error) {
	object := jsonvalue.NewObject()
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, below := node.Content[i], node.Content[i+1]
		value, err := r.value(below, depth+1)
		if err != nil {
			return jsonvalue.Value{}, err
		}
		if key.Tag == "!!merge" {
			for name, member := range Members(value) {
				if !object.Has(name) {
					object.Put(name, member)
				}
			}
			continue
		}
		object.Put(key.Value, value)
	}
	return jsonvalue.FromObject(object), nil
}

func (r *treeReader) scalar(node *yaml.Node) (jsonvalue.Value, error) {
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
		if number, err := jsonvalue.Parse([]byte(node.Value), jsonvalue.Options{}); err == nil {
			return number, nil
		}
	}
	return jsonvalue.String(r.text(node.Value)), nil
}

func (r *treeReader) text(text string) string {
	if r.variables == nil || !strings.Contains(text, "${AWS::") {
		return text
	}
	return r.variables.Replace(text)
}

// replaced puts AWS's variables into the texts of a parsed document.
func (r *treeReader) replaced(value jsonvalue.Value) jsonvalue.Value {
	switch value.Kind() {
	case jsonvalue.KindString:
		return jsonvalue.String(r.text(value.Text()))
	case jsonvalue.KindArray:
		for i, item := range value.Array().All() {
			value.Array().Set(i, r.replaced(item))
		}
	case jsonvalue.KindObject:
		for name, member := range value.Object().All() {
			value.Object().Put(name, r.replaced(member))
		}
	default:
	}
	return value
}
