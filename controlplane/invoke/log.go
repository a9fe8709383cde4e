package invoke

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/sluice-gateway/sluice/internal/trial"
)

const (
	// logTime is the time at the start of each line.
	logTime = "Mon Jan 02 15:04:05 UTC 2006"
	// maxLogged is where AWS cuts the endpoint's request headers, in characters.
	maxLogged = 998
	truncated = " [TRUNCATED]"
)

// executionLog is a log in the making.
type executionLog struct {
	strings.Builder

	at string
}

func (l *executionLog) linef(format string, arguments ...any) {
	fmt.Fprintf(l, l.at+" : "+format+"\n", arguments...)
}

// log is AWS's execution log of a call.
func (c *call) log(record *trial.Record, now time.Time) string {
	log := &executionLog{at: now.UTC().Format(logTime)}
	fmt.Fprintf(log, "Execution log for request %s\n", record.RequestID)
	log.linef("Starting execution for request: %s", record.RequestID)
	log.linef("HTTP Method: %s, Resource Path: %s", c.verb, c.path)
	log.linef("Method request path: %s", braces(c.parameters))
	log.linef("Method request query string: %s", braces(c.query))
	log.linef("Method request headers: %s", braces(c.given()))
	log.linef("Method request body before transformations: %s", c.body)
	c.logEndpoint(log, record)
	if record.Failure != "" {
		log.linef("%s", failure(record))
		log.linef("Method completed with status: %d", record.Answer.Status)
		return log.String()
	}
	log.linef("Method response body after transformations: %s", record.Answer.Body)
	log.linef("Method response headers: %s", braces(c.shown(record.Answer.Headers)))
	log.linef("Successfully completed execution")
	log.linef("Method completed with status: %d", record.Answer.Status)
	return log.String()
}

// failure is AWS's line for a call that failed. That of a configuration error is
// recorded, the others are AWS's as documented.
func failure(record *trial.Record) string {
	switch record.FailureType {
	case "INTEGRATION_TIMEOUT":
		return "Execution failed due to a timeout error"
	case "INTEGRATION_FAILURE":
		return "Execution failed due to a network error communicating with endpoint"
	default:
		return "Execution failed due to configuration error: " + record.Failure
	}
}

// logEndpoint tells of the backend's call; a MOCK has none.
func (c *call) logEndpoint(log *executionLog, record *trial.Record) {
	sent, received := record.Endpoint, record.Received
	if sent == nil {
		return
	}
	log.linef("Endpoint request URI: %s", sent.URI)
	log.linef("Endpoint request headers: %s", cut(braces(spelledAsSent(sent.Headers))))
	log.linef("Endpoint request body after transformations: %s", sent.Body)
	log.linef("Sending request to %s", sent.URI)
	if received == nil {
		return
	}
	log.linef("Received response. Status: %d, Integration latency: %d ms", received.Status, record.Latency.Milliseconds())
	log.linef("Endpoint response headers: %s", braces(spelledAsSent(received.Headers)))
	log.linef("Endpoint response body before transformations: %s", received.Body)
}

// given are the headers that the user gave, by name.
func (c *call) given() []pair {
	var made []pair
	for _, name := range slices.Sorted(maps.Keys(c.headers)) {
		made = append(made, pair{name, strings.Join(c.headers[name], ",")})
	}
	return made
}

func spelledAsSent(headers []trial.Header) []pair {
	made := make([]pair, 0, len(headers))
	for _, header := range headers {
		made = append(made, pair{http.CanonicalHeaderKey(header.Name), header.Value})
	}
	return made
}

// braces writes a map as AWS's logs do.
func braces(pairs []pair) string {
	parts := make([]string, 0, len(pairs))
	for _, one := range pairs {
		parts = append(parts, one.name+"="+one.value)
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// cut ends a long text as AWS does.
func cut(text string) string {
	runes := []rune(text)
	if len(runes) <= maxLogged {
		return text
	}
	return string(runes[:maxLogged]) + truncated
}
