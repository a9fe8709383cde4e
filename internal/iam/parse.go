package iam

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Kind says where a policy is used, which decides what it must say.
type Kind int

const (
	// IdentityPolicy belongs to a user, group or role, or comes from a Lambda
	// authorizer: it has no Principal.
	IdentityPolicy Kind = iota
	// ResourcePolicy belongs to a resource, such as a RestApi: it has a Principal.
	ResourcePolicy
	// TrustPolicy says who may assume a role: a Principal, and no Resource.
	TrustPolicy
)

const (
	maxText       = 128 << 10
	maxDepth      = 16
	maxStatements = 1000
)

// Error says why a document is no policy.
type Error struct{ reason string }

// Error implements error.
func (e *Error) Error() string { return "policy: " + e.reason }

func problem(format string, values ...any) error {
	return &Error{reason: fmt.Sprintf(format, values...)}
}

// Parse reads, checks and compiles a document. The error is an *Error; services
// answer it in words of their own.
func Parse(text []byte, kind Kind) (*Policy, error) {
	if err := checkText(text); err != nil {
		return nil, err
	}
	var document struct {
		Version   *string
		ID        *string `json:"Id"`
		Statement json.RawMessage
	}
	if err := strict(text, &document); err != nil {
		return nil, err
	}
	variables := false
	if document.Version != nil {
		switch *document.Version {
		case "2012-10-17":
			variables = true
		case "2008-10-17":
		default:
			return nil, problem("unknown Version %q", *document.Version)
		}
	}
	raw, err := listOf(document.Statement)
	if err != nil || len(raw) == 0 || len(raw) > maxStatements {
		return nil, problem("Statement must be one or more objects")
	}
	made := &Policy{}
	if document.ID != nil {
		made.id = *document.ID
	}
	for i, one := range raw {
		compiled, err := parseStatement(one, kind, variables)
		if err != nil {
			return nil, fmt.Errorf("statement %d: %w", i, err)
		}
		made.statements = append(made.statements, compiled)
	}
	return made, nil
}

// checkText bounds a document before anything reads it.
func checkText(text []byte) error {
	if len(text) > maxText || !utf8.Valid(text) {
		return problem("longer than %d bytes or not UTF-8", maxText)
	}
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch char := text[i]; {
		case quoted && char == '\\':
			i++
		case char == '"':
			quoted = !quoted
		case quoted:
		case char == '{' || char == '[':
			if depth++; depth > maxDepth {
				return problem("nested deeper than %d", maxDepth)
			}
		case char == '}' || char == ']':
			depth--
		}
	}
	return nil
}

// strict reads one JSON object into a struct. Elements that it does not have are
// an error, as AWS refuses them, and so are names of another case.
func strict(text []byte, into any) error {
	if trimmed := bytes.TrimSpace(text); len(trimmed) == 0 || trimmed[0] != '{' {
		return problem("no JSON object")
	}
	if err := checkNames(text, into); err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return problem("%v", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return problem("more than one JSON value")
	}
	return nil
}

// checkNames refuses an element that is given twice or in another case, both of
// which encoding/json would take.
func checkNames(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	if _, err := decoder.Token(); err != nil {
		return problem("%v", err)
	}
	seen := map[string]bool{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return problem("%v", err)
		}
		name, _ := token.(string)
		if seen[name] || !hasElement(into, name) {
			return problem("element %q is unknown or given twice", name)
		}
		seen[name] = true
		var skipped json.RawMessage
		if err := decoder.Decode(&skipped); err != nil {
			return problem("%v", err)
		}
	}
	return nil
}

// element is a statement as written.
type element struct {
	Sid          *string
	Effect       string
	Action       json.RawMessage
	NotAction    json.RawMessage
	Resource     json.RawMessage
	NotResource  json.RawMessage
	Principal    json.RawMessage
	NotPrincipal json.RawMessage
	Condition    map[string]map[string]json.RawMessage
}

func hasElement(into any, name string) bool {
	if _, ok := into.(*element); ok {
		switch name {
		case "Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition":
			return true
		}
		return false
	}
	return name == "Version" || name == "Id" || name == "Statement"
}

