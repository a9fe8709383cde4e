package plan

import (
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// Program is what is compiled for one operation, whatever the release.
type Program struct {
	path pathPattern
}

func newProgram(definition *planv1.Operation) *Program {
	return &Program{path: newPathPattern(definition.GetSegments())}
}
