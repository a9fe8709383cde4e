package awsapi_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/sts"
	"github.com/sluice-gateway/sluice/internal/awserror"
	"github.com/sluice-gateway/sluice/internal/secret"
	"github.com/sluice-gateway/sluice/internal/sigv4"
)

const (
	rootKey    = "AKIDROOT"
	userKey    = "AKIDUSER"
	testSecret = "wJalrXUtnFEMI-not-a-real-secret"
	account    = "000000000000"
)

// people knows a root and a user.
type people struct{}

func (people) Identity(_ context.Context, key, token string) (awsapi.Identity, error) {
	switch {
	case token == "old":
		return awsapi.Identity{}, sigv4.ErrExpiredToken
	case key == rootKey:
		return awsapi.Identity{Account: account, Secret: secret.New(testSecret), Principal: awsapi.Principal{ARN: "arn:aws:iam::" + account + ":root", Root: true}}, nil
	case key == userKey:
		return awsapi.Identity{Account: account, Secret: secret.New(testSecret), Principal: awsapi.Principal{ARN: "arn:aws:iam::" + account + ":user/alice"}}, nil
	default:
		return awsapi.Identity{}, sigv4.ErrUnknownKey
	}
}

// echo answers a few operations with what they were asked.
func echo() []awsapi.Handler {
	created := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	api := func(id string) *apigateway.RestApi {
		return &apigateway.RestApi{Id: new(id), Name: new("pets & <co>"), CreatedDate: &created, Tags: map[string]string{}, DisableExecuteApiEndpoint: new(false)}
	}
	return []awsapi.Handler{
		awsapi.Handle(apigateway.CreateRestApi(), func(_ context.Context, _ awsapi.Caller, in *apigateway.CreateRestApiRequest) (*apigateway.RestApi, error) {
			return &apigateway.RestApi{Id: new("abc"), Name: in.Name, Description: in.Description, Tags: in.Tags, CreatedDate: &created, BinaryMediaTypes: in.BinaryMediaTypes, MinimumCompressionSize: in.MinimumCompressionSize}, nil
		}),
		awsapi.Handle(apigateway.ImportRestApi(), func(_ context.Context, _ awsapi.Caller, in *apigateway.ImportRestApiRequest) (*apigateway.RestApi, error) {
			return &apigateway.RestApi{Id: new("imported"), Description: new(fmt.Sprintf("%v %s %v", wire.Value(in.FailOnWarnings), in.Body, in.Parameters))}, nil
		}),
		awsapi.Handle(apigateway.GetRestApi(), func(_ context.Context, _ awsapi.Caller, in *apigateway.GetRestApiRequest) (*apigateway.RestApi, error) {
			switch in.RestApiId {
			case "panic":
				panic("a handler's own bug")
			case "secret":
				return nil, errors.New("etcd: password hunter2")
			case "missing":
				return nil, awserror.NotFoundf("Invalid API identifier specified %s:%s", account, in.RestApiId)
			}
			return api(in.RestApiId), nil
		}),
		awsapi.Handle(apigateway.GetRestApis(), func(_ context.Context, _ awsapi.Caller, in *apigateway.GetRestApisRequest) (*apigateway.RestApis, error) {
			return &apigateway.RestApis{Items: []apigateway.RestApi{*api("a"), *api("b")}, Position: in.Position}, nil
		}),
		awsapi.Handle(apigateway.DeleteRestApi(), func(context.Context, awsapi.Caller, *apigateway.DeleteRestApiRequest) (*wire.Empty, error) {
			return nil, nil
		}),
		awsapi.Handle(apigateway.UpdateMethodResponse(), func(context.Context, awsapi.Caller, *apigateway.UpdateMethodResponseRequest) (*apigateway.MethodResponse, error) {
			return &apigateway.MethodResponse{}, nil
		}),
		awsapi.Handle(apigateway.UntagResource(), func(_ context.Context, _ awsapi.Caller, in *apigateway.UntagResourceRequest) (*wire.Empty, error) {
			return nil, awserror.NewBadRequest(in.ResourceArn + strings.Join(in.TagKeys, "+"))
		}),
		awsapi.Handle(sts.GetCallerIdentity(), func(_ context.Context, caller awsapi.Caller, _ *sts.GetCallerIdentityRequest) (*sts.GetCallerIdentityResponse, error) {
			return &sts.GetCallerIdentityResponse{Account: &caller.Account, Arn: &caller.Principal.ARN, UserId: &caller.Account}, nil
		}),
	}
}

// start serves on loopback until the test ends and gives the address.
func start(t *testing.T, log io.Writer) string {
	t.Helper()
	server, err := awsapi.New(awsapi.Config{
		Handlers: echo(), Identities: people{}, Now: time.Now, Random: rand.Reader, MaxBody: 1 << 20,
		Logger: slog.New(slog.NewTextHandler(log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, listener) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("server stopped: %v", err)
		}
	})
	return listener.Addr().String()
}

// ask is one request to sign and send.
type ask struct {
	method, target, body string
	key, service, accept string
	change               func(*http.Request)
}

