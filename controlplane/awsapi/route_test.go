package awsapi

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/internal/awserror"
	"github.com/sluice-gateway/sluice/internal/sigv4"
)

// FuzzRoute finds operations for paths of any kind. What is found got labels
// that are safe to make keys and messages of.
func FuzzRoute(f *testing.F) {
	made, err := newTable(Operations(), nil)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"/restapis", "/restapis/a%2Fb/resources/c/methods/GET", "/tags/arn%3Aaws", "//", "/v2/apis/%00", "/restapis/%ff/"} {
		f.Add("GET", seed, "mode=import")
	}
	f.Fuzz(func(t *testing.T, method, path, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		request := &wire.Request{Query: values}
		found, err := made.find("apigateway", method, path, request)
		if err != nil {
			if failure := awserror.From(err); failure.Status >= 500 {
				t.Errorf("%s %s: %v", method, path, err)
			}
			return
		}
		if found.operation.Method != method || len(request.Labels) != strings.Count(found.operation.Path, "{") {
			t.Errorf("%s %s found %s with %v", method, path, found.operation.Name, request.Labels)
		}
		for name, value := range request.Labels {
			if value == "" || !utf8.ValidString(value) || strings.ContainsFunc(value, isControl) {
				t.Errorf("%s: label %s is %q", path, name, value)
			}
		}
	})
}

// BenchmarkCall is one signed call through the whole edge, without a network:
//
//	go test -run '^$' -bench Call -count 10 ./controlplane/awsapi | benchstat -
func BenchmarkCall(b *testing.B) {
	server, err := New(Config{Handlers: resourcesHandler(), Identities: anyone{}, Now: time.Now, Random: rand.Reader})
	if err != nil {
		b.Fatal(err)
	}
	signed := sigv4.NewSigner(sigv4.Credentials{AccessKeyID: "key", SecretAccessKey: "secret"}, "us-east-1", "apigateway").
		Sign("GET", "example.com", "/restapis/abcdefghij/resources", "embed=methods", nil, sigv4.EmptyPayload, time.Now())
	request := httptest.NewRequest(http.MethodGet, "/restapis/abcdefghij/resources?embed=methods", nil)
	request.Header.Set("Authorization", signed.Authorization)
	request.Header.Set("X-Amz-Date", signed.Date)
	b.ReportAllocs()
	for b.Loop() {
		recorder := httptest.NewRecorder()
		server.ServeHTTP(recorder, request)
		if recorder.Code != http.StatusOK {
			b.Fatal(recorder.Code, recorder.Body)
		}
	}
}

func resourcesHandler() []Handler {
	answer := &apigateway.Resources{}
	for range 10 {
		answer.Items = append(answer.Items, apigateway.Resource{Id: new("abc123"), Path: new("/pets/{id}"), PathPart: new("{id}"), ParentId: new("abc122")})
	}
	return []Handler{Handle(apigateway.GetResources(), func(context.Context, Caller, *apigateway.GetResourcesRequest) (*apigateway.Resources, error) {
		return answer, nil
	})}
}
