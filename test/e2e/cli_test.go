package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/test/fleet"
	"github.com/sluice-gateway/sluice/test/functionhost"
)

// visible is how soon after a call returns its effect must be seen.
const visible = 100 * time.Millisecond

// cli runs the real AWS CLI against a fleet.
type cli struct {
	t     *testing.T
	aws   string
	fleet *fleet.Fleet
}

// newCLI finds the AWS CLI beside the Python that tests use, or on PATH.
func newCLI(t *testing.T, f *fleet.Fleet) *cli {
	t.Helper()
	for _, python := range []string{os.Getenv("SLUICE_PYTHON"), filepath.Join(fleet.Root(), ".local/venv/bin/python3")} {
		beside := filepath.Join(filepath.Dir(python), "aws")
		if _, err := os.Stat(beside); python != "" && err == nil {
			return &cli{t: t, aws: beside, fleet: f}
		}
	}
	found, err := exec.LookPath("aws")
	if err != nil {
		t.Skip("no AWS CLI: `make test` installs one")
	}
	return &cli{t: t, aws: found, fleet: f}
}

// run gives the CLI's answer as JSON; an error of the CLI fails the test.
func (c *cli) run(arguments ...string) map[string]any {
	c.t.Helper()
	output, err := c.try(arguments...)
	if err != nil {
		c.t.Fatalf("aws apigateway %s: %v\n%s", strings.Join(arguments, " "), err, output)
	}
	answer := map[string]any{}
	if len(strings.TrimSpace(output)) == 0 {
		return answer
	}
	if err := json.Unmarshal([]byte(output), &answer); err != nil {
		c.t.Fatalf("aws apigateway %s answered %q: %v", strings.Join(arguments, " "), output, err)
	}
	return answer
}

func (c *cli) try(arguments ...string) (string, error) {
	command := exec.CommandContext(c.t.Context(), c.aws, append([]string{"apigateway"}, arguments...)...)
	command.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + c.t.TempDir(), "AWS_PAGER=",
		"AWS_ACCESS_KEY_ID=" + fleet.AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + fleet.SecretAccessKey,
		"AWS_DEFAULT_REGION=" + fleet.Region, "AWS_ENDPOINT_URL_API_GATEWAY=http://" + c.fleet.Control,
	}
	output, err := command.CombinedOutput()
	return string(output), err
}

// text takes a string out of an answer.
func text(t *testing.T, answer map[string]any, key string) string {
	t.Helper()
	value, ok := answer[key].(string)
	if !ok {
		t.Fatalf("answer %v has no text %q", answer, key)
	}
	return value
}

// greeter is the hello example's function, built from its source.
func greeter(t testing.TB) functionhost.Function {
	t.Helper()
	path := filepath.Join(t.TempDir(), "greeter")
	command := exec.Command("go", "build", "-o", path, "./examples/hello/function")
	command.Dir = fleet.Root()
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("build the function: %v\n%s", err, output)
	}
	return functionhost.Function{Name: "greeter", Command: []string{path}}
}

// expect polls until the answer is right, for as long as a change may take to
// be seen.
func expect(t *testing.T, caller *fleet.Caller, host, path string, status int, contains string, headers ...string) {
	t.Helper()
	start := time.Now()
	fleet.Eventually(t, 5*time.Second, func() error {
		answer, err := caller.Do(t.Context(), http.MethodGet, host, path, "", headers...)
		if err != nil {
			return err
		}
		if answer.Status != status || !strings.Contains(answer.Body, contains) {
			return fmt.Errorf("GET %s: %d %q, want %d %q", path, answer.Status, answer.Body, status, contains)
		}
		return nil
	})
	if took := time.Since(start); took > visible*slack {
		t.Errorf("GET %s was right after %s, want %s (with slack %d for a crowded machine)", path, took, visible, slack)
	}
}

// slack multiplies bounds in time that a crowded machine may exceed once; the
// bound itself is held as a median by TestChangeOneOfThousand.
const slack = 5

