package wire_test

import (
	"errors"
	"math"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/acm"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigatewayv2"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/iam"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name      string
		operation wire.Operation
		request   wire.Request
		want      any
	}{
		{
			"labels, parameters and body", apigateway.PutIntegration().Operation,
			wire.Request{Labels: map[string]string{"restapi_id": "a", "resource_id": "b", "http_method": "GET"}, Body: []byte(`{"type":"HTTP","httpMethod":"POST","timeoutInMillis":50.9,"cacheKeyParameters":[],"requestTemplates":{"a/b":"x","c/d":null},"tlsConfig":{}}`)},
			&apigateway.PutIntegrationRequest{
				RestApiId: "a", ResourceId: "b", HttpMethod: "GET", Type: new("HTTP"), IntegrationHttpMethod: new("POST"),
				TimeoutInMillis: new(int32(50)), CacheKeyParameters: []string{}, RequestTemplates: map[string]string{"a/b": "x"}, TlsConfig: &apigateway.TlsConfig{},
			},
		},
		{
			"a number of the wrong kind, which the operation refuses itself", apigateway.CreateRestApi().Operation,
			wire.Request{Body: []byte(`{"minimumCompressionSize":"many"}`)},
			&apigateway.CreateRestApiRequest{MinimumCompressionSize: new(int32(-1))},
		},
		{
			"lists and numbers in the query string", apigateway.GetResources().Operation,
			wire.Request{Labels: map[string]string{"restapi_id": "a"}, Query: url.Values{"embed": {"methods", "x"}, "limit": {"7"}}},
			&apigateway.GetResourcesRequest{RestApiId: "a", Embed: []string{"methods", "x"}, Limit: new(int32(7))},
		},
		{
			"a header", apigateway.GetExport().Operation,
			wire.Request{Labels: map[string]string{"restapi_id": "a", "stage_name": "s", "export_type": "oas30"}, Query: url.Values{"extensions": {"integrations"}}, Header: http.Header{"Accept": {"application/yaml"}}},
			&apigateway.GetExportRequest{RestApiId: "a", StageName: "s", ExportType: "oas30", Accepts: new("application/yaml"), Parameters: map[string]string{"extensions": "integrations"}},
		},
		{
			"query protocol", iam.CreateUser().Operation,
			wire.Request{Body: []byte("Action=CreateUser&UserName=alice&Tags.member.1.Key=a&Tags.member.1.Value=b&Tags.member.2.Key=c&Tags.member.2.Value=")},
			&iam.CreateUserRequest{UserName: new("alice"), Tags: []iam.Tag{{Key: new("a"), Value: new("b")}, {Key: new("c"), Value: new("")}}},
		},
		{
			"JSON 1.1", acm.ImportCertificate().Operation,
			wire.Request{Body: []byte(`{"Certificate":"YQ==","Tags":[{"Key":"a"}]}`)},
			&acm.ImportCertificateRequest{Certificate: []byte("a"), Tags: []acm.Tag{{Key: new("a")}}},
		},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var codec wire.Codec
			got, err := codec.Decode(&test.operation, &test.request)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEncode(t *testing.T) {
	t.Parallel()
	moment := time.Date(2026, 1, 2, 3, 4, 5, 678, time.FixedZone("x", 3600))
	cases := []struct {
		name      string
		operation wire.Operation
		output    any
		status    int
		body      string
	}{
		{"numbers as Java writes them", apigateway.GetUsagePlan().Operation, &apigateway.UsagePlan{Throttle: &apigateway.ThrottleSettings{BurstLimit: new(int32(5)), RateLimit: new(10000.0)}}, 200, `{"throttle":{"burstLimit":5,"rateLimit":10000.0}}`},
		{"no number", apigateway.GetUsagePlan().Operation, &apigateway.UsagePlan{Throttle: &apigateway.ThrottleSettings{RateLimit: new(math.NaN())}}, 200, `{"throttle":{"rateLimit":null}}`},
		{"lists of lists in a map", apigateway.GetUsage().Operation, &apigateway.Usage{Items: map[string][][]int64{"b": {{1, 2}, {}}, "a": {}}}, 200, `{"values":{"a":[],"b":[[1,2],[]]}}`},
		{"epoch seconds", apigateway.GetStage().Operation, &apigateway.Stage{CreatedDate: &moment}, 200, `{"createdDate":1767319445}`},
		{"ISO 8601 where the model says so", apigatewayv2.GetStage().Operation, &apigatewayv2.GetStageResponse{CreatedDate: &moment}, 200, `{"createdDate":"2026-01-02T02:04:05Z"}`},
		{"escapes", apigateway.GetModel().Operation, &apigateway.Model{Schema: new("a\"\\\n\x01<é\u2028\xff")}, 200, "{\"schema\":\"a\\\"\\\\\\n\\u0001<é\u2028\ufffd\"}"},
		{"a blob is the body", apigateway.GetSdk().Operation, &apigateway.SdkResponse{Body: []byte("zip"), ContentType: new("application/zip")}, 200, "zip"},
		{"empty answer", apigateway.TagResource().Operation, nil, 204, ""},
		{"empty object", apigatewayv2.TagResource().Operation, &apigatewayv2.TagResourceResponse{}, 201, "{}"},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var codec wire.Codec
			got, err := codec.Encode(&test.operation, test.output, wire.JSON, "/", "id")
			if err != nil {
				t.Fatal(err)
			}
			if string(got.Body) != test.body || got.Status != test.status {
				t.Errorf("got %d %s, want %d %s", got.Status, got.Body, test.status, test.body)
			}
		})
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name      string
		operation wire.Operation
		input     any
		want      string
	}{
		{"nothing wrong", apigatewayv2.CreateApi().Operation, &apigatewayv2.CreateApiRequest{Name: new("a"), ProtocolType: new("HTTP")}, ""},
		{"required", apigatewayv2.CreateApi().Operation, &apigatewayv2.CreateApiRequest{ProtocolType: new("HTTP")}, "1 validation error detected: Value null at 'createApiInput.name' failed to satisfy constraint: Member must not be null"},
		{"recorded: integration type", apigateway.PutIntegration().Operation, &apigateway.PutIntegrationRequest{Type: new("wrong")}, "1 validation error detected: Value 'wrong' at 'putIntegrationInput.type' failed to satisfy constraint: Member must satisfy enum value set: [HTTP, MOCK, AWS_PROXY, HTTP_PROXY, AWS]"},
		{"recorded: status code", apigateway.PutMethodResponse().Operation, &apigateway.PutMethodResponseRequest{StatusCode: "6000"}, `1 validation error detected: Value '6000' at 'statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [1-5]\d\d`},
		{"lengths and patterns", iam.CreateUser().Operation, &iam.CreateUserRequest{UserName: new("")}, `2 validation errors detected: Value '' at 'userName' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'userName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]+`},
		{"ranges", iam.ListUsers().Operation, &iam.ListUsersRequest{MaxItems: new(int32(0))}, "1 validation error detected: Value '0' at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		{"inside lists", apigateway.UpdateAccount().Operation, &apigateway.UpdateAccountRequest{PatchOperations: []apigateway.PatchOperation{{Op: new("add")}, {Op: new("x")}, {Op: new("y")}}}, "2 validation errors detected: Value 'x' at 'updateAccountInput.patchOperations.2.member.op' failed to satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, replace, copy]; Value 'y' at 'updateAccountInput.patchOperations.3.member.op' failed to satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, replace, copy]"},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var codec wire.Codec
			err := codec.Validate(&test.operation, test.input)
			if test.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			refused, ok := errors.AsType[*awserror.Error](err)
			if !ok || refused.Code != awserror.Validation || refused.Message != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

