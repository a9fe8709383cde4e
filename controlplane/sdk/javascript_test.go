package sdk_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/sdk"
	"github.com/sluice-gateway/sluice/internal/sigv4"
)

func content() *definition.Content {
	method := func(verb, auth string, parameters map[string]bool) *definition.Method {
		return &definition.Method{HTTPMethod: verb, AuthorizationType: auth, RequestParameters: parameters}
	}
	return &definition.Content{
		RestAPI: definition.RestAPI{ID: "abc123", Name: `The "API" </script>`},
		Resources: map[string]*definition.Resource{
			"r": {ID: "r", Path: "/", Methods: map[string]*definition.Method{"GET": method("GET", "NONE", nil)}},
			"p": {ID: "p", Path: "/pets/{pet-id}", Methods: map[string]*definition.Method{
				"GET": method("GET", "AWS_IAM", map[string]bool{"method.request.path.pet-id": true, "method.request.querystring.page": false, "method.request.header.X-Trace": true}),
				"PUT": method("PUT", "NONE", nil),
			}},
			"x": {ID: "x", Path: "/any/{proxy+}", Methods: map[string]*definition.Method{"ANY": method("ANY", "NONE", nil)}},
		},
	}
}

func files(t *testing.T) map[string]string {
	t.Helper()
	archive, name, err := sdk.JavaScript(content(), "prod", "us-east-1")
	if err != nil || name != "javascript_abc123-prod.zip" {
		t.Fatalf("%s, %v", name, err)
	}
	read, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, file := range read.File {
		opened, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(opened)
		if err != nil {
			t.Fatal(err)
		}
		all[file.Name] = string(text)
	}
	return all
}

// TestMethods holds the methods' names, which are AWS's generator's.
func TestMethods(t *testing.T) {
	t.Parallel()
	client := files(t)["apiGateway-js-sdk/apigClient.js"]
	for _, name := range []string{"rootGet", "petsPetIdGet", "petsPetIdPut", "anyProxyDelete", "anyProxyOptions", "anyProxyPut"} {
		if !strings.Contains(client, "apigClient."+name+" = function") {
			t.Errorf("no method %s", name)
		}
	}
	if strings.Contains(client, "</script>") {
		t.Error("a name of the user's ends a script element")
	}
}

// TestCalls runs the client under Node: parameters, bodies, failures, and a
// signature that an independent verifier accepts.
func TestCalls(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no Node: the generated client cannot be run")
	}
	verified := make(chan error, 8)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Header.Get("Authorization") != "" {
			verified <- verify(r, body)
		}
		if strings.Contains(r.URL.Path, "missing") {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = io.WriteString(w, `{"got": "`+r.Method+" "+r.RequestURI+" "+string(body)+" "+r.Header.Get("X-Trace")+" "+r.Header.Get("X-Api-Key")+`"}`)
	}))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	for name, text := range files(t) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.Command(node, "testdata/calls.js", filepath.Join(dir, "apiGateway-js-sdk", "apigClient.js"), server.URL+"/prod")
	output, err := command.CombinedOutput()
	if err != nil || !strings.Contains(string(output), "all as expected") {
		t.Fatalf("%v\n%s", err, output)
	}
	select {
	case err := <-verified:
		if err != nil {
			t.Error(err)
		}
	default:
		t.Error("no call was signed")
	}
}

// verify checks a signature with the verifier of our own services.
func verify(r *http.Request, body []byte) error {
	path, query, _ := strings.Cut(r.RequestURI, "?")
	verifier := sigv4.Verifier{Service: "execute-api", Window: time.Minute}
	_, err := verifier.Verify(r.Context(), &sigv4.Request{
		Method: r.Method, Path: path, Query: query, PayloadHash: sigv4.HashPayload(body),
		Header: func(name string) []string {
			if name == "host" {
				return []string{r.Host}
			}
			return r.Header.Values(name)
		},
	}, keys{}, time.Now())
	return err
}
