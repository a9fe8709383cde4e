package phase

import (
	"strings"

	"github.com/sluice-gateway/sluice/internal/gatewayresponse"
	"github.com/sluice-gateway/sluice/internal/jsonschema"
	"github.com/sluice-gateway/sluice/internal/plan"
)

// ValidateParameters refuses a request that lacks a required parameter. A blank
// one counts as missing.
func (s *State) ValidateParameters() error {
	var missing []string
	for _, parameter := range s.Operation.Required {
		value, found := s.Parameter(parameter.Location, parameter.Name)
		if !found || strings.TrimSpace(value) == "" {
			missing = append(missing, parameter.Name)
		}
	}
	if missing == nil {
		return nil
	}
	text := "Missing required request parameters: [" + strings.Join(missing, ", ") + "]"
	return &Failure{Type: gatewayresponse.BadRequestParameters, Message: text, Reason: text, Wanted: strings.Join(missing, ", ")}
}

// ValidateBody refuses a body that its model does not allow. Bodies of a type
// without a model pass.
func (s *State) ValidateBody() error {
	if !s.Operation.Definition.GetRequest().GetValidateBody() {
		return nil
	}
	model, found := s.Operation.ModelFor(s.requestType())
	switch {
	case !found:
		return nil
	case model.Err != nil:
		return Misconfigured(model.Err.Error())
	}
	problems := model.Schema.ValidateText(s.Body)
	if problems == nil {
		return nil
	}
	text := jsonschema.Message(problems)
	return &Failure{Type: gatewayresponse.BadRequestBody, Validation: text, Reason: text}
}

const defaultType = "application/json"

// requestType is the media type of the request; one that does not say counts as
// JSON.
func (s *State) requestType() string {
	if content, found := s.Request.Headers.Get("content-type"); found {
		if media := plan.MediaType(content); media != "" {
			return media
		}
	}
	return defaultType
}
