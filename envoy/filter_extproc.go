package envoy

import (
	rulesv3 "github.com/envoyproxy/go-control-plane/envoy/config/common/mutation_rules/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	procv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/ext_proc/v3"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// procMetadata is the namespace of dynamic metadata that extproc may write, for
// access logs.
const procMetadata = "sluice"

// extProcFilter opens a stream to extproc. When it cannot be reached, or fails,
// the call ends with 500, which localReplies turns into a gateway response.
func extProcFilter(settings *ListenerSettings) *procv3.ExternalProcessor {
	return &procv3.ExternalProcessor{
		GrpcService: &corev3.GrpcService{
			TargetSpecifier: &corev3.GrpcService_EnvoyGrpc_{EnvoyGrpc: &corev3.GrpcService_EnvoyGrpc{ClusterName: ProcCluster}},
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
			ReceivingNamespaces: &procv3.MetadataOptions_MetadataNamespaces{Untyped: []string{procMetadata}},
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
	if messages.GetRequestBody() {
		mode.RequestBodyMode = procv3.ProcessingMode_BUFFERED
	}
	if messages.GetResponseHeaders() {
		mode.ResponseHeaderMode = procv3.ProcessingMode_SEND
	}
	if messages.GetResponseBody() {
		mode.ResponseBodyMode = procv3.ProcessingMode_BUFFERED
		if messages.GetStream() {
			mode.ResponseBodyMode = procv3.ProcessingMode_FULL_DUPLEX_STREAMED
			mode.ResponseTrailerMode = procv3.ProcessingMode_SEND // FULL_DUPLEX_STREAMED wants it
		}
	}
	return mode
}
