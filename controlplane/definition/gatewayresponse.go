package definition

import (
	"regexp"
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/definition/mapping"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

// defaultGatewayTemplate is the template of every response that the user gave
// none, as AWS shows it.
const defaultGatewayTemplate = `{"message":$context.error.messageString}`

// The responses that others inherit from.
const (
	gatewayDefault4XX = "DEFAULT_4XX"
	gatewayDefault5XX = "DEFAULT_5XX"
)

var gatewayStatus = regexp.MustCompile(`^[1-5]\d\d$`)

// GatewayResponse is a customised GatewayResponse; one that the user never put
// is not stored.
type GatewayResponse struct {
	ResponseType       string            `json:"responseType"`
	StatusCode         string            `json:"statusCode,omitempty"`
	ResponseParameters map[string]string `json:"responseParameters,omitempty"`
	ResponseTemplates  map[string]string `json:"responseTemplates,omitempty"`
}

// GatewayResponseTypes lists the types with the status that AWS answers with
// unless the user says otherwise, in alphabetical order. DEFAULT_4XX and
// DEFAULT_5XX have none. (AWS's developer guide, "Gateway response types".)
func GatewayResponseTypes() []GatewayResponse {
	return []GatewayResponse{
		{ResponseType: "ACCESS_DENIED", StatusCode: "403"},
		{ResponseType: "API_CONFIGURATION_ERROR", StatusCode: "500"},
		{ResponseType: "AUTHORIZER_CONFIGURATION_ERROR", StatusCode: "500"},
		{ResponseType: "AUTHORIZER_FAILURE", StatusCode: "500"},
		{ResponseType: "BAD_REQUEST_BODY", StatusCode: "400"},
		{ResponseType: "BAD_REQUEST_PARAMETERS", StatusCode: "400"},
		{ResponseType: gatewayDefault4XX},
		{ResponseType: gatewayDefault5XX},
		{ResponseType: "EXPIRED_TOKEN", StatusCode: "403"},
		{ResponseType: "INTEGRATION_FAILURE", StatusCode: "504"},
		{ResponseType: "INTEGRATION_TIMEOUT", StatusCode: "504"},
		{ResponseType: "INVALID_API_KEY", StatusCode: "403"},
		{ResponseType: "INVALID_SIGNATURE", StatusCode: "403"},
		{ResponseType: "MISSING_AUTHENTICATION_TOKEN", StatusCode: "403"},
		{ResponseType: "QUOTA_EXCEEDED", StatusCode: "429"},
		{ResponseType: "REQUEST_TOO_LARGE", StatusCode: "413"},
		{ResponseType: "RESOURCE_NOT_FOUND", StatusCode: "404"},
		{ResponseType: "THROTTLED", StatusCode: "429"},
		{ResponseType: "UNAUTHORIZED", StatusCode: "401"},
		{ResponseType: "UNSUPPORTED_MEDIA_TYPE", StatusCode: "415"},
		{ResponseType: "WAF_FILTERED", StatusCode: "403"},
	}
}

// EffectiveGatewayResponse is GetGatewayResponse: the response of a type with
// its defaults filled in, and whether it is AWS's own. A type that was put
// inherits nothing; one that was not takes what DEFAULT_4XX or DEFAULT_5XX was
// given. The type must be one of GatewayResponseTypes.
func (a *API) EffectiveGatewayResponse(kind string) (response GatewayResponse, isDefault bool) {
	response = defaultGatewayResponse(kind)
	put := a.GatewayResponses[kind]
	isDefault = put == nil
	if isDefault {
		put = a.GatewayResponses[gatewayParent(response.StatusCode)]
	}
	if put == nil {
		return response, isDefault
	}
	if put.StatusCode != "" {
		response.StatusCode = put.StatusCode
	}
	if len(put.ResponseParameters) > 0 {
		response.ResponseParameters = put.ResponseParameters
	}
	if len(put.ResponseTemplates) > 0 {
		response.ResponseTemplates = put.ResponseTemplates
	}
	return response, isDefault
}

// gatewayParent is the type whose settings a type with this default status
// inherits; empty for the parents themselves.
func gatewayParent(status string) string {
	switch {
	case strings.HasPrefix(status, "4"):
		return gatewayDefault4XX
	case strings.HasPrefix(status, "5"):
		return gatewayDefault5XX
	default:
		return ""
	}
}

func defaultGatewayResponse(kind string) GatewayResponse {
	made := GatewayResponse{ResponseType: kind}
	for _, known := range GatewayResponseTypes() {
		if known.ResponseType == kind {
			made.StatusCode = known.StatusCode
		}
	}
	made.ResponseParameters = map[string]string{}
	made.ResponseTemplates = map[string]string{"application/json": defaultGatewayTemplate}
	return made
}

// PutGatewayResponse replaces what the user customised of a type.
func (a *API) PutGatewayResponse(input GatewayResponse) error {
	if err := input.Check(); err != nil {
		return err
	}
	if a.GatewayResponses == nil {
		a.GatewayResponses = map[string]*GatewayResponse{}
	}
	a.GatewayResponses[input.ResponseType] = &input
	return nil
}

// Check holds a customised response against AWS's rules, after a change.
func (g *GatewayResponse) Check() error {
	if g.StatusCode != "" && !gatewayStatus.MatchString(g.StatusCode) {
		return awserror.BadRequestf("Invalid status code specified: %s", g.StatusCode)
	}
	for name, value := range g.ResponseParameters {
		if err := mapping.GatewayResponse.CheckName(name); err != nil {
			return err
		}
		if err := mapping.FromGateway.Check(value); err != nil {
			return err
		}
	}
	for contentType := range g.ResponseTemplates {
		if !strings.Contains(contentType, "/") {
			return awserror.BadRequestf("Validation Result: warnings : [], errors : [Invalid content type specified: %s]", contentType)
		}
	}
	return nil
}

// RemoveGatewayResponse is DeleteGatewayResponse: AWS's own response is back.
func (a *API) RemoveGatewayResponse(kind string) error {
	if a.GatewayResponses[kind] == nil {
		return awserror.NewNotFound("Gateway response type not defined on api")
	}
	delete(a.GatewayResponses, kind)
	return nil
}
