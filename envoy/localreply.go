package envoy

import (
	accesslogv3 "github.com/envoyproxy/go-control-plane/envoy/config/accesslog/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	celv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/access_loggers/filters/cel/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/sluice-gateway/sluice/envoy/format"
	"github.com/sluice-gateway/sluice/internal/explain"
	"github.com/sluice-gateway/sluice/internal/gatewayresponse"
)

const errorTypeHeader = "x-amzn-errortype"

// reply is what a client gets instead of an error of Envoy's own.
type reply struct {
	// name is the type's, by which the gateway response filter and access logs know
	// it; empty: it cannot be customised.
	name               string
	kind               gatewayresponse.Type
	status             uint32
	errorType, message string
	// reason is why, for stages that explain.
	reason explain.Reason
}

// AWS's gateway responses for what only Envoy can notice.
var (
	timedOut      = reply{"INTEGRATION_TIMEOUT", gatewayresponse.IntegrationTimeout, 504, "InternalServerErrorException", "Endpoint request timed out", explain.IntegrationTimeout}
	unreachable   = reply{"INTEGRATION_FAILURE", gatewayresponse.IntegrationFailure, 504, "InternalServerErrorException", "Network error communicating with endpoint", explain.IntegrationUnreached}
	misconfigured = reply{"API_CONFIGURATION_ERROR", gatewayresponse.APIConfigurationError, 500, "InternalServerErrorException", "Internal server error", explain.IntegrationSetup}
	broken        = reply{"DEFAULT_5XX", gatewayresponse.Default5XX, 500, "InternalServerErrorException", "Internal server error", explain.ServiceFailed}
	tooLong       = reply{"", gatewayresponse.RequestTooLarge, 413, "RequestTooLargeException", "Request Too Long", explain.RequestTooLarge}
	headerTooLong = reply{"", gatewayresponse.Default4XX, 431, "BadRequestException", "Request Header Fields Too Large", ""}
	badRequest    = reply{"", gatewayresponse.Default4XX, 400, "BadRequestException", "Bad Request", ""}
	// unknownHost is an answer before an API is known, or its stage.
	unknownHost = reply{"", gatewayresponse.AccessDenied, 403, "ForbiddenException", "Forbidden", ""}
	// unknownPath is the answer inside a stage, by a route.
	unknownPath = reply{"", gatewayresponse.MissingAuthenticationToken, 403, "MissingAuthenticationTokenException", "Missing Authentication Token", explain.RouteUnmatched}
)

// localReplies turn Envoy's own errors into AWS's gateway responses. They are
// told by their details, never by status: answers that extauth, extproc and the
// gateway response filter make are local replies too and pass as they are. The
// first that matches serves.
func localReplies() *hcmv3.LocalReplyConfig {
	return &hcmv3.LocalReplyConfig{Mappers: []*hcmv3.ResponseMapper{
		timedOut.when(details(`response.code_details in ['response_timeout', 'upstream_response_timeout', 'upstream_max_stream_duration_reached', ` +
			`'upstream_per_try_timeout', 'max_duration_timeout', 'stream_idle_timeout']`)),
		misconfigured.when(details(`response.code_details in ['no_healthy_upstream', 'cluster_not_found', 'maintenance_mode'] ` +
			`|| response.code_details == 'upstream_reset_before_response_started{overflow}'`)),
		unreachable.when(details(`response.code_details.startsWith('upstream_reset_')`)),
		unknownHost.when(details(`response.code_details in ['route_not_found', 'route_configuration_not_found']`)),
		broken.when(details(`response.code_details == 'ext_authz_error' || response.code_details.startsWith('ext_proc') ` +
			`|| response.code_details == 'response_payload_too_large'`)),
		tooLong.when(details(`response.code_details == 'request_payload_too_large'`)),
		// No filter has run yet where the codec refuses: the id is made here.
		headerTooLong.withID().when(details(`response.code == 431`)),
		badRequest.withID().when(details(`response.code == 400 && response.code_details.startsWith('http')`)),
	}}
}

// identified is a reply to something that is no request yet.
type identified struct{ reply }

func (r reply) withID() identified { return identified{r} }

func (r identified) when(filter *accesslogv3.AccessLogFilter) *hcmv3.ResponseMapper {
	mapper := r.reply.when(filter)
	option := setHeader(amznRequestID, "%UNIQUE_ID%")
	option.AppendAction = corev3.HeaderValueOption_ADD_IF_ABSENT
	mapper.HeadersToAdd = append(mapper.HeadersToAdd, option)
	return mapper
}

func (r reply) when(filter *accesslogv3.AccessLogFilter) *hcmv3.ResponseMapper {
	headers := []*corev3.HeaderValueOption{setHeader(errorTypeHeader, r.errorType)}
	if r.name != "" {
		headers = append(headers, setHeader(format.ReplyHeader, r.name), setHeader(detailsHeader, "%RESPONSE_CODE_DETAILS%"))
	}
	return &hcmv3.ResponseMapper{
		Filter: filter, StatusCode: wrapperspb.UInt32(r.status), HeadersToAdd: headers,
		BodyFormatOverride: &corev3.SubstitutionFormatString{
			Format:      &corev3.SubstitutionFormatString_TextFormatSource{TextFormatSource: inline(format.Verbatim(r.body()))},
			ContentType: jsonType,
		},
	}
}

// body is the default template of a gateway response.
func (r reply) body() string { return `{"message":"` + r.message + `"}` }

// details asks by an expression over response attributes, of errors alone: a
// mock's 200 is a local reply too and costs no evaluation.
func details(expression string) *accesslogv3.AccessLogFilter {
	failed := &accesslogv3.AccessLogFilter{FilterSpecifier: &accesslogv3.AccessLogFilter_StatusCodeFilter{
		StatusCodeFilter: &accesslogv3.StatusCodeFilter{Comparison: &accesslogv3.ComparisonFilter{
			Op: accesslogv3.ComparisonFilter_GE, Value: &corev3.RuntimeUInt32{DefaultValue: 400, RuntimeKey: "sluice.local_reply_status"},
		}},
	}}
	asked := &accesslogv3.AccessLogFilter{FilterSpecifier: &accesslogv3.AccessLogFilter_ExtensionFilter{
		ExtensionFilter: &accesslogv3.ExtensionFilter{
			Name:       "envoy.access_loggers.extension_filters.cel",
			ConfigType: &accesslogv3.ExtensionFilter_TypedConfig{TypedConfig: packed(&celv3.ExpressionFilter{Expression: expression})},
		},
	}}
	return &accesslogv3.AccessLogFilter{FilterSpecifier: &accesslogv3.AccessLogFilter_AndFilter{
		AndFilter: &accesslogv3.AndFilter{Filters: []*accesslogv3.AccessLogFilter{failed, asked}},
	}}
}
