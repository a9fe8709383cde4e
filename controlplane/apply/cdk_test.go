package apply_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/apply"
	"github.com/sluice-gateway/sluice/controlplane/apply/files"
	"github.com/sluice-gateway/sluice/test/fleet"
	"github.com/sluice-gateway/sluice/test/functionhost"
)

// cdk gives the folder where aws-cdk and aws-cdk-lib are installed, or skips.
func cdk(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(fleet.Root(), ".local", "cdk")
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("no Node: the CDK cannot synthesise")
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "aws-cdk")); err != nil {
		t.Skip("no CDK: run `make test`, or tools/local.sh cdk, which installs it where Node is")
	}
	return dir
}

// synthesise runs the real `cdk synth` on the example app and gives its folder.
func synthesise(t *testing.T, environment ...string) string {
	t.Helper()
	dir := cdk(t)
	text, err := os.ReadFile("testdata/cdk/app.js")
	if err != nil {
		t.Fatal(err)
	}
	app := filepath.Join(dir, "app.js") // beside its node_modules
	if err := os.WriteFile(app, text, 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "cdk.out")
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "node", filepath.Join(dir, "node_modules", "aws-cdk", "bin", "cdk"), "synth", "--quiet",
		"--app", "node "+app, "--output", out, "--no-notices", "--no-lookups", "--no-version-reporting")
	command.Dir = dir
	command.Env = append(append(os.Environ(), "CI=true", "CDK_DISABLE_CLI_TELEMETRY=true"), environment...)
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("cdk synth: %v\n%s", err, output)
	}
	return out
}

// TestCDK applies what the real CDK makes of an app with every construct of API
// Gateway's: what the data plane does answers, what it does not is refused.
func TestCDK(t *testing.T) {
	t.Parallel()
	cdk(t)
	f := fleet.Start(t, fleet.Options{Functions: []functionhost.Function{{Name: "hello", Command: []string{function(t)}}}})
	found, err := files.Find(synthesise(t, "BACKEND="+f.Upstream.URL(), "CERTIFICATE=arn:aws:acm:us-east-1:000000000000:certificate/11111111-2222-3333-4444-555555555555"))
	if err != nil || len(found) != 1 || found[0].Name != "Shop" {
		t.Fatalf("%v, %v", found, err)
	}
	made, err := apply.New(f.Client, found[0].Text, apply.Options{StackName: found[0].Name, Account: fleet.Account, Region: fleet.Region})
	if err != nil {
		t.Fatal(err)
	}
	outputs, err := made.Apply(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{}
	for _, output := range outputs {
		ids[strings.TrimSuffix(output.Key, "Id")] = output.Value.Text()
	}
	caller := f.Caller()
	for _, test := range []struct {
		api, path string
		status    int
		body      string
		headers   []string
	}{
		{"Api", "/prod/", 200, "hello from CDK", nil},
		{"Api", "/prod/items", 403, "Forbidden", nil},
		{"Api", "/prod/items", 200, `"path":"/items"`, []string{"x-api-key: a-key-of-twenty-letters-or-more"}},
		{"Api", "/prod/none", 403, "Missing Authentication Token", nil},
		{"Proxied", "/prod/any/path", 200, "Hello, ", nil},
		// Authorizers are not built: refused, never let through.
		{"Api", "/prod/token", 500, "Internal server error", nil},
		{"Api", "/prod/pool", 500, "Internal server error", nil},
	} {
		answer := caller.Get(t, ids[test.api]+".execute-api.localhost", test.path, test.headers...)
		if answer.Status != test.status || !strings.Contains(answer.Body, test.body) {
			t.Errorf("%s%s: %d %s, want %d %s\n%s", test.api, test.path, answer.Status, answer.Body, test.status, test.body, f.Run(t, "status"))
		}
	}
	again, err := made.Plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range again {
		if step.Verdict != apply.Keep && step.Verdict != apply.Skip {
			t.Errorf("a second time: %s", step)
		}
	}
}

// function builds the example's Lambda function.
func function(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "function")
	command := exec.Command("go", "build", "-o", path, "./examples/hello/function")
	command.Dir = fleet.Root()
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("build the function: %v\n%s", err, output)
	}
	return path
}
