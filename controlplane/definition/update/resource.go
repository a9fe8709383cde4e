package update

import (
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/definition/patch"
)

// resourceOf is a resource in its API, for a change moves the whole subtree.
type resourceOf struct {
	api *definition.API
	id  string
}

// resourcePaths are UpdateResource's.
func resourcePaths() patch.Table[resourceOf] {
	return patch.Table[resourceOf]{Refuse: patch.Listed, Paths: []patch.Path[resourceOf]{
		{Pattern: "/parentId", Replace: func(r *resourceOf, at patch.At) error { return r.api.MoveResource(r.id, at.Text()) }},
		{Pattern: "/pathPart", Replace: func(r *resourceOf, at patch.At) error { return r.api.RenameResource(r.id, at.Text()) }},
	}}
}

// Resource is UpdateResource.
func Resource(api *definition.API, id string, operations []patch.Operation) error {
	if _, err := api.FindResource(id); err != nil {
		return err
	}
	return resourcePaths().Apply(&resourceOf{api, id}, operations)
}
