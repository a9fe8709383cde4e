package property

import (
	"encoding/json"
	"reflect"
	"slices"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// Covers says whether there has every member that want sets, with maps and lists
// equal, but for the members named.
func Covers(want, there any, but ...string) bool {
	wanted, found := members(want), members(there)
	for name, value := range wanted {
		if slices.Contains(but, name) || empty(value) {
			continue
		}
		if !reflect.DeepEqual(value, found[name]) {
			return false
		}
	}
	for name, value := range found {
		_, isMap := value.(map[string]any)
		if isMap && !empty(value) && name != "MethodIntegration" && name != "MethodResponses" && name != "IntegrationResponses" &&
			empty(wanted[name]) && !slices.Contains(but, name) {
			return false
		}
	}
	return true
}

// empty says that a member is not set: false and the empty text are as good as
// absent in everything that is compared here.
func empty(value any) bool {
	switch given := value.(type) {
	case nil:
		return true
	case bool:
		return !given
	case string:
		return given == ""
	case float64:
		return given == 0
	case map[string]any:
		return len(given) == 0
	case []any:
		return len(given) == 0
	default:
		return false
	}
}

// members are a struct's fields by name, as JSON has them.
func members(value any) map[string]any {
	text, err := json.Marshal(value)
	if err != nil {
		return nil
	}
	all := map[string]any{}
	_ = json.Unmarshal(text, &all)
	delete(all, "ResultMetadata")
	return all
}

// Without is an object less some members.
func Without(value jsonvalue.Value, names ...string) jsonvalue.Value {
	return filtered(value, func(name string) bool { return !slices.Contains(names, name) })
}

// Fields is an object of some members.
func Fields(value jsonvalue.Value, names ...string) jsonvalue.Value {
	return filtered(value, func(name string) bool { return slices.Contains(names, name) })
}

func filtered(value jsonvalue.Value, keep func(string) bool) jsonvalue.Value {
	object := jsonvalue.NewObject()
	if value.Kind() == jsonvalue.KindObject {
		for _, entry := range value.Object().Entries() {
			if keep(entry.Key) {
				object.Put(entry.Key, entry.Value)
			}
		}
	}
	return jsonvalue.FromObject(object)
}
