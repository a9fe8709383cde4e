package openapi_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestValid feeds every export to a stock OpenAPI validator.
func TestValid(t *testing.T) {
	t.Parallel()
	python := os.Getenv("SLUICE_PYTHON")
	if python == "" {
		t.Skip("no Python with openapi-spec-validator: set SLUICE_PYTHON, or run `make test`, which installs one")
	}
	dir := t.TempDir()
	var files []string
	for _, path := range documents(t) {
		api := create(t, read(t, path), options())
		for _, format := range []string{"oas30", "swagger"} {
			for _, yaml := range []bool{false, true} {
				name := strings.SplitN(filepath.Base(path), ".", 2)[0] + "-" + format + map[bool]string{true: ".yaml", false: ".json"}[yaml]
				file := filepath.Join(dir, name)
				if err := os.WriteFile(file, export(t, api, format, yaml), 0o600); err != nil {
					t.Fatal(err)
				}
				files = append(files, file)
			}
		}
	}
	command := exec.Command(python, append([]string{"-m", "openapi_spec_validator"}, files...)...)
	output, err := command.CombinedOutput()
	if err != nil || bytes.Count(output, []byte(": OK")) != len(files) {
		t.Errorf("%v\n%s", err, output)
	}
}
