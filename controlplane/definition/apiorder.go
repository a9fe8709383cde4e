package definition

import (
	"iter"
	"maps"
	"slices"
)

// methods goes through an API's methods in the order of their resources and
// verbs, so that errors which name the first user of something are stable.
func (a *API) methods() iter.Seq2[*Resource, *Method] {
	return func(yield func(*Resource, *Method) bool) {
		for _, resource := range a.SortedResources() {
			for _, method := range sortedByKey(resource.Methods) {
				if !yield(resource, method) {
					return
				}
			}
		}
	}
}

// sortedByKey gives a map's values in the order of their keys.
func sortedByKey[V any](all map[string]V) []V {
	values := make([]V, 0, len(all))
	for _, key := range slices.Sorted(maps.Keys(all)) {
		values = append(values, all[key])
	}
	return values
}

// sortedKeys gives a map's keys in order, so that of several wrong entries the
// same one is named each time.
func sortedKeys[V any](all map[string]V) []string {
	return slices.Sorted(maps.Keys(all))
}
