package awscredentials_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/internal/awscredentials"
	"github.com/sluice-gateway/sluice/internal/sigv4"
)

// hide takes the machine's own credentials out of sight.
func hide(t *testing.T) {
	t.Helper()
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_WEB_IDENTITY_TOKEN_FILE"} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_CONFIG_FILE", "/dev/null")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
}

func key(signer *sigv4.Signer) string {
	signature := signer.Sign("GET", "h", "/", "", nil, "x", time.Unix(0, 0))
	_, rest, _ := strings.Cut(signature.Authorization, "Credential=")
	found, _, _ := strings.Cut(rest, "/")
	return found
}

func TestChain(t *testing.T) { //nolint:paralleltest // changes the environment
	hide(t)
	source, err := awscredentials.New(t.Context(), awscredentials.Options{})
	if err != nil {
		t.Fatal(err)
	}
	target := awscredentials.Target{Region: "eu-west-1", Service: "lambda"}
	_, err = source.Signer(t.Context(), target, time.Now())
	if !errors.Is(err, awscredentials.ErrNone) {
		t.Errorf("AWS itself without credentials: %v, want ErrNone", err)
	}
	target.Placeholder = true
	if source.Ready(target, time.Now()) {
		t.Error("ready before the first call")
	}
	signer, err := source.Signer(t.Context(), target, time.Now())
	if err != nil || key(signer) != "sluice" {
		t.Fatalf("an endpoint without credentials: %v, %v", signer, err)
	}
	if !source.Ready(target, time.Now()) {
		t.Error("not ready after the first call")
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	source, err = awscredentials.New(t.Context(), awscredentials.Options{})
	if err != nil {
		t.Fatal(err)
	}
	signer, err = source.Signer(t.Context(), target, time.Now())
	if err != nil || key(signer) != "AKIDEXAMPLE" {
		t.Errorf("with credentials in the environment: %v, %v", signer, err)
	}
	again, err := source.Signer(t.Context(), target, time.Now())
	if err != nil || again != signer {
		t.Errorf("the signer was made again: %v", err)
	}
}

func TestRole(t *testing.T) { //nolint:paralleltest // changes the environment
	hide(t)
	var calls atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		err := r.ParseForm()
		if err != nil || r.Form.Get("RoleSessionName") != "BackplaneAssumeRoleSession" || !strings.Contains(r.Header.Get("Authorization"), "Credential=sluice/") {
			http.Error(w, "bad request", http.StatusBadRequest)
			return
		}
		fmt.Fprintf(w, `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIA%d</AccessKeyId>`+
			`<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>%s</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
			calls.Load(), time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
	}))
	t.Cleanup(server.Close)
	t.Setenv("AWS_ENDPOINT_URL_STS", server.URL)
	source, err := awscredentials.New(t.Context(), awscredentials.Options{})
	if err != nil {
		t.Fatal(err)
	}
	target := awscredentials.Target{RoleARN: "arn:aws:iam::000000000000:role/r", Region: "us-east-1", Service: "sqs"}
	for range 3 {
		signer, err := source.Signer(t.Context(), target, time.Now())
		if err != nil || key(signer) != "ASIA1" {
			t.Fatalf("got %v, %v", signer, err)
		}
	}
	target.Service = "sns"
	_, err = source.Signer(t.Context(), target, time.Now())
	if err != nil || calls.Load() != 1 {
		t.Errorf("%d calls of STS for one role, want 1: %v", calls.Load(), err)
	}
}

func BenchmarkSigner(b *testing.B) {
	source := awscredentials.Static(sigv4.Credentials{AccessKeyID: "a", SecretAccessKey: "b"})
	target, now := awscredentials.Target{Region: "us-east-1", Service: "lambda"}, time.Now()
	b.ReportAllocs()
	for b.Loop() {
		_, err := source.Signer(b.Context(), target, now)
		if err != nil {
			b.Fatal(err)
		}
	}
}
