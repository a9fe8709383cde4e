package event

import (
	"strconv"
	"time"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/requestcontext"
	"github.com/sluice-gateway/sluice/internal/vtl"
)

// REST is what a REST API's proxy event (version 1.0) says.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format
type REST struct {
	Context *requestcontext.Context
	// Path is the path below the stage, slashes at its start collapsed.
	Path string
	// Headers are named as the function is to see them.
	Headers vtl.Pairs
	// Query is decoded.
	Query vtl.Pairs
	// PathParameters are as sent.
	PathParameters vtl.Pairs
	StageVariables vtl.Pairs
	// Body is text, or bytes if Base64 says so: Append encodes them.
	Body   []byte
	Base64 bool
}

// Append appends the event to dst.
func (e *REST) Append(dst []byte) []byte {
	c := e.Context
	dst = appendMember(dst, `{"resource":`, c.Operation.ResourcePath)
	dst = appendMember(dst, `,"path":`, e.Path)
	dst = appendMember(dst, `,"httpMethod":`, c.HTTPMethod)
	dst = appendLast(append(dst, `,"headers":`...), e.Headers)
	dst = appendLists(append(dst, `,"multiValueHeaders":`...), e.Headers)
	dst = appendLast(append(dst, `,"queryStringParameters":`...), e.Query)
	dst = appendLists(append(dst, `,"multiValueQueryStringParameters":`...), e.Query)
	dst = appendLast(append(dst, `,"pathParameters":`...), e.PathParameters)
	dst = appendLast(append(dst, `,"stageVariables":`...), e.StageVariables)
	dst = appendContext(append(dst, `,"requestContext":`...), c)
	dst = append(dst, `,"body":`...)
	switch {
	case len(e.Body) == 0:
		dst = append(dst, "null"...)
	case e.Base64:
		dst = appendBase64(dst, e.Body)
	default:
		dst = jsonvalue.AppendQuoted(dst, textOf(e.Body), jsonvalue.Verbatim)
	}
	if e.Base64 && len(e.Body) > 0 {
		return append(dst, `,"isBase64Encoded":true}`...)
	}
	return append(dst, `,"isBase64Encoded":false}`...)
}

func appendContext(dst []byte, c *requestcontext.Context) []byte {
	o := c.Operation
	dst = appendMember(dst, `{"resourceId":`, o.ResourceID)
	dst = appendAuthorizer(dst, c.Authorizer)
	dst = appendMember(dst, `,"resourcePath":`, o.ResourcePath)
	if o.OperationName != "" {
		dst = appendMember(dst, `,"operationName":`, o.OperationName)
	}
	dst = appendMember(dst, `,"httpMethod":`, c.HTTPMethod)
	dst = appendMember(dst, `,"extendedRequestId":`, c.ExtendedRequestID)
	dst = append(dst, `,"requestTime":"`...)
	dst = c.Time.UTC().AppendFormat(dst, "02/Jan/2006:15:04:05 +0000")
	dst = appendMember(dst, `","path":`, c.Path)
	dst = appendMember(dst, `,"accountId":`, o.AccountID)
	dst = appendMember(dst, `,"protocol":`, orElse(c.Protocol, "HTTP/1.1"))
	dst = appendMember(dst, `,"stage":`, o.Stage)
	dst = appendMember(dst, `,"domainPrefix":`, prefix(c.DomainName))
	dst = appendEpoch(dst, c.Time)
	dst = appendMember(dst, `,"requestId":`, c.RequestID)
	dst = appendIdentity(append(dst, `,"identity":`...), &c.Identity)
	dst = appendMember(dst, `,"domainName":`, c.DomainName)
	if o.HasCanary {
		dst = strconv.AppendBool(append(dst, `,"isCanaryRequest":`...), o.IsCanary)
	}
	if c.BasePathMatched != "" {
		dst = append(appendMember(dst, `,"customDomain":{"basePathMatched":`, c.BasePathMatched), '}')
	}
	if c.WebACLARN != "" {
		dst = appendMember(dst, `,"wafResponseCode":`, c.WAFResponseCode)
		dst = appendMember(dst, `,"webaclArn":`, c.WebACLARN)
	}
	dst = appendMember(dst, `,"deploymentId":`, o.DeploymentID)
	return append(appendMember(dst, `,"apiId":`, o.APIID), '}')
}

