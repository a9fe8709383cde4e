package extauth

import (
	"context"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sluice-gateway/sluice/internal/admission"
	"github.com/sluice-gateway/sluice/internal/explain"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// sampleServer serves samplePlan, with a stage that explains and one operation
// whose denials are customised.
func sampleServer(tb testing.TB, stories *explain.Ring) *Server {
	tb.Helper()
	plan := samplePlan()
	plan.AccessLog = &planv1.AccessLog{Format: "$context.requestId"}
	rules := table(plan)
	custom := samplePlan()
	custom.Name, custom.Stage, custom.Explain = "abcde12345/dev/0022", "dev", true
	custom.Release.GatewayResponses = []*planv1.GatewayResponse{{
		Type: "DEFAULT_4XX", StatusCode: "418",
		ResponseParameters: map[string]string{"gatewayresponse.header.Access-Control-Allow-Origin": "'*'", "gatewayresponse.header.x-who": "method.request.header.X-Who"},
		ResponseTemplates: map[string]string{
			"application/json": `{"t":"$context.error.responseType","m":$context.error.messageString,"p":"$context.path","v":"$stageVariables.env",` +
				`"pet":"$method.request.path.petId","q":"$method.request.querystring.q","id":"$context.requestId","ip":"$context.identity.sourceIp"}`,
			"text/html": "<b>$context.error.message</b>",
		},
	}}
	maps.Copy(rules, table(custom))
	return NewServer(Settings{
		Decider: newDecider(tb), Stories: stories, Now: time.Now, Logger: slog.New(slog.DiscardHandler),
		Lookup: func(name string) *admission.Rules {
			if name == "panics" {
				panic("a bug")
			}
			return rules[name]
		},
	})
}

// gateway is a real Envoy before a Server and a backend.
type gateway struct {
	address string
	// stop ends the server, not Envoy.
	stop context.CancelFunc
	log  string
}

const envoyConfig = `
static_resources:
  listeners:
  - name: gateway
    address: {socket_address: {address: 127.0.0.1, port_value: PORT}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: gateway
          use_remote_address: true
          access_log:
          - name: file
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
              path: LOG
              log_format: {text_format_source: {inline_string: "%REQ(:PATH)% %RESPONSE_CODE% %DYNAMIC_METADATA(envoy.filters.http.ext_authz:identity.apiKeyId)% %DYNAMIC_METADATA(envoy.filters.http.ext_authz:error.responseType)%\n"}}
          local_reply_config:
            mappers:
            - filter:
                extension_filter:
                  name: cel
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter
                    expression: "response.code_details == 'ext_authz_error'"
              headers_to_add:
              - {header: {key: x-amzn-errortype, value: InternalServerErrorException}, append_action: OVERWRITE_IF_EXISTS_OR_ADD}
              body_format_override: {text_format_source: {inline_string: '{"message":"Internal server error"}'}, content_type: application/json}
          http_filters:
          - name: envoy.filters.http.ext_authz
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz
              transport_api_version: V3
              status_on_error: {code: 500}
              grpc_service: {envoy_grpc: {cluster_name: sluice_extauth}, timeout: 2s}
          - name: envoy.filters.http.router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
ROUTES
  clusters:
  - name: sluice_extauth
    connect_timeout: 1s
    typed_extension_protocol_options:
      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
        "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
        explicit_http_config: {http2_protocol_options: {}}
    load_assignment: {cluster_name: sluice_extauth, endpoints: [{lb_endpoints: [{endpoint: {address: {pipe: {path: SOCKET}}}}]}]}
`

// route sends a path's requests to the operation, answered by Envoy itself.
func route(path, operation string) string {
	return `              - match: {prefix: "` + path + `"}
                direct_response: {status: 200, body: {inline_string: "hello"}}
                typed_per_filter_config:
                  envoy.filters.http.ext_authz:
                    "@type": type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute
                    check_settings: {context_extensions: {operation: "` + operation + `"}}
`
}

// findEnvoy gives the Envoy to test with; without one the test is skipped.
func findEnvoy(tb testing.TB) string {
	tb.Helper()
	local, err := filepath.Abs("../.local/envoy/bin/envoy")
	if err != nil {
		tb.Fatal(err)
	}
	for _, candidate := range []string{os.Getenv("ENVOY"), local} {
		if _, err := os.Stat(candidate); candidate != "" && err == nil {
			return candidate
		}
	}
	found, err := exec.LookPath("envoy")
	if err != nil {
		tb.Skip("no Envoy: set ENVOY, or run `make test`, which installs one")
	}
	return found
}

func startGateway(t *testing.T, server *Server) *gateway {
	t.Helper()
	envoy := findEnvoy(t)
	dir, err := os.MkdirTemp("", "extauth") // short: a unix socket's path has 107 bytes at most
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket, log := filepath.Join(dir, "s"), filepath.Join(dir, "access.log")
	running := &gateway{stop: serveOn(t, server, socket), log: log, address: freeAddress(t)}
	_, port, _ := net.SplitHostPort(running.address)
	routes := route("/prod/pets/", "abcde12345/prod/0011/r1.GET") + route("/prod/hot", "abcde12345/prod/0011/r6.GET") +
		route("/dev/pets/", "abcde12345/dev/0022/r1.GET") + route("/prod/panics", "panics") + route("/prod/gone", "abcde12345/prod/0011/gone.GET") +
		route("/prod/open", "abcde12345/prod/0011/r5.GET")
	text := strings.NewReplacer("PORT", port, "SOCKET", socket, "ROUTES\n", routes, "LOG", log).Replace(envoyConfig)
	config := filepath.Join(dir, "envoy.yaml")
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var output strings.Builder
	command := exec.Command(envoy, "-c", config, "--use-dynamic-base-id", "--log-level", "warn", "--concurrency", "1", "--file-flush-interval-msec", "50")
	command.Stdout, command.Stderr = &output, &output
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
		if t.Failed() {
			t.Logf("Envoy printed:\n%s", output.String())
		}
	})
	eventually(t, func() bool {
		connection, err := net.Dial("tcp", running.address)
		if err == nil {
			_ = connection.Close()
		}
		return err == nil
	})
	return running
}

