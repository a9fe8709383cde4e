package compile

import (
	"cmp"
	"strings"

	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// anyVerb is AWS's method that stands for every verb.
const anyVerb = "ANY"

// segments takes a resource path apart. The root has none.
func segments(path string) []*planv1.Segment {
	var all []*planv1.Segment
	for part := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		switch inner, braced := strings.CutPrefix(part, "{"); {
		case part == "":
		case braced && strings.HasSuffix(inner, "+}"):
			all = append(all, &planv1.Segment{Kind: &planv1.Segment_Greedy{Greedy: strings.TrimSuffix(inner, "+}")}})
		case braced && strings.HasSuffix(inner, "}"):
			all = append(all, &planv1.Segment{Kind: &planv1.Segment_Parameter{Parameter: strings.TrimSuffix(inner, "}")}})
		default:
			all = append(all, &planv1.Segment{Kind: &planv1.Segment_Literal{Literal: part}})
		}
	}
	return all
}

// routingOrder puts operations so that the first whose path and verb match is
// the one that AWS chooses: at each segment a literal before {parameter} before
// {greedy+}, and within a resource a verb before ANY. AWS walks a tree and turns
// back from a dead end; since path and verb are matched together, going on down
// this list is the same.
func routingOrder(a, b *planv1.Operation) int {
	left, right := a.GetSegments(), b.GetSegments()
	for i := range min(len(left), len(right)) {
		order := cmp.Or(cmp.Compare(rank(left[i]), rank(right[i])), cmp.Compare(left[i].GetLiteral(), right[i].GetLiteral()))
		if order != 0 {
			return order
		}
	}
	return cmp.Or(
		cmp.Compare(len(left), len(right)),
		cmp.Compare(verbRank(a), verbRank(b)), cmp.Compare(a.GetMethod(), b.GetMethod()), cmp.Compare(a.GetId(), b.GetId()),
	)
}

func rank(segment *planv1.Segment) int {
	switch segment.GetKind().(type) {
	case *planv1.Segment_Literal:
		return 0
	case *planv1.Segment_Parameter:
		return 1
	default:
		return 2
	}
}

func verbRank(operation *planv1.Operation) int {
	if operation.GetMethod() == anyVerb {
		return 1
	}
	return 0
}
