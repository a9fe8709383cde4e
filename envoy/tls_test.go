package envoy_test

import (
	"crypto/tls"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-gateway/sluice/controlplane/compile"
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/envoy"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// TestBackendTLS holds that a backend's certificate is verified by its name, which
// is also what it is asked for, wherever a VPC link leads; and that only an
// integration that says so skips it.
func TestBackendTLS(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(r.TLS.ServerName + " as " + r.Host + " by " + r.Proto))
	}))
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}
	server.StartTLS()
	t.Cleanup(server.Close)
	trusted := filepath.Join(t.TempDir(), "ca.pem")
	err := os.WriteFile(trusted, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	integration := func(host string, insecure bool) *definition.Method {
		return &definition.Method{HTTPMethod: "GET", AuthorizationType: "NONE", Integration: &definition.Integration{
			Type: "HTTP_PROXY", HTTPMethod: "GET", URI: "https://" + host + "/x", ConnectionType: "VPC_LINK", ConnectionID: "link01",
			TLSConfig: &definition.TLSConfig{InsecureSkipVerification: insecure},
		}}
	}
	content := &definition.Content{Resources: map[string]*definition.Resource{}}
	for path, method := range map[string]*definition.Method{
		"/named": integration("example.com", false), "/other": integration("other.example", false), "/insecure": integration("other.example", true),
	} {
		content.Resources[path] = &definition.Resource{ID: strings.Trim(path, "/"), Path: path, Methods: map[string]*definition.Method{"GET": method}}
	}
	plan, problems := compile.Compile(compile.Input{
		AccountID: "123456789012", Region: "us-east-1", APIID: "tls0000000",
		Stage: &definition.Stage{StageName: "live", DeploymentID: "dep001"}, Content: content,
		Settings: compile.Settings{VPCLinks: map[string]string{"link01": server.URL}},
	})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	trusting, _ := envoy.Translate([]*planv1.Plan{plan}, envoy.Settings{CAFile: trusted})
	address := serve(t, [2]string{}, trusting)
	const host = "tls0000000.execute-api.localhost"
	for path, want := range map[string]string{"/live/named": "example.com as example.com by HTTP/1.1", "/live/insecure": "other.example as other.example by HTTP/1.1"} {
		if got := (call{host: host, path: path}).send(t, address); got.status != 200 || got.body != want {
			t.Errorf("%s: %d %q, want %q", path, got.status, got.body, want)
		}
	}
	got := call{host: host, path: "/live/other"}.send(t, address)
	wantGatewayResponse(t, got, 504, "InternalServerErrorException", "Network error communicating with endpoint")
}

// TestClientCertificate holds that a stage's certificate is asked for by name: its
// key is never in a plan, nor in what is made of it.
func TestClientCertificate(t *testing.T) {
	t.Parallel()
	plan, _ := compile.Compile(compile.Input{
		AccountID: "123456789012", Region: "us-east-1", APIID: "cert000000",
		Stage: &definition.Stage{StageName: "live", DeploymentID: "dep001", ClientCertificateID: "abc123"},
		Content: &definition.Content{Resources: map[string]*definition.Resource{"r": {ID: "r", Path: "/", Methods: map[string]*definition.Method{
			"GET": {HTTPMethod: "GET", AuthorizationType: "NONE", Integration: &definition.Integration{Type: "HTTP_PROXY", HTTPMethod: "GET", URI: "https://backend.example/x"}},
			"PUT": {HTTPMethod: "PUT", AuthorizationType: "NONE", Integration: &definition.Integration{Type: "HTTP_PROXY", HTTPMethod: "PUT", URI: "http://backend.example/x"}},
		}}}},
	})
	resources := translated(t, plan)
	if len(resources.Secrets) != 1 || resources.Secrets[0] != envoy.ClientCertificateSecret("abc123") {
		t.Errorf("secrets %v", resources.Secrets)
	}
	if len(resources.Clusters) != 2 || !strings.Contains(resources.Clusters[1].String(), envoy.ClientCertificateSecret("abc123")) {
		t.Errorf("clusters %v", resources.Clusters)
	}
}
