package admission

import (
	"slices"
	"strings"

	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// UnmatchedID is the id of the operation that stands for requests that no
// operation of a plan matches. Envoy asks about it only where its own answer
// would not do: a customised response, a stage that explains, or a caller that
// sent an Authorization header.
const UnmatchedID = "unmatched"

// Unmatched makes the rules of requests that no operation matches: all are
// refused.
func (r *Release) Unmatched(operations []*planv1.Operation) *Rules {
	return &Rules{
		Release: r, Name: r.plan.GetName() + "/" + UnmatchedID, ID: UnmatchedID, Context: r.context, others: operations,
	}
}

// IsUnmatched tells the rules that Unmatched made.
func (r *Rules) IsUnmatched() bool { return r.ID == UnmatchedID }

// Closest says, for an operator, why no operation matches a request whose path
// is below the stage, and which come closest.
func (r *Rules) Closest(method, path string) (detail, wanted string) {
	segments := split(path)
	var verbs, near []string
	best := 0
	for _, operation := range r.others {
		length, whole := reach(operation.GetSegments(), segments)
		if whole {
			verbs = append(verbs, operation.GetMethod()+" "+operation.GetResourcePath())
			continue
		}
		if length > best {
			best, near = length, nil
		}
		if length == best {
			near = append(near, operation.GetMethod()+" "+operation.GetResourcePath())
		}
	}
	if len(verbs) > 0 {
		return "The path matches, but not with " + method + ".", list(verbs)
	}
	return "No resource matches the path " + path + ".", list(near)
}

// list prints a few names.
func list(names []string) string {
	const few = 10
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) > few {
		names = append(names[:few:few], "…")
	}
	return strings.Join(names, ", ")
}

// reach is how many segments of a path a resource's match from the start on, and
// whether it matches the whole path.
func reach(segments []*planv1.Segment, path []string) (length int, whole bool) {
	for i, segment := range segments {
		switch {
		case i >= len(path) || path[i] == "":
			return i, false
		case segment.GetGreedy() != "":
			return len(path), true
		case segment.GetParameter() == "" && segment.GetLiteral() != path[i]:
			return i, false
		}
	}
	return len(segments), len(segments) == len(path)
}

// split takes a path apart; slashes at its ends do not count.
func split(path string) []string {
	path = strings.Trim(path, "/")
	if path == "" {
		return nil
	}
	return strings.Split(path, "/")
}
