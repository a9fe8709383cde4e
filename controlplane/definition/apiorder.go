package definition

import (
	"cmp"
	"iter"
	"maps"
	"slices"
)

// methods goes through an API's methods in the order of their resources and
// verbs, so that errors which name the first user of something are stable.
func (a *API) methods() iter.Seq2[*Resource, *Method] {
	return func(yield func(*Resource, *Method) bool) {
		resources := slices.SortedFunc(maps.Values(a.Resources), func(x, y *Resource) int {
			return cmp.Or(cmp.Compare(x.Seq, y.Seq), cmp.Compare(x.Path, y.Path), cmp.Compare(x.ID, y.ID))
		})
		for _, resource := range resources {
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
