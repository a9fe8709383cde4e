package awsapi

import (
	"context"
	"fmt"
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

// RootOnly is the Authorizer of a gateway without IAM policies: an account's
// root may do everything, everybody else nothing.
type RootOnly struct{}

// Authorize implements Authorizer.
func (RootOnly) Authorize(_ context.Context, caller Caller, action, resource string) error {
	if caller.Principal.Root || decidesItself(action) {
		return nil
	}
	return Denied(caller, action, resource)
}

// decidesItself says that an operation needs no leave of the caller's policies, or
// weighs them itself: STS names callers whoever they are, and a role's trust policy
// has a say in AssumeRole.
func decidesItself(action string) bool { return strings.HasPrefix(action, "sts:") }

// Denied is AWS's answer to a caller whom no policy allows the action.
func Denied(caller Caller, action, resource string) *awserror.Error {
	return awserror.NewAccessDenied(fmt.Sprintf(
		"User: %s is not authorized to perform: %s on resource: %s because no identity-based policy allows the %s action",
		caller.Principal.ARN, action, resource, action))
}

// DeniedExplicitly is AWS's answer to a caller whom a policy denies the action.
func DeniedExplicitly(caller Caller, action, resource string) *awserror.Error {
	return awserror.NewAccessDenied(fmt.Sprintf(
		"User: %s is not authorized to perform: %s on resource: %s with an explicit deny in an identity-based policy",
		caller.Principal.ARN, action, resource))
}

// permission names what an operation asks for in IAM's words. API Gateway's
// actions are HTTP methods on paths ("Actions, resources, and condition keys for
// Amazon API Gateway Management"); other services' are operation names. The path
// is made of the template and the decoded labels, never taken as received, so
// that no spelling of it gets by a policy.
func permission(operation *wire.Operation, region string, labels map[string]string) (action, resource string) {
	if operation.Signing != "apigateway" {
		return operation.Signing + ":" + operation.Name, "*"
	}
	var path strings.Builder
	for _, segment := range split(operation.Path) {
		path.WriteByte('/')
		if name, isLabel := strings.CutPrefix(segment, "{"); isLabel {
			escapeInto(&path, labels[strings.TrimRight(name, "+}")])
		} else {
			path.WriteString(segment)
		}
	}
	return "apigateway:" + operation.Method, "arn:aws:apigateway:" + region + "::" + path.String()
}

// escapeInto writes a label as AWS's documentation writes it in resources: the
// ARN of a tag's owner is percent-encoded, "(none)" is not.
func escapeInto(out *strings.Builder, text string) {
	for i := range len(text) {
		switch char := text[i]; {
		case 'a' <= char && char <= 'z', 'A' <= char && char <= 'Z', '0' <= char && char <= '9',
			strings.IndexByte("-_.~()$", char) >= 0:
			out.WriteByte(char)
		default:
			fmt.Fprintf(out, "%%%02X", char)
		}
	}
}
