package plan

import (
	"strings"

	"github.com/sluice-gateway/sluice/internal/vtl"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// pathPattern takes a request's path apart by a resource's path.
type pathPattern struct {
	segments []*planv1.Segment
	variable bool
}

func newPathPattern(segments []*planv1.Segment) pathPattern {
	made := pathPattern{segments: segments}
	for _, segment := range segments {
		if segment.GetParameter() != "" || segment.GetGreedy() != "" {
			made.variable = true
		}
	}
	return made
}

// PathParameters appends the path parameters of a request to dst, as they were
// sent: percent-escapes stay. The path is the one below the stage; slashes at
// its ends do not count, those inside a greedy parameter do.
func (p *Program) PathParameters(dst vtl.Pairs, path string) vtl.Pairs {
	if !p.path.variable {
		return dst
	}
	path = strings.Trim(path, "/")
	for _, segment := range p.path.segments {
		if name := segment.GetGreedy(); name != "" {
			return append(dst, vtl.Pair{Name: name, Value: path})
		}
		value, rest, _ := strings.Cut(path, "/")
		if name := segment.GetParameter(); name != "" {
			dst = append(dst, vtl.Pair{Name: name, Value: value})
		}
		path = rest
	}
	return dst
}
