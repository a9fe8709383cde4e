package openapi_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/openapi"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

var update = flag.Bool("update", false, "rewrite goldens")

// numbered makes ids that tests can name.
func numbered() func(int) string {
	next := 0
	return func(length int) string {
		next++
		return fmt.Sprintf("%0*d", length, next)
	}
}

func options() openapi.Options {
	return openapi.Options{Account: "000000000000", Region: "us-east-1", NewID: numbered()}
}

var birthday = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func create(t *testing.T, document []byte, options openapi.Options) *definition.API {
	t.Helper()
	api, err := openapi.Create(document, options, birthday)
	if err != nil {
		t.Fatal(err)
	}
	return api
}

func readFuzz(f *testing.F, path string) []byte {
	f.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	return text
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func documents(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob("testdata/*.*.*")
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(found, func(path string) bool {
		return strings.Contains(path, ".definition.") || strings.Contains(path, ".export.")
	})
}

// TestImport holds each document's definition, warnings included.
func TestImport(t *testing.T) {
	t.Parallel()
	for _, path := range documents(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			api := create(t, read(t, path), options())
			golden(t, strings.SplitN(path, ".", 2)[0]+".definition.json", marshal(t, api))
		})
	}
}

func marshal(t *testing.T, value any) []byte {
	t.Helper()
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(text, '\n')
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(read(t, path)), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func export(t *testing.T, api *definition.API, format string, yaml bool) []byte {
	t.Helper()
	body, name, err := openapi.Export(openapi.ExportInput{
		Content: definition.Freeze(api), Stage: "prod", Documentation: api.SortedDocumentationParts(),
		Region: "us-east-1", Format: format, YAML: yaml, Extensions: []string{"apigateway", "documentation"}, Now: birthday,
	})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(name, format+"_") {
		t.Errorf("file name %q", name)
	}
	return body
}

// TestExport holds the documents of one API, and that each document's export
// imports into the same definition again, in every format.
func TestExport(t *testing.T) {
	t.Parallel()
	for _, path := range documents(t) {
		for _, format := range []string{"oas30", "swagger"} {
			for _, yaml := range []bool{false, true} {
				name := strings.SplitN(filepath.Base(path), ".", 2)[0] + ".export." + format + map[bool]string{true: ".yaml", false: ".json"}[yaml]
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					api := create(t, read(t, path), options())
					body := export(t, api, format, yaml)
					if strings.HasPrefix(name, "pets.") {
						golden(t, filepath.Join("testdata", name), body)
					}
					again := create(t, body, options())
					if diff := cmp.Diff(plain(api, format), plain(again, format)); diff != "" {
						t.Errorf("imported again (-first +second):\n%s\n%s", diff, body)
					}
				})
			}
		}
	}
}

// plain is what two imports of one API must have in common: ids by name, and
// without what Swagger 2.0 has no place for.
func plain(api *definition.API, format string) any {
	names := map[string]string{}
	for id, one := range api.Authorizers {
		names[id] = one.Name
	}
	for id, one := range api.RequestValidators {
		names[id] = one.Name
	}
	methods := map[string]definition.Method{}
	for _, resource := range api.Resources {
		for verb, method := range resource.Methods {
			same := *method
			same.AuthorizerID, same.RequestValidatorID = names[same.AuthorizerID], names[same.RequestValidatorID]
			same.RequestParameters = declared(resource.Path, same.RequestParameters)
			if same.Integration != nil {
				integration := *same.Integration
				if integration.CacheNamespace == resource.ID {
					integration.CacheNamespace = ""
				}
				same.Integration = &integration
			}
			if format == "swagger" {
				same.Responses = oneModel(same.Responses)
			}
			if len(same.Responses) == 0 {
				same.Responses = nil
			}
			methods[verb+" "+resource.Path] = same
		}
	}
	authorizers := map[string]definition.Authorizer{}
	for _, one := range api.Authorizers {
		same := *one
		same.ID, same.Seq = "", 0
		authorizers[same.Name] = same
	}
	validators := map[string]definition.RequestValidator{}
	for _, one := range api.RequestValidators {
		same := *one
		same.ID, same.Seq = "", 0
		validators[same.Name] = same
	}
	models := map[string]any{}
	for name, one := range api.Models {
		var schema any
		_ = json.Unmarshal([]byte(strings.ReplaceAll(one.Schema, api.RestAPI.ID, "API")), &schema)
		models[name] = known(schema)
	}
	rest := api.RestAPI
	rest.ID, rest.RootResourceID, rest.Warnings, rest.Tags = "", "", nil, nil
	return map[string]any{
		"methods": methods, "authorizers": authorizers, "validators": validators, "models": models,
		"api": rest, "gatewayResponses": api.GatewayResponses,
	}
}

