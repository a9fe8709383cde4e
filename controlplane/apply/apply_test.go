package apply_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"

	"github.com/sluice-gateway/sluice/controlplane/apply"
	"github.com/sluice-gateway/sluice/test/fleet"
)

func stack(t *testing.T, f *fleet.Fleet, template []byte, parameters map[string]string) *apply.Stack {
	t.Helper()
	made, err := apply.New(f.Client, template, apply.Options{
		StackName: "shop", Account: fleet.Account, Region: fleet.Region, Parameters: parameters,
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// count counts a plan's verdicts.
func count(steps []apply.Step) string {
	counts := map[apply.Verdict]int{}
	for _, step := range steps {
		counts[step.Verdict]++
	}
	var all []string
	for _, verdict := range slices.Sorted(maps.Keys(counts)) {
		all = append(all, fmt.Sprintf("%s %d", verdict, counts[verdict]))
	}
	return strings.Join(all, ", ")
}

func applied(t *testing.T, made *apply.Stack, want string) map[string]string {
	t.Helper()
	planned, err := made.Plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := count(planned); got != want {
		t.Errorf("plan: %s, want %s\n%v", got, want, lines(planned))
	}
	var done []apply.Step
	outputs, err := made.Apply(t.Context(), func(step apply.Step) { done = append(done, step) })
	if err != nil {
		t.Fatal(err)
	}
	if got := count(done); got != want {
		t.Errorf("apply: %s, want %s\n%v", got, want, lines(done))
	}
	all := map[string]string{}
	for _, entry := range outputs {
		all[entry.Key] = entry.Value.Text()
	}
	return all
}

func lines(steps []apply.Step) string {
	var all []string
	for _, step := range steps {
		all = append(all, step.String())
	}
	return strings.Join(all, "\n")
}

// TestTemplate applies a template through a whole gateway: what it describes
// answers; a second time nothing is done; a change changes what differs.
func TestTemplate(t *testing.T) {
	t.Parallel()
	f := fleet.Start(t, fleet.Options{})
	template, err := os.ReadFile("testdata/stack.template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	parameters := map[string]string{"Backend": f.Upstream.URL()}
	outputs := applied(t, stack(t, f, template, parameters), "create 14, skip 2")
	caller := f.Caller()
	host := outputs["Id"] + ".execute-api.localhost"
	want := func(path string, status int, body string, headers ...string) {
		t.Helper()
		answer := caller.Get(t, host, path, headers...)
		if answer.Status != status || !strings.Contains(answer.Body, body) {
			t.Errorf("%s: %d %s, want %d %s", path, answer.Status, answer.Body, status, body)
		}
	}
	want("/prod", 200, `{"message": "hello"}`)
	want("/prod/items/7", 403, `{"message":"Forbidden"}`)
	want("/prod/items/7", 200, `"path":"/items/7"`, "x-api-key: a-key-of-twenty-letters-or-more")

	applied(t, stack(t, f, template, parameters), "keep 14, skip 2")

	parameters["Greeting"] = "bonjour"
	applied(t, stack(t, f, template, parameters), "create 1, keep 11, skip 2, update 2")
	want("/prod", 200, `{"message": "bonjour"}`)

	smaller := []byte(strings.ReplaceAll(string(template), "DependsOn: [Hello, GetItem, Run], ", ""))
	smaller = cut(t, smaller, "  GetItem:", "  Function:")
	smaller = cut(t, smaller, "  Item:", "  Model:")
	applied(t, stack(t, f, smaller, parameters), "create 1, delete 1, keep 10, skip 2, update 1")
	want("/prod/items/7", 403, `Missing Authentication Token`)
}

// cut removes a part of a template.
func cut(t *testing.T, text []byte, from, to string) []byte {
	t.Helper()
	start, end := strings.Index(string(text), "\n"+from), strings.Index(string(text), "\n"+to)
	if start < 0 || end < start {
		t.Fatalf("no %s before %s", from, to)
	}
	return append(slices.Clone(text[:start]), text[end:]...)
}

// TestDocument imports a plain OpenAPI file with a backend for it, again without
// a change, and with one.
func TestDocument(t *testing.T) {
	t.Parallel()
	f := fleet.Start(t, fleet.Options{})
	text := `
openapi: 3.0.1
info: {title: Things, version: "1"}
paths:
  /things/{id}:
    get: {responses: {"200": {description: ok}}}
`
	options := apply.DocumentOptions{Stage: "live", Backend: f.Upstream.URL()}
	first, err := apply.Document(t.Context(), f.Client, []byte(text), options)
	if err != nil || first.Verdict != apply.Create || first.DeploymentID == "" {
		t.Fatalf("%+v, %v", first, err)
	}
	answer := f.Caller().Get(t, first.APIID+".execute-api.localhost", "/live/things/a%20b?x=1")
	if answer.Status != 200 || !strings.Contains(answer.Body, `"path":"/things/a%20b"`) {
		t.Errorf("%d %s", answer.Status, answer.Body)
	}
	again, err := apply.Document(t.Context(), f.Client, []byte(text), options)
	if err != nil || again.Verdict != apply.Keep || again.APIID != first.APIID {
		t.Errorf("again: %+v, %v", again, err)
	}
	changed, err := apply.Document(t.Context(), f.Client, []byte(strings.ReplaceAll(text, "/things", "/stuff")), options)
	if err != nil || changed.Verdict != apply.Update || changed.APIID != first.APIID {
		t.Errorf("changed: %+v, %v", changed, err)
	}
	got, err := f.Client.GetResources(t.Context(), &apigateway.GetResourcesInput{RestApiId: aws.String(first.APIID)})
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, one := range got.Items {
		paths = append(paths, *one.Path)
	}
	slices.Sort(paths)
	if strings.Join(paths, " ") != "/ /stuff /stuff/{id}" {
		t.Errorf("paths %v", paths)
	}
}
