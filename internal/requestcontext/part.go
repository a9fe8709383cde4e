package requestcontext

import (
	"encoding/json"
	"strings"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// Stand-ins for parts that a request does not have; they are read only.
var (
	noAuthorizer  = &Authorizer{}
	noError       = &Error{}
	noIntegration = &Integration{}
	noCertificate = &ClientCert{}
)

func (c *Context) authorizer() *Authorizer {
	if c.Authorizer == nil {
		return noAuthorizer
	}
	return c.Authorizer
}

func (c *Context) failure() *Error {
	if c.Error == nil {
		return noError
	}
	return c.Error
}

func (c *Context) integration() *Integration {
	if c.Integration == nil {
		return noIntegration
	}
	return c.Integration
}

// number makes the row of an access log's number, which is there once the
// backend has answered.
func number(name string, get func(*Context) int64) variable {
	return variable{Variable{name, Number, AccessLog}, 0, func(c *Context) jsonvalue.Value {
		if c.Integration == nil {
			return jsonvalue.Value{}
		}
		return jsonvalue.LongInt(get(c))
	}}
}

// certificate makes the row of a client certificate's text.
func certificate(name string, get func(*ClientCert) string) variable {
	return text("identity.clientCert."+name, request, 0, func(c *Context) string {
		if c.Identity.ClientCert == nil {
			return get(noCertificate)
		}
		return get(c.Identity.ClientCert)
	})
}

// object is $context.identity: the keys recorded from AWS in their order, then
// those that only some requests have.
func (i *Identity) object() *jsonvalue.Object {
	made := jsonvalue.NewSilentObject(
		entry("cognitoIdentityPoolId", i.CognitoIdentityPoolID), entry("accountId", i.AccountID),
		entry("cognitoIdentityId", i.CognitoIdentityID), entry("caller", i.Caller), entry("sourceIp", i.SourceIP),
		entry("principalOrgId", i.PrincipalOrgID), entry("accessKey", i.AccessKey),
		entry("cognitoAuthenticationType", i.CognitoAuthenticationType),
		entry("cognitoAuthenticationProvider", i.CognitoAuthenticationProvider),
		entry("userArn", i.UserARN), entry("userAgent", i.UserAgent), entry("user", i.User),
	)
	for _, some := range []jsonvalue.Entry{
		entry("apiKey", i.APIKey.Reveal()), entry("apiKeyId", i.APIKeyID), entry("vpcId", i.VPCID), entry("vpceId", i.VPCEID),
		{Key: "clientCert", Value: i.ClientCert.object()},
	} {
		if present(some.Value) {
			made.Put(some.Key, some.Value)
		}
	}
	return made
}

func entry(key, value string) jsonvalue.Entry {
	return jsonvalue.Entry{Key: key, Value: textOrNull(value)}
}

// object is identity.clientCert, undefined without one.
func (c *ClientCert) object() jsonvalue.Value {
	if c == nil {
		return jsonvalue.Value{}
	}
	return jsonvalue.FromObject(jsonvalue.NewSilentObject(
		entry("clientCertPem", c.PEM), entry("subjectDN", c.SubjectDN), entry("issuerDN", c.IssuerDN),
		entry("serialNumber", c.SerialNumber),
		jsonvalue.Entry{Key: "validity", Value: jsonvalue.FromObject(jsonvalue.NewSilentObject(
			entry("notBefore", c.NotBefore), entry("notAfter", c.NotAfter)))},
	))
}

// object is $context.authorizer, undefined without one.
func (a *Authorizer) object() jsonvalue.Value {
	if a == nil {
		return jsonvalue.Value{}
	}
	made := jsonvalue.NewSilentObject()
	if a.PrincipalID != "" {
		made.Put("principalId", jsonvalue.String(a.PrincipalID))
	}
	if a.Claims != nil {
		made.Put("claims", claimsObject(a))
	}
	if a.Values != nil {
		for key, value := range a.Values.All() {
			made.Put(key, value)
		}
	}
	if a.HasLatency {
		made.Put("integrationLatency", jsonvalue.LongInt(a.IntegrationLatency))
	}
	return jsonvalue.FromObject(made)
}

// claimsObject is authorizer.claims, which prints nothing itself.
func claimsObject(a *Authorizer) jsonvalue.Value {
	if a.Claims == nil {
		return jsonvalue.Value{}
	}
	return jsonvalue.FromObject(jsonvalue.NewSilentObject(a.Claims.Entries()...))
}

func authorizerLatency(c *Context) jsonvalue.Value {
	if !c.authorizer().HasLatency {
		return jsonvalue.Value{}
	}
	return jsonvalue.LongInt(c.Authorizer.IntegrationLatency)
}

// messageString is error.message as JSON: quoted, or null.
func messageString(c *Context) jsonvalue.Value {
	switch {
	case c.Error == nil:
		return jsonvalue.Value{}
	case c.Error.Null:
		return jsonvalue.String("null")
	default:
		var quoted strings.Builder
		encoder := json.NewEncoder(&quoted)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(c.Error.Message); err != nil {
			return jsonvalue.Value{}
		}
		return jsonvalue.String(strings.TrimSuffix(quoted.String(), "\n"))
	}
}
