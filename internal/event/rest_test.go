package event_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/sluice-gateway/sluice/internal/event"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/requestcontext"
	"github.com/sluice-gateway/sluice/internal/secret"
	"github.com/sluice-gateway/sluice/internal/vtl"
)

func plain() *event.REST {
	return &event.REST{
		Context: &requestcontext.Context{
			Operation: &requestcontext.Operation{
				AccountID: "111111111111", APIID: "abc123", Stage: "stage", DeploymentID: "d3pl0y", ResourceID: "x1y2z3", ResourcePath: "/{proxy+}",
			},
			RequestID: "f3b0c442-98fc-11e6-9a41-93e8deadbeef", ExtendedRequestID: "f3b0c442-98fc-1=", HTTPMethod: "GET", Path: "/stage/a/b",
			DomainName: "abc123.execute-api.us-east-1.amazonaws.com", Time: time.Date(2015, 4, 9, 14, 34, 56, 0, time.FixedZone("", 7200)),
			Identity: requestcontext.Identity{SourceIP: "1.2.3.4", UserAgent: "curl"},
		},
		Path: "/a/b", Headers: vtl.Pairs{{Name: "Host", Value: "h"}, {Name: "x", Value: "1"}, {Name: "x", Value: "2 é\"\n"}},
		PathParameters: vtl.Pairs{{Name: "proxy", Value: "a/b"}},
	}
}

// TestAppendIsAsRecorded compares with the event of data-plane-rest.md §9.1.
func TestAppendIsAsRecorded(t *testing.T) {
	t.Parallel()
	want := `{"resource":"/{proxy+}","path":"/a/b","httpMethod":"GET",
 "headers":{"Host":"h","x":"2 é\"\n"},
 "multiValueHeaders":{"Host":["h"],"x":["1","2 é\"\n"]},
 "queryStringParameters":null,"multiValueQueryStringParameters":null,
 "pathParameters":{"proxy":"a/b"},"stageVariables":null,
 "requestContext":{
   "resourceId":"x1y2z3","resourcePath":"/{proxy+}","httpMethod":"GET",
   "extendedRequestId":"f3b0c442-98fc-1=","requestTime":"09/Apr/2015:12:34:56 +0000","requestTimeEpoch":1428582896000,
   "path":"/stage/a/b","accountId":"111111111111","protocol":"HTTP/1.1","stage":"stage",
   "domainPrefix":"abc123","domainName":"abc123.execute-api.us-east-1.amazonaws.com",
   "deploymentId":"d3pl0y","apiId":"abc123","requestId":"f3b0c442-98fc-11e6-9a41-93e8deadbeef",
   "identity":{"accessKey":null,"accountId":null,"caller":null,"cognitoAuthenticationProvider":null,"cognitoAuthenticationType":null,
     "cognitoIdentityId":null,"cognitoIdentityPoolId":null,"principalOrgId":null,"sourceIp":"1.2.3.4","user":null,"userAgent":"curl","userArn":null}},
 "body":null,"isBase64Encoded":false}`
	if diff := cmp.Diff(decode(t, []byte(want)), decode(t, plain().Append(nil))); diff != "" {
		t.Error(diff)
	}
}

func decode(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var made map[string]any
	err := json.Unmarshal(text, &made)
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return made
}

func full() *event.REST {
	e := plain()
	e.Query = vtl.Pairs{{Name: "a", Value: "1"}, {Name: "b", Value: ""}, {Name: "a", Value: "2"}}
	e.StageVariables = vtl.Pairs{{Name: "v", Value: "w"}}
	e.Body = []byte("{\"k\":\"<\\u00e9>\"}\n\xff")
	c := e.Context
	c.Operation.OperationName, c.Operation.HasCanary = "GetPet", true
	c.Identity.APIKey, c.Identity.APIKeyID, c.Identity.VPCEID = secret.New("key"), "keyid", "vpce-1"
	c.Identity.ClientCert = &requestcontext.ClientCert{PEM: "pem", SubjectDN: "s", IssuerDN: "i", SerialNumber: "1", NotBefore: "nb", NotAfter: "na"}
	c.Authorizer = &requestcontext.Authorizer{
		PrincipalID: "user", HasLatency: true, IntegrationLatency: 12,
		Values: jsonvalue.NewObject(jsonvalue.Entry{Key: "n", Value: jsonvalue.String("1")}),
	}
	return e
}