// known is a schema without what formats have no keyword for.
func known(schema any) any {
	switch typed := schema.(type) {
	case map[string]any:
		delete(typed, "nullable")
		if list, ok := typed["type"].([]any); ok {
			typed["type"] = list[0]
		}
		for name, member := range typed {
			typed[name] = known(member)
		}
	case []any:
		for i, member := range typed {
			typed[i] = known(member)
		}
	}
	return schema
}

// declared adds the path variables that exports declare since OpenAPI demands it.
func declared(path string, parameters map[string]bool) map[string]bool {
	all := map[string]bool{}
	maps.Copy(all, parameters)
	for part := range strings.SplitSeq(path, "/") {
		if strings.HasPrefix(part, "{") {
			all["method.request.path."+strings.TrimSuffix(strings.Trim(part, "{}"), "+")] = true
		}
	}
	return all
}

// oneModel leaves the first model of each response: Swagger has one schema.
func oneModel(responses map[string]*definition.MethodResponse) map[string]*definition.MethodResponse {
	all := map[string]*definition.MethodResponse{}
	for status, one := range responses {
		same := *one
		if len(same.ResponseModels) > 1 {
			same.ResponseModels = nil
		}
		all[status] = &same
	}
	return all
}

// TestBasePath holds the three modes on both kinds of document, as recorded.
func TestBasePath(t *testing.T) {
	t.Parallel()
	swagger := `{"swagger":"2.0","info":{"title":"t"},"basePath":"/base-url/part","paths":{"/test":{"get":{"responses":{}}}}}`
	single := `{"swagger":"2.0","info":{"title":"t"},"basePath":"/base","paths":{"/pets":{"get":{"responses":{}}}}}`
	server := `{"openapi":"3.0.1","info":{"title":"t"},"servers":[{"url":"https://a.b/base-url/part"}],"paths":{"/test":{"get":{"responses":{}}}}}`
	variable := `{"openapi":"3.0.1","info":{"title":"t"},"servers":[{"url":"https://a.b/{basePath}","variables":{"basePath":{"default":"base-var"}}}],"paths":{"/test":{"get":{"responses":{}}}}}`
	for _, test := range []struct{ document, mode, want string }{
		{swagger, "", "/test"},
		{swagger, "ignore", "/test"},
		{swagger, "prepend", "/base-url/part/test"},
		{swagger, "split", "/part/test"},
		{single, "split", "/pets"},
		{single, "prepend", "/base/pets"},
		{server, "ignore", "/test"},
		{server, "prepend", "/base-url/part/test"},
		{server, "split", "/part/test"},
		{variable, "ignore", "/test"},
		{variable, "prepend", "/base-var/test"},
		{variable, "split", "/test"},
	} {
		chosen := options()
		chosen.BasePath = test.mode
		api := create(t, []byte(test.document), chosen)
		var got []string
		for _, resource := range api.Resources {
			if len(resource.Methods) > 0 {
				got = append(got, resource.Path)
			}
		}
		if len(got) != 1 || got[0] != test.want {
			t.Errorf("%s of %s: %v, want %s", test.mode, test.document, got, test.want)
		}
	}
}

// TestMerge keeps what a document does not mention; overwriting keeps nothing but
// the API itself.
func TestMerge(t *testing.T) {
	t.Parallel()
	first := `{"swagger":"2.0","info":{"title":"t"},"x-amazon-apigateway-binary-media-types":["a/b"],"definitions":{"A":{"type":"object"}},
	  "paths":{"/old":{"get":{"responses":{}}},"/both":{"get":{"operationId":"first","responses":{}},"put":{"responses":{}}}}}`
	second := `{"swagger":"2.0","info":{"title":"t2"},"x-amazon-apigateway-binary-media-types":["c/d"],
	  "paths":{"/both":{"get":{"operationId":"second","responses":{}}},"/new":{"get":{"responses":{}}}}}`
	for _, test := range []struct {
		overwrite bool
		paths     []string
		binary    []string
		models    int
	}{
		{false, []string{"/both GET second", "/both PUT ", "/new GET ", "/old GET "}, []string{"a/b", "c/d"}, 1},
		{true, []string{"/both GET second", "/new GET "}, []string{"c/d"}, 0},
	} {
		api := create(t, []byte(first), options())
		id, root := api.RestAPI.ID, api.RestAPI.RootResourceID
		chosen := options()
		chosen.Overwrite = test.overwrite
		next := 100
		chosen.NewID = func(length int) string { next++; return fmt.Sprintf("%0*d", length, next) }
		if _, err := openapi.Import(api, []byte(second), chosen); err != nil {
			t.Fatal(err)
		}
		var paths []string
		for _, resource := range api.Resources {
			for verb, method := range resource.Methods {
				paths = append(paths, resource.Path+" "+verb+" "+method.OperationName)
			}
		}
		slices.Sort(paths)
		if diff := cmp.Diff(test.paths, paths); diff != "" {
			t.Errorf("overwrite %v: %s", test.overwrite, diff)
		}
		if diff := cmp.Diff(test.binary, api.RestAPI.BinaryMediaTypes); diff != "" {
			t.Errorf("overwrite %v: %s", test.overwrite, diff)
		}
		if len(api.Models) != test.models || api.RestAPI.ID != id || api.RestAPI.RootResourceID != root || api.RestAPI.Name != "t2" {
			t.Errorf("overwrite %v: %d models, API %+v", test.overwrite, len(api.Models), api.RestAPI)
		}
	}
}

