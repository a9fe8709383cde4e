// Package message holds a request and a response as plain values: what an
// exchange reads of them and what it wants done to them. It is what the engine
// and a transport (Envoy's ext_proc; later a module inside Envoy) talk in.
//
// It is NOT HTTP: names are lower case as Envoy has them, nothing is parsed
// that nobody asked for, and texts may share memory with the transport for as
// long as the exchange lives.
package message
