// Package load measures Sluice beside a bare Envoy in one run: CPU of every
// process, throughput and latency, and how soon a deployment is served. It is
// run by `make bench`, never by `make test`, and holds no product code.
package load
