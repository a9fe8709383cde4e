package extproc_test

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-gateway/sluice/controlplane/compile"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// TestServices calls AWS services, which moto plays as a real process, through a
// real Envoy. Each request's signature is verified by botocore before moto sees
// it; a wrong one fails the case that made it.
func TestServices(t *testing.T) {
	t.Parallel()
	endpoint := startMoto(t)
	read := readCases(t, "testdata/services/services.yaml", nil)
	made, problems := compile.Compile(compile.Input{
		AccountID: "123456789012", Region: "us-east-1", APIID: "services", Stage: &read.Stage, Content: &read.Content,
		Settings: compile.Settings{Endpoints: map[string]string{"": endpoint}},
	})
	for _, problem := range problems {
		t.Errorf("%s", problem)
	}
	g := startGateway(t, []*planv1.Plan{made})
	for _, one := range read.Cases { // in order: later ones read what earlier ones wrote
		t.Run(one.Name, func(t *testing.T) {
			one.check(t, g.send(t, "services.execute-api.localhost", one))
		})
	}
}

// startMoto gives the address of a moto server that ends with the test.
func startMoto(t *testing.T) string {
	t.Helper()
	command := exec.Command(findPython(t), "testdata/services/server.py", testKey.AccessKeyID, testKey.SecretAccessKey)
	input, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	command.Stderr = &log
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = input.Close()
		_ = command.Wait()
		if t.Failed() {
			t.Logf("moto: %s", log.String())
		}
	})
	port, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		_ = command.Wait()
		t.Fatalf("moto did not start: %v\n%s", err, log.String())
	}
	return "http://127.0.0.1:" + strings.TrimSpace(port)
}

// findPython gives a Python with moto; without one the test is skipped.
func findPython(t *testing.T) string {
	t.Helper()
	local, err := filepath.Abs("../.local/venv/bin/python3")
	if err != nil {
		t.Fatal(err)
	}
	for _, candidate := range []string{os.Getenv("SLUICE_PYTHON"), local} {
		if candidate != "" && exec.Command(candidate, "-c", "import moto.server, boto3").Run() == nil {
			return candidate
		}
	}
	t.Skip("no Python with moto: set SLUICE_PYTHON, or run `make test`, which installs one")
	return ""
}
