package envoy

import (
	xdscorev3 "github.com/cncf/xds/go/xds/core/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// packed puts a message into an Any, byte for byte the same for equal messages.
func packed(message proto.Message) *anypb.Any {
	made := &anypb.Any{}
	// Marshal fails on invalid UTF-8 alone, and every text here comes out of a plan,
	// which was unmarshalled, or stands in this package.
	_ = anypb.MarshalFrom(made, message, proto.MarshalOptions{Deterministic: true})
	return made
}

// extension is a message under a name, for Envoy's matchers.
func extension(name string, message proto.Message) *xdscorev3.TypedExtensionConfig {
	return &xdscorev3.TypedExtensionConfig{Name: name, TypedConfig: packed(message)}
}
