// Package extproc does to messages what Envoy cannot: it is the service behind
// Envoy's ext_proc filter on the routes of class process. A stream is one
// Exchange, which leads a request and its response through AWS's phases.
//
// It is NOT a proxy: Envoy makes every call and carries every body. It keeps no
// state from one request to the next but compiled plans, and it knows nothing
// of who made them.
package extproc
