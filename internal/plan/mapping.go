package plan

import (
	"maps"
	"slices"
	"strings"

	"github.com/sluice-gateway/sluice/internal/jsonpath"
)

// Place is where a parameter stands in a message.
type Place uint8

// The places.
const (
	Header Place = iota
	Query
	Path
)

// SourceKind says where a mapping takes its value from.
type SourceKind uint8

// The sources of
// https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
const (
	// FromNothing is an expression that AWS would not have accepted.
	FromNothing SourceKind = iota
	// FromStatic is 'text' in quotes.
	FromStatic
	FromContext
	FromStageVariable
	// FromHeader and so on read the method request.
	FromHeader
	FromMultiHeader
	FromQuery
	FromMultiQuery
	FromPath
	FromBody
	FromBodyPath
	// FromResponseHeader and so on read the integration response.
	FromResponseHeader
	FromResponseMultiHeader
	FromResponseBody
	FromResponseBodyPath
)

// Source is a mapping expression, parsed.
type Source struct {
	Kind SourceKind
	// Name is the parameter's, variable's or header's name; of FromStatic the text.
	Name string
	// JSON is the path into the body; nil with FromBodyPath when it is none.
	JSON *jsonpath.Path
}

// Mapping puts one value into a message.
type Mapping struct {
	Place Place
	// Name is the parameter's; that of a header is in lower case.
	Name string
	From Source
	// Text is the mapping as written, "target = expression", for the operator.
	Text string
}

// sources are the prefixes of expressions. Longer ones stand before shorter ones
// that begin them.
var sources = []struct {
	prefix string
	kind   SourceKind
}{
	{"context.", FromContext},
	{"stageVariables.", FromStageVariable},
	{"method.request.header.", FromHeader},
	{"method.request.multivalueheader.", FromMultiHeader},
	{"method.request.querystring.", FromQuery},
	{"method.request.multivaluequerystring.", FromMultiQuery},
	{"method.request.path.", FromPath},
	{"method.request.body.", FromBodyPath},
	{"integration.response.header.", FromResponseHeader},
	{"integration.response.multivalueheader.", FromResponseMultiHeader},
	{"integration.response.body.", FromResponseBodyPath},
}

// parseSource reads a mapping expression.
func parseSource(text string) Source {
	switch {
	case len(text) >= 2 && text[0] == '\'' && text[len(text)-1] == '\'':
		return Source{Kind: FromStatic, Name: text[1 : len(text)-1]}
	case text == "method.request.body":
		return Source{Kind: FromBody}
	case text == "integration.response.body":
		return Source{Kind: FromResponseBody}
	}
	for _, known := range sources {
		name, found := strings.CutPrefix(text, known.prefix)
		if !found {
			continue
		}
		made := Source{Kind: known.kind, Name: name}
		if known.kind == FromBodyPath || known.kind == FromResponseBodyPath {
			path, err := jsonpath.Compile("$." + name)
			if err == nil {
				made.JSON = path
			}
		}
		return made
	}
	return Source{}
}

// places are the prefixes of targets.
var places = []struct {
	prefix string
	place  Place
}{
	{"integration.request.header.", Header},
	{"integration.request.querystring.", Query},
	{"integration.request.path.", Path},
	{"method.response.header.", Header},
}

// parseMappings reads a map of targets to expressions, in the order of the
// targets. What AWS would not have accepted is left out.
func parseMappings(all map[string]string) []Mapping {
	var made []Mapping
	for _, target := range slices.Sorted(maps.Keys(all)) {
		for _, known := range places {
			name, found := strings.CutPrefix(target, known.prefix)
			if !found {
				continue
			}
			if known.place == Header {
				name = strings.ToLower(name)
			}
			made = append(made, Mapping{Place: known.place, Name: name, From: parseSource(all[target]), Text: target + " = " + all[target]})
		}
	}
	return made
}