// TestAppendIsWhatFunctionsDecode reads an event with every part by the types
// of aws-lambda-go.
func TestAppendIsWhatFunctionsDecode(t *testing.T) {
	t.Parallel()
	var got events.APIGatewayProxyRequest
	err := json.Unmarshal(full().Append(nil), &got)
	if err != nil {
		t.Fatal(err)
	}
	want := events.APIGatewayProxyRequest{
		Resource: "/{proxy+}", Path: "/a/b", HTTPMethod: "GET",
		Headers:                         map[string]string{"Host": "h", "x": "2 é\"\n"},
		MultiValueHeaders:               map[string][]string{"Host": {"h"}, "x": {"1", "2 é\"\n"}},
		QueryStringParameters:           map[string]string{"a": "2", "b": ""},
		MultiValueQueryStringParameters: map[string][]string{"a": {"1", "2"}, "b": {""}},
		PathParameters:                  map[string]string{"proxy": "a/b"}, StageVariables: map[string]string{"v": "w"},
		Body: "{\"k\":\"<\\u00e9>\"}\n\uFFFD",
		RequestContext: events.APIGatewayProxyRequestContext{
			AccountID: "111111111111", ResourceID: "x1y2z3", OperationName: "GetPet", Stage: "stage",
			DomainName: "abc123.execute-api.us-east-1.amazonaws.com", DomainPrefix: "abc123",
			RequestID: "f3b0c442-98fc-11e6-9a41-93e8deadbeef", ExtendedRequestID: "f3b0c442-98fc-1=", Protocol: "HTTP/1.1",
			Identity: events.APIGatewayRequestIdentity{APIKey: "key", APIKeyID: "keyid", SourceIP: "1.2.3.4", UserAgent: "curl", ClientCert: &events.APIGatewayCustomAuthorizerRequestTypeRequestIdentityClientCert{
				ClientCertPem: "pem", SubjectDN: "s", IssuerDN: "i", SerialNumber: "1",
				Validity: events.APIGatewayCustomAuthorizerRequestTypeRequestIdentityClientCertValidity{NotBefore: "nb", NotAfter: "na"},
			}},
			ResourcePath: "/{proxy+}", Path: "/stage/a/b", HTTPMethod: "GET",
			Authorizer:  map[string]any{"principalId": "user", "integrationLatency": 12.0, "n": "1"},
			RequestTime: "09/Apr/2015:12:34:56 +0000", RequestTimeEpoch: 1428582896000, APIID: "abc123",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	context := decode(t, full().Append(nil))["requestContext"].(map[string]any)
	if context["isCanaryRequest"] != false {
		t.Errorf("isCanaryRequest is %v, want false", context["isCanaryRequest"])
	}
}

func TestAppendParts(t *testing.T) {
	t.Parallel()
	e := plain()
	e.Body, e.Base64 = []byte{0xff, 0}, true
	made := decode(t, e.Append(nil))
	if made["body"] != "/wA=" || made["isBase64Encoded"] != true {
		t.Errorf("bytes: body %v, isBase64Encoded %v", made["body"], made["isBase64Encoded"])
	}
	e = plain()
	e.Context.Authorizer = &requestcontext.Authorizer{Claims: jsonvalue.NewObject(
		jsonvalue.Entry{Key: "sub", Value: jsonvalue.String("s")}, jsonvalue.Entry{Key: "cognito:groups", Value: jsonvalue.String("a,b")},
	)}
	e.Query = nil
	for i := range 200 {
		e.Query = append(e.Query, vtl.Pair{Name: fmt.Sprint("q", i%70), Value: fmt.Sprint(i)})
	}
	made = decode(t, e.Append(nil))
	want := map[string]any{"claims": map[string]any{"sub": "s", "cognito:groups": "a,b"}}
	if diff := cmp.Diff(want, made["requestContext"].(map[string]any)["authorizer"]); diff != "" {
		t.Error(diff)
	}
	if got := made["queryStringParameters"].(map[string]any)["q0"]; got != "140" {
		t.Errorf("the last of many is %v", got)
	}
	if got := made["multiValueQueryStringParameters"].(map[string]any)["q0"]; !cmp.Equal(got, []any{"0", "70", "140"}) {
		t.Errorf("all of many are %v", got)
	}
	e = plain()
	e.Context.Authorizer = &requestcontext.Authorizer{}
	decode(t, e.Append(nil))
}

func BenchmarkAppend(b *testing.B) {
	e, buffer := plain(), make([]byte, 0, 4096)
	e.Body = make([]byte, 1024)
	for i := range e.Body {
		e.Body[i] = 'a'
	}
	b.ReportAllocs()
	for b.Loop() {
		buffer = e.Append(buffer[:0])
	}
}
