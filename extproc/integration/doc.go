// Package integration knows what the call of each kind of backend looks like
// and how its answer is read: Lambda, AWS services, HTTP and MOCK. A kind fills
// in a message.Reply; Envoy's router makes the call.
//
// It is NOT a client, and it decides nothing that is the same for all kinds:
// that lies in extproc/phase.
package integration
