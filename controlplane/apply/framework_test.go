package apply_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-gateway/sluice/test/fleet"
	"github.com/sluice-gateway/sluice/test/functionhost"
)

// python gives a Python with aws-sam-translator, or skips the test.
func python(t *testing.T) string {
	t.Helper()
	for _, candidate := range []string{os.Getenv("SLUICE_PYTHON"), filepath.Join(fleet.Root(), ".local/venv/bin/python3")} {
		if _, err := os.Stat(candidate); candidate != "" && err == nil {
			return candidate
		}
	}
	t.Skip("needs a Python with aws-sam-translator: set SLUICE_PYTHON, or run `make test`")
	return ""
}

// TestFrameworks applies what SAM's own translator and the Serverless Framework
// make, with a function behind it; a second time nothing is done.
func TestFrameworks(t *testing.T) {
	t.Parallel()
	interpreter := python(t)
	f := fleet.Start(t, fleet.Options{Functions: []functionhost.Function{{Name: "hello", Command: []string{function(t)}}}})
	command := exec.Command(interpreter, "testdata/sam.py", "testdata/sam.template.yaml")
	command.Env = append(os.Environ(), "AWS_DEFAULT_REGION=us-east-1")
	transformed, err := command.Output()
	if err != nil {
		t.Fatalf("sam: %v", err)
	}
	serverless, err := os.ReadFile("testdata/serverless.template.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, stage   string
		template      []byte
		first, second string
	}{
		{"sam", "prod", transformed, "create 3, skip 4", "keep 3, skip 4"},
		{"serverless", "dev", serverless, "create 5, skip 6", "keep 5, skip 6"},
	} {
		made := stack(t, f, test.template, map[string]string{"Backend": "x"})
		outputs := applied(t, made, test.first)
		answer := f.Caller().Get(t, outputs["ApiId"]+".execute-api.localhost", "/"+test.stage+"/hello/Ada")
		if answer.Status != 200 || !strings.Contains(answer.Body, "Hello, Ada!") {
			t.Errorf("%s: %d %s", test.name, answer.Status, answer.Body)
		}
		applied(t, stack(t, f, test.template, map[string]string{"Backend": "x"}), test.second)
	}
}
