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

// TestBoto3 drives the edge with AWS's own client.
func TestBoto3(t *testing.T) {
	t.Parallel()
	interpreter := python(t)
	address := start(t, io.Discard)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, interpreter, "testdata/client.py", "http://"+address)
	command.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID="+rootKey, "AWS_SECRET_ACCESS_KEY="+testSecret, "AWS_DEFAULT_REGION=us-east-1", "AWS_CONFIG_FILE=/dev/null", "AWS_EC2_METADATA_DISABLED=true")
	output, err := command.CombinedOutput()
	if err != nil || !strings.Contains(string(output), "all as AWS") {
		t.Errorf("client: %v\n%s", err, output)
	}
}
