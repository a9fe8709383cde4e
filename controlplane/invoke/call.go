package invoke

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest"
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/internal/trial"
)

// call is what is sent to test a method.
type call struct {
	verb string
	// path is without the query, target with it.
	path, target string
	// matches says whether the path is one of the method's resource, parameters
	// what it gives.
	matches    bool
	parameters []pair
	query      []pair
	headers    map[string][]string
	body       string
	// spelled are the header names of the method's responses, by lower case.
	spelled map[string]string
}

type pair struct{ name, value string }

func newCall(test rest.TestCall) *call {
	made := &call{verb: test.Method.HTTPMethod, headers: test.Headers, body: test.Body, spelled: spelled(test.Method)}
	if made.verb == "ANY" {
		made.verb = http.MethodGet
	}
	made.target = test.PathWithQuery
	if made.target == "" {
		made.target = test.Resource.Path
	}
	if !strings.HasPrefix(made.target, "/") {
		made.target = "/" + made.target
	}
	made.target = strings.NewReplacer(" ", "%20", "\r", "%0D", "\n", "%0A", "#", "%23").Replace(made.target)
	var query string
	made.path, query, _ = strings.Cut(made.target, "?")
	for part := range strings.SplitSeq(query, "&") {
		if name, value, _ := strings.Cut(part, "="); part != "" {
			made.query = append(made.query, pair{name, value})
		}
	}
	made.parameters, made.matches = match(test.Resource.Path, made.path)
	return made
}

// spelled gives the names of response headers as the method has them: HTTP/2
// and Envoy have them in lower case.
func spelled(method *definition.Method) map[string]string {
	names := map[string]string{"x-amzn-errortype": "x-amzn-ErrorType"}
	for _, response := range method.Responses {
		for key := range response.ResponseParameters {
			if name, found := strings.CutPrefix(key, "method.response.header."); found {
				names[strings.ToLower(name)] = name
			}
		}
	}
	return names
}

// match lays a path over a resource's, "/pets/{petId}" or "/files/{proxy+}".
func match(resource, path string) ([]pair, bool) {
	want, have := segments(resource), segments(path)
	var found []pair
	for i, part := range want {
		name, parameter := strings.CutPrefix(part, "{")
		name = strings.TrimSuffix(name, "}")
		switch {
		case i >= len(have):
			return nil, false
		case parameter && strings.HasSuffix(name, "+"):
			return append(found, pair{strings.TrimSuffix(name, "+"), strings.Join(have[i:], "/")}), true
		case parameter:
			found = append(found, pair{name, have[i]})
		case part != have[i]:
			return nil, false
		}
	}
	if len(want) != len(have) {
		return nil, false
	}
	return found, true
}

func segments(path string) []string {
	return slices.DeleteFunc(strings.Split(path, "/"), func(part string) bool { return part == "" })
}

// answer is TestInvokeMethod's output.
func (c *call) answer(record *trial.Record, now time.Time) *rest.TestAnswer {
	made := &rest.TestAnswer{
		Status: int32(record.Answer.Status), Body: string(record.Answer.Body), Headers: map[string][]string{},
		Log: c.log(record, now), Latency: max(record.Latency.Milliseconds(), 1),
	}
	for _, header := range c.shown(record.Answer.Headers) {
		made.Headers[header.name] = append(made.Headers[header.name], header.value)
	}
	return made
}

// shown are a response's headers as AWS spells and shows them.
func (c *call) shown(headers []trial.Header) []pair {
	var made []pair
	for _, header := range headers {
		switch header.Name {
		case "x-amzn-requestid", "x-amz-apigw-id", "content-length", "connection", "transfer-encoding", "date", "server":
			continue
		}
		name, found := c.spelled[header.Name]
		if !found {
			name = http.CanonicalHeaderKey(header.Name)
		}
		made = append(made, pair{name, header.Value})
	}
	// AWS shows the trace first.
	slices.SortStableFunc(made, func(a, b pair) int { return traceFirst(a) - traceFirst(b) })
	return made
}

func traceFirst(header pair) int {
	if header.name == "X-Amzn-Trace-Id" {
		return 0
	}
	return 1
}
