package definition

import (
	"regexp"
	"time"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

const (
	// defaultCacheSize is the size, in GB, of a cache cluster that is enabled
	// without one.
	defaultCacheSize = "0.5"
	cacheAvailable   = "AVAILABLE"
	cacheAbsent      = "NOT_AVAILABLE"
	maxVariableName  = 64
	maxVariableValue = 512
	wholePercent     = 100
)

var (
	stageName     = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)
	variableName  = regexp.MustCompile(`^[A-Za-z0-9_]+$`)
	variableValue = regexp.MustCompile(`^[A-Za-z0-9\-._~:/?#&=,]*$`)
	logDestARN    = regexp.MustCompile(`^arn:aws[a-z-]*:(logs:[^:]*:[^:]*:log-group:.+|firehose:[^:]*:[^:]*:deliverystream/amazon-apigateway-.+)$`)
)

// AddStage is CreateStage.
func (a *API) AddStage(input Stage, now time.Time) (*Stage, error) {
	if !stageName.MatchString(input.StageName) {
		return nil, awserror.NewBadRequest("Stage name only allows a-zA-Z0-9_")
	}
	if a.Stages[input.StageName] != nil {
		return nil, awserror.NewConflict("Stage already exists")
	}
	input.CreatedDate, input.LastUpdatedDate = now, now
	if canary := input.CanarySettings; canary != nil && canary.DeploymentID == "" {
		canary.DeploymentID = input.DeploymentID
	}
	input.completeCache()
	if err := input.Check(a); err != nil {
		return nil, err
	}
	if a.Stages == nil {
		a.Stages = map[string]*Stage{}
	}
	a.Stages[input.StageName] = &input
	return &input, nil
}

// completeCache keeps a cache cluster's size and status in step with its being
// enabled.
func (s *Stage) completeCache() {
	s.CacheClusterStatus = cacheAbsent
	if !s.CacheClusterEnabled {
		s.CacheClusterSize = ""
		return
	}
	s.CacheClusterStatus = cacheAvailable
	if s.CacheClusterSize == "" {
		s.CacheClusterSize = defaultCacheSize
	}
}

// Check holds a stage against AWS's rules within its API, new or changed.
func (s *Stage) Check(api *API) error {
	s.completeCache()
	if api.Deployments[s.DeploymentID] == nil {
		return deploymentMissing()
	}
	if s.CanarySettings != nil {
		if api.Deployments[s.CanarySettings.DeploymentID] == nil {
			return deploymentMissing()
		}
		if err := s.CanarySettings.check(); err != nil {
			return err
		}
	}
	if s.DocumentationVersion != "" && api.DocumentationVersions[s.DocumentationVersion] == nil {
		return awserror.NewBadRequest("Invalid Documentation version specified")
	}
	if err := checkVariables(s.Variables); err != nil {
		return err
	}
	if log := s.AccessLogSettings; log != nil && log.DestinationArn != "" && !logDestARN.MatchString(log.DestinationArn) {
		return awserror.BadRequestf("Invalid ARN specified in the request. ARN must be a CloudWatch Logs log group or an amazon-apigateway- Firehose stream: %s", log.DestinationArn)
	}
	return nil
}

func deploymentMissing() error { return awserror.NewBadRequest("Deployment id does not exist") }

func (c *CanarySettings) check() error {
	if c.PercentTraffic < 0 || c.PercentTraffic > wholePercent {
		return awserror.NewBadRequest("Canary percentTraffic must be between 0.0 and 100.0")
	}
	return checkVariables(c.StageVariableOverrides)
}

// explainVariable is Sluice's own: it turns reasons on answers on. AWS allows no
// hyphen, so no variable of a user's has its name.
const explainVariable = "x-sluice-explain"

func checkVariables(variables map[string]string) error {
	for _, name := range sortedKeys(variables) {
		value := variables[name]
		if name == explainVariable {
			continue
		}
		if !variableName.MatchString(name) || len(name) > maxVariableName {
			return awserror.BadRequestf("Stage variable name %s must have 1 to 64 characters of A-Z a-z 0-9 _", name)
		}
		if !variableValue.MatchString(value) || len(value) > maxVariableValue {
			return awserror.BadRequestf("Stage variable value of %s must have at most 512 characters and match [A-Za-z0-9-._~:/?#&=,]+", name)
		}
	}
	return nil
}

// FindStage is GetStage.
func (a *API) FindStage(name string) (*Stage, error) {
	if found := a.Stages[name]; found != nil {
		return found, nil
	}
	return nil, StageNotFound()
}

// StageNotFound is the answer to an unknown stage's name.
func StageNotFound() error { return awserror.NewNotFound("Invalid stage identifier specified") }

// SortedStages lists the stages in the order of their names.
func (a *API) SortedStages() []*Stage { return sortedByKey(a.Stages) }

// RemoveStage is DeleteStage. What outside the API refers to it is the caller's
// to ask.
func (a *API) RemoveStage(name string) error {
	if _, err := a.FindStage(name); err != nil {
		return err
	}
	delete(a.Stages, name)
	return nil
}
