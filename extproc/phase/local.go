package phase

import (
	"strconv"
	"strings"

	"github.com/sluice-gateway/sluice/internal/gatewayresponse"
)

// LocalFailure is the failure that Envoy reports by answering in the backend's
// stead. Details are its response code details.
// https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/response_code_details
func LocalFailure(details string, status int) *Failure {
	reason := "Envoy answered " + strconv.Itoa(status) + ": " + details
	switch {
	case strings.Contains(details, "timeout"):
		return &Failure{Type: gatewayresponse.IntegrationTimeout, Reason: reason}
	case strings.HasPrefix(details, "request_payload_too_large"):
		return &Failure{Type: gatewayresponse.RequestTooLarge, Reason: reason}
	case strings.HasPrefix(details, "response_payload_too_large"):
		return BadGateway(reason)
	case strings.HasPrefix(details, "upstream_reset"), strings.HasPrefix(details, "upstream_response"), strings.HasPrefix(details, "no_healthy_upstream"):
		return &Failure{Type: gatewayresponse.IntegrationFailure, Reason: reason}
	default:
		return Misconfigured(reason)
	}
}
