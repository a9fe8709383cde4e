package xds_test

import (
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/definition/account"
	"github.com/sluice-gateway/sluice/controlplane/store"
)

// TestNewBackend holds that the first request after a call meets a backend that
// Envoy did not know before, by name as by address.
func TestNewBackend(t *testing.T) {
	t.Parallel()
	p := started(t, nil)
	p.service("services/a", newTable())
	p.envoy("envoy/a")
	client := &http.Client{Timeout: 5 * time.Second}
	for i := range 20 {
		host := []string{"127.0.0.1", "localhost"}[i%2]
		backend := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(out, "backend %d", i)
		}))
		t.Cleanup(backend.Close)
		address, err := url.Parse(backend.URL)
		if err != nil {
			t.Fatal(err)
		}
		id := fmt.Sprintf("api%07d", i)
		api := mock(id, 1, "")
		api.Resources["r000"].Methods["GET"].Integration = &definition.Integration{
			Type: "HTTP_PROXY", HTTPMethod: "GET", URI: "http://" + host + ":" + address.Port() + "/",
		}
		api.Deployments = map[string]*definition.Deployment{"d0": {ID: "d0"}}
		api.Stages = map[string]*definition.Stage{"prod": {StageName: "prod", DeploymentID: "d0"}}
		if err := p.store.CreateAPI(t.Context(), here, api); err != nil {
			t.Fatal(err)
		}
		if status, body := p.answer(client, id); status != http.StatusOK || body != fmt.Sprintf("backend %d", i) {
			t.Errorf("%s: %d %q", host, status, body)
		}
	}
}

// TestClientCertificate holds that a backend sees the stage's certificate, and
// none any more when the stage has none.
func TestClientCertificate(t *testing.T) {
	t.Parallel()
	p := started(t, nil)
	p.service("services/a", newTable())
	p.envoy("envoy/a")
	client := &http.Client{Timeout: 5 * time.Second}
	backend := httptest.NewUnstartedServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		if len(in.TLS.PeerCertificates) == 0 {
			fmt.Fprint(out, "nobody")
			return
		}
		fmt.Fprint(out, in.TLS.PeerCertificates[0].Subject.CommonName)
	}))
	backend.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	backend.StartTLS()
	t.Cleanup(backend.Close)
	certificate, err := account.GenerateClientCertificate(account.ClientCertificate{}, "abc123", time.Now(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.store.ClientCertificates().Create(t.Context(), here, "abc123", certificate); err != nil {
		t.Fatal(err)
	}
	api := mock("aaaaaaaaaa", 1, "")
	api.Resources["r000"].Methods["GET"].Integration = &definition.Integration{
		Type: "HTTP_PROXY", HTTPMethod: "GET", URI: backend.URL + "/", TLSConfig: &definition.TLSConfig{InsecureSkipVerification: true},
	}
	api.Deployments = map[string]*definition.Deployment{"d0": {ID: "d0"}}
	api.Stages = map[string]*definition.Stage{"prod": {StageName: "prod", DeploymentID: "d0", ClientCertificateID: "abc123"}}
	if err := p.store.CreateAPI(t.Context(), here, api); err != nil {
		t.Fatal(err)
	}
	if status, body := p.answer(client, "aaaaaaaaaa"); status != http.StatusOK || body != "ApiGateway" {
		t.Errorf("with a certificate: %d %q", status, body)
	}
	for id, want := range map[string]string{"": "nobody", "gone": "nobody"} {
		err := p.store.Change(t.Context(), store.Ref{Scope: here, ID: "aaaaaaaaaa"}, func(api *definition.API) error {
			api.Stages["prod"].ClientCertificateID = id
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if status, body := p.answer(client, "aaaaaaaaaa"); status != http.StatusOK || body != want {
			t.Errorf("certificate %q: %d %q", id, status, body)
		}
	}
}
