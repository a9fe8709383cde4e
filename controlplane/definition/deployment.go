package definition

import (
	"slices"
	"time"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

// Deployment is AWS's Deployment. Its content is stored apart, under the same id.
type Deployment struct {
	ID          string    `json:"id"`
	Description string    `json:"description,omitempty"`
	CreatedDate time.Time `json:"createdDate"`
}

// NewDeployment is what CreateDeployment is given.
type NewDeployment struct {
	Description string
	// StageName is the stage to make or to move, nil for none; Stage is what the
	// call says of it. Absent members leave an existing stage's alone.
	StageName *string
	Stage     StageChange
	// Canary, when not nil, makes this a canary release on the existing stage.
	Canary *CanarySettings
}

// StageChange is what CreateDeployment says of its stage.
type StageChange struct {
	Description         string
	CacheClusterEnabled *bool
	CacheClusterSize    string
	Variables           map[string]string
	TracingEnabled      *bool
}

// AddDeployment is CreateDeployment: what requests are answered with is the API
// as it is now.
func (a *API) AddDeployment(input NewDeployment, id string, now time.Time) (*Deployment, error) {
	if err := a.deployable(); err != nil {
		return nil, err
	}
	if a.Deployments == nil {
		a.Deployments = map[string]*Deployment{}
	}
	made := &Deployment{ID: id, Description: input.Description, CreatedDate: now}
	if input.Canary != nil {
		if err := a.releaseCanary(input, id, now); err != nil {
			return nil, err
		}
		a.Deployments[id] = made
		return made, nil
	}
	a.Deployments[id] = made
	if input.StageName == nil || *input.StageName == "" {
		return made, nil
	}
	if err := a.deployTo(*input.StageName, input.Stage, id, now); err != nil {
		return nil, err
	}
	return made, nil
}

// deployable refuses an API that would answer nothing.
func (a *API) deployable() error {
	methods := 0
	for _, method := range a.Methods() {
		methods++
		if method.Integration == nil {
			return awserror.NewBadRequest("No integration defined for method")
		}
	}
	if methods == 0 {
		return awserror.NewBadRequest("The REST API doesn't contain any methods")
	}
	return nil
}

// deployTo moves a stage to a deployment, and makes it where there is none.
func (a *API) deployTo(name string, change StageChange, deployment string, now time.Time) error {
	stage := a.Stages[name]
	if stage == nil {
		made := Stage{StageName: name, DeploymentID: deployment}
		change.apply(&made)
		_, err := a.AddStage(made, now)
		return err
	}
	stage.DeploymentID, stage.LastUpdatedDate = deployment, now
	change.apply(stage)
	return stage.Check(a)
}

func (c StageChange) apply(to *Stage) {
	if c.Description != "" {
		to.Description = c.Description
	}
	if c.CacheClusterEnabled != nil {
		to.CacheClusterEnabled = *c.CacheClusterEnabled
	}
	if c.CacheClusterSize != "" {
		to.CacheClusterSize = c.CacheClusterSize
	}
	if c.Variables != nil {
		to.Variables = c.Variables
	}
	if c.TracingEnabled != nil {
		to.TracingEnabled = *c.TracingEnabled
	}
	to.completeCache()
}

// releaseCanary points an existing stage's canary at the deployment.
func (a *API) releaseCanary(input NewDeployment, id string, now time.Time) error {
	const refused = "Invalid deployment content specified."
	switch {
	case input.StageName == nil:
		return awserror.NewBadRequest(refused + "Non null and non empty stageName must be provided for canary deployment. Provided value is null")
	case *input.StageName == "":
		return awserror.NewBadRequest(refused + "Non null and non empty stageName must be provided for canary deployment. Provided value is ")
	}
	stage := a.Stages[*input.StageName]
	if stage == nil {
		return awserror.NewBadRequest(refused + "Stage " + *input.StageName + " must already be created before making a canary release deployment")
	}
	input.Canary.DeploymentID = id
	stage.CanarySettings, stage.LastUpdatedDate = input.Canary, now
	return input.Canary.check()
}

// FindDeployment is GetDeployment.
func (a *API) FindDeployment(id string) (*Deployment, error) {
	if found := a.Deployments[id]; found != nil {
		return found, nil
	}
	return nil, awserror.NewNotFound("Invalid Deployment identifier specified")
}

// SortedDeployments lists the deployments in the order they were made.
func (a *API) SortedDeployments() []*Deployment {
	all := sortedByKey(a.Deployments)
	slices.SortStableFunc(all, func(x, y *Deployment) int { return x.CreatedDate.Compare(y.CreatedDate) })
	return all
}

// RemoveDeployment is DeleteDeployment. It refuses one that a stage or a stage's
// canary answers with.
func (a *API) RemoveDeployment(id string) error {
	if _, err := a.FindDeployment(id); err != nil {
		return err
	}
	for _, stage := range a.Stages {
		if stage.DeploymentID == id || (stage.CanarySettings != nil && stage.CanarySettings.DeploymentID == id) {
			return awserror.NewBadRequest("Active stages pointing to this deployment must be moved or deleted")
		}
	}
	delete(a.Deployments, id)
	return nil
}
