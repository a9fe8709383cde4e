package envoy

import (
	"slices"
	"strings"

	xdscorev3 "github.com/cncf/xds/go/xds/core/v3"
	xdsmatcherv3 "github.com/cncf/xds/go/xds/type/matcher/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	"google.golang.org/protobuf/proto"

	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// An API's routes are a list up to maxList; a scan costs Envoy 0.1 µs a route.
// Above, a tree of path prefixes leads to short lists.
const (
	maxList = 32
	// enough is the length at which a list in the tree is not split further.
	enough = 8
)

// placed is a route with what every path that it matches starts with, slashes
// collapsed as AWS does.
type placed struct {
	route  *routev3.Route
	prefix string
	verb   string // ANY: all of AWS's; empty: whatever
}

// pathPrefix is what all paths of an operation start with.
func (s *stageRoutes) pathPrefix(segments []*planv1.Segment) string {
	var prefix strings.Builder
	prefix.WriteString("/" + s.plan.GetStage())
	for _, one := range segments {
		prefix.WriteString("/" + one.GetLiteral())
		if one.GetLiteral() == "" {
			break
		}
	}
	return prefix.String()
}

// arrange puts routes into a virtual host. The first that matches in their order
// must serve, however they are arranged.
func arrange(host *routev3.VirtualHost, routes []placed, stages []string) {
	if len(routes) <= maxList {
		host.Routes = plain(routes)
		return
	}
	keys := map[string]bool{}
	for _, stage := range stages {
		grow(keys, "/"+stage, routes)
	}
	entries := map[string]*xdsmatcherv3.Matcher_OnMatch{}
	for key := range keys {
		entries[key] = leaf(under(keys, key, routes))
	}
	for _, stage := range stages {
		// A doubled slash behind the stage is one slash to AWS, and no prefix here.
		entries["/"+stage+"//"] = leaf(touching("/"+stage, routes))
	}
	host.Matcher = prefixTree(":path", entries, leaf(routes)) // "//stage" comes to the last
}

func plain(routes []placed) []*routev3.Route {
	made := make([]*routev3.Route, len(routes))
	for i, one := range routes {
		made[i] = one.route
	}
	return made
}

// grow adds key and, where its list would be long, keys for the literal segments
// below it. One that would repeat more routes than it takes away is not worth it.
func grow(keys map[string]bool, key string, routes []placed) {
	keys[key] = true
	listed := touching(key, routes)
	if len(listed) <= enough {
		return
	}
	below := map[string]int{}
	shared := 0
	for _, one := range listed {
		rest, deeper := strings.CutPrefix(one.prefix, key+"/")
		literal, _, _ := strings.Cut(rest, "/")
		if !deeper || literal == "" {
			shared++
			continue
		}
		below[literal]++
	}
	for literal, count := range below {
		if 2*count >= shared {
			grow(keys, key+"/"+literal, listed)
		}
	}
}

// touching are the routes that can match a path which starts with key.
func touching(key string, routes []placed) []placed {
	var found []placed
	for _, one := range routes {
		if strings.HasPrefix(one.prefix, key) || strings.HasPrefix(key, one.prefix) {
			found = append(found, one)
		}
	}
	return found
}

// under are those of them for which no longer key stands: a path that they match
// is led there.
func under(keys map[string]bool, key string, routes []placed) []placed {
	return slices.DeleteFunc(touching(key, routes), func(one placed) bool {
		for end := len(key) + 1; end <= len(one.prefix); end++ {
			if keys[one.prefix[:end]] {
				return true
			}
		}
		return false
	})
}

// leaf ends in a list, or in one for each verb where that makes it shorter.
func leaf(routes []placed) *xdsmatcherv3.Matcher_OnMatch {
	verbs := map[string]bool{}
	repeated := 0
	for _, one := range routes {
		if one.verb == "" || one.verb == "ANY" {
			repeated++
		} else {
			verbs[one.verb] = true
		}
	}
	if len(routes) <= enough || len(verbs) < 2 || repeated*len(verbs) > len(routes) {
		return list(routes)
	}
	entries := map[string]*xdsmatcherv3.Matcher_OnMatch{}
	for verb := range verbs {
		entries[verb] = list(ofVerb(routes, verb))
	}
	return &xdsmatcherv3.Matcher_OnMatch{OnMatch: &xdsmatcherv3.Matcher_OnMatch_Matcher{
		Matcher: exactTree(":method", entries, list(ofVerb(routes, ""))),
	}}
}

func ofVerb(routes []placed, verb string) []placed {
	var found []placed
	for _, one := range routes {
		if one.verb == verb || one.verb == "" || one.verb == "ANY" {
			found = append(found, one)
		}
	}
	return found
}

func list(routes []placed) *xdsmatcherv3.Matcher_OnMatch {
	return &xdsmatcherv3.Matcher_OnMatch{OnMatch: &xdsmatcherv3.Matcher_OnMatch_Action{
		Action: extension("routes", &routev3.RouteList{Routes: plain(routes)}),
	}}
}

func extension(name string, message proto.Message) *xdscorev3.TypedExtensionConfig {
	return &xdscorev3.TypedExtensionConfig{Name: name, TypedConfig: packed(message)}
}

func prefixTree(header string, entries map[string]*xdsmatcherv3.Matcher_OnMatch, otherwise *xdsmatcherv3.Matcher_OnMatch) *xdsmatcherv3.Matcher {
	return tree(header, &xdsmatcherv3.Matcher_MatcherTree{TreeType: &xdsmatcherv3.Matcher_MatcherTree_PrefixMatchMap{
		PrefixMatchMap: &xdsmatcherv3.Matcher_MatcherTree_MatchMap{Map: entries},
	}}, otherwise)
}

func exactTree(header string, entries map[string]*xdsmatcherv3.Matcher_OnMatch, otherwise *xdsmatcherv3.Matcher_OnMatch) *xdsmatcherv3.Matcher {
	return tree(header, &xdsmatcherv3.Matcher_MatcherTree{TreeType: &xdsmatcherv3.Matcher_MatcherTree_ExactMatchMap{
		ExactMatchMap: &xdsmatcherv3.Matcher_MatcherTree_MatchMap{Map: entries},
	}}, otherwise)
}

func tree(header string, by *xdsmatcherv3.Matcher_MatcherTree, otherwise *xdsmatcherv3.Matcher_OnMatch) *xdsmatcherv3.Matcher {
	by.Input = extension("header", &matcherv3.HttpRequestHeaderMatchInput{HeaderName: header})
	return &xdsmatcherv3.Matcher{MatcherType: &xdsmatcherv3.Matcher_MatcherTree_{MatcherTree: by}, OnNoMatch: otherwise}
}
