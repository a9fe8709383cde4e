// Package phase holds AWS's phases of a request, one file each: method request,
// integration request, integration response, method response and gateway
// response. Each works on the State of one exchange. What a backend's kind asks
// for lies in extproc/integration; the order of things in extproc's Exchange.
//
// It is NOT a transport: nothing here knows how a message came or how it goes.
package phase
