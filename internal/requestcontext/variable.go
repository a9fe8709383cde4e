package requestcontext

import (
	"strings"
	"time"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// Kind is what a variable holds.
type Kind uint8

// The kinds.
const (
	// Text is a string.
	Text Kind = iota
	// Number is an integer.
	Number
	// Bool is true or false.
	Bool
	// Part is an object of further variables.
	Part
)

// Place says where a variable may be read.
type Place uint8

// The places, to be or-ed.
const (
	// Template is a mapping template, Mapping a parameter mapping.
	Template Place = 1 << iota
	Mapping
	// GatewayResponse is a gateway response's template or header.
	GatewayResponse
	// AccessLog is a stage's access-log format.
	AccessLog
)

const (
	// request is known as soon as a request came.
	request = Template | Mapping | GatewayResponse | AccessLog
	// late is known only when the answer is made.
	late = GatewayResponse | AccessLog
)

// Variable is one row of the table.
type Variable struct {
	// Name is without "$context.".
	Name string
	Kind Kind
	// Where it may be read.
	Where Place
}

type top uint8

const (
	// always is a key that $context has in every template, sometimes one that is
	// there when it has a value.
	always top = iota + 1
	sometimes
)

type variable struct {
	Variable

	// top says that it is a key of $context itself in templates, 0 that it is not.
	top   top
	value func(*Context) jsonvalue.Value
}

// text makes the row of a text.
func text(name string, where Place, at top, get func(*Context) string) variable {
	return variable{Variable{name, Text, where}, at, func(c *Context) jsonvalue.Value { return textOrNull(get(c)) }}
}

func textOrNull(value string) jsonvalue.Value {
	if value == "" {
		return jsonvalue.Null()
	}
	return jsonvalue.String(value)
}

// table is $context: rows that are keys of $context come in the order recorded
// from AWS (a template that walked over $context.keySet()).
var table = []variable{
	text("resourceId", request, always, func(c *Context) string { return c.Operation.ResourceID }),
	text("resourcePath", request, always, func(c *Context) string { return c.Operation.ResourcePath }),
	text("httpMethod", request, always, func(c *Context) string { return c.HTTPMethod }),
	text("extendedRequestId", request, always, func(c *Context) string { return c.ExtendedRequestID }),
	text("requestTime", request, always, func(c *Context) string { return c.Time.UTC().Format(timeLayout) }),
	text("path", request, always, func(c *Context) string { return c.Path }),
	text("accountId", request, always, func(c *Context) string { return c.Operation.AccountID }),
	text("protocol", request, always, func(c *Context) string { return orElse(c.Protocol, "HTTP/1.1") }),
	text("stage", request, always, func(c *Context) string { return c.Operation.Stage }),
	text("domainPrefix", request, always, func(c *Context) string { return prefix(c.DomainName) }),
	{Variable{"requestTimeEpoch", Number, request}, always, func(c *Context) jsonvalue.Value { return jsonvalue.LongInt(c.Time.UnixMilli()) }},
	text("requestId", request, always, func(c *Context) string { return c.RequestID }),
	{Variable{"identity", Part, Template}, always, func(c *Context) jsonvalue.Value { return jsonvalue.FromObject(c.Identity.object()) }},
	text("domainName", request, always, func(c *Context) string { return c.DomainName }),
	text("deploymentId", request, always, func(c *Context) string { return c.Operation.DeploymentID }),
	text("apiId", request, always, func(c *Context) string { return c.Operation.APIID }),

	text("operationName", request, sometimes, func(c *Context) string { return c.Operation.OperationName }),
	{Variable{"authorizer", Part, Template}, sometimes, func(c *Context) jsonvalue.Value { return c.Authorizer.object() }},
	{Variable{"isCanaryRequest", Bool, request}, sometimes, isCanaryRequest},
	text("awsEndpointRequestId", request, sometimes, func(c *Context) string { return c.AWSEndpointRequestID }),
	text("wafResponseCode", request, sometimes, func(c *Context) string { return c.WAFResponseCode }),
	text("webaclArn", request, sometimes, func(c *Context) string { return c.WebACLARN }),
	text("customDomain.basePathMatched", request, 0, func(c *Context) string { return c.BasePathMatched }),
	text("xrayTraceId", AccessLog|GatewayResponse, 0, func(c *Context) string { return c.TraceID }),

	text("identity.cognitoIdentityPoolId", request, 0, func(c *Context) string { return c.Identity.CognitoIdentityPoolID }),
	text("identity.accountId", request, 0, func(c *Context) string { return c.Identity.AccountID }),
	text("identity.cognitoIdentityId", request, 0, func(c *Context) string { return c.Identity.CognitoIdentityID }),
	text("identity.caller", request, 0, func(c *Context) string { return c.Identity.Caller }),
	text("identity.sourceIp", request, 0, func(c *Context) string { return c.Identity.SourceIP }),
	text("identity.principalOrgId", request, 0, func(c *Context) string { return c.Identity.PrincipalOrgID }),
	text("identity.accessKey", request, 0, func(c *Context) string { return c.Identity.AccessKey }),
	text("identity.cognitoAuthenticationType", request, 0, func(c *Context) string { return c.Identity.CognitoAuthenticationType }),
	text("identity.cognitoAuthenticationProvider", request, 0, func(c *Context) string { return c.Identity.CognitoAuthenticationProvider }),
	text("identity.userArn", request, 0, func(c *Context) string { return c.Identity.UserARN }),
	text("identity.userAgent", request, 0, func(c *Context) string { return c.Identity.UserAgent }),
	text("identity.user", request, 0, func(c *Context) string { return c.Identity.User }),
	text("identity.apiKey", request, 0, func(c *Context) string { return c.Identity.APIKey.Reveal() }),
	text("identity.apiKeyId", request, 0, func(c *Context) string { return c.Identity.APIKeyID }),
	text("identity.vpcId", request, 0, func(c *Context) string { return c.Identity.VPCID }),
	text("identity.vpceId", request, 0, func(c *Context) string { return c.Identity.VPCEID }),
	{Variable{"identity.clientCert", Part, Template}, 0, func(c *Context) jsonvalue.Value { return c.Identity.ClientCert.object() }},
	certificate("clientCertPem", func(cert *ClientCert) string { return cert.PEM }),
	certificate("subjectDN", func(cert *ClientCert) string { return cert.SubjectDN }),
	certificate("issuerDN", func(cert *ClientCert) string { return cert.IssuerDN }),
	certificate("serialNumber", func(cert *ClientCert) string { return cert.SerialNumber }),
	certificate("validity.notBefore", func(cert *ClientCert) string { return cert.NotBefore }),
	certificate("validity.notAfter", func(cert *ClientCert) string { return cert.NotAfter }),

	text("authorizer.principalId", request, 0, func(c *Context) string { return c.authorizer().PrincipalID }),
	{Variable{"authorizer.integrationLatency", Number, request}, 0, authorizerLatency},
	{Variable{"authorizer.claims", Part, Template}, 0, func(c *Context) jsonvalue.Value { return claimsObject(c.authorizer()) }},

	text("error.message", late, 0, func(c *Context) string { return c.failure().Message }),
	{Variable{"error.messageString", Text, late}, 0, messageString},
	text("error.responseType", late, 0, func(c *Context) string { return c.failure().ResponseType }),
	text("error.validationErrorString", late, 0, func(c *Context) string { return c.failure().ValidationError }),

	number("integration.integrationStatus", func(c *Context) int64 { return int64(c.integration().Status) }),
	number("integration.status", func(c *Context) int64 { return int64(c.integration().ServiceStatus) }),
	number("integration.latency", func(c *Context) int64 { return c.integration().Latency }),
	text("integration.requestId", AccessLog, 0, func(c *Context) string { return c.integration().RequestID }),
	text("integration.error", AccessLog, 0, func(c *Context) string { return c.integration().Error }),
	number("integrationStatus", func(c *Context) int64 { return int64(c.integration().Status) }),
	number("integrationLatency", func(c *Context) int64 { return c.integration().Latency }),
	text("integrationErrorMessage", AccessLog, 0, func(c *Context) string { return c.integration().Error }),
}

var byName = index()

func index() map[string]int {
	made := make(map[string]int, len(table))
	for i := range table {
		made[table[i].Name] = i
	}
	return made
}

// Variables lists the table. Any further authorizer.{key} and
// authorizer.claims.{claim} are texts that may be read everywhere.
func Variables() []Variable {
	all := make([]Variable, len(table))
	for i := range table {
		all[i] = table[i].Variable
	}
	return all
}

// Find looks a name up, without "$context.". Names that only a request has, such
// as authorizer.{key}, are known as texts. Overrides are not variables.
func Find(name string) (Variable, bool) {
	if known, found := byName[name]; found {
		return table[known].Variable, true
	}
	if rest, isAuthorizer := strings.CutPrefix(name, "authorizer."); isAuthorizer && rest != "" {
		return Variable{Name: name, Kind: Text, Where: request}, true
	}
	return Variable{}, false
}

// timeLayout is the Common Log Format's, always in UTC.
const timeLayout = "02/Jan/2006:15:04:05 +0000"

// FormatTime is a moment as $context.requestTime prints it.
func FormatTime(moment time.Time) string { return moment.UTC().Format(timeLayout) }

func orElse(value, other string) string {
	if value == "" {
		return other
	}
	return value
}

// prefix is the first label of a domain name.
func prefix(domain string) string {
	label, _, _ := strings.Cut(domain, ".")
	return label
}

func isCanaryRequest(c *Context) jsonvalue.Value {
	if !c.Operation.HasCanary {
		return jsonvalue.Value{}
	}
	return jsonvalue.Bool(c.Operation.IsCanary)
}
