// Package clone copies one API into another: CreateRestApi's cloneFrom.
package clone

import "github.com/sluice-gateway/sluice/controlplane/definition"

// shortID is the length of a resource's id.
const shortID = 6

// Into gives a new API what another has, its resources under ids of their own.
// Deployments and stages stay where they are.
func Into(made, source *definition.API, newID func(length int) string) {
	content := definition.Freeze(source)
	ids := map[string]string{source.RestAPI.RootResourceID: made.RestAPI.RootResourceID}
	for id := range content.Resources {
		if ids[id] == "" {
			ids[id] = newID(shortID)
		}
	}
	made.Resources = make(map[string]*definition.Resource, len(content.Resources))
	for id, resource := range content.Resources {
		resource.ID, resource.ParentID = ids[id], ids[resource.ParentID]
		for _, method := range resource.Methods {
			if method.Integration != nil && method.Integration.CacheNamespace == id {
				method.Integration.CacheNamespace = resource.ID
			}
		}
		made.Resources[resource.ID] = resource
	}
	made.Models, made.RequestValidators = content.Models, content.RequestValidators
	made.Authorizers, made.GatewayResponses = content.Authorizers, content.GatewayResponses
	made.RestAPI.BinaryMediaTypes = content.RestAPI.BinaryMediaTypes
	made.RestAPI.MinimumCompressionSize = content.RestAPI.MinimumCompressionSize
}
