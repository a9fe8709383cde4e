package cloudformation

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// Environment is what functions see besides the template.
type Environment struct {
	Account, Region, StackName string
	// Parameters are values by name; those that are absent take the template's
	// defaults.
	Parameters map[string]string
	// Reference is a resource's Ref, Attribute its Fn::GetAtt: what was made, or
	// what can be said of a resource that is not made here.
	Reference func(logicalID string) (string, bool)
	Attribute func(logicalID, name string) (jsonvalue.Value, bool)
	// Import is Fn::ImportValue; nil imports nothing.
	Import func(name string) (string, bool)
}

// MissingError says that a value is not known.
type MissingError struct{ What string }

// Error implements error.
func (m *MissingError) Error() string { return "template: " + m.What + " is not known" }

// resolver resolves values of one template in one environment.
type resolver struct {
	template *Template
	env      *Environment
}

// Resolve gives a value with all functions in it replaced. What is AWS::NoValue is
// left out of objects and lists; alone it is undefined.
func (t *Template) Resolve(value jsonvalue.Value, env *Environment) (jsonvalue.Value, error) {
	return (&resolver{t, env}).value(value)
}

// Enabled says whether a resource's condition holds.
func (t *Template) Enabled(resource *Resource, env *Environment) (bool, error) {
	if resource.Condition == "" {
		return true, nil
	}
	return (&resolver{t, env}).condition(resource.Condition)
}

// Outputs resolves the template's outputs, in order.
func (t *Template) Outputs(env *Environment) ([]jsonvalue.Entry, error) {
	run := &resolver{t, env}
	var all []jsonvalue.Entry
	for _, entry := range entries(t.outputs) {
		if name := entry.Value.Get("Condition").Text(); name != "" {
			holds, err := run.condition(name)
			if err != nil {
				return nil, err
			}
			if !holds {
				continue
			}
		}
		value, err := run.value(entry.Value.Get("Value"))
		if err != nil {
			return nil, fmt.Errorf("output %s: %w", entry.Key, err)
		}
		all = append(all, jsonvalue.Entry{Key: entry.Key, Value: value})
	}
	return all, nil
}

func (r *resolver) value(value jsonvalue.Value) (jsonvalue.Value, error) {
	switch value.Kind() {
	case jsonvalue.KindArray:
		array := jsonvalue.NewArray()
		for _, item := range items(value) {
			resolved, err := r.value(item)
			if err != nil {
				return jsonvalue.Value{}, err
			}
			if !resolved.IsUndefined() {
				array.Append(resolved)
			}
		}
		return jsonvalue.FromArray(array), nil
	case jsonvalue.KindObject:
		if value.Len() == 1 {
			entry := value.Object().Entries()[0]
			if entry.Key == "Ref" || strings.HasPrefix(entry.Key, "Fn::") {
				return r.function(entry.Key, entry.Value)
			}
		}
		object := jsonvalue.NewObject()
		for _, entry := range value.Object().Entries() {
			resolved, err := r.value(entry.Value)
			if err != nil {
				return jsonvalue.Value{}, err
			}
			if !resolved.IsUndefined() {
				object.Put(entry.Key, resolved)
			}
		}
		return jsonvalue.FromObject(object), nil
	default:
		return value, nil
	}
}

// function is one intrinsic function ("Intrinsic function reference").
func (r *resolver) function(name string, argument jsonvalue.Value) (jsonvalue.Value, error) {
	switch name {
	case "Ref":
		return r.reference(argument.Text())
	case "Fn::GetAtt":
		return r.attribute(argument)
	case "Fn::Sub":
		return r.sub(argument)
	case "Fn::If":
		return r.choose(argument)
	case "Fn::Equals", "Fn::Not", "Fn::And", "Fn::Or":
		holds, err := r.boolean(jsonvalue.FromObject(jsonvalue.NewObject(jsonvalue.Entry{Key: name, Value: argument})))
		return jsonvalue.Bool(holds), err
	}
	resolved, err := r.value(argument)
	if err != nil {
		return jsonvalue.Value{}, err
	}
	switch name {
	case "Fn::Join":
		parts := make([]string, 0, resolved.At(1).Len())
		for _, item := range items(resolved.At(1)) {
			parts = append(parts, text(item))
		}
		return jsonvalue.String(strings.Join(parts, resolved.At(0).Text())), nil
	case "Fn::Select":
		at, err := strconv.Atoi(text(resolved.At(0)))
		if err != nil || at < 0 || at >= resolved.At(1).Len() {
			return jsonvalue.Value{}, fmt.Errorf("template: Fn::Select of %s from %d", text(resolved.At(0)), resolved.At(1).Len())
		}
		return resolved.At(1).At(at), nil
	case "Fn::Split":
		array := jsonvalue.NewArray()
		for part := range strings.SplitSeq(text(resolved.At(1)), resolved.At(0).Text()) {
			array.Append(jsonvalue.String(part))
		}
		return jsonvalue.FromArray(array), nil
	case "Fn::FindInMap":
		return r.findInMap(resolved)
	case "Fn::Base64":
		return jsonvalue.String(base64.StdEncoding.EncodeToString([]byte(text(resolved)))), nil
	case "Fn::ImportValue":
		return r.imported(text(resolved))
	case "Fn::ToJsonString":
		printed, err := resolved.JSON(jsonvalue.Verbatim)
		return jsonvalue.String(printed), err
	case "Fn::Length":
		return jsonvalue.Int(int64(resolved.Len())), nil
	default:
		return jsonvalue.Value{}, fmt.Errorf("template: function %s is not supported", name)
	}
}

