// Package cloudformation is the template language of AWS CloudFormation, as CDK,
// SAM (after its transform) and the Serverless Framework write it: it reads
// templates, orders their resources, and resolves intrinsic functions and
// conditions. It makes no resource and knows no resource type.
package cloudformation

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/yamlvalue"
)

// Template is a parsed template.
type Template struct {
	Description string
	// Resources in the order of the document.
	Resources  []*Resource
	Parameters []Parameter
	// Transforms that the template still wants; Sluice runs none.
	Transforms []string

	mappings, conditions, outputs jsonvalue.Value
}

// Resource is one entry of a template's Resources.
type Resource struct {
	LogicalID, Type string
	Properties      jsonvalue.Value
	DependsOn       []string
	// Condition names the condition under which it is made; empty: always.
	Condition string
}

// Parameter is one entry of a template's Parameters.
type Parameter struct {
	Name, Type string
	// Default is undefined when the caller must give a value.
	Default jsonvalue.Value
}

// Parse reads a template in JSON or YAML, with the short forms of functions.
func Parse(data []byte) (*Template, error) {
	root, err := yamlvalue.Parse(data, yamlvalue.Options{Tag: longForm})
	if err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	if root.Get("Resources").Kind() != jsonvalue.KindObject {
		return nil, errors.New("template: no Resources in it")
	}
	template := &Template{
		Description: root.Get("Description").Text(), mappings: root.Get("Mappings"), conditions: root.Get("Conditions"), outputs: root.Get("Outputs"),
		Transforms: texts(root.Get("Transform")),
	}
	for _, entry := range root.Get("Resources").Object().Entries() {
		if strings.HasPrefix(entry.Key, "Fn::") {
			continue
		}
		one := &Resource{
			LogicalID: entry.Key, Type: entry.Value.Get("Type").Text(), Properties: entry.Value.Get("Properties"),
			DependsOn: texts(entry.Value.Get("DependsOn")), Condition: entry.Value.Get("Condition").Text(),
		}
		if one.Type == "" {
			return nil, fmt.Errorf("template: resource %s has no Type", one.LogicalID)
		}
		template.Resources = append(template.Resources, one)
	}
	for _, entry := range entries(root.Get("Parameters")) {
		template.Parameters = append(template.Parameters, Parameter{
			Name: entry.Key, Type: entry.Value.Get("Type").Text(), Default: entry.Value.Get("Default"),
		})
	}
	return template, nil
}

// longForm is a YAML tag such as !Sub as the function that it is short for.
func longForm(tag string, value jsonvalue.Value) (jsonvalue.Value, error) {
	name := strings.TrimPrefix(tag, "!")
	switch name {
	case "Ref", "Condition":
	case "GetAtt":
		name = "Fn::GetAtt"
		if value.Kind() == jsonvalue.KindString {
			resource, attribute, _ := strings.Cut(value.Text(), ".")
			value = jsonvalue.FromArray(jsonvalue.NewArray(jsonvalue.String(resource), jsonvalue.String(attribute)))
		}
	default:
		name = "Fn::" + name
	}
	return jsonvalue.FromObject(jsonvalue.NewObject(jsonvalue.Entry{Key: name, Value: value})), nil
}

func entries(value jsonvalue.Value) []jsonvalue.Entry {
	if value.Kind() != jsonvalue.KindObject {
		return nil
	}
	return value.Object().Entries()
}

func items(value jsonvalue.Value) []jsonvalue.Value {
	if value.Kind() != jsonvalue.KindArray {
		return nil
	}
	return value.Array().Elems()
}

// texts are the strings of an array, or one string alone.
func texts(value jsonvalue.Value) []string {
	if value.Kind() == jsonvalue.KindString {
		return []string{value.Text()}
	}
	var all []string
	for _, item := range items(value) {
		all = append(all, item.Text())
	}
	return all
}

// ErrCycle says that resources refer to each other in a circle.
var ErrCycle = errors.New("template: circular dependency")

// Order lists the resources so that each comes after those that it refers to or
// depends on; otherwise they keep the document's order.
func (t *Template) Order() ([]*Resource, error) {
	byID := map[string]*Resource{}
	for _, one := range t.Resources {
		byID[one.LogicalID] = one
	}
	state := map[string]int{} // 1: under way, 2: done
	var ordered []*Resource
	var visit func(one *Resource) error
	visit = func(one *Resource) error {
		switch state[one.LogicalID] {
		case 2:
			return nil
		case 1:
			return fmt.Errorf("%w: %s", ErrCycle, one.LogicalID)
		}
		state[one.LogicalID] = 1
		for _, id := range one.Needs() {
			if needed := byID[id]; needed != nil && needed != one {
				if err := visit(needed); err != nil {
					return err
				}
			}
		}
		state[one.LogicalID] = 2
		ordered = append(ordered, one)
		return nil
	}
	for _, one := range t.Resources {
		if err := visit(one); err != nil {
			return nil, err
		}
	}
	return ordered, nil
}

// Needs lists what a resource depends on and refers to, by logical ids and names
// of parameters.
func (r *Resource) Needs() []string {
	return append(slices.Clone(r.DependsOn), references(r.Properties, nil)...)
}

// references lists what a value refers to, by Ref, Fn::GetAtt and Fn::Sub.
func references(value jsonvalue.Value, found []string) []string {
	for _, item := range items(value) {
		found = references(item, found)
	}
	for _, entry := range entries(value) {
		switch entry.Key {
		case "Ref":
			found = append(found, entry.Value.Text())
		case "Fn::GetAtt":
			found = append(found, attributeOf(entry.Value)[0])
		case "Fn::Sub":
			found = append(found, subReferences(entry.Value)...)
		}
		found = references(entry.Value, found)
	}
	return found
}

// attributeOf is the resource and attribute of Fn::GetAtt, in both its forms.
func attributeOf(value jsonvalue.Value) [2]string {
	if value.Kind() == jsonvalue.KindString {
		resource, attribute, _ := strings.Cut(value.Text(), ".")
		return [2]string{resource, attribute}
	}
	return [2]string{value.At(0).Text(), value.At(1).Text()}
}

func subReferences(value jsonvalue.Value) []string {
	text, local := value, jsonvalue.Value{}
	if value.Kind() == jsonvalue.KindArray {
		text, local = value.At(0), value.At(1)
	}
	var found []string
	_, _ = substitute(text.Text(), func(name string) (string, error) {
		if local.Get(name).IsUndefined() {
			resource, _, _ := strings.Cut(name, ".")
			found = append(found, resource)
		}
		return "", nil
	})
	return found
}

// substitute replaces ${name}; ${!name} is ${name} itself.
func substitute(text string, value func(name string) (string, error)) (string, error) {
	var out strings.Builder
	for {
		start := strings.Index(text, "${")
		if start < 0 {
			out.WriteString(text)
			return out.String(), nil
		}
		end := strings.IndexByte(text[start:], '}')
		if end < 0 {
			out.WriteString(text)
			return out.String(), nil
		}
		name := text[start+2 : start+end]
		out.WriteString(text[:start])
		text = text[start+end+1:]
		if literal, escaped := strings.CutPrefix(name, "!"); escaped {
			out.WriteString("${" + literal + "}")
			continue
		}
		replaced, err := value(strings.TrimSpace(name))
		if err != nil {
			return "", err
		}
		out.WriteString(replaced)
	}
}