func appendEpoch(dst []byte, at time.Time) []byte {
	return strconv.AppendInt(append(dst, `,"requestTimeEpoch":`...), at.UnixMilli(), 10)
}

func appendIdentity(dst []byte, i *requestcontext.Identity) []byte {
	dst = appendNullable(dst, `{"cognitoIdentityPoolId":`, i.CognitoIdentityPoolID)
	dst = appendNullable(dst, `,"accountId":`, i.AccountID)
	if key := i.APIKey.Reveal(); key != "" {
		dst = appendMember(dst, `,"apiKey":`, key)
	}
	if i.APIKeyID != "" {
		dst = appendMember(dst, `,"apiKeyId":`, i.APIKeyID)
	}
	dst = appendNullable(dst, `,"cognitoIdentityId":`, i.CognitoIdentityID)
	dst = appendNullable(dst, `,"caller":`, i.Caller)
	dst = appendNullable(dst, `,"sourceIp":`, i.SourceIP)
	dst = appendNullable(dst, `,"principalOrgId":`, i.PrincipalOrgID)
	dst = appendNullable(dst, `,"accessKey":`, i.AccessKey)
	dst = appendNullable(dst, `,"cognitoAuthenticationType":`, i.CognitoAuthenticationType)
	dst = appendNullable(dst, `,"cognitoAuthenticationProvider":`, i.CognitoAuthenticationProvider)
	dst = appendNullable(dst, `,"userArn":`, i.UserARN)
	dst = appendNullable(dst, `,"userAgent":`, i.UserAgent)
	dst = appendNullable(dst, `,"user":`, i.User)
	if i.VPCID != "" {
		dst = appendMember(dst, `,"vpcId":`, i.VPCID)
	}
	if i.VPCEID != "" {
		dst = appendMember(dst, `,"vpceId":`, i.VPCEID)
	}
	if cert := i.ClientCert; cert != nil {
		dst = appendMember(dst, `,"clientCert":{"clientCertPem":`, cert.PEM)
		dst = appendMember(dst, `,"subjectDN":`, cert.SubjectDN)
		dst = appendMember(dst, `,"issuerDN":`, cert.IssuerDN)
		dst = appendMember(dst, `,"serialNumber":`, cert.SerialNumber)
		dst = appendMember(dst, `,"validity":{"notBefore":`, cert.NotBefore)
		dst = append(appendMember(dst, `,"notAfter":`, cert.NotAfter), "}}"...)
	}
	return append(dst, '}')
}

// appendAuthorizer appends requestContext.authorizer, which is not there
// without an authorizer.
func appendAuthorizer(dst []byte, a *requestcontext.Authorizer) []byte {
	if a == nil {
		return dst
	}
	dst = append(dst, `,"authorizer":{`...)
	start := len(dst)
	if a.Claims != nil {
		dst = append(dst, `"claims":{`...)
		dst = appendValues(dst, a.Claims)
		dst = append(dst, '}', ',')
	}
	if a.PrincipalID != "" || a.Values != nil {
		dst = append(appendMember(dst, `"principalId":`, a.PrincipalID), ',')
	}
	if a.HasLatency {
		dst = append(strconv.AppendInt(append(dst, `"integrationLatency":`...), a.IntegrationLatency, 10), ',')
	}
	if a.Values != nil {
		dst = append(appendValues(dst, a.Values), ',')
	}
	for len(dst) > start && dst[len(dst)-1] == ',' {
		dst = dst[:len(dst)-1]
	}
	return append(dst, '}')
}

// appendValues appends an object's members as texts.
func appendValues(dst []byte, values *jsonvalue.Object) []byte {
	separated := true
	for name, value := range values.All() {
		if !separated {
			dst = append(dst, ',')
		}
		separated = false
		dst = append(jsonvalue.AppendQuoted(dst, name, jsonvalue.Verbatim), ':')
		dst = jsonvalue.AppendQuoted(dst, value.String(), jsonvalue.Verbatim)
	}
	return dst
}

// prefix is a domain's first label.
func prefix(domain string) string {
	for i := range len(domain) {
		if domain[i] == '.' {
			return domain[:i]
		}
	}
	return domain
}

func orElse(value, other string) string {
	if value == "" {
		return other
	}
	return value
}
