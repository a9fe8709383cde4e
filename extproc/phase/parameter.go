package phase

import (
	"strings"

	"github.com/sluice-gateway/sluice/extproc/message"
)

// Parameter gives method.request.{location}.{name} as one text: of a header or
// query parameter sent twice the last one, of the multivalue forms all, joined
// by commas. Names of headers are found whatever their case, because Envoy has
// them all in lower case.
func (s *State) Parameter(location, name string) (string, bool) {
	switch location {
	case "header":
		return s.Request.Headers.Fold(name)
	case "querystring":
		return s.Query().Get(name)
	case "path":
		return s.DecodedPathParameter(name)
	case "multivalueheader":
		return joined(func(take func(string)) {
			for value := range s.Request.Headers.Values(name) {
				take(value)
			}
		})
	case "multivaluequerystring":
		return joined(func(take func(string)) {
			for _, pair := range s.Query() {
				if pair.Name == name {
					take(pair.Value)
				}
			}
		})
	default:
		return "", false
	}
}

func joined(each func(take func(string))) (string, bool) {
	var text strings.Builder
	found := false
	each(func(value string) {
		if found {
			text.WriteByte(',')
		}
		found = true
		text.WriteString(value)
	})
	return text.String(), found
}

// field makes a header, its name in lower case.
func field(name, value string) message.Field {
	return message.Field{Name: strings.ToLower(name), Value: value}
}
