package envoy_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"sigs.k8s.io/yaml"

	"github.com/sluice-gateway/sluice/envoy"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// planFiles are the goldens of compile, which are the inputs here, and cases of
// this package's own.
func planFiles(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{"../controlplane/compile/testdata/*.plan.yaml", "testdata/*.plan.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, files...)
	}
	if len(all) == 0 {
		t.Fatal("no goldens")
	}
	return all
}

func planName(file string) string { return strings.TrimSuffix(filepath.Base(file), ".plan.yaml") }

func readPlan(t *testing.T, file string) *planv1.Plan {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	plan := &planv1.Plan{}
	if err := protojson.Unmarshal(encoded, plan); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return plan
}

// compilePlan reads the golden plan of that name.
func compilePlan(t *testing.T, name string) *planv1.Plan {
	t.Helper()
	return readPlan(t, "../controlplane/compile/testdata/"+name+".plan.yaml")
}

// asYAML prints messages under headings.
func asYAML(t *testing.T, heading string, messages ...proto.Message) string {
	t.Helper()
	made := "# " + heading + "\n"
	for _, message := range messages {
		encoded, err := protojson.Marshal(message)
		if err != nil {
			t.Fatal(err)
		}
		text, err := yaml.JSONToYAML(encoded)
		if err != nil {
			t.Fatal(err)
		}
		made += "---\n" + string(text)
	}
	return made
}

func messages[M proto.Message](all []M) []proto.Message {
	made := make([]proto.Message, len(all))
	for i, one := range all {
		made[i] = one
	}
	return made
}

// TestGolden translates each NAME.plan.yaml into NAME.envoy.yaml.
func TestGolden(t *testing.T) {
	t.Parallel()
	for _, file := range planFiles(t) {
		t.Run(planName(file), func(t *testing.T) {
			t.Parallel()
			resources, problems := envoy.Translate([]*planv1.Plan{readPlan(t, file)}, envoy.Settings{})
			made := ""
			for _, problem := range problems {
				made += "# problem: " + problem.Path + ": " + problem.Message + "\n"
			}
			made += asYAML(t, "scopes", messages(resources.Scopes)...) + asYAML(t, "routes", messages(resources.Routes)...) +
				asYAML(t, "clusters", messages(resources.Clusters)...)
			for _, secret := range resources.Secrets {
				made += "# secret: " + secret + "\n"
			}
			compareGolden(t, "testdata/"+planName(file)+".envoy.yaml", made)
		})
	}
}

// TestListenerGolden holds the listener that all APIs share.
func TestListenerGolden(t *testing.T) {
	t.Parallel()
	listener := envoy.Listener(envoy.ListenerSettings{Address: "127.0.0.1:8080"})
	compareGolden(t, "testdata/listener.envoy.yaml", asYAML(t, "listener", listener))
}

// TestEqualPlans gives equal bytes, whatever the order of plans.
func TestEqualPlans(t *testing.T) {
	t.Parallel()
	one, two := compilePlan(t, "proxy"), compilePlan(t, "proxy")
	two.Stage, two.Name = "beta", "proxy00000/beta/0"
	forth, _ := envoy.Translate([]*planv1.Plan{one, two}, envoy.Settings{})
	back, _ := envoy.Translate([]*planv1.Plan{two, one}, envoy.Settings{})
	for i := range forth.Routes {
		if !proto.Equal(forth.Routes[i], back.Routes[i]) {
			t.Errorf("routes depend on the order of plans")
		}
	}
	if len(forth.Scopes) != 2 || len(forth.Routes) != 1 {
		t.Errorf("%d scopes and %d route configurations for two stages of one API, want 2 and 1", len(forth.Scopes), len(forth.Routes))
	}
	if empty, _ := envoy.Translate(nil, envoy.Settings{}); empty.Routes != nil || empty.Scopes != nil || empty.Clusters != nil {
		t.Errorf("no plans made %v", empty)
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
