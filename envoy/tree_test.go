package envoy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	xdsmatcherv3 "github.com/cncf/xds/go/xds/type/matcher/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	"pgregory.net/rapid"

	"github.com/sluice-gateway/sluice/envoy/prefixtree"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// expressions are compiled once for all draws.
var expressions sync.Map

// matches does as Envoy does with one route.
func matches(route *routev3.Route, verb, path string) bool {
	if route.GetMatch().GetSafeRegex() != nil {
		text := route.GetMatch().GetSafeRegex().GetRegex()
		known, found := expressions.Load(text)
		if !found {
			known, _ = expressions.LoadOrStore(text, regexp.MustCompile("^(?:"+text+")$"))
		}
		if !known.(*regexp.Regexp).MatchString(path) {
			return false
		}
	}
	for _, header := range route.GetMatch().GetHeaders() {
		want := header.GetStringMatch()
		if want.GetSafeRegex() != nil && !slices.Contains(strings.Split(want.GetSafeRegex().GetRegex(), "|"), verb) ||
			want.GetSafeRegex() == nil && want.GetExact() != verb {
			return false
		}
	}
	return true
}

func first(routes []*routev3.Route, verb, path string) string {
	for _, route := range routes {
		if matches(route, verb, path) {
			return route.GetName()
		}
	}
	return ""
}

// lookup does as Envoy does with a matcher: the longest prefix, the exact value,
// or what stands for no match.
func lookup(t *rapid.T, matcher *xdsmatcherv3.Matcher, verb, path string) string {
	value := path
	entries := matcher.GetMatcherTree().GetPrefixMatchMap().GetMap()
	on := matcher.GetOnNoMatch()
	if entries == nil {
		value, entries = verb, matcher.GetMatcherTree().GetExactMatchMap().GetMap()
		if found := entries[value]; found != nil {
			on = found
		}
	}
	for end := len(value); end > 0 && value == path; end-- {
		if found := entries[value[:end]]; found != nil {
			on = found
			break
		}
	}
	if nested := on.GetMatcher(); nested != nil {
		return lookup(t, nested, verb, path)
	}
	routes := &routev3.RouteList{}
	if err := on.GetAction().GetTypedConfig().UnmarshalTo(routes); err != nil {
		t.Fatal(err)
	}
	return first(routes.GetRoutes(), verb, path)
}

// TestTreeServesAsList holds that however routes are arranged the same one
// serves, for APIs and paths of all kinds.
func TestTreeServesAsList(t *testing.T) {
	t.Parallel()
	segment := rapid.SampledFrom([]string{"a", "ab", "abc", "b", "c", "a", "ab", "b", "c", "{x}", "{y+}"})
	step := rapid.SampledFrom([]string{"a", "ab", "abc", "abcd", "b", "c", "d", "", "", "", "%2F"})
	verbs := []string{"GET", "POST", "ANY", "PUT"}
	rapid.Check(t, func(t *rapid.T) {
		var routes []prefixtree.Placed
		var stages []string
		for _, stage := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "ab", "live", "live2"}), 1, 3, rapid.ID).Draw(t, "stages") {
			stages = append(stages, stage)
			made := &stageRoutes{plan: &planv1.Plan{Stage: stage, Name: "api/" + stage}, responses: customised(nil, false)}
			for i := range rapid.IntRange(40, 120).Draw(t, "routes") {
				operation := &planv1.Operation{Id: fmt.Sprint(i), Method: rapid.SampledFrom(verbs).Draw(t, "verb"), Refusal: &planv1.Refusal{}}
				for _, text := range rapid.SliceOfN(segment, 0, 4).Draw(t, "path") {
					operation.Segments = append(operation.GetSegments(), parsed(text))
				}
				for _, route := range made.operation(operation) {
					routes = append(routes, prefixtree.Placed{Route: route, Prefix: made.pathPrefix(operation.GetSegments()), Verb: operation.GetMethod()})
				}
			}
		}
		routes = append(routes, prefixtree.Placed{Route: &routev3.Route{Name: "last", Match: &routev3.RouteMatch{}}})
		var listed []*routev3.Route
		for _, one := range routes {
			listed = append(listed, one.Route)
		}
		host := &routev3.VirtualHost{}
		prefixtree.Arrange(host, routes, stages)
		for range 150 {
			path := strings.Repeat("/", rapid.IntRange(1, 2).Draw(t, "slashes")) + rapid.SampledFrom([]string{"a", "ab", "live", "live2", "live3", "x"}).Draw(t, "stage")
			for _, text := range rapid.SliceOfN(step, 0, 5).Draw(t, "steps") {
				path += "/" + text
			}
			verb := rapid.SampledFrom([]string{"GET", "POST", "PUT", "DELETE", "TRACE"}).Draw(t, "verb")
			want := first(listed, verb, path)
			got := first(host.GetRoutes(), verb, path)
			if host.GetMatcher() != nil {
				got = lookup(t, host.GetMatcher(), verb, path)
			}
			if got != want {
				t.Fatalf("%s %s: the tree serves %q, the list %q", verb, path, got, want)
			}
		}
	})
}

func parsed(text string) *planv1.Segment {
	switch {
	case strings.HasSuffix(text, "+}"):
		return &planv1.Segment{Kind: &planv1.Segment_Greedy{Greedy: text}}
	case strings.HasPrefix(text, "{"):
		return &planv1.Segment{Kind: &planv1.Segment_Parameter{Parameter: text}}
	default:
		return &planv1.Segment{Kind: &planv1.Segment_Literal{Literal: text}}
	}
}
