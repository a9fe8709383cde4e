// Package plan holds the plans that serve, in runnable form: what arrives as a
// proto is compiled once (templates, mapping expressions, patterns, schemas,
// gateway responses) and then only looked up. An operation that did not change
// keeps what was compiled for it before.
//
// It is NOT a role: it decides nothing, calls nobody, and knows neither Envoy
// nor how plans travel (internal/planclient). What it hands out is read only.
package plan
