package document

import (
	"bytes"
	"fmt"

	"gopkg.in/yaml.v3"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// YAML prints a document as AWS does: a leading "---", texts in double quotes.
func YAML(document jsonvalue.Value) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString("---\n")
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(node(document)); err != nil {
		return nil, fmt.Errorf("write YAML: %w", err)
	}
	if err := encoder.Close(); err != nil {
		return nil, fmt.Errorf("write YAML: %w", err)
	}
	return out.Bytes(), nil
}

func node(value jsonvalue.Value) *yaml.Node {
	switch value.Kind() {
	case jsonvalue.KindObject:
		made := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		for name, member := range Members(value) {
			key := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: name}
			made.Content = append(made.Content, key, node(member))
		}
		return made
	case jsonvalue.KindArray:
		made := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, item := range Items(value) {
			made.Content = append(made.Content, node(item))
		}
		return made
	case jsonvalue.KindString:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: value.Text()}
	case jsonvalue.KindBool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: Text(value)}
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