// TestCLILifecycle walks an API through its life with the unmodified AWS CLI:
// one operation of each class, a change, a rollback, the end.
func TestCLILifecycle(t *testing.T) {
	t.Parallel()
	f := fleet.Start(t, fleet.Options{Functions: []functionhost.Function{greeter(t)}})
	aws, caller := newCLI(t, f), f.Caller()

	api := aws.run("create-rest-api", "--name", "life")
	id, root := text(t, api, "id"), text(t, api, "rootResourceId")
	host := id + ".execute-api.localhost"
	at := func(resource, verb string) []string {
		return []string{"--rest-api-id", id, "--resource-id", resource, "--http-method", verb}
	}
	put := func(operation string, place []string, more ...string) map[string]any {
		return aws.run(append(append([]string{operation}, place...), more...)...)
	}
	child := func(parent, part string) string {
		return text(t, aws.run("create-resource", "--rest-api-id", id, "--parent-id", parent, "--path-part", part), "id")
	}
	// native
	put("put-method", at(root, "GET"), "--authorization-type", "NONE")
	put("put-integration", at(root, "GET"), "--type", "MOCK", "--request-templates", `{"application/json":"{\"statusCode\": 200}"}`)
	put("put-method-response", at(root, "GET"), "--status-code", "200")
	put("put-integration-response", at(root, "GET"), "--status-code", "200", "--response-templates", `{"application/json":"first"}`)
	// check
	members := child(root, "members")
	put("put-method", at(members, "GET"), "--authorization-type", "NONE", "--api-key-required")
	put("put-integration", at(members, "GET"), "--type", "HTTP_PROXY", "--integration-http-method", "GET", "--uri", f.Upstream.URL()+"/members")
	// process
	hello := child(child(root, "hello"), "{name}")
	put("put-method", at(hello, "GET"), "--authorization-type", "NONE")
	arn := "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:greeter/invocations"
	put("put-integration", at(hello, "GET"), "--type", "AWS_PROXY", "--integration-http-method", "POST", "--uri", arn)

	first := text(t, aws.run("create-deployment", "--rest-api-id", id, "--stage-name", "dev"), "id")
	expect(t, caller, host, "/dev/", 200, "first")
	expect(t, caller, host, "/dev/hello/Ada", 200, "Hello, Ada!")
	expect(t, caller, host, "/dev/members", 403, `{"message":"Forbidden"}`)

	key := aws.run("create-api-key", "--name", "k", "--enabled")
	plan := text(t, aws.run("create-usage-plan", "--name", "p", "--api-stages", "apiId="+id+",stage=dev"), "id")
	aws.run("create-usage-plan-key", "--usage-plan-id", plan, "--key-type", "API_KEY", "--key-id", text(t, key, "id"))
	expect(t, caller, host, "/dev/members", 200, `"path":"/members"`, "x-api-key: "+text(t, key, "value"))
	expect(t, caller, host, "/dev/members", 403, `Forbidden`, "x-api-key: not-a-key-of-anybody-here")

	// A change is served after a deployment, not before.
	put("put-integration-response", at(root, "GET"), "--status-code", "200", "--response-templates", `{"application/json":"second"}`)
	if answer := caller.Get(t, host, "/dev/"); answer.Body != "first" {
		t.Errorf("before the deployment: %q, want what was deployed", answer.Body)
	}
	aws.run("create-deployment", "--rest-api-id", id, "--stage-name", "dev")
	expect(t, caller, host, "/dev/", 200, "second")
	aws.run("update-stage", "--rest-api-id", id, "--stage-name", "dev", "--patch-operations", "op=replace,path=/deploymentId,value="+first)
	expect(t, caller, host, "/dev/", 200, "first")

	aws.run("update-usage-plan", "--usage-plan-id", plan, "--patch-operations", "op=remove,path=/apiStages,value="+id+":dev")
	expect(t, caller, host, "/dev/members", 403, `Forbidden`, "x-api-key: "+text(t, key, "value"))
	aws.run("delete-rest-api", "--rest-api-id", id)
	expect(t, caller, host, "/dev/", 403, `Forbidden`)
	output, err := aws.try("get-rest-api", "--rest-api-id", id)
	if err == nil || !strings.Contains(output, "NotFoundException") || !strings.Contains(output, "Invalid API identifier specified 000000000000:"+id) {
		t.Errorf("get of a deleted API: %v %s, want NotFoundException", err, output)
	}
}
