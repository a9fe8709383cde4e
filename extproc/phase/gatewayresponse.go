package phase

import (
	"github.com/sluice-gateway/sluice/extproc/message"
	"github.com/sluice-gateway/sluice/internal/explain"
	"github.com/sluice-gateway/sluice/internal/gatewayresponse"
	"github.com/sluice-gateway/sluice/internal/requestcontext"
)

// Failure ends an exchange with a gateway response.
type Failure struct { //nolint:errname // what fails is the request; it is an error in passing
	Type gatewayresponse.Type
	// Message is what the client reads; empty: the type's own text.
	Message string
	// Status is another than the type's own; 0: none.
	Status int
	// Validation is $context.error.validationErrorString.
	Validation string
	// Reason is for the operator: what failed and where.
	Reason string
	// What follows is for "why?" and may be empty: then Type implies it. Phase and
	// Rule say where it failed and by which rule, Wanted what would have passed.
	Phase  string
	Rule   explain.Reason
	Wanted string
	// Mapping and Line name the template or mapping that failed and its line.
	Mapping string
	Line    int
}

// Error implements error: the reason.
func (f *Failure) Error() string { return f.Type.String() + ": " + f.Reason }

// Misconfigured is AWS's "Execution failed due to configuration error": a 500.
func Misconfigured(reason string) *Failure {
	return &Failure{Type: gatewayresponse.APIConfigurationError, Message: internalError, Reason: reason}
}

// BadGateway is what AWS answers when a function's answer cannot be used: a 502.
func BadGateway(reason string) *Failure {
	return &Failure{Type: gatewayresponse.Default5XX, Status: 502, Message: internalError, Reason: reason}
}

// ForbiddenMapping is what AWS answers when a mapping or override sets a header
// that is the gateway's own to set.
func ForbiddenMapping(header string) *Failure {
	failure := Misconfigured("Execution failed due to configuration error: " + header + " header already present")
	failure.Rule, failure.Phase, failure.Mapping = explain.MappingForbidden, integrationRequest, "integration.request.header."+header
	return failure
}

const internalError = "Internal server error"

// GatewayResponse fills reply with the answer to a failure. The action is the
// caller's.
func (s *State) GatewayResponse(reply *message.Reply, failure *Failure) {
	message := failure.Message
	if message == "" {
		message = failure.Type.Message()
	}
	s.Context.Error = &requestcontext.Error{
		ResponseType: failure.Type.String(), Message: message, Null: message == "", ValidationError: failure.Validation,
	}
	answer := s.Operation.Release.Responses.Render(reply.Body[:0], failure.Type, &gatewayresponse.Values{
		Message: failure.Message, Status: failure.Status, ValidationError: failure.Validation,
		Accept: s.Request.Headers.First("accept"), Request: (*responseValues)(s),
	})
	reply.Status, reply.Body, reply.HasBody = answer.Status, answer.Body, true
	reply.Set = reply.Set[:0]
	for _, header := range answer.Headers {
		reply.Set = append(reply.Set, field(header.Name, header.Value))
	}
}

// responseValues gives a gateway response's variables their values.
type responseValues State

// AppendContext implements gatewayresponse.Request.
func (v *responseValues) AppendContext(dst []byte, name string) ([]byte, bool) {
	return v.Context.AppendText(dst, name)
}

// StageVariable implements gatewayresponse.Request.
func (v *responseValues) StageVariable(name string) (string, bool) {
	return v.Operation.Release.StageVariables.Get(name)
}

// Parameter implements gatewayresponse.Request.
func (v *responseValues) Parameter(location, name string) (string, bool) {
	return (*State)(v).Parameter(location, name)
}