// send signs and sends a request; the key "-" leaves it unsigned.
func send(t *testing.T, address string, one ask) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), one.method, "http://"+address+one.target, strings.NewReader(one.body))
	if err != nil {
		t.Fatal(err)
	}
	if one.service == "" {
		one.service = "apigateway"
	}
	if one.key == "" {
		one.key = rootKey
	}
	if one.accept != "" {
		request.Header.Set("Accept", one.accept)
	}
	if one.key != "-" {
		path, query, _ := strings.Cut(one.target, "?")
		signer := sigv4.NewSigner(sigv4.Credentials{AccessKeyID: one.key, SecretAccessKey: testSecret}, "us-east-1", one.service)
		signed := signer.Sign(one.method, address, path, query, nil, sigv4.HashPayload([]byte(one.body)), time.Now())
		request.Header.Set("Authorization", signed.Authorization)
		request.Header.Set("X-Amz-Date", signed.Date)
	}
	if one.change != nil {
		one.change(request)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

func message(text string) string {
	encoded, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return `{"message":` + string(bytes.ReplaceAll(encoded, []byte(`\u0026`), []byte("&"))) + `}`
}

func TestCalls(t *testing.T) {
	t.Parallel()
	address := start(t, io.Discard)
	const reply = `{"id":"a1","name":"pets & <co>","createdDate":1767323045,"tags":{},"disableExecuteApiEndpoint":false}`
	cases := []struct {
		name   string
		ask    ask
		status int
		code   string
		body   string
	}{
		{"get", ask{method: "GET", target: "/restapis/a1"}, 200, "", reply},
		{"get with a slash at the end", ask{method: "GET", target: "/restapis/a1/"}, 200, "", reply},
		{"get as HAL", ask{method: "GET", target: "/restapis/a1", accept: "application/hal+json"}, 200, "", `{"_links":{"self":{"href":"/restapis/a1"}},"id":"a1","name":"pets & <co>","createdDate":"2026-01-02T03:04:05Z","tags":{},"disableExecuteApiEndpoint":false}`},
		{"list is under item", ask{method: "GET", target: "/restapis?position=p%20q&limit=2"}, 200, "", strings.ReplaceAll(`{"position":"p q","item":[A,B]}`, "A,B", reply2("a")+","+reply2("b"))},
		{"create keeps zero and empty apart from absent", ask{method: "POST", target: "/restapis", body: `{"name":"x","description":"","tags":{},"unknown":{"deep":[1]},"minimumCompressionSize":0,"version":null}`}, 201, "", `{"id":"abc","name":"x","description":"","createdDate":1767323045,"minimumCompressionSize":0,"tags":{}}`},
		{"the query tells import from create", ask{method: "POST", target: "/restapis?mode=import&failonwarnings=true&basepath=split", body: "swagger: '2.0'"}, 201, "", `{"id":"imported","description":"true swagger: '2.0' map[basepath:split]"}`},
		{"delete has no body", ask{method: "DELETE", target: "/restapis/a1"}, 202, "", ""},
		{"error of a handler", ask{method: "GET", target: "/restapis/missing"}, 404, "NotFoundException", message("Invalid API identifier specified 000000000000:missing")},
		{"internal text is hidden", ask{method: "GET", target: "/restapis/secret"}, 500, "InternalServerErrorException", message("Internal server error")},
		{"panic is contained", ask{method: "GET", target: "/restapis/panic"}, 500, "InternalServerErrorException", message("Internal server error")},
		{"labels are decoded", ask{method: "DELETE", target: "/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2Fa1?tagKeys=x&tagKeys=y"}, 400, "BadRequestException", message("arn:aws:apigateway:us-east-1::/restapis/a1x+y")},
		{"not built yet", ask{method: "GET", target: "/v2/portals"}, 501, "NotImplementedException", message("ListPortals is not implemented by Sluice yet.")},
		{"unknown path", ask{method: "GET", target: "/nothing/here"}, 404, "UnknownOperationException", message("")},
		{"wrong method", ask{method: "PUT", target: "/restapis"}, 404, "UnknownOperationException", message("")},
		{"unsigned", ask{method: "GET", target: "/restapis", key: "-"}, 403, "MissingAuthenticationTokenException", message("Missing Authentication Token")},
		{"unsigned and unknown", ask{method: "GET", target: "/nothing", key: "-"}, 403, "MissingAuthenticationTokenException", message("Missing Authentication Token")},
		{"unknown key", ask{method: "GET", target: "/restapis", key: "AKIDNOBODY"}, 403, "UnrecognizedClientException", message("The security token included in the request is invalid.")},
		{"other service", ask{method: "GET", target: "/restapis", service: "s3"}, 403, "InvalidSignatureException", message("Credential should be scoped to correct service: 'apigateway'. ")},
		{"body was changed", ask{method: "POST", target: "/restapis", body: `{"name":"x"}`, change: replaceBody(`{"name":"y"}`)}, 403, "InvalidSignatureException", message("The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")},
		{"not allowed", ask{method: "GET", target: "/restapis/a1", key: userKey}, 403, "AccessDeniedException", message("User: arn:aws:iam::000000000000:user/alice is not authorized to perform: apigateway:GET on resource: arn:aws:apigateway:us-east-1::/restapis/a1 because no identity-based policy allows the apigateway:GET action")},
		{"a path of another spelling is the same to policies", ask{method: "GET", target: "/restapis/%61%31/", key: userKey}, 403, "AccessDeniedException", message("User: arn:aws:iam::000000000000:user/alice is not authorized to perform: apigateway:GET on resource: arn:aws:apigateway:us-east-1::/restapis/a1 because no identity-based policy allows the apigateway:GET action")},
		{"resource of a tag", ask{method: "GET", target: "/tags/arn:aws:x%2F1", key: userKey}, 403, "AccessDeniedException", message("User: arn:aws:iam::000000000000:user/alice is not authorized to perform: apigateway:GET on resource: arn:aws:apigateway:us-east-1::/tags/arn%3Aaws%3Ax%2F1 because no identity-based policy allows the apigateway:GET action")},
		{"broken JSON", ask{method: "POST", target: "/restapis", body: `{"name":`}, 400, "SerializationException", message("")},
		{"boolean for text", ask{method: "POST", target: "/restapis", body: `{"name":true}`}, 400, "SerializationException", message("class java.lang.Boolean can not be converted to an String")},
		{"number for text", ask{method: "POST", target: "/restapis", body: `{"name":1}`}, 400, "SerializationException", message("class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String")},
		{"two violations in one", ask{method: "POST", target: "/restapis", body: `{"name":"x","endpointConfiguration":{"types":["wrong"],"ipAddressType":"v5"}}`}, 400, "ValidationException", message("2 validation errors detected: Value '[wrong]' at 'createRestApiInput.endpointConfiguration.types' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [PRIVATE, EDGE, REGIONAL]]; Value 'v5' at 'createRestApiInput.endpointConfiguration.ipAddressType' failed to satisfy constraint: Member must satisfy enum value set: [ipv4, dualstack]")},
		{"patch operations come before labels", ask{method: "PATCH", target: "/restapis/a/resources/b/methods/GET/responses/wrong", body: `{"patchOperations":[{"op":"bad","path":"/a"}]}`}, 400, "ValidationException", message(`2 validation errors detected: Value 'bad' at 'updateMethodResponseInput.patchOperations.1.member.op' failed to satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, replace, copy]; Value 'wrong' at 'statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [1-5]\d\d`)},
		{"query protocol", ask{method: "POST", target: "/", service: "sts", body: "Action=GetCallerIdentity&Version=2011-06-15"}, 200, "", "<Account>000000000000</Account>"},
		{"query protocol's errors", ask{method: "POST", target: "/", service: "iam", body: "Action=ListUsers&Version=2010-05-08", key: userKey}, 403, "", "<Code>AccessDenied</Code><Message>User: arn:aws:iam::000000000000:user/alice is not authorized to perform: iam:ListUsers on resource: *"},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			response, body := send(t, address, test.ask)
			if response.StatusCode != test.status || response.Header.Get("x-amzn-ErrorType") != test.code {
				t.Errorf("got %d %s, want %d %s", response.StatusCode, response.Header.Get("x-amzn-ErrorType"), test.status, test.code)
			}
			xml := strings.HasPrefix(test.body, "<")
			if !xml && body != test.body || xml && !strings.Contains(body, test.body) {
				t.Errorf("body\n got %s\nwant %s", body, test.body)
			}
			if len(response.Header.Get("x-amzn-RequestId")) != 36 || !xml && len(response.Header.Get("x-amz-apigw-id")) != 16 {
				t.Errorf("request ids: %v", response.Header)
			}
		})
	}
}

