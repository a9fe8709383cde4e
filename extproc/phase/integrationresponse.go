package phase

import (
	"strconv"

	"github.com/sluice-gateway/sluice/extproc/message"
	"github.com/sluice-gateway/sluice/internal/explain"
	"github.com/sluice-gateway/sluice/internal/plan"
)

// IntegrationResponse makes the method response of a non-proxy integration:
// selection is the text that selection patterns are matched with, the backend's
// status or a function's errorMessage.
func (s *State) IntegrationResponse(selection string, reply *message.Reply) error {
	response := s.Operation.Select(selection)
	if response == nil {
		failure := Misconfigured("No match for output mapping and no default output mapping configured. Endpoint Response Status Code: " +
			strconv.Itoa(s.Response.Status))
		failure.Rule, failure.Phase, failure.Wanted = explain.IntegrationNoResponse, integrationResponse, s.Operation.Patterns()
		return failure
	}
	body, binary, err := s.responsePayload(response.ContentHandling)
	if err != nil {
		return err
	}
	reply.Action, reply.HasBody = message.Change, true
	template := response.Templates.ForResponse(s.acceptType())
	switch {
	case template == nil || template.Empty:
		reply.Body = append(reply.Body[:0], body...)
	case binary:
		return Misconfigured("a mapping template cannot read a binary payload")
	default:
		reply.Body, err = s.render(reply.Body[:0], template, body, integrationResponse)
		if err != nil {
			return err
		}
	}
	err = s.mapResponse(response, body, reply)
	if err != nil {
		return err
	}
	return s.methodResponse(response, reply)
}

// mapResponse applies a response's header mapping. Mappings read the payload as
// it is after contentHandling.
func (s *State) mapResponse(response *plan.Response, body []byte, reply *message.Reply) error {
	for i := range response.Headers {
		mapping := &response.Headers[i]
		value, found, err := s.responseValue(&mapping.From, body)
		if err != nil {
			return err
		}
		if found {
			reply.Set = append(reply.Set, message.Field{Name: mapping.Name, Value: headerText(value)})
		}
	}
	return nil
}
