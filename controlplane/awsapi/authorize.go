package awsapi

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

// RootOnly is the Authorizer of a gateway without IAM policies: an account's
// root may do everything, everybody else nothing.
type RootOnly struct{}

// Authorize implements Authorizer.
func (RootOnly) Authorize(_ context.Context, caller Caller, action, resource string) error {
	if caller.Principal.Root {
		return nil
	}
	return Denied(caller, action, resource)
}

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
// Amazon API Gateway Management"); other services' are operation names.
func permission(operation wire.Operation, region, path string) (action, resource string) {
	switch {
	case operation.Signing != "apigateway":
		return operation.Signing + ":" + operation.Name, "*"
	case operation.Method == http.MethodHead:
		return "apigateway:GET", "arn:aws:apigateway:" + region + "::" + path
	default:
		return "apigateway:" + operation.Method, "arn:aws:apigateway:" + region + "::" + strings.TrimSuffix(path, "/")
	}
}
