package iam_test

import (
	"context"
	"crypto/rand"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/acm"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/iam"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/sts"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/controlplane/store/embedded"
	"github.com/sluice-gateway/sluice/internal/secret"
)

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

// The roots of two accounts that know nothing of each other.
const (
	rootKey, otherKey = "AKIAROOTROOTROOTROOT", "AKIAOTHEROTHEROTHERO"
	rootSecret        = "the root's secret of a store that lives briefly"
)

// start serves IAM, STS, ACM and one operation of API Gateway from a real etcd.
func start(t *testing.T) string {
	t.Helper()
	etcd, err := embedded.Start(t.Context(), embedded.Config{Dir: shortDir(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(etcd.Stop)
	key := []byte(strings.Repeat("k", secret.KeySize))
	kept, err := store.Open(t.Context(), store.Config{Endpoints: []string{etcd.Endpoint()}, MasterKey: key, Random: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kept.Close() })
	box, err := secret.NewBox(key, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	callers := iam.New(iam.Config{Store: kept, Box: box, Now: time.Now, Random: rand.Reader, Roots: []iam.Root{
		{Account: "000000000000", AccessKeyID: rootKey, SecretAccessKey: secret.New(rootSecret)},
		{Account: "111111111111", AccessKeyID: otherKey, SecretAccessKey: secret.New(rootSecret)},
	}})
	server, err := awsapi.New(awsapi.Config{
		Handlers: slices.Concat(callers.Handlers(), sts.New(callers).Handlers(),
			acm.New(acm.Config{Store: kept, Now: time.Now, Random: rand.Reader}).Handlers(), []awsapi.Handler{
				awsapi.Handle(apigateway.GetRestApi(), func(_ context.Context, _ awsapi.Caller, in *apigateway.GetRestApiRequest) (*apigateway.RestApi, error) {
					return &apigateway.RestApi{Id: &in.RestApiId}, nil
				}),
			}),
		Identities: callers, Authorizer: awsapi.ByPolicy{Attached: callers, Now: time.Now}, Now: time.Now, Random: rand.Reader,
	})
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, server)
}

// shortDir is a folder whose path leaves room for a unix socket's name.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "iam")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func serve(t *testing.T, server *awsapi.Server) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return listener.Addr().String()
}

// TestBoto3 makes callers with AWS's own client and lets them call.
func TestBoto3(t *testing.T) {
	t.Parallel()
	interpreter := python(t)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, interpreter, "testdata/callers.py", "http://"+start(t), rootKey, otherKey)
	command.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID="+rootKey, "AWS_SECRET_ACCESS_KEY="+rootSecret, "AWS_DEFAULT_REGION=us-east-1",
		"AWS_CONFIG_FILE=/dev/null", "AWS_EC2_METADATA_DISABLED=true")
	output, err := command.CombinedOutput()
	if err != nil || !strings.Contains(string(output), "all as AWS") {
		t.Errorf("client: %v\n%s", err, output)
	}
}
