package envoy

import (
	rulesv3 "github.com/envoyproxy/go-control-plane/envoy/config/common/mutation_rules/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	procv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/ext_proc/v3"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/sluice-gateway/sluice/envoy/format"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// extProcFilter opens a stream to extproc. When it cannot be reached, or fails,
// the call ends with 500, which localReplies turns into a gateway response.
func extProcFilter(settings *ListenerSettings) *procv3.ExternalProcessor {
	return &procv3.ExternalProcessor{
		GrpcService: &corev3.GrpcService{
			TargetSpecifier: &corev3.GrpcService_EnvoyGrpc_{EnvoyGrpc: &corev3.GrpcService_EnvoyGrpc{
				ClusterName: ProcCluster, SkipEnvoyHeaders: true,
			}},
			// The operation, by its route's name, and who calls: as attributes they would
			// cost an evaluation of an expression each, at every request.
			InitialMetadata: []*corev3.HeaderValue{
				{Key: "x-sluice-route", Value: "%ROUTE_NAME%"},
				{Key: "x-sluice-source", Value: "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%"},
			},
		},
		FailureModeAllow: false,
		ProcessingMode:   processingMode(&planv1.Messages{}),
		// The operation, by its route's name, and who calls.
		RequestAttributes: []string{"xds.route_name", "source.address"},
		// Tells a local reply of Envoy's from an answer of the backend's.
		ResponseAttributes: []string{"response.code_details"},
		// A message may wait for an authorizer, and the first for a decision.
		MessageTimeout: durationpb.New(settings.ServiceTimeout),
		MutationRules: &rulesv3.HeaderMutationRules{
			// :method, :path, :authority and every other header are extproc's to set.
			AllowAllRouting: wrapperspb.Bool(true),
			AllowEnvoy:      wrapperspb.Bool(true),
		},
		MetadataOptions: &procv3.MetadataOptions{
			ReceivingNamespaces: &procv3.MetadataOptions_MetadataNamespaces{Untyped: []string{format.ProcNamespace}},
		},
	}
}

// processes turns the filter on for an operation with the messages it needs.
func processes(messages *planv1.Messages) *anypb.Any {
	return packed(&procv3.ExtProcPerRoute{Override: &procv3.ExtProcPerRoute_Overrides{Overrides: &procv3.ExtProcOverrides{
		ProcessingMode: processingMode(messages),
	}}})
}

func processingMode(messages *planv1.Messages) *procv3.ProcessingMode {
	mode := &procv3.ProcessingMode{
		RequestHeaderMode:   procv3.ProcessingMode_SEND,
		ResponseHeaderMode:  procv3.ProcessingMode_SKIP,
		RequestBodyMode:     procv3.ProcessingMode_NONE,
		ResponseBodyMode:    procv3.ProcessingMode_NONE,
		RequestTrailerMode:  procv3.ProcessingMode_SKIP,
		ResponseTrailerMode: procv3.ProcessingMode_SKIP,
	}
	// A streamed request's body follows its headers without a wait for an answer,
	// and both are answered together: one round trip, where BUFFERED has two. A
	// response is the other way round: its pieces cost more than the trip (measured,
	// docs/performance.md), and BUFFERED keeps its content-length. Streaming wants to
	// see trailers.
	if messages.GetRequestBody() {
		mode.RequestBodyMode, mode.RequestTrailerMode = procv3.ProcessingMode_FULL_DUPLEX_STREAMED, procv3.ProcessingMode_SEND
	}
	if messages.GetResponseHeaders() {
		mode.ResponseHeaderMode = procv3.ProcessingMode_SEND
	}
	if messages.GetResponseBody() {
		mode.ResponseBodyMode = procv3.ProcessingMode_BUFFERED
		if messages.GetStream() {
			mode.ResponseBodyMode, mode.ResponseTrailerMode = procv3.ProcessingMode_FULL_DUPLEX_STREAMED, procv3.ProcessingMode_SEND
		}
	}
	return mode
}
