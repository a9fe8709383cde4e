package compile_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protojson"
	"sigs.k8s.io/yaml"

	"github.com/sluice-gateway/sluice/controlplane/compile"
	"github.com/sluice-gateway/sluice/controlplane/definition"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// scenario is a NAME.definition.yaml.
type scenario struct {
	APIID       string              `json:"apiId"`
	Stage       *definition.Stage   `json:"stage"`
	Content     *definition.Content `json:"content"`
	Canary      *definition.Content `json:"canary"`
	LinkTargets map[string]string   `json:"linkTargets"`
	// By the fields' own names, in any case.
	Settings compile.Settings `json:"settings"`
}

func readScenario(t *testing.T, file string) compile.Input {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var read scenario
	if err := yaml.UnmarshalStrict(text, &read); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	// As the store gives them: resources know their ids.
	for _, content := range []*definition.Content{read.Content, read.Canary} {
		if content == nil {
			continue
		}
		for id, resource := range content.Resources {
			resource.ID = id
		}
		for id, authorizer := range content.Authorizers {
			authorizer.ID = id
		}
	}
	return compile.Input{
		AccountID: "123456789012", Region: "us-east-1", APIID: read.APIID,
		Stage: read.Stage, Content: read.Content, Canary: read.Canary, LinkTargets: read.LinkTargets, Settings: read.Settings,
	}
}

// TestGolden compiles each NAME.definition.yaml into NAME.plan.yaml. The problems
// are comments at its top.
func TestGolden(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.definition.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no goldens: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".definition.yaml"), func(t *testing.T) {
			t.Parallel()
			plan, problems := compile.Compile(readScenario(t, file))
			encoded, err := protojson.Marshal(plan)
			if err != nil {
				t.Fatal(err)
			}
			made, err := yaml.JSONToYAML(encoded)
			if err != nil {
				t.Fatal(err)
			}
			var heading strings.Builder
			for _, problem := range problems {
				heading.WriteString("# problem: " + problem.String() + "\n")
			}
			compareGolden(t, strings.Replace(file, ".definition.", ".plan.", 1), heading.String()+string(made))
		})
	}
}

func compareGolden(t *testing.T, file, made string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(made), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (run with -update to write it)", err)
	}
	if diff := cmp.Diff(string(want), made); diff != "" {
		t.Errorf("%s (-want +made; -update rewrites it):\n%s", file, diff)
	}
}