func parseStatement(text json.RawMessage, kind Kind, variables bool) (statement, error) {
	var written element
	if err := strict(text, &written); err != nil {
		return statement{}, err
	}
	made := statement{deny: written.Effect == "Deny"}
	if written.Effect != "Allow" && !made.deny {
		return statement{}, problem("Effect must be Allow or Deny, not %q", written.Effect)
	}
	if written.Sid != nil {
		made.sid = *written.Sid
	}
	for _, step := range []func(*element, *statement, Kind, bool) error{parseActions, parseResources, parsePrincipals, parseConditions} {
		if err := step(&written, &made, kind, variables); err != nil {
			return statement{}, err
		}
	}
	return made, nil
}

// either gives the one of two elements that is there.
func either(name string, plain, negated json.RawMessage) ([]string, bool, error) {
	if (plain == nil) == (negated == nil) {
		return nil, false, problem("one of %s and Not%s must be given", name, name)
	}
	chosen, not := plain, false
	if plain == nil {
		chosen, not = negated, true
	}
	texts, err := textsOf(chosen)
	if err != nil || len(texts) == 0 {
		return nil, false, problem("%s must be one or more texts", name)
	}
	return texts, not, nil
}

func parseActions(written *element, into *statement, _ Kind, _ bool) error {
	texts, not, err := either("Action", written.Action, written.NotAction)
	if err != nil {
		return err
	}
	into.notAction = not
	for _, text := range texts {
		service, name, found := strings.Cut(text, ":")
		if text != "*" && (!found || service == "" || name == "") {
			return problem("Action %q is not service:name", text)
		}
		into.actions = append(into.actions, newPattern(text, true, false, true))
	}
	return nil
}

func parseResources(written *element, into *statement, kind Kind, variables bool) error {
	if kind == TrustPolicy {
		if written.Resource != nil || written.NotResource != nil {
			return problem("a trust policy has no Resource")
		}
		into.anyResource = true
		return nil
	}
	texts, not, err := either("Resource", written.Resource, written.NotResource)
	if err != nil {
		return err
	}
	into.notResource = not
	for _, text := range texts {
		if text == "" {
			return problem("Resource must not be empty")
		}
		into.resources = append(into.resources, newARNPattern(text, variables))
	}
	return nil
}

func parsePrincipals(written *element, into *statement, kind Kind, _ bool) error {
	if kind == IdentityPolicy {
		if written.Principal != nil || written.NotPrincipal != nil {
			return problem("a policy of an identity has no Principal")
		}
		return nil
	}
	if (written.Principal == nil) == (written.NotPrincipal == nil) {
		return problem("one of Principal and NotPrincipal must be given")
	}
	chosen := written.Principal
	if chosen == nil {
		chosen, into.notPrincipal = written.NotPrincipal, true
	}
	into.principals = &principals{aws: map[string]bool{}, accounts: map[string]bool{}, services: map[string]bool{}, federated: map[string]bool{}}
	var everyone string
	if err := json.Unmarshal(chosen, &everyone); err == nil {
		if everyone != "*" {
			return problem("Principal %q must be * or an object", everyone)
		}
		into.principals.everyone = true
		return nil
	}
	var kinds map[string]json.RawMessage
	if err := json.Unmarshal(chosen, &kinds); err != nil || len(kinds) == 0 {
		return problem("Principal must be * or an object")
	}
	for name, raw := range kinds {
		texts, err := textsOf(raw)
		if err != nil || len(texts) == 0 {
			return problem("Principal %s must be one or more texts", name)
		}
		for _, text := range texts {
			if err := into.principals.add(name, text); err != nil {
				return err
			}
		}
	}
	return nil
}

// listOf reads one value or a list of them.
func listOf(raw json.RawMessage) ([]json.RawMessage, error) {
	if trimmed := bytes.TrimSpace(raw); len(trimmed) == 0 || trimmed[0] != '[' {
		if len(trimmed) == 0 {
			return nil, nil
		}
		return []json.RawMessage{raw}, nil
	}
	var list []json.RawMessage
	err := json.Unmarshal(raw, &list)
	return list, err
}

// textsOf reads one text or a list of them.
func textsOf(raw json.RawMessage) ([]string, error) {
	list, err := listOf(raw)
	if err != nil {
		return nil, err
	}
	texts := make([]string, 0, len(list))
	for _, one := range list {
		if len(one) == 0 || bytes.TrimSpace(one)[0] != '"' {
			return nil, problem("not a text: %s", one)
		}
		var text string
		if err := json.Unmarshal(one, &text); err != nil {
			return nil, err
		}
		texts = append(texts, text)
	}
	return texts, nil
}