func reply2(id string) string {
	return `{"id":"` + id + `","name":"pets & <co>","createdDate":1767323045,"tags":{},"disableExecuteApiEndpoint":false}`
}

func replaceBody(text string) func(*http.Request) {
	return func(request *http.Request) {
		request.Body = io.NopCloser(strings.NewReader(text))
		request.ContentLength = int64(len(text))
	}
}

// TestLog wants a line a call, without what must not be in it.
func TestLog(t *testing.T) {
	t.Parallel()
	var log lines
	address := start(t, &log)
	send(t, address, ask{method: "POST", target: "/restapis", body: `{"name":"do not log me"}`})
	send(t, address, ask{method: "GET", target: "/restapis/missing"})
	text := log.wait(t, 2)
	for _, want := range []string{"operation=apigateway:CreateRestApi", "account=000000000000", "status=201", "status=404", "code=NotFoundException", "request_id="} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not in the log:\n%s", want, text)
		}
	}
	for _, never := range []string{"do not log me", testSecret, "Signature="} {
		if strings.Contains(text, never) {
			t.Errorf("%s is in the log:\n%s", never, text)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	config := awsapi.Config{Identities: people{}, Now: time.Now, Random: rand.Reader, Handlers: append(echo(), echo()[0])}
	if _, err := awsapi.New(config); err == nil {
		t.Error("two handlers for one operation were taken")
	}
	if _, err := awsapi.New(awsapi.Config{}); err == nil {
		t.Error("a server without identities was made")
	}
}
