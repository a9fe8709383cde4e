package cloudformation

import (
	"fmt"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// maxConditions bounds conditions that name conditions.
const maxConditions = 64

// choose is Fn::If.
func (r *resolver) choose(argument jsonvalue.Value) (jsonvalue.Value, error) {
	holds, err := r.condition(argument.At(0).Text())
	if err != nil {
		return jsonvalue.Value{}, err
	}
	if holds {
		return r.value(argument.At(1))
	}
	return r.value(argument.At(2))
}

func (r *resolver) condition(name string) (bool, error) { return r.named(name, 0) }

func (r *resolver) named(name string, depth int) (bool, error) {
	found := r.template.conditions.Get(name)
	if found.IsUndefined() || depth > maxConditions {
		return false, &MissingError{"condition " + name}
	}
	return r.holds(found, depth+1)
}

// boolean evaluates a condition function.
func (r *resolver) boolean(value jsonvalue.Value) (bool, error) { return r.holds(value, 0) }

func (r *resolver) holds(value jsonvalue.Value, depth int) (bool, error) {
	if value.Kind() == jsonvalue.KindBool {
		return value.Bool(), nil
	}
	if value.Kind() != jsonvalue.KindObject || value.Len() != 1 {
		return false, fmt.Errorf("template: %s is no condition", value)
	}
	entry := value.Object().Entries()[0]
	switch entry.Key {
	case "Condition":
		return r.named(entry.Value.Text(), depth)
	case "Fn::Equals":
		both, err := r.value(entry.Value)
		if err != nil {
			return false, err
		}
		return text(both.At(0)) == text(both.At(1)), nil
	case "Fn::Not":
		inner, err := r.holds(entry.Value.At(0), depth)
		return !inner, err
	case "Fn::And", "Fn::Or":
		for _, item := range items(entry.Value) {
			inner, err := r.holds(item, depth)
			if err != nil || inner == (entry.Key == "Fn::Or") {
				return inner, err
			}
		}
		return entry.Key == "Fn::And", nil
	default:
		return false, fmt.Errorf("template: %s is no condition function", entry.Key)
	}
}
