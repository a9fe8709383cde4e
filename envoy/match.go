package envoy

import (
	"regexp"
	"strconv"
	"strings"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	typev3 "github.com/envoyproxy/go-control-plane/envoy/type/v3"

	"github.com/sluice-gateway/sluice/envoy/format"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// anyVerbs are the verbs that AWS's ANY stands for.
const anyVerbs = "DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT"

// pathExpression is the regular expression of an operation's path in its stage,
// with a group for each path parameter in order. It is matched whole. AWS
// collapses slashes before the stage and behind it, and drops those at the end;
// all others count, and escapes stand as they came.
func pathExpression(stage string, segments []*planv1.Segment) string {
	var text strings.Builder
	text.WriteString("/+" + regexp.QuoteMeta(stage))
	for i, segment := range segments {
		text.WriteString("/")
		if i == 0 {
			text.WriteString("+")
		}
		switch kind := segment.GetKind().(type) {
		case *planv1.Segment_Literal:
			text.WriteString(regexp.QuoteMeta(kind.Literal))
		case *planv1.Segment_Parameter:
			text.WriteString("([^/]+)")
		case *planv1.Segment_Greedy:
			text.WriteString("(.*[^/])")
		}
	}
	return text.String() + "/*"
}

// group is the number of a path parameter's group; 0: there is none.
func group(segments []*planv1.Segment, name string) int {
	number := 0
	for _, segment := range segments {
		if segment.GetLiteral() != "" {
			continue
		}
		number++
		if segment.GetParameter() == name || segment.GetGreedy() == name {
			return number
		}
	}
	return 0
}

func matchExpression(expression string) *routev3.RouteMatch {
	return &routev3.RouteMatch{PathSpecifier: &routev3.RouteMatch_SafeRegex{SafeRegex: &matcherv3.RegexMatcher{Regex: expression}}}
}

// matchVerb asks for an operation's verb.
func matchVerb(verb string) *routev3.HeaderMatcher {
	value := &matcherv3.StringMatcher{MatchPattern: &matcherv3.StringMatcher_Exact{Exact: verb}}
	if verb == "ANY" {
		value.MatchPattern = &matcherv3.StringMatcher_SafeRegex{SafeRegex: &matcherv3.RegexMatcher{Regex: anyVerbs}}
	}
	return &routev3.HeaderMatcher{
		Name: ":method", HeaderMatchSpecifier: &routev3.HeaderMatcher_StringMatch{StringMatch: value},
	}
}

// matchOther asks for a request for which AWS chooses another template than that
// of application/json: one with a Content-Type, and neither that one nor that one
// with parameters. (As three plain comparisons: an expression for each mock would
// be half of what an API costs Envoy.)
func matchOther() []*routev3.HeaderMatcher {
	return []*routev3.HeaderMatcher{
		{Name: contentTypeHeader, HeaderMatchSpecifier: &routev3.HeaderMatcher_PresentMatch{PresentMatch: true}},
		{Name: contentTypeHeader, InvertMatch: true, HeaderMatchSpecifier: &routev3.HeaderMatcher_StringMatch{
			StringMatch: &matcherv3.StringMatcher{MatchPattern: &matcherv3.StringMatcher_Exact{Exact: jsonType}},
		}},
		{Name: contentTypeHeader, InvertMatch: true, HeaderMatchSpecifier: &routev3.HeaderMatcher_StringMatch{
			StringMatch: &matcherv3.StringMatcher{MatchPattern: &matcherv3.StringMatcher_Prefix{Prefix: jsonType + ";"}},
		}},
	}
}

// fraction takes a part of the requests, the same ones at every route.
func fraction(percent float64) *corev3.RuntimeFractionalPercent {
	const million = 1_000_000
	return &corev3.RuntimeFractionalPercent{
		DefaultValue: &typev3.FractionalPercent{
			Numerator:   uint32(min(max(percent, 0), 100) / 100 * million),
			Denominator: typev3.FractionalPercent_MILLION,
		},
		RuntimeKey: "sluice.canary",
	}
}

// rewrite says how a path is made of the request's: template with {name}
// placeholders, of which values gives what stands for each.
func rewrite(action *routev3.RouteAction, expression, template string, values map[string]string) {
	substitution, constant := substitute(template, values)
	if constant {
		action.PathRewrite = format.Verbatim(unescapeGroups(substitution))
		return
	}
	action.RegexRewrite = &matcherv3.RegexMatchAndSubstitute{
		Pattern: &matcherv3.RegexMatcher{Regex: "^" + expression + "$"}, Substitution: substitution,
	}
}

func unescapeGroups(substitution string) string { return strings.ReplaceAll(substitution, `\\`, `\`) }

// placeholder is a {name} in a URI.
var placeholder = regexp.MustCompile(`\{([A-Za-z0-9._$+-]+)\}`)

// substitute replaces placeholders: a value that starts with a backslash is a
// group, others stand as they are. One without a value stays, as AWS leaves it.
func substitute(template string, values map[string]string) (substitution string, constant bool) {
	constant = true
	made := strings.Builder{}
	end := 0
	for _, found := range placeholder.FindAllStringSubmatchIndex(template, -1) {
		made.WriteString(escapeGroups(template[end:found[0]]))
		end = found[1]
		value, known := values[template[found[2]:found[3]]]
		switch {
		case !known:
			made.WriteString(escapeGroups(template[found[0]:found[1]]))
		case strings.HasPrefix(value, `\`):
			constant = false
			made.WriteString(value)
		default:
			made.WriteString(escapeGroups(value))
		}
	}
	made.WriteString(escapeGroups(template[end:]))
	return made.String(), constant
}

func escapeGroups(text string) string { return strings.ReplaceAll(text, `\`, `\\`) }

// groupReference is a group in a substitution.
func groupReference(number int) string { return `\` + strconv.Itoa(number) }
