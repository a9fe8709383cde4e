package rest_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest"
	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/controlplane/store/embedded"
	"github.com/sluice-gateway/sluice/internal/secret"
	"github.com/sluice-gateway/sluice/internal/sigv4"
)

const testSecret = "wJalrXUtnFEMI-not-a-real-secret"

// people knows the roots of two accounts.
type people struct{}

func (people) Identity(_ context.Context, key, _ string) (awsapi.Identity, error) {
	account, known := map[string]string{"AKIDROOT": "000000000000", "AKIDOTHER": "111111111111"}[key]
	if !known {
		return awsapi.Identity{}, sigv4.ErrUnknownKey
	}
	return awsapi.Identity{
		Account: account, Secret: secret.New(testSecret),
		Principal: awsapi.Principal{ARN: "arn:aws:iam::" + account + ":root", Root: true},
	}, nil
}

// opened is a store on an etcd of the test's own.
func opened(t testing.TB) *store.Store {
	t.Helper()
	etcd, err := embedded.Start(t.Context(), embedded.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(etcd.Stop)
	made, err := store.Open(t.Context(), store.Config{
		Endpoints: []string{etcd.Endpoint()}, MasterKey: bytes.Repeat([]byte{7}, secret.KeySize), Random: rand.Reader,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := made.Close(); err != nil {
			t.Error(err)
		}
	})
	return made
}

// start serves the REST control API on loopback until the test ends and gives
// the address.
func start(t *testing.T) string {
	t.Helper()
	handlers := rest.New(rest.Config{Store: opened(t), Now: time.Now, Random: rand.Reader}).Handlers()
	return serve(t, awsapi.Config{Handlers: handlers, Identities: people{}, Now: time.Now, Random: rand.Reader})
}

// serve serves the control API on loopback until the test ends.
func serve(t *testing.T, config awsapi.Config) string {
	t.Helper()
	server, err := awsapi.New(config)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
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

// python gives a Python that has boto3, or skips the test.
func python(t *testing.T) string {
	t.Helper()
	if named := os.Getenv("SLUICE_PYTHON"); named != "" {
		return named
	}
	local, err := filepath.Abs("../../../.local/venv/bin/python3")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(local); err != nil {
		t.Skipf("needs a Python with boto3: set SLUICE_PYTHON or run make test (%v)", err)
	}
	return local
}

// TestBoto3 runs testdata's scripts, each of which drives one noun with AWS's
// own client and ends by printing that all was as on AWS.
func TestBoto3(t *testing.T) {
	t.Parallel()
	interpreter := python(t)
	scripts, err := filepath.Glob("testdata/test_*.py")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, script := range scripts {
		t.Run(strings.TrimSuffix(filepath.Base(script), ".py"), func(t *testing.T) {
			// Each has a store of its own, to count in.
			address := start(t)
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
			defer cancel()
			command := exec.CommandContext(ctx, interpreter, script, "http://"+address)
			command.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=AKIDROOT", "AWS_SECRET_ACCESS_KEY="+testSecret, "AWS_DEFAULT_REGION=us-east-1",
				"AWS_CONFIG_FILE=/dev/null", "AWS_EC2_METADATA_DISABLED=true", "PYTHONDONTWRITEBYTECODE=1")
			output, err := command.CombinedOutput()
			if err != nil || !strings.Contains(string(output), "all as AWS") {
				t.Errorf("%s: %v\n%s", script, err, output)
			}
		})
	}
}

// TestBuilt prints how many of API Gateway's operations are built.
func TestBuilt(t *testing.T) {
	t.Parallel()
	handlers := rest.New(rest.Config{Now: time.Now, Random: rand.Reader}).Handlers()
	unbuilt := awsapi.Unbuilt(handlers)
	var left []string
	for _, name := range unbuilt {
		if service, operation, _ := strings.Cut(name, ":"); service == "apigateway" {
			left = append(left, operation)
		}
	}
	t.Logf("%d of 230 operations are built; of apigateway's 124 these are not: %v", 230-len(unbuilt), left)
	if built := 230 - len(unbuilt); built != len(handlers) {
		t.Errorf("%d handlers answer %d operations", len(handlers), built)
	}
}
