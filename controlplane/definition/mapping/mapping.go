// Package mapping holds the forms of API Gateway's mapping expressions and of the
// names that parameters are mapped to, and how a wrong one is refused. It maps
// nothing.
package mapping

import (
	"regexp"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

// Form is what a name or an expression must look like in one place.
type Form struct{ allowed *regexp.Regexp }

// The forms of names.
var (
	// MethodRequest names a parameter that a method takes.
	MethodRequest = Form{regexp.MustCompile(`^method\.request\.(path|querystring|header)\.[^\s]+$`)}
	// MethodResponse names a parameter that a method answers.
	MethodResponse = Form{regexp.MustCompile(`^method\.response\.header\.[^\s]+$`)}
	// IntegrationRequest names a parameter of an integration's request.
	IntegrationRequest = Form{regexp.MustCompile(`^integration\.request\.(path|querystring|header|multivaluequerystring|multivalueheader)\.[^\s]+$`)}
	// GatewayResponse names a parameter of a gateway response.
	GatewayResponse = Form{regexp.MustCompile(`^gatewayresponse\.(header|path|querystring)\.[^\s]+$`)}
)

// The forms of expressions.
var (
	// FromMethod is what an integration's request may be made of.
	FromMethod = Form{regexp.MustCompile(`^('.*'|method\.request\.(path|querystring|header|multivaluequerystring|multivalueheader)\..+|method\.request\.body(\..*|\[.*)?|context\..+|stageVariables\..+)$`)}
	// FromIntegration is what a method's response may be made of.
	FromIntegration = Form{regexp.MustCompile(`^('.*'|integration\.response\.(header|multivalueheader)\..+|integration\.response\.body(\..*|\[.*)?|context\..+|stageVariables\..+)$`)}
	// FromGateway is what a gateway response may be made of.
	FromGateway = Form{regexp.MustCompile(`^('.*'|method\.request\.(header|path|querystring|multivalueheader|multivaluequerystring)\..+|context\..+|stageVariables\..+)$`)}
	// HeaderSource is the identity source of a TOKEN or Cognito authorizer, and
	// RequestSource one of a REQUEST authorizer's.
	HeaderSource  = Form{regexp.MustCompile(`^method\.request\.header\.[^\s,]+$`)}
	RequestSource = Form{regexp.MustCompile(`^(method\.request\.(header|querystring)|stageVariables|context)\.[^\s,]+$`)}
)

// CheckName refuses a parameter's name that is not of the form.
func (f Form) CheckName(name string) error {
	if f.allowed.MatchString(name) {
		return nil
	}
	return WrongName(name)
}

// Check refuses an expression that is not of the form.
func (f Form) Check(expression string) error {
	if f.allowed.MatchString(expression) {
		return nil
	}
	return refused("Invalid mapping expression specified: " + expression)
}

// WrongName is the refusal of a parameter's name, which is wrong or declared
// nowhere.
func WrongName(name string) error {
	return refused("Invalid mapping expression parameter specified: " + name)
}

// refused is AWS's refusal, with the validator's own finding inside.
func refused(finding string) error {
	return awserror.BadRequestf("Invalid mapping expression specified: Validation Result: warnings : [], errors : [%s]", finding)
}
