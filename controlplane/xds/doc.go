// Package xds publishes: it hears of changes from the store, compiles the
// touched stages, and brings plans to the ext services and Envoy's resources to
// Envoys, over one delta ADS server, in the order that loses no request. It also
// knows who has what. It decides nothing about an API: what a stage is made into
// is compile's and envoy's business.
//
// # Order
//
// Plans and Envoy resources have names that say their content, so old and new
// stand side by side. A batch of changes goes out make before break:
//
//  1. new plans and usage plans to every connected ext service, and their ACK;
//  2. new clusters to every connected Envoy, and its ACK;
//  3. new routes, then scopes, and Envoys' ACK: the switch, one resource an API;
//  4. old plans and clusters go after a drain time, when requests that were
//     routed by the old routes have ended.
//
// Who does not answer in time is waited for once, and then no more until it
// answers. What a service or an Envoy refuses is not used: the API's last good
// stays, and the status says why.
package xds