// TestRefused holds the errors of documents that cannot be imported.
func TestRefused(t *testing.T) {
	t.Parallel()
	deep := `{"swagger":"2.0","info":` + strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5001)
	bomb := "swagger: '2.0'\na: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for i := range 8 {
		bomb += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat("*a"+map[bool]string{true: "", false: fmt.Sprint(i - 1)}[i == 0]+",", 10), ","))
	}
	path := func(operation string) string {
		return `{"swagger":"2.0","info":{"title":"t"},"paths":{"/a":{"get":` + operation + `}}}`
	}
	for name, test := range map[string]struct{ document, want string }{
		"nothing":           {"", "Invalid OpenAPI input."},
		"no document":       {"not json or yaml: [", "Invalid OpenAPI input."},
		"a scalar":          {"hello", "Invalid OpenAPI input."},
		"another version":   {`{"swagger":"1.2"}`, "Invalid OpenAPI input."},
		"too deep":          {deep, "Invalid OpenAPI input."},
		"a YAML bomb":       {bomb, "Invalid OpenAPI input."},
		"no title":          {`{"swagger":"2.0","paths":{}}`, "Errors found during import:\n\tUnable to update API: API name cannot be blank"},
		"bad resource":      {`{"swagger":"2.0","info":{"title":"t"},"paths":{"/a b":{}}}`, "Errors found during import:\n\tUnable to create resource at path '/a b': "},
		"bad HTTP URI":      {path(`{"responses":{},"x-amazon-apigateway-integration":{"type":"http","httpMethod":"GET","uri":"nowhere"}}`), "Errors found during import:\n\tUnable to put integration on 'GET' for resource at path '/a': Invalid HTTP endpoint specified for URI"},
		"unknown response":  {path(`{"responses":{},"x-amazon-apigateway-integration":{"type":"mock","responses":{"default":{"statusCode":"200"}}}}`), "Errors found during import:\n\tUnable to put integration response on 'GET' for resource at path '/a': Output mapping refers to an invalid method response: 200"},
		"unknown validator": {path(`{"responses":{},"x-amazon-apigateway-request-validator":"none"}`), "Invalid Request Validator identifier specified"},
		"unknown gateway":   {`{"swagger":"2.0","info":{"title":"t"},"paths":{},"x-amazon-apigateway-gateway-responses":{"NOPE":{}}}`, "Unable to put gateway response"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := openapi.Create([]byte(test.document), options(), birthday)
			got := awserror.From(err)
			if got == nil || got.Status != 400 || !strings.Contains(got.Message, test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// TestWarnings makes warnings errors when asked, but for those that are ours alone.
func TestWarnings(t *testing.T) {
	t.Parallel()
	chosen := options()
	chosen.FailOnWarnings = true
	_, err := openapi.Create(read(t, "testdata/plain.oas31.yaml"), chosen, birthday)
	if err == nil || !strings.Contains(err.Error(), "Warnings found during import:\n\tMethod TRACE of path '/things' is not supported and was left out") {
		t.Errorf("got %v", err)
	}
	api, err := openapi.Create([]byte(`{"swagger":"2.0","info":{"title":"t"},"paths":{"/a":{"get":{"responses":{}}}}}`), chosen, birthday)
	if err != nil || len(api.RestAPI.Warnings) != 1 {
		t.Errorf("got %v, %v", api, err)
	}
}
