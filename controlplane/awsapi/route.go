package awsapi

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

// entry is an operation with its handler, if it has one.
type entry struct {
	operation wire.Operation
	labels    []string
	call      *Handler
}

// tree finds operations by path, segment by segment: a literal before a label.
// It is used instead of http.ServeMux because AWS neither cleans nor redirects
// paths, and tells operations of one path apart by the query string.
type tree struct {
	literals map[string]*tree
	label    *tree
	entries  []*entry
}

// maxSegments bounds a path; AWS's longest has ten.
const maxSegments = 32

// add puts an operation into the tree.
func (t *tree) add(made *entry) {
	at := t
	for _, segment := range split(made.operation.Path) {
		if !strings.HasPrefix(segment, "{") {
			if at.literals == nil {
				at.literals = map[string]*tree{}
			}
			if at.literals[segment] == nil {
				at.literals[segment] = &tree{}
			}
			at = at.literals[segment]
			continue
		}
		made.labels = append(made.labels, strings.Trim(segment, "{}+"))
		if at.label == nil {
			at.label = &tree{}
		}
		at = at.label
	}
	at.entries = append(at.entries, made)
	// What demands more of the query string is asked first.
	slices.SortStableFunc(at.entries, func(a, b *entry) int { return len(b.operation.Query) - len(a.operation.Query) })
}

// find gives the operation of a request for a signing name, with the labels'
// values, or UnknownOperationException.
func (t *tree) find(signing, method, path string, query url.Values) (*entry, map[string]string, error) {
	segments := split(path)
	if len(segments) > maxSegments {
		return nil, nil, awserror.NewUnknownOperation()
	}
	found, raw := t.walk(segments, nil, func(one *entry) bool {
		return one.operation.Signing == signing && one.operation.Method == method && queryHolds(one.operation.Query, query)
	})
	if found == nil {
		return nil, nil, awserror.NewUnknownOperation()
	}
	labels := make(map[string]string, len(raw))
	for i, text := range raw {
		value, err := url.PathUnescape(text)
		if err != nil || !utf8.ValidString(value) || strings.ContainsFunc(value, isControl) {
			return nil, nil, awserror.NewBadRequest("Invalid characters in the request path")
		}
		labels[found.labels[i]] = value
	}
	return found, labels, nil
}

func isControl(char rune) bool { return char < ' ' || char == 0x7f }

func (t *tree) walk(segments, labels []string, wanted func(*entry) bool) (*entry, []string) {
	if len(segments) == 0 {
		if at := slices.IndexFunc(t.entries, wanted); at >= 0 {
			return t.entries[at], labels
		}
		return nil, nil
	}
	if next := t.literals[segments[0]]; next != nil {
		if found, values := next.walk(segments[1:], labels, wanted); found != nil {
			return found, values
		}
	}
	if t.label == nil || segments[0] == "" {
		return nil, nil
	}
	return t.label.walk(segments[1:], append(slices.Clip(labels), segments[0]), wanted)
}

// split gives a path's segments; one slash at the end changes nothing.
func split(path string) []string {
	path = strings.TrimSuffix(strings.TrimPrefix(path, "/"), "/")
	if path == "" {
		return nil
	}
	return strings.SplitN(path, "/", maxSegments+2)
}

func queryHolds(constants []wire.Constant, query url.Values) bool {
	return !slices.ContainsFunc(constants, func(one wire.Constant) bool { return query.Get(one.Name) != one.Value })
}
