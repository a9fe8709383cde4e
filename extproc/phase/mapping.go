package phase

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/sluice-gateway/sluice/internal/gatewayresponse"
	"github.com/sluice-gateway/sluice/internal/jsonpath"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/plan"
)

// document is a body parsed when a mapping first asks for it.
type document struct {
	value  jsonvalue.Value
	err    error
	parsed bool
}

// read gives what a path finds in body as text; false when it finds nothing.
// A body that does not look like JSON is not parsed.
func (d *document) read(body []byte, path *jsonpath.Path) (string, bool, error) {
	text := strings.TrimLeft(string(body), " \t\r\n")
	if path == nil || text == "" || strings.IndexByte(`{['"`, text[0]) < 0 {
		return "", false, nil
	}
	if !d.parsed {
		d.parsed = true
		d.value, d.err = jsonvalue.ParseString(text, jsonvalue.Options{})
	}
	if d.err != nil {
		return "", false, d.err
	}
	value, err := path.Read(d.value)
	if err != nil || value.IsNull() || value.IsUndefined() {
		if err != nil && !errors.Is(err, jsonpath.ErrNotFound) {
			return "", false, nil
		}
		return "", false, nil
	}
	if value.Kind() == jsonvalue.KindString {
		return value.Text(), true, nil
	}
	made, err := value.JSON(jsonvalue.Verbatim)
	return made, err == nil, err
}

// requestValue gives a source of the request's side as one text.
func (s *State) requestValue(from *plan.Source) (string, bool, error) {
	switch from.Kind {
	case plan.FromStatic:
		return from.Name, true, nil
	case plan.FromContext:
		value, found := s.Context.Text(from.Name)
		return value, found, nil
	case plan.FromStageVariable:
		value, found := s.Operation.Release.StageVariables.Get(from.Name)
		return value, found, nil
	case plan.FromHeader, plan.FromMultiHeader, plan.FromQuery, plan.FromMultiQuery, plan.FromPath:
		value, found := s.Parameter(locations[from.Kind], from.Name)
		return value, found, nil
	case plan.FromBody:
		return string(s.Body), len(s.Body) > 0, nil
	case plan.FromBodyPath:
		value, found, err := s.requestJSON.read(s.Body, from.JSON)
		if err != nil {
			return "", false, &Failure{Type: gatewayresponse.Default4XX, Message: "Invalid JSON in request body", Reason: err.Error()}
		}
		return value, found, nil
	default:
		return "", false, nil
	}
}

// locations name the places of parameters as State.Parameter wants them.
var locations = map[plan.SourceKind]string{
	plan.FromHeader: "header", plan.FromMultiHeader: "multivalueheader", plan.FromQuery: "querystring",
	plan.FromMultiQuery: "multivaluequerystring", plan.FromPath: "path",
}

// responseValue gives a source of either side as one text.
func (s *State) responseValue(from *plan.Source, body []byte) (string, bool, error) {
	switch from.Kind {
	case plan.FromResponseHeader:
		value, found := s.Response.Headers.Fold(from.Name)
		return value, found, nil
	case plan.FromResponseMultiHeader:
		value, found := joined(func(take func(string)) {
			for one := range s.Response.Headers.Values(from.Name) {
				take(one)
			}
		})
		return value, found, nil
	case plan.FromResponseBody:
		return string(body), len(body) > 0, nil
	case plan.FromResponseBodyPath:
		value, found, err := s.responseJSON.read(body, from.JSON)
		if err != nil {
			return "", false, Misconfigured("the integration's response is no JSON: " + err.Error())
		}
		return value, found, nil
	default:
		return s.requestValue(from)
	}
}

// headerText is a value that a header can carry: what no HTTP message can hold
// becomes a blank.
func headerText(value string) string {
	bad := func(char rune) bool { return char < ' ' && char != '\t' || char == 0x7f || char == utf8.RuneError }
	if strings.IndexFunc(value, bad) < 0 {
		return value
	}
	return strings.Map(func(char rune) rune {
		if bad(char) {
			return ' '
		}
		return char
	}, value)
}

// validHeader says whether a name can be a header's.
func validHeader(name string) bool {
	for i := range len(name) {
		char := name[i]
		if char <= ' ' || char >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, char) >= 0 {
			return false
		}
	}
	return name != ""
}
