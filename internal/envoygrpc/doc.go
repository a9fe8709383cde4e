// Package envoygrpc serves one bidirectional gRPC method to Envoys: HTTP/2 with
// prior knowledge, one goroutine a connection, messages answered where they are
// read and written together. That is a fraction of what a general gRPC server
// costs a message (docs/performance.md), which is most of what a call-out costs.
//
// It is NOT a general gRPC server: its peers are Envoys that the operator runs.
// It knows no compression, no deadlines, no metadata, no reflection, and serves
// every stream as a stream of the one method.
package envoygrpc