// serveOn serves on a unix socket until the result is called or the test ends.
func serveOn(t *testing.T, server *Server, socket string) context.CancelFunc {
	t.Helper()
	_ = os.Remove(socket)
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, listener) }()
	stopped := false
	stop := func() {
		cancel()
		if stopped {
			return
		}
		stopped = true
		if err := <-ended; err != nil {
			t.Errorf("serve: %v", err)
		}
	}
	t.Cleanup(stop)
	return stop
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func eventually(t *testing.T, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("not within 20 s")
		}
	}
}

// answered is what of an answer a case looks at.
type answered struct {
	Status                     int
	Body, Content, Type, Cause string
}

func (g *gateway) get(t *testing.T, path string, headers ...string) (answered, http.Header) {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, "http://"+g.address+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answered{
		response.StatusCode, string(body), response.Header.Get("Content-Type"), response.Header.Get("X-Amzn-Errortype"), response.Header.Get("X-Sluice-Reason"),
	}, response.Header
}

// TestEnvoy has a real Envoy ask: calls let through, denials to the letter, a
// customised one, a bug, and a service that is gone and comes back.
func TestEnvoy(t *testing.T) {
	t.Parallel()
	stories := explain.New(100)
	server := sampleServer(t, stories)
	running := startGateway(t, server)
	denied := func(status int, text, kind string) answered {
		return answered{Status: status, Body: `{"message":"` + text + `"}`, Content: "application/json", Type: kind}
	}
	hello := answered{Status: 200, Body: "hello", Content: "text/plain"}
	cases := []struct {
		name, path string
		headers    []string
		want       answered
	}{
		{"a valid key", "/prod/pets/1", []string{"x-api-key", keyValue("good")}, hello},
		{"an open operation", "/prod/open", nil, hello},
		{"no key", "/prod/pets/1", nil, denied(403, "Forbidden", "ForbiddenException")},
		{"a wrong key", "/prod/pets/1", []string{"x-api-key", "wrong"}, denied(403, "Forbidden", "ForbiddenException")},
		{"within the throttle", "/prod/hot", []string{"x-api-key", keyValue("other")}, hello},
		{"over the throttle", "/prod/hot", []string{"x-api-key", keyValue("other")}, denied(429, "Too Many Requests", "TooManyRequestsException")},
		{"an unknown operation", "/prod/gone", nil, denied(500, "Internal server error", "InternalServerErrorException")},
		{"a bug", "/prod/panics", nil, denied(500, "Internal server error", "InternalServerErrorException")},
		{"a customised answer", "/dev/pets/a%20b?q=1&q=2", []string{"x-request-id", "0a1b2c3d-0000-4000-8000-000000000001", "X-Who", "me"}, answered{
			Status: 418, Content: "application/json", Type: "ForbiddenException", Cause: "api-key.missing",
			Body: `{"t":"INVALID_API_KEY","m":"Forbidden","p":"/dev/pets/a%20b","v":"blue","pet":"a%20b","q":"2","id":"ID","ip":"127.0.0.1"}`,
		}},
		{"a customised answer in HTML", "/dev/pets/1", []string{"Accept", "text/html"}, answered{418, "<b>Forbidden</b>", "text/html", "ForbiddenException", "api-key.missing"}},
	}
	for _, test := range cases {
		got, headers := running.get(t, test.path, test.headers...)
		if test.name == "a customised answer" {
			got.Body = withoutID(got.Body)
			if headers.Get("Access-Control-Allow-Origin") != "*" || headers.Get("X-Who") != "me" {
				t.Errorf("%s: got headers %v", test.name, headers)
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", test.name, diff)
		}
	}
	running.stop()
	dead, _ := running.get(t, "/prod/open")
	if diff := cmp.Diff(denied(500, "Internal server error", "InternalServerErrorException"), dead); diff != "" {
		t.Errorf("a dead service: -want +got\n%s", diff)
	}
	running.checkLog(t)
}

// withoutID replaces the request id, which Envoy makes.
func withoutID(body string) string {
	before, after, _ := strings.Cut(body, `"id":"`)
	_, after, _ = strings.Cut(after, `"`)
	return before + `"id":"ID"` + after
}

// checkLog wants what decisions told to Envoy in its access log.
func (g *gateway) checkLog(t *testing.T) {
	t.Helper()
	var text string
	eventually(t, func() bool {
		content, err := os.ReadFile(g.log)
		text = string(content)
		return err == nil && strings.Count(text, "\n") >= 11
	})
	for _, want := range []string{
		"/prod/pets/1 200 good -\n", "/prod/pets/1 403 - INVALID_API_KEY\n", "/prod/hot 429 other THROTTLED\n", "/prod/open 200 - -\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the access log lacks %q:\n%s", want, text)
		}
	}
}

