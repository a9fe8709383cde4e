package envoy

import (
	rulesv3 "github.com/envoyproxy/go-control-plane/envoy/config/common/mutation_rules/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	procv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/ext_proc/v3"
	mutationv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/header_mutation/v3"
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
	// Bodies follow their headers without a wait for an answer, and both are
	// answered together: one round trip for each direction, where BUFFERED has two
	// (measured, docs/performance.md). It wants to see trailers.
	if messages.GetRequestBody() {
		mode.RequestBodyMode, mode.RequestTrailerMode = procv3.ProcessingMode_FULL_DUPLEX_STREAMED, procv3.ProcessingMode_SEND
	}
	if messages.GetResponseHeaders() {
		mode.ResponseHeaderMode = procv3.ProcessingMode_SEND
	}
	if messages.GetResponseBody() {
		mode.ResponseBodyMode, mode.ResponseTrailerMode = procv3.ProcessingMode_FULL_DUPLEX_STREAMED, procv3.ProcessingMode_SEND
	}
	return mode
}

// lengthHeader is where extproc says the length of a body that it has made:
// ext_proc takes the content-length of a streamed body away.
const lengthHeader = "x-sluice-length"

// lengthFilter puts it back. It is on only where extproc answers for the
// backend, which cannot set the header there.
func lengthFilter() *mutationv3.HeaderMutation {
	return &mutationv3.HeaderMutation{Mutations: &mutationv3.Mutations{ResponseMutations: []*mutation{
		set("content-length", "%RESP("+lengthHeader+")%"), remove(lengthHeader),
	}}}
}
