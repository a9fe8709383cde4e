package awsapi_test

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// python gives a Python that has boto3, or skips the test.
func python(t *testing.T) string {
	t.Helper()
	if named := os.Getenv("SLUICE_PYTHON"); named != "" {
		return named
	}
	local, err := filepath.Abs("../../.local/venv/bin/python3")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(local); err != nil {
		t.Skipf("needs a Python with boto3: set SLUICE_PYTHON or run make test (%v)", err)
	}
	return local
}

// TestCLI calls as a user at a shell does.
func TestCLI(t *testing.T) {
	t.Parallel()
	interpreter := python(t)
	address := start(t, io.Discard)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, interpreter, "-m", "awscli", "--output", "text", "apigateway", "get-rest-apis", "--query", "items[].id")
	command.Env = append(environment(), "AWS_ENDPOINT_URL_API_GATEWAY=http://"+address)
	output, err := command.CombinedOutput()
	if err != nil || strings.TrimSpace(string(output)) != "a\tb" {
		t.Errorf("aws: %v\n%s", err, output)
	}
}

// environment gives clients the root's key and keeps the machine's own
// configuration out.
func environment() []string {
	return append(os.Environ(), "AWS_ACCESS_KEY_ID="+rootKey, "AWS_SECRET_ACCESS_KEY="+testSecret, "AWS_DEFAULT_REGION=us-east-1",
		"AWS_CONFIG_FILE=/dev/null", "AWS_EC2_METADATA_DISABLED=true", "AWS_PAGER=")
}

// TestBoto3 drives the edge with AWS's own client.
func TestBoto3(t *testing.T) {
	t.Parallel()
	interpreter := python(t)
	address := start(t, io.Discard)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, interpreter, "testdata/client.py", "http://"+address)
	command.Env = environment()
	output, err := command.CombinedOutput()
	if err != nil || !strings.Contains(string(output), "all as AWS") {
		t.Errorf("client: %v\n%s", err, output)
	}
}
