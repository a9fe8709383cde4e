// Package envoy turns plans into Envoy's configuration: the listener that all
// APIs share, and for each API its scopes, routes and clusters. It is pure and
// totally ordered: equal plans give equal bytes. It starts no Envoy (process,
// bootstrap do) and knows no xDS server (controlplane/xds does); of Envoy's nouns
// each has a file, and so has each HTTP filter.
package envoy
