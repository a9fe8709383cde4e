package envoy

import (
	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/config/accesslog/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	filev3 "github.com/envoyproxy/go-control-plane/envoy/extensions/access_loggers/file/v3"
	mutationv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/header_mutation/v3"
	tometadatav3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/header_to_metadata/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/sluice-gateway/sluice/envoy/format"
)

// Access logs have a format for each stage, and Envoy's logger one for all. So a
// route writes the stage's line into headers of the answer (lineFilter), these are
// moved into metadata before anyone sees them (lineKeptFilter), and the logger
// prints the metadata with what is known at the end.

const (
	linePrefix = "x-sluice-log-"
	lineOn     = "on"
)

// lineFilter does nothing where a route says nothing.
func lineFilter() *mutationv3.HeaderMutation { return &mutationv3.HeaderMutation{} }

// lineKeptFilter moves the line from headers into metadata.
func lineKeptFilter() *tometadatav3.Config {
	made := &tometadatav3.Config{}
	keys := []string{lineOn}
	for i := range format.MaxLate + 1 {
		keys = append(keys, format.PieceKey(i), format.LateKey(i))
	}
	for _, key := range keys {
		made.ResponseRules = append(made.GetResponseRules(), &tometadatav3.Config_Rule{
			Header: linePrefix + key, Remove: true,
			OnHeaderPresent: &tometadatav3.Config_KeyValuePair{MetadataNamespace: format.LineNamespace, Key: key},
		})
	}
	return made
}

// logged has a route's calls logged.
func (s *stageRoutes) logged(made *routev3.Route, scope *format.Scope) {
	text := s.plan.GetAccessLog().GetFormat()
	if text == "" {
		return
	}
	line := format.CompileLine(text, scope)
	mutations := []*mutation{set(linePrefix+lineOn, "1")}
	for i, piece := range line.Pieces {
		if piece != "" {
			mutations = append(mutations, set(linePrefix+format.PieceKey(i), piece))
		}
	}
	for i, code := range line.Late {
		mutations = append(mutations, set(linePrefix+format.LateKey(i), code))
	}
	if made.TypedPerFilterConfig == nil {
		made.TypedPerFilterConfig = map[string]*anypb.Any{}
	}
	made.TypedPerFilterConfig[filterLine] = packed(&mutationv3.HeaderMutationPerRoute{Mutations: &mutationv3.Mutations{ResponseMutations: mutations}})
	made.TypedPerFilterConfig[filterLineKept], made.TypedPerFilterConfig[filterKept] = on(), on()
}

// accessLog is the logger of all stages' lines; nil: none.
func accessLog(path string) []*accesslogv3.AccessLog {
	if path == "" {
		return nil
	}
	return []*accesslogv3.AccessLog{{
		Name: "envoy.access_loggers.file",
		Filter: &accesslogv3.AccessLogFilter{FilterSpecifier: &accesslogv3.AccessLogFilter_MetadataFilter{MetadataFilter: &accesslogv3.MetadataFilter{
			Matcher: &matcherv3.MetadataMatcher{
				Filter: format.LineNamespace,
				Path:   []*matcherv3.MetadataMatcher_PathSegment{{Segment: &matcherv3.MetadataMatcher_PathSegment_Key{Key: lineOn}}},
				Value:  &matcherv3.ValueMatcher{MatchPattern: &matcherv3.ValueMatcher_PresentMatch{PresentMatch: true}},
			},
			MatchIfKeyNotFound: wrapperspb.Bool(false),
		}}},
		ConfigType: &accesslogv3.AccessLog_TypedConfig{TypedConfig: packed(&filev3.FileAccessLog{
			Path:            path,
			AccessLogFormat: &filev3.FileAccessLog_LogFormat{LogFormat: textFormat(format.JoinedLine())},
		})},
	}}
}
