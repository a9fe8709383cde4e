package integration

import (
	"context"

	"github.com/sluice-gateway/sluice/extproc/message"
	"github.com/sluice-gateway/sluice/extproc/phase"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// Mock is MOCK: no backend is called; the request template's output says which
// integration response answers.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html
type Mock struct{}

// Call implements Kind.
func (Mock) Call(_ context.Context, s *phase.State, _ *Environment, reply *message.Reply) error {
	out, err := s.IntegrationRequest(reply.Body[:0])
	if err != nil {
		return err
	}
	reply.Body = out.Body[:0]
	status, found := mockStatus(out.Body)
	if !found {
		return phase.Misconfigured("Unable to parse statusCode. It should be an integer that is defined in the request template.")
	}
	err = s.IntegrationResponse(status, reply)
	reply.Action = message.Answer
	return err
}

// mockStatus reads the integer statusCode out of a status document, as
// leniently as AWS's own parser: keys without quotes and useless commas pass.
func mockStatus(document []byte) (string, bool) {
	value, err := jsonvalue.Parse(document, jsonvalue.Options{Lenient: true})
	if err != nil || value.Object() == nil {
		return "", false
	}
	status, found := value.Object().Get("statusCode")
	if !found || !status.IsInteger() {
		return "", false
	}
	return status.NumberText(), true
}

// Answer implements Kind. Nothing was called, so nothing answers.
func (Mock) Answer(*phase.State, *Environment, *message.Reply) error { return nil }
