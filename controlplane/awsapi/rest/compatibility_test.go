package rest_test

import (
	"crypto/rand"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
)

var update = flag.Bool("update", false, "rewrite docs/compatibility.md")

const compatibility = "../../../docs/compatibility.md"

// The table's place in the page.
const (
	tableBegin = "<!-- written by go test ./controlplane/awsapi/rest -run TestCompatibility -update -->\n"
	tableEnd   = "<!-- end -->\n"
)

// proofs gives the scripts of testdata that call each operation, by its name
// without underscores, in lower case: whole answers and errors are compared
// there.
func proofs(t *testing.T) map[string][]string {
	t.Helper()
	scripts, err := filepath.Glob("testdata/test_*.py")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	called := regexp.MustCompile(`client\.([a-z_]+)|pages\("([a-z_]+)"`)
	found := map[string][]string{}
	for _, script := range scripts {
		text, err := os.ReadFile(script)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(script), ".py")
		for _, match := range called.FindAllStringSubmatch(string(text), -1) {
			operation := strings.ReplaceAll(match[1]+match[2], "_", "")
			if !slices.Contains(found[operation], name) {
				found[operation] = append(found[operation], name)
			}
		}
	}
	return found
}

// behind says what of an operation is stored and shown truly, but not yet acted
// upon where requests are, or what is missing.
func behind() map[string]string {
	return map[string]string{
		"GetSdk":                            "javascript only",
		"TestInvokeAuthorizer":              "not built: 501, until authorizers run",
		"TestInvokeMethod":                  "the control plane answers it where a data path is joined to it",
		"CreateVpcLink":                     "available at once: Sluice reaches the targets itself",
		"UpdateAccount":                     "the role's form is held, the role is not tried",
		"GetUsage":                          "what the data plane counted, where it is joined; else only what UpdateUsage set",
		"CreateDomainName":                  "certificates are not looked up; requests to domain names are not served yet",
		"CreateBasePathMapping":             "requests to domain names are not served yet",
		"CreateDomainNameAccessAssociation": "private names are not served yet",
		"CreateAuthorizer":                  "methods with authorizers are refused with 500 until authorizers run",
		"FlushStageCache":                   "counted, for the response cache to come",
		"FlushStageAuthorizersCache":        "counted, for authorizers to come",
	}
}

func compatibilityTable(t *testing.T) string {
	t.Helper()
	built := map[string]bool{}
	for _, handler := range rest.New(rest.Config{Now: time.Now, Random: rand.Reader}).Handlers() {
		built[handler.Operation().Name] = true
	}
	proved, notes := proofs(t), behind()
	var table strings.Builder
	table.WriteString("| operation | built | whole answers and errors compared in | notes |\n|---|---|---|---|\n")
	for _, operation := range apigateway.Operations() {
		mark := "yes"
		if !built[operation.Name] {
			mark = "no"
		}
		scripts := proved[strings.ToLower(operation.Name)]
		if built[operation.Name] && len(scripts) == 0 {
			t.Errorf("%s is built, and no script calls it", operation.Name)
		}
		table.WriteString("| " + operation.Name + " | " + mark + " | " + strings.Join(scripts, ", ") + " | " + notes[operation.Name] + " |\n")
	}
	return table.String()
}

// TestCompatibility holds docs/compatibility.md to what the handlers and the
// scripts say.
func TestCompatibility(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(compatibility)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(page), tableBegin)
	got, after, ended := strings.Cut(rest, tableEnd)
	if !found || !ended {
		t.Fatalf("%s has no place for the table", compatibility)
	}
	want := compatibilityTable(t)
	if *update {
		if err := os.WriteFile(compatibility, []byte(before+tableBegin+want+tableEnd+after), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("docs/compatibility.md is not what is built; -update rewrites it (-want +got):\n%s", diff)
	}
}
