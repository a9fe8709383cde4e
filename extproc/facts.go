package extproc

import (
	"github.com/sluice-gateway/sluice/extproc/message"
)

// logged says whether the stage has an access log, which may name what only we
// know.
func (x *Exchange) logged() bool {
	return x.state.Operation != nil && x.state.Operation.Plan.Definition.GetAccessLog().GetFormat() != ""
}

// addFacts tells Envoy what an access log may name and Envoy cannot know. The
// names are those of $context.
func (x *Exchange) addFacts() {
	if !x.logged() {
		return
	}
	c := &x.state.Context
	if c.Integration != nil && c.Integration.Latency == 0 {
		c.Integration.Latency = x.engine.config.Now().Sub(x.called).Milliseconds()
	}
	for _, name := range [...]string{
		"error.message", "error.messageString", "error.responseType", "error.validationErrorString",
		"authorizer.principalId", "identity.apiKeyId", "identity.caller", "identity.user", "identity.userArn",
		"integration.status", "integration.integrationStatus", "integration.latency", "integrationLatency", "integration.requestId",
		"awsEndpointRequestId", "xrayTraceId",
	} {
		if value, found := c.Text(name); found {
			x.reply.Facts = append(x.reply.Facts, message.Field{Name: name, Value: value})
		}
	}
}
