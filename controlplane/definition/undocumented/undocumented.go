// Package undocumented finds what of an API has no documentation yet, for
// GetDocumentationParts with locationStatus=UNDOCUMENTED.
package undocumented

import (
	"maps"
	"slices"
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/definition"
)

// Parts lists the locations of an API that no part documents, as
// parts without ids and properties.
func Parts(api *definition.API) []*definition.DocumentationPart {
	var parts []*definition.DocumentationPart
	add := func(location definition.DocumentationLocation) {
		if api.Documented(location) == nil {
			parts = append(parts, &definition.DocumentationPart{ID: location.Describe(), Location: location})
		}
	}
	add(definition.DocumentationLocation{Type: "API"})
	for _, authorizer := range api.SortedAuthorizers() {
		add(definition.DocumentationLocation{Type: "AUTHORIZER", Name: authorizer.Name})
	}
	for _, model := range api.SortedModels() {
		add(definition.DocumentationLocation{Type: "MODEL", Name: model.Name})
	}
	for _, resource := range api.SortedResources() {
		add(definition.DocumentationLocation{Type: "RESOURCE", Path: resource.Path})
	}
	for resource, method := range api.Methods() {
		for _, location := range locations(method, resource.Path) {
			add(location)
		}
	}
	return parts
}

// locations are what can be documented of a method.
func locations(method *definition.Method, path string) []definition.DocumentationLocation {
	at := definition.DocumentationLocation{Type: "METHOD", Path: path, Method: method.HTTPMethod}
	all := []definition.DocumentationLocation{at}
	kinds := map[string]string{"path": "PATH_PARAMETER", "querystring": "QUERY_PARAMETER", "header": "REQUEST_HEADER"}
	for _, parameter := range slices.Sorted(maps.Keys(method.RequestParameters)) {
		parts := strings.SplitN(parameter, ".", 4)
		at.Type, at.Name = kinds[parts[2]], parts[3]
		all = append(all, at)
	}
	at.Name = ""
	if len(method.RequestModels) > 0 {
		at.Type = "REQUEST_BODY"
		all = append(all, at)
	}
	for _, status := range slices.Sorted(maps.Keys(method.Responses)) {
		response := method.Responses[status]
		at.StatusCode, at.Name = response.StatusCode, ""
		at.Type = "RESPONSE"
		all = append(all, at)
		for _, parameter := range slices.Sorted(maps.Keys(response.ResponseParameters)) {
			at.Type, at.Name = "RESPONSE_HEADER", strings.TrimPrefix(parameter, "method.response.header.")
			all = append(all, at)
		}
	}
	return all
}
