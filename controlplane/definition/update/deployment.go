package update

import (
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/definition/patch"
)

// deploymentPaths are UpdateDeployment's.
func deploymentPaths() patch.Table[definition.Deployment] {
	type noun = definition.Deployment
	return patch.Table[noun]{Refuse: patch.Listed, Paths: []patch.Path[noun]{
		patch.Text("/description", func(d *noun) *string { return &d.Description }),
	}}
}

// Deployment is UpdateDeployment.
func Deployment(api *definition.API, id string, operations []patch.Operation) error {
	deployment, err := api.FindDeployment(id)
	if err != nil {
		return err
	}
	return deploymentPaths().Apply(deployment, operations)
}
