// Package prefixtree arranges the routes of an API's virtual host so that Envoy
// scans few of them: in a list while they are few, else in a tree of path
// prefixes. It knows routes and what their paths start with, and neither plans
// nor what routes do.
package prefixtree

import (
	"slices"
	"strings"

	xdscorev3 "github.com/cncf/xds/go/xds/core/v3"
	xdsmatcherv3 "github.com/cncf/xds/go/xds/type/matcher/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// An API's routes are a list up to maxList; a scan costs Envoy 0.1 µs a route.
// Above, a tree of path prefixes leads to short lists.
const (
	maxList = 32
	// enough is the length at which a list in the tree is not split further.
	enough = 8
)

// Placed is a route with what is known of the requests that it matches.
type Placed struct {
	Route *routev3.Route
	// Prefix is what every path starts with, slashes collapsed as AWS does.
	Prefix string
	// Verb is the one verb; ANY: all of AWS's; empty: whatever.
	Verb string
}

// Arrange puts the routes of some stages into a virtual host. The first that
// matches in their order serves, however they are arranged.
func Arrange(host *routev3.VirtualHost, routes []Placed, stages []string) {
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

func plain(routes []Placed) []*routev3.Route {
	made := make([]*routev3.Route, len(routes))
	for i, one := range routes {
		made[i] = one.Route
	}
	return made
}

// grow adds key and, where its list would be long, keys for the literal segments
// below it. One that would repeat more routes than it takes away is not worth it.
func grow(keys map[string]bool, key string, routes []Placed) {
	keys[key] = true
	listed := touching(key, routes)
	if len(listed) <= enough {
		return
	}
	below := map[string]int{}
	shared := 0
	for _, one := range listed {
		rest, deeper := strings.CutPrefix(one.Prefix, key+"/")
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
func touching(key string, routes []Placed) []Placed {
	var found []Placed
	for _, one := range routes {
		if strings.HasPrefix(one.Prefix, key) || strings.HasPrefix(key, one.Prefix) {
			found = append(found, one)
		}
	}
	return found
}

// under are those of them for which no longer key stands: a path that they match
// is led there.
func under(keys map[string]bool, key string, routes []Placed) []Placed {
	return slices.DeleteFunc(touching(key, routes), func(one Placed) bool {
		for end := len(key) + 1; end <= len(one.Prefix); end++ {
			if keys[one.Prefix[:end]] {
				return true
			}
		}
		return false
	})
}

// leaf ends in a list, or in one for each verb where that makes it shorter.
func leaf(routes []Placed) *xdsmatcherv3.Matcher_OnMatch {
	verbs := map[string]bool{}
	repeated := 0
	for _, one := range routes {
		if one.Verb == "" || one.Verb == "ANY" {
			repeated++
		} else {
			verbs[one.Verb] = true
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

func ofVerb(routes []Placed, verb string) []Placed {
	var found []Placed
	for _, one := range routes {
		if one.Verb == verb || one.Verb == "" || one.Verb == "ANY" {
			found = append(found, one)
		}
	}
	return found
}

func list(routes []Placed) *xdsmatcherv3.Matcher_OnMatch {
	return &xdsmatcherv3.Matcher_OnMatch{OnMatch: &xdsmatcherv3.Matcher_OnMatch_Action{
		Action: extension("routes", &routev3.RouteList{Routes: plain(routes)}),
	}}
}

func extension(name string, message proto.Message) *xdscorev3.TypedExtensionConfig {
	made := &anypb.Any{}
	// Marshal fails on invalid UTF-8 alone: routes come out of plans, which were
	// unmarshalled.
	_ = anypb.MarshalFrom(made, message, proto.MarshalOptions{Deterministic: true})
	return &xdscorev3.TypedExtensionConfig{Name: name, TypedConfig: made}
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
