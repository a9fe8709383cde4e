package update

import (
	"maps"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/definition/patch"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

// stagePaths are UpdateStage's own; those of its method settings and canary
// follow in their files.
func stagePaths() patch.Table[definition.Stage] {
	type noun = definition.Stage
	paths := []patch.Path[noun]{
		{Pattern: "/deploymentId", Replace: patch.Text("", func(s *noun) *string { return &s.DeploymentID }).Replace, Copy: promote},
		patch.Optional("/description", func(s *noun) *string { return &s.Description }),
		patch.Flag("/cacheClusterEnabled", func(s *noun) *bool { return &s.CacheClusterEnabled }),
		patch.OneOf("/cacheClusterSize", func(s *noun) *string { return &s.CacheClusterSize },
			"Invalid cache cluster size specified. Valid options are 0.5,1.6,6.1,13.5,28.4,58.2,118,237", "0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"),
		patch.Optional("/clientCertificateId", func(s *noun) *string { return &s.ClientCertificateID }),
		patch.Optional("/documentationVersion", func(s *noun) *string { return &s.DocumentationVersion }),
		patch.Optional("/webAclArn", func(s *noun) *string { return &s.WebACLArn }),
		patch.Flag("/tracingEnabled", func(s *noun) *bool { return &s.TracingEnabled }),
		{Pattern: "/variables", Copy: promote},
		patch.Entry("/variables/{name}", func(s *noun) *map[string]string { return &s.Variables }, patch.Plain, nil),
		{Pattern: "/accessLogSettings", Remove: func(s *noun, _ patch.At) error {
			s.AccessLogSettings = nil
			return nil
		}},
		{Pattern: "/accessLogSettings/{field}", Add: setAccessLog, Replace: setAccessLog, Remove: removeAccessLog},
	}
	paths = append(paths, canaryPaths()...)
	return patch.Table[noun]{Refuse: refuseStage, Paths: append(paths, methodSettingPaths()...)}
}

// Stage is UpdateStage.
func Stage(api *definition.API, name string, operations []patch.Operation, now time.Time) error {
	stage, err := api.FindStage(name)
	if err != nil {
		return err
	}
	if err := stagePaths().Apply(stage, operations); err != nil {
		return err
	}
	stage.LastUpdatedDate = now
	return stage.Check(api)
}

// accessLogField is the field that a path names.
func accessLogField(stage *definition.Stage, at patch.At) (*string, error) {
	if stage.AccessLogSettings == nil {
		stage.AccessLogSettings = &definition.AccessLogSettings{}
	}
	switch at.Keys[0] {
	case "destinationArn":
		return &stage.AccessLogSettings.DestinationArn, nil
	case "format":
		return &stage.AccessLogSettings.Format, nil
	default:
		return nil, awserror.NewBadRequest("Invalid accessLogSettings path. Must be one of : [/accessLogSettings/destinationArn, /accessLogSettings/format]")
	}
}

func setAccessLog(stage *definition.Stage, at patch.At) error {
	field, err := accessLogField(stage, at)
	if err != nil {
		return err
	}
	if at.Text() == "" {
		return awserror.NewBadRequest("Access Log value must not be empty")
	}
	*field = at.Text()
	return nil
}

func removeAccessLog(stage *definition.Stage, at patch.At) error {
	field, err := accessLogField(stage, at)
	if err != nil {
		return err
	}
	*field = ""
	if *stage.AccessLogSettings == (definition.AccessLogSettings{}) {
		stage.AccessLogSettings = nil
	}
	return nil
}

// canaryPaths are those of /canarySettings. What is replaced where there is no
// canary makes one on the stage's own deployment.
func canaryPaths() []patch.Path[definition.Stage] {
	type noun = definition.Stage
	return []patch.Path[noun]{
		{Pattern: "/canarySettings", Remove: func(s *noun, _ patch.At) error {
			s.CanarySettings = nil
			return nil
		}},
		{Pattern: "/canarySettings/deploymentId", Replace: func(s *noun, at patch.At) error {
			canaryOf(s).DeploymentID = at.Text()
			return nil
		}},
		{Pattern: "/canarySettings/percentTraffic", Replace: func(s *noun, at patch.At) error {
			percent, err := patch.Float(at)
			if err != nil {
				return err
			}
			canaryOf(s).PercentTraffic = percent
			return nil
		}},
		patch.Flag("/canarySettings/useStageCache", func(s *noun) *bool { return &canaryOf(s).UseStageCache }),
		patch.Entry("/canarySettings/stageVariableOverrides/{name}", func(s *noun) *map[string]string { return &canaryOf(s).StageVariableOverrides }, patch.Plain, nil),
	}
}

func canaryOf(stage *definition.Stage) *definition.CanarySettings {
	if stage.CanarySettings == nil {
		stage.CanarySettings = &definition.CanarySettings{DeploymentID: stage.DeploymentID}
	}
	return stage.CanarySettings
}

// promote makes the canary's deployment or variables the stage's.
func promote(stage *definition.Stage, at patch.At) error {
	from := ""
	if at.From != nil {
		from = *at.From
	}
	canary := stage.CanarySettings
	switch {
	case from == "/canarySettings/deploymentId" && *at.Path == "/deploymentId":
		if canary == nil {
			return notPromotable()
		}
		stage.DeploymentID = canary.DeploymentID
	case from == "/canarySettings/stageVariableOverrides" && *at.Path == "/variables":
		if canary == nil {
			return notPromotable()
		}
		if stage.Variables == nil && len(canary.StageVariableOverrides) > 0 {
			stage.Variables = map[string]string{}
		}
		maps.Copy(stage.Variables, canary.StageVariableOverrides)
	default:
		return invalidCopy(*at.Path, from)
	}
	return nil
}

func notPromotable() error {
	return awserror.NewBadRequest("Promotion not available. Canary does not exist.")
}

func invalidCopy(path, from string) error {
	return awserror.BadRequestf("Invalid copy operation with path: %s and from %s. Valid copy:path are [/deploymentId, /variables] and valid copy:from are [/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]", path, from)
}
