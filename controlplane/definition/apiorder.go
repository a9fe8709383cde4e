package definition

import (
	"cmp"
	"iter"
	"maps"
	"slices"
)

// Methods goes through an API's methods in the order of their resources and
// verbs, so that errors which name the first user of something are stable.
func (a *API) Methods() iter.Seq2[*Resource, *Method] {
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

// SortedModels lists the models in the order of their names.
func (a *API) SortedModels() []*Model { return sortedByKey(a.Models) }

// SortedAuthorizers lists the authorizers in the order they were made.
func (a *API) SortedAuthorizers() []*Authorizer {
	return slices.SortedFunc(maps.Values(a.Authorizers), func(x, y *Authorizer) int {
		return cmp.Or(cmp.Compare(x.Seq, y.Seq), cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID))
	})
}

// SortedRequestValidators lists the validators in the order they were made.
func (a *API) SortedRequestValidators() []*RequestValidator {
	return slices.SortedFunc(maps.Values(a.RequestValidators), func(x, y *RequestValidator) int {
		return cmp.Or(cmp.Compare(x.Seq, y.Seq), cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID))
	})
}

// SortedDocumentationVersions lists the versions in the order they were made.
func (a *API) SortedDocumentationVersions() []*DocumentationVersion {
	all := sortedByKey(a.DocumentationVersions)
	slices.SortStableFunc(all, func(x, y *DocumentationVersion) int { return x.CreatedDate.Compare(y.CreatedDate) })
	return all
}
