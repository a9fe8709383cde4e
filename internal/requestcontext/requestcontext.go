// Package requestcontext is AWS's $context: one table of all its variables, and
// a Context that gives their values for one request. Mapping templates,
// parameter mapping, access logs, gateway responses and Lambda events all read
// this one. It is not Go's context, computes nothing that it was not told, and
// holds no request or response override: those belong to templates.
//
// The names are the developer guide's "Variables for data models, authorizers,
// mapping templates, and CloudWatch access logging".
package requestcontext

import (
	"strings"
	"time"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/secret"
)

// Operation is what $context says of an operation whatever the request. It is
// made once, when a plan arrives, and never changes.
type Operation struct {
	AccountID, APIID, Stage, DeploymentID string
	// Region is no variable; ARNs are made of it.
	Region string
	// ResourceID and ResourcePath are the method's resource's: "/pets/{petId}".
	ResourceID, ResourcePath string
	// OperationName is the method's, mostly empty.
	OperationName string
	// HasCanary says that the stage has canary settings, so that isCanaryRequest
	// exists; IsCanary is its value.
	HasCanary, IsCanary bool
}

// Context is $context of one request. Its fields are filled by whoever learns
// them, before the first look-up; texts that are empty are AWS's null. It serves
// one goroutine at a time.
type Context struct {
	// Operation must be set.
	Operation *Operation
	// RequestID is x-amzn-RequestId, ExtendedRequestID x-amz-apigw-id.
	RequestID, ExtendedRequestID string
	// HTTPMethod is the client's verb.
	HTTPMethod string
	// Path is the path as sent, with the stage and without the query.
	Path string
	// Protocol is the client's; empty reads as HTTP/1.1, which AWS always says.
	Protocol string
	// DomainName is the client's Host without a port.
	DomainName string
	// BasePathMatched is customDomain.basePathMatched.
	BasePathMatched string
	// Time is when the request arrived.
	Time     time.Time
	Identity Identity
	// Authorizer is set when an authorizer let the request pass.
	Authorizer *Authorizer
	// Error is set once the answer is a gateway response.
	Error *Error
	// AWSEndpointRequestID is the AWS backend's own request id.
	AWSEndpointRequestID string
	// TraceID is X-Amzn-Trace-Id ($context.xrayTraceId).
	TraceID string
	// Integration is set once the backend answered, for access logs.
	Integration *Integration
	// WAFResponseCode and WebACLARN are set by a firewall before the gateway.
	WAFResponseCode, WebACLARN string
}

// Identity is $context.identity.
type Identity struct {
	SourceIP, UserAgent string
	// APIKey is the key's value, which AWS shows; APIKeyID its id.
	APIKey   secret.String
	APIKeyID string
	// The caller's, with AWS_IAM.
	AccountID, AccessKey, Caller, User, UserARN, PrincipalOrgID string
	// Cognito identity pools', with AWS_IAM.
	CognitoIdentityID, CognitoIdentityPoolID, CognitoAuthenticationType, CognitoAuthenticationProvider string
	// Private APIs'.
	VPCID, VPCEID string
	// ClientCert is set with mutual TLS.
	ClientCert *ClientCert
}

// ClientCert is $context.identity.clientCert. Dates are OpenSSL's text, the
// serial number is lower-case hex pairs.
type ClientCert struct {
	PEM, SubjectDN, IssuerDN, SerialNumber, NotBefore, NotAfter string
}

// Authorizer is $context.authorizer.
type Authorizer struct {
	// PrincipalID is a Lambda authorizer's principalId; empty for others.
	PrincipalID string
	// Values are the keys of a Lambda authorizer's context, as texts; may be nil.
	Values *jsonvalue.Object
	// Claims are those of a token, as texts; may be nil.
	Claims *jsonvalue.Object
	// IntegrationLatency is the Lambda's time in milliseconds, 0 from the cache.
	IntegrationLatency int64
	// HasLatency says that IntegrationLatency is there.
	HasLatency bool
}

// Error is $context.error.
type Error struct {
	// ResponseType is the gateway response's, such as THROTTLED.
	ResponseType string
	// Message is its text; Null says that it is JSON's null.
	Message string
	Null    bool
	// ValidationError says which rules a body breaks.
	ValidationError string
}

// Integration is $context.integration.
type Integration struct {
	// Status is the status that the backend, or a Lambda's answer, gave.
	Status int
	// ServiceStatus is the status of the AWS service itself.
	ServiceStatus int
	// Latency is in milliseconds.
	Latency int64
	// RequestID is the AWS service's.
	RequestID string
	// Error is what went wrong, for access logs.
	Error string
}

// Get gives a variable by its name without "$context.", undefined when there is
// none: "identity.sourceIp", "authorizer.claims.email" or, for a whole part, a
// silent object: "identity".
func (c *Context) Get(name string) jsonvalue.Value {
	if known, found := byName[name]; found {
		return table[known].value(c)
	}
	rest, isAuthorizer := strings.CutPrefix(name, "authorizer.")
	if !isAuthorizer || c.Authorizer == nil {
		return jsonvalue.Value{}
	}
	return c.Authorizer.get(rest)
}

// AppendText appends a variable as text; false when there is none or it is null
// or a part, which has no text.
func (c *Context) AppendText(dst []byte, name string) ([]byte, bool) {
	value := c.Get(name)
	switch value.Kind() {
	case jsonvalue.KindString:
		return append(dst, value.Text()...), true
	case jsonvalue.KindNumber:
		return append(dst, value.NumberText()...), true
	case jsonvalue.KindBool:
		if value.Bool() {
			return append(dst, "true"...), true
		}
		return append(dst, "false"...), true
	default:
		return dst, false
	}
}

// Text gives a variable as text, as parameter mappings want it.
func (c *Context) Text(name string) (string, bool) {
	if value := c.Get(name); value.Kind() == jsonvalue.KindString {
		return value.Text(), true
	}
	made, found := c.AppendText(nil, name)
	return string(made), found
}

// Object makes the whole of $context that a template sees: the recorded keys in
// the recorded order, then those that exist for this request alone.
func (c *Context) Object() *jsonvalue.Object {
	made := jsonvalue.NewSilentObject()
	for i := range table {
		if table[i].top == 0 {
			continue
		}
		if value := table[i].value(c); table[i].top == always || present(value) {
			made.Put(table[i].Name, orNull(value))
		}
	}
	return made
}

func present(value jsonvalue.Value) bool { return !value.IsUndefined() && !value.IsNull() }

func orNull(value jsonvalue.Value) jsonvalue.Value {
	if value.IsUndefined() {
		return jsonvalue.Null()
	}
	return value
}

// get gives authorizer.{name}.
func (a *Authorizer) get(name string) jsonvalue.Value {
	if claim, isClaim := claimName(name); isClaim {
		if a.Claims == nil {
			return jsonvalue.Value{}
		}
		value, _ := a.Claims.Get(claim)
		return value
	}
	if a.Values == nil {
		return jsonvalue.Value{}
	}
	value, _ := a.Values.Get(name)
	return value
}

// claimName reads claims.email and claims['custom:role'].
func claimName(name string) (string, bool) {
	rest, isClaim := strings.CutPrefix(name, "claims")
	if !isClaim || rest == "" {
		return "", false
	}
	if quoted, has := strings.CutPrefix(rest, "['"); has {
		return strings.CutSuffix(quoted, "']")
	}
	return strings.CutPrefix(rest, ".")
}