func (r *resolver) imported(name string) (jsonvalue.Value, error) {
	if r.env.Import != nil {
		if found, known := r.env.Import(name); known {
			return jsonvalue.String(found), nil
		}
	}
	return jsonvalue.Value{}, &MissingError{"the exported value " + name}
}

// text prints a scalar as templates do.
func text(value jsonvalue.Value) string {
	switch value.Kind() {
	case jsonvalue.KindNumber:
		return value.NumberText()
	case jsonvalue.KindBool:
		return strconv.FormatBool(value.Bool())
	default:
		return value.Text()
	}
}

// reference is Ref: a pseudo parameter, a parameter or a resource.
func (r *resolver) reference(name string) (jsonvalue.Value, error) {
	pseudo := map[string]string{
		"AWS::AccountId": r.env.Account, "AWS::Region": r.env.Region, "AWS::StackName": r.env.StackName, "AWS::Partition": "aws",
		"AWS::URLSuffix": "amazonaws.com", "AWS::StackId": "arn:aws:cloudformation:" + r.env.Region + ":" + r.env.Account + ":stack/" + r.env.StackName + "/sluice",
	}
	if name == "AWS::NoValue" {
		return jsonvalue.Value{}, nil
	}
	if known, found := pseudo[name]; found {
		return jsonvalue.String(known), nil
	}
	for _, parameter := range r.template.Parameters {
		if parameter.Name == name {
			return r.parameter(parameter)
		}
	}
	if r.env.Reference != nil {
		if found, known := r.env.Reference(name); known {
			return jsonvalue.String(found), nil
		}
	}
	return jsonvalue.Value{}, &MissingError{"Ref " + name}
}

func (r *resolver) parameter(parameter Parameter) (jsonvalue.Value, error) {
	given, known := r.env.Parameters[parameter.Name]
	switch {
	case known && (strings.HasPrefix(parameter.Type, "List<") || parameter.Type == "CommaDelimitedList"):
		array := jsonvalue.NewArray()
		for part := range strings.SplitSeq(given, ",") {
			array.Append(jsonvalue.String(strings.TrimSpace(part)))
		}
		return jsonvalue.FromArray(array), nil
	case known:
		return jsonvalue.String(given), nil
	case parameter.Default.IsUndefined():
		return jsonvalue.Value{}, &MissingError{"parameter " + parameter.Name}
	default:
		return jsonvalue.String(text(parameter.Default)), nil
	}
}

func (r *resolver) attribute(argument jsonvalue.Value) (jsonvalue.Value, error) {
	asked := attributeOf(argument)
	if r.env.Attribute != nil {
		if found, known := r.env.Attribute(asked[0], asked[1]); known {
			return found, nil
		}
	}
	return jsonvalue.Value{}, &MissingError{"Fn::GetAtt " + asked[0] + "." + asked[1]}
}

func (r *resolver) sub(argument jsonvalue.Value) (jsonvalue.Value, error) {
	template, local := argument, jsonvalue.Value{}
	if argument.Kind() == jsonvalue.KindArray {
		var err error
		template = argument.At(0)
		local, err = r.value(argument.At(1))
		if err != nil {
			return jsonvalue.Value{}, err
		}
	}
	replaced, err := substitute(template.Text(), func(name string) (string, error) {
		if found := local.Get(name); !found.IsUndefined() {
			return text(found), nil
		}
		var found jsonvalue.Value
		var err error
		if strings.Contains(name, ".") {
			found, err = r.attribute(jsonvalue.String(name))
		} else {
			found, err = r.reference(name)
		}
		return text(found), err
	})
	return jsonvalue.String(replaced), err
}

func (r *resolver) findInMap(argument jsonvalue.Value) (jsonvalue.Value, error) {
	found := r.template.mappings.Get(text(argument.At(0))).Get(text(argument.At(1))).Get(text(argument.At(2)))
	if !found.IsUndefined() {
		return found, nil
	}
	if preset := argument.At(3).Get("DefaultValue"); !preset.IsUndefined() {
		return preset, nil
	}
	return jsonvalue.Value{}, &MissingError{"mapping " + text(argument.At(0)) + "." + text(argument.At(1)) + "." + text(argument.At(2))}
}
