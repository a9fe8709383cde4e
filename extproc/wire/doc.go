// Package wire reads and writes the messages of Envoy's ExternalProcessor
// service (envoy/service/ext_proc/v3/external_processor.proto) straight from
// and to bytes: only what an exchange uses is looked at, texts share the
// message's memory, and no proto object is made for a request. Its tests hold
// it to the generated types.
//
// It is NOT a protobuf library, and it knows nothing of what is in a message
// beyond its shape.
package wire
