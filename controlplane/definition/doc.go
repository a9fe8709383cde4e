// Package definition holds API Gateway's nouns as stored: their fields,
// defaults, invariants, cascades and patch operations, and Freeze, which copies
// what a deployment keeps. It is pure: it knows no store, no network, no clock
// and no wire format; ids and times come in as arguments. What the data plane
// makes of a definition is compile's business.
package definition