// TestGenerated wants the checked-in packages to be what the generator makes.
func TestGenerated(t *testing.T) {
	t.Parallel()
	python := os.Getenv("SLUICE_PYTHON")
	if python == "" {
		python, _ = filepath.Abs("../../../.local/venv/bin/python3")
		if _, err := os.Stat(python); err != nil {
			t.Skipf("needs a Python with botocore: set SLUICE_PYTHON or run make test (%v)", err)
		}
	}
	out := t.TempDir()
	command := exec.CommandContext(t.Context(), "go", "run", "-C", "../../../tools", "./awsgen", "-python", python, "-out", out)
	if text, err := command.CombinedOutput(); err != nil {
		t.Fatalf("awsgen: %v\n%s", err, text)
	}
	made, err := filepath.Glob(out + "/*/*.go")
	if err != nil || len(made) == 0 {
		t.Fatalf("nothing was made: %v", err)
	}
	kept, err := filepath.Glob("*/*.go")
	if err != nil || len(kept) != len(made) {
		t.Errorf("%d files are checked in, %d are made: make generate (%v)", len(kept), len(made), err)
	}
	for _, name := range made {
		relative, err := filepath.Rel(out, name)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(relative)
		if err != nil || string(got) != string(want) {
			t.Errorf("%s is not what awsgen makes: make generate (%v)", relative, err)
		}
	}
}

// FuzzDecode reads bodies in all protocols. What is read is written again and
// stays UTF-8.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"name":"x","endpointConfiguration":{"types":["EDGE"]},"tags":{"a":"b"},"minimumCompressionSize":1e3}`))
	f.Add([]byte(`{"type":"MOCK","requestTemplates":{"a":"\ud800"},"timeoutInMillis":-0}`))
	f.Add([]byte(`Action=CreateUser&UserName=a&Tags.member.1.Key=b&Tags.member.01.Key=c&Tags.entry=`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var codec wire.Codec
		for _, operation := range []wire.Operation{
			apigateway.CreateRestApi().Operation, apigateway.PutIntegration().Operation, apigateway.UpdateStage().Operation, apigateway.ImportRestApi().Operation,
			apigatewayv2.CreateRoutingRule().Operation, iam.CreateUser().Operation, iam.SimulateCustomPolicy().Operation, acm.ImportCertificate().Operation, acm.SearchCertificates().Operation,
		} {
			input, err := codec.Decode(&operation, &wire.Request{Body: body})
			if err == nil {
				err = codec.Validate(&operation, input)
			}
			if failure := awserror.From(err); failure != nil {
				if failure.Status != 400 {
					t.Errorf("%s: %v", operation.Name, err)
				}
				if answer := wire.EncodeError(operation.Protocol, failure, "id"); !utf8.Valid(answer.Body) {
					t.Errorf("%s: answer is not UTF-8: %q", operation.Name, answer.Body)
				}
			}
		}
	})
}
