// Package extauth decides whether a call may proceed, and as whom: AWS's order
// of authorization, API keys, usage plans and throttles, over plain values. Its
// gRPC edge (check.go) answers Envoy's ext_authz; extproc asks the same Decider
// inside its stream. It calls no backend, changes no body, and knows nothing of
// who made the plans.
package extauth

import (
	"github.com/sluice-gateway/sluice/extauth/apikey"
	"github.com/sluice-gateway/sluice/internal/requestcontext"
	"github.com/sluice-gateway/sluice/internal/usage"
)

// Headers are a request's headers, asked by lower-case name: the engine wants a
// few of them and never a whole map.
type Headers interface {
	// Get gives a header's value, those sent several times joined by commas.
	Get(name string) (string, bool)
}

// Request is what of a request a decision looks at.
type Request struct {
	// ID is x-amzn-RequestId.
	ID string
	// Method is the client's verb.
	Method string
	// Path is as sent, with the stage and without the query.
	Path string
	// Query is as sent, without "?".
	Query string
	// Host is the client's, with a port if it sent one.
	Host string
	// SourceIP is the client's address.
	SourceIP string
	// Protocol is such as "HTTP/1.1".
	Protocol string
	Headers  Headers
}

// header gives a header, empty when there is none.
func (r *Request) header(name string) string {
	if r.Headers == nil {
		return ""
	}
	value, _ := r.Headers.Get(name)
	return value
}

// apiKeyHeader is where a caller puts an API key.
const apiKeyHeader = "x-api-key"

// Decider decides. Its parts are shared by all edges of a process, so that a
// request counts once wherever it is decided. It is safe for use by many
// goroutines.
type Decider struct {
	keys   *apikey.Store
	limits usage.Source
}

// NewDecider makes a Decider of the usage plans that it looks keys up in and of
// where it counts.
func NewDecider(keys *apikey.Store, limits usage.Source) *Decider {
	return &Decider{keys: keys, limits: limits}
}

// Decision is what was concluded of a request.
type Decision struct {
	// Allowed says that the call may proceed.
	Allowed bool
	// Key is set when an API key admitted the caller.
	Key *apikey.Key
	// Plan is the usage plan that Key was found in.
	Plan *apikey.Plan
	// Authorizer is set when an authorizer let the caller pass.
	Authorizer *requestcontext.Authorizer
	// Denial says why not, unless Allowed.
	Denial Denial
}

// Identify fills in what the decision knows of the caller.
func (d *Decision) Identify(context *requestcontext.Context) {
	if d.Key != nil {
		context.Identity.APIKeyID = d.Key.ID
	}
	if d.Authorizer != nil {
		context.Authorizer = d.Authorizer
	}
}
