package wire

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"
)

// location says where a member travels in HTTP.
type location int

const (
	inBody location = iota
	inURI
	inQuery
	inHeader
	inPayload
)

// plan is what the codecs need of one struct, made once.
type plan struct {
	fields []field
	// byName finds body members by wire name.
	byName map[string]int
	// hasBody says that some member travels in the body.
	hasBody bool
	// payload is the index of the member that is the whole body, or -1.
	payload int
}

// field is one member.
type field struct {
	index    int
	goName   string
	name     string
	location location
	// iso says that the model wants times as ISO 8601 text.
	iso       bool
	flattened bool
	// otherwise, when not empty, is the number that a value of the wrong JSON kind
	// is read as, so that the operation refuses it and not the framework.
	otherwise string
	rule      *rule
}

// rule is a Constraint made ready.
type rule struct {
	Constraint
	pattern      *regexp.Regexp
	element, key *rule
}

// plan gives the plan of a struct, made at first use.
func (c *Codec) plan(of reflect.Type) *plan {
	if known, ok := c.plans.Load(of); ok {
		if made, ok := known.(*plan); ok {
			return made
		}
	}
	made := newPlan(of)
	c.plans.Store(of, made)
	return made
}

func newPlan(of reflect.Type) *plan {
	made := &plan{byName: map[string]int{}, payload: -1}
	rules := rulesOf(of)
	for i := range of.NumField() {
		part := of.Field(i)
		where, rest, _ := strings.Cut(part.Tag.Get("wire"), ",")
		name, options, _ := strings.Cut(rest, ",")
		one := field{
			index: i, goName: part.Name, name: name, location: locationOf(where),
			iso:       strings.Contains(options, "iso8601"),
			flattened: strings.Contains(options, "flattened"),
			rule:      rules[part.Name],
		}
		_, one.otherwise, _ = strings.Cut(options, "otherwise=")
		switch one.location {
		case inBody:
			made.hasBody = true
			made.byName[name] = len(made.fields)
		case inPayload:
			made.payload = len(made.fields)
		default:
		}
		made.fields = append(made.fields, one)
	}
	return made
}

func locationOf(name string) location {
	switch name {
	case "uri":
		return inURI
	case "query":
		return inQuery
	case "header":
		return inHeader
	case "payload":
		return inPayload
	default:
		return inBody
	}
}

// rulesOf makes the constraints of a struct ready, by field.
func rulesOf(of reflect.Type) map[string]*rule {
	constrained, ok := reflect.TypeAssert[Constrained](reflect.New(of))
	if !ok {
		return nil
	}
	rules := map[string]*rule{}
	for _, constraint := range constrained.Constraints() {
		rules[constraint.Member] = newRule(constraint)
	}
	return rules
}

func newRule(constraint Constraint) *rule {
	made := &rule{Constraint: constraint}
	if constraint.Pattern != "" {
		// A pattern that RE2 cannot hold demands nothing; a test wants none.
		if pattern, err := compilePattern(constraint.Pattern); err == nil {
			made.pattern = pattern
		}
	}
	if constraint.Element != nil {
		made.element = newRule(*constraint.Element)
	}
	if constraint.Key != nil {
		made.key = newRule(*constraint.Key)
	}
	return made
}

// compilePattern makes a Java pattern, which must match the whole value, one of
// RE2's: the models use \uXXXX.
func compilePattern(java string) (*regexp.Regexp, error) {
	translated := regexp.MustCompile(`\\u([0-9A-Fa-f]{4})`).ReplaceAllString(java, `\x{$1}`)
	compiled, err := regexp.Compile(`(?s)\A(?:` + translated + `)\z`)
	if err != nil {
		return nil, fmt.Errorf("pattern %s: %w", java, err)
	}
	return compiled, nil
}

// CheckPattern says whether a pattern of AWS's models can be held, with the
// reason when it cannot; such a pattern is not checked.
func CheckPattern(java string) error {
	_, err := compilePattern(java)
	return err
}

// memberName is the model's name of a field: errors say it with a small initial.
func memberName(goName string) string {
	return strings.ToLower(goName[:1]) + goName[1:]
}

// isTime says whether a type is time.Time.
func isTime(of reflect.Type) bool { return of == reflect.TypeFor[time.Time]() }

// isBlob says whether a type is []byte.
func isBlob(of reflect.Type) bool {
	return of.Kind() == reflect.Slice && of.Elem().Kind() == reflect.Uint8
}
