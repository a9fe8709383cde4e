package requestcontext

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/secret"
)

func sample() *Context {
	return &Context{
		Operation: &Operation{
			AccountID: "123456789012", APIID: "abcde12345", Stage: "prod", DeploymentID: "dep123", Region: "us-east-1",
			ResourceID: "res123", ResourcePath: "/pets/{petId}", OperationName: "GetPet", HasCanary: true,
		},
		RequestID: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef", ExtendedRequestID: "AbCdEf=", HTTPMethod: "GET", Path: "/prod/pets/a%20b",
		DomainName: "abcde12345.execute-api.us-east-1.amazonaws.com", Time: time.Date(2026, 3, 5, 7, 8, 9, 123e6, time.FixedZone("", 3600)),
		Identity: Identity{
			SourceIP: "192.0.2.1", UserAgent: "curl", APIKey: secret.New("value-of-the-key"), APIKeyID: "key123", AccountID: "222222222222",
			ClientCert: &ClientCert{SubjectDN: "CN=x", NotBefore: "May 28 12:30:02 2019 GMT"},
		},
		Authorizer: &Authorizer{
			PrincipalID: "user|a1b2", HasLatency: true, IntegrationLatency: 12,
			Values: jsonvalue.NewObject(jsonvalue.Entry{Key: "n", Value: jsonvalue.String("1")}),
			Claims: jsonvalue.NewObject(jsonvalue.Entry{Key: "custom:role", Value: jsonvalue.String("admin")}),
		},
		Error: &Error{ResponseType: "THROTTLED", Message: `say "<no>"`},
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"accountId": "123456789012", "apiId": "abcde12345", "stage": "prod", "deploymentId": "dep123",
		"resourceId": "res123", "resourcePath": "/pets/{petId}", "operationName": "GetPet", "isCanaryRequest": "false",
		"requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef", "extendedRequestId": "AbCdEf=", "httpMethod": "GET",
		"path": "/prod/pets/a%20b", "protocol": "HTTP/1.1", "domainPrefix": "abcde12345",
		"domainName":  "abcde12345.execute-api.us-east-1.amazonaws.com",
		"requestTime": "05/Mar/2026:06:08:09 +0000", "requestTimeEpoch": "1772690889123",
		"identity.sourceIp": "192.0.2.1", "identity.userAgent": "curl", "identity.apiKey": "value-of-the-key", "identity.apiKeyId": "key123",
		"identity.accountId": "222222222222", "identity.clientCert.subjectDN": "CN=x",
		"identity.clientCert.validity.notBefore": "May 28 12:30:02 2019 GMT",
		"authorizer.principalId":                 "user|a1b2", "authorizer.n": "1", "authorizer.integrationLatency": "12",
		"authorizer.claims.custom:role": "admin", "authorizer.claims['custom:role']": "admin",
		"error.message": `say "<no>"`, "error.messageString": `"say \"<no>\""`, "error.responseType": "THROTTLED",
	}
	c := sample()
	for name, value := range want {
		got, found := c.Text(name)
		if !found || got != value {
			t.Errorf("%s: got %q %v, want %q", name, got, found, value)
		}
	}
}

func TestMissing(t *testing.T) {
	t.Parallel()
	empty := &Context{Operation: &Operation{}}
	for _, name := range []string{
		"", "nothing", "identity", "identity.caller", "authorizer", "authorizer.principalId", "authorizer.x", "authorizer.claims.x",
		"authorizer.claims", "authorizer.", "isCanaryRequest", "error.message", "error.messageString", "integration.latency", "identity.clientCert.subjectDN",
	} {
		if got, found := empty.Text(name); found {
			t.Errorf("%q: got %q, want nothing", name, got)
		}
	}
}

// TestRecordedKeys holds the key sets that AWS's own template printed
// (vtl.md §3.2), for a request without authorizer, canary and API key.
func TestRecordedKeys(t *testing.T) {
	t.Parallel()
	c := sample()
	c.Authorizer, c.Operation = nil, &Operation{}
	c.Identity = Identity{SourceIP: "192.0.2.1"}
	const want = "resourceId resourcePath httpMethod extendedRequestId requestTime path accountId protocol stage domainPrefix " +
		"requestTimeEpoch requestId identity domainName deploymentId apiId"
	if diff := cmp.Diff(want, keys(c.Object())); diff != "" {
		t.Errorf("$context: -want +got\n%s", diff)
	}
	const identity = "cognitoIdentityPoolId accountId cognitoIdentityId caller sourceIp principalOrgId accessKey " +
		"cognitoAuthenticationType cognitoAuthenticationProvider userArn userAgent user"
	if diff := cmp.Diff(identity, keys(c.Get("identity").Object())); diff != "" {
		t.Errorf("$context.identity: -want +got\n%s", diff)
	}
}

func keys(object *jsonvalue.Object) string {
	var all []string
	for key := range object.All() {
		all = append(all, key)
	}
	return strings.Join(all, " ")
}

func TestObjectOfEverything(t *testing.T) {
	t.Parallel()
	c := sample()
	object := c.Object()
	if got := keys(object); !strings.HasSuffix(got, "apiId operationName authorizer isCanaryRequest") {
		t.Errorf("got keys %s", got)
	}
	authorizer := c.Get("authorizer").Object()
	if got := keys(authorizer); got != "principalId claims n integrationLatency" {
		t.Errorf("authorizer: got keys %s", got)
	}
	for _, part := range []string{"identity", "authorizer", "authorizer.claims", "identity.clientCert"} {
		if value := c.Get(part); value.Object() == nil || !value.Object().IsSilent() {
			t.Errorf("%s is no silent object", part)
		}
	}
}

// TestTable wants every row to be found by its name, once, and typed as it says.
func TestTable(t *testing.T) {
	t.Parallel()
	c := sample()
	c.Integration = &Integration{Status: 200, ServiceStatus: 200, Latency: 5}
	seen := map[string]bool{}
	kinds := map[Kind]jsonvalue.Kind{Text: jsonvalue.KindString, Number: jsonvalue.KindNumber, Bool: jsonvalue.KindBool, Part: jsonvalue.KindObject}
	for _, row := range Variables() {
		if seen[row.Name] {
			t.Errorf("%s stands twice", row.Name)
		}
		seen[row.Name] = true
		if found, known := Find(row.Name); !known || found != row {
			t.Errorf("%s is not found", row.Name)
		}
		if value := c.Get(row.Name); present(value) && value.Kind() != kinds[row.Kind] {
			t.Errorf("%s is a %s", row.Name, value.Kind())
		}
	}
	if _, known := Find("authorizer.anything"); !known {
		t.Error("authorizer.anything is unknown")
	}
	if _, known := Find("requestOverride.header.x"); known {
		t.Error("an override is no variable")
	}
}

func BenchmarkGet(b *testing.B) {
	c := sample()
	b.ReportAllocs()
	for b.Loop() {
		c.Get("identity.sourceIp")
	}
}