// TestRecovery wants a service that comes back to be asked again.
func TestRecovery(t *testing.T) {
	t.Parallel()
	server := sampleServer(t, nil)
	running := startGateway(t, server)
	socket := filepath.Join(filepath.Dir(running.log), "s")
	running.stop()
	if got, _ := running.get(t, "/prod/open"); got.Status != 500 {
		t.Fatalf("a dead service: got %+v", got)
	}
	serveOn(t, sampleServer(t, nil), socket)
	eventually(t, func() bool {
		got, _ := running.get(t, "/prod/open")
		return got.Status == 200
	})
}

// TestStory tells why, by the request's id.
func TestStory(t *testing.T) {
	t.Parallel()
	stories := explain.New(10)
	server := sampleServer(t, stories)
	request := decoded(t, sampleCheck())
	request.operation = "abcde12345/dev/0022/r1.GET"
	server.answer(t.Context(), nil, request, server.lookup(request.operation))
	story, found := stories.Find("c6af9ac6")
	want := explain.Story{
		RequestID: "c6af9ac6", Time: story.Time, API: "abcde12345", Stage: "dev", Operation: "r1.GET", Method: "POST", Path: "/prod/pets/1",
		Status: 418, ResponseType: "INVALID_API_KEY", Phase: "api key", Reason: explain.APIKeyUnknown,
		Detail: "No usage plan holds this API key.", Wanted: "a key that was added to a usage plan with create-usage-plan-key",
	}
	if diff := cmp.Diff(want, story); !found || diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	request.operation = "abcde12345/prod/0011/r1.GET"
	request.ID = "other"
	server.answer(t.Context(), nil, request, server.lookup(request.operation))
	if story, found := stories.Find("other"); found {
		t.Errorf("a stage that explains nothing kept %+v", story)
	}
}
