package envoy

import (
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	authzv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/ext_authz/v3"
	typev3 "github.com/envoyproxy/go-control-plane/envoy/type/v3"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
)

// operationExtension is the context extension that tells extauth the operation.
const operationExtension = "operation"

// extAuthzFilter asks extauth. When it cannot be asked the call ends with 500,
// which localReplies turns into a gateway response: it is never let through.
func extAuthzFilter(settings *ListenerSettings) *authzv3.ExtAuthz {
	return &authzv3.ExtAuthz{
		Services: &authzv3.ExtAuthz_GrpcService{GrpcService: &corev3.GrpcService{
			TargetSpecifier: &corev3.GrpcService_EnvoyGrpc_{EnvoyGrpc: &corev3.GrpcService_EnvoyGrpc{ClusterName: AuthCluster}},
			Timeout:         durationpb.New(settings.ServiceTimeout),
		}},
		TransportApiVersion:    corev3.ApiVersion_V3,
		FailureModeAllow:       false,
		StatusOnError:          &typev3.HttpStatus{Code: typev3.StatusCode_InternalServerError},
		IncludePeerCertificate: true,
	}
}

// checks turns the filter on for an operation, by its route's name.
func checks(operation string) *anypb.Any {
	return packed(&authzv3.ExtAuthzPerRoute{Override: &authzv3.ExtAuthzPerRoute_CheckSettings{CheckSettings: &authzv3.CheckSettings{
		ContextExtensions: map[string]string{operationExtension: operation},
	}}})
}
