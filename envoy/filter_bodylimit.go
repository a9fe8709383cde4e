package envoy

import (
	limitv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/body_size_limit/v3"
	bufferv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/buffer/v3"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// bodyLimitFilter refuses bodies over the limit with 413 while they stream: it
// keeps nothing.
func bodyLimitFilter(limit uint64) *limitv3.BodySizeLimit {
	return &limitv3.BodySizeLimit{MaxRequestBytes: wrapperspb.UInt64(limit)}
}

// bufferFilter collects a body so that it goes out with its length.
func bufferFilter(limit uint64) *bufferv3.Buffer {
	return &bufferv3.Buffer{MaxRequestBytes: wrapperspb.UInt32(uint32(limit))}
}
