package rest_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest"
	"github.com/sluice-gateway/sluice/internal/secret"
)

// motoPeople knows the key that moto's tests sign with.
type motoPeople struct{}

func (motoPeople) Identity(context.Context, string, string) (awsapi.Identity, error) {
	return awsapi.Identity{
		Account: "123456789012", Secret: secret.New("FOOBARSECRET"),
		Principal: awsapi.Principal{ARN: "arn:aws:iam::123456789012:root", Root: true},
	}, nil
}

// motoFront is what moto's tests take for moto: API Gateway is Sluice, empty
// again after every reset, everything else a real moto.
type motoFront struct {
	t     *testing.T
	other *httputil.ReverseProxy

	mu      sync.Mutex
	gateway *httputil.ReverseProxy
}

func proxyTo(address string) *httputil.ReverseProxy {
	target := &url.URL{Scheme: "http", Host: address}
	return &httputil.ReverseProxy{Rewrite: func(request *httputil.ProxyRequest) {
		request.SetURL(target)
		// The signature covers the host that the client named.
		request.Out.Host = request.In.Host
	}}
}

func (m *motoFront) reset() {
	handlers := rest.New(rest.Config{Store: opened(m.t), Now: time.Now, Random: rand.Reader}).Handlers()
	address := serve(m.t, awsapi.Config{Handlers: handlers, Identities: motoPeople{}, Now: time.Now, Random: rand.Reader})
	m.mu.Lock()
	defer m.mu.Unlock()
	m.gateway = proxyTo(address)
}

func (m *motoFront) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/moto-api/reset" {
		m.reset()
		m.other.ServeHTTP(w, r)
		return
	}
	m.mu.Lock()
	gateway := m.gateway
	m.mu.Unlock()
	if strings.Contains(r.Header.Get("Authorization"), "/apigateway/aws4_request") {
		gateway.ServeHTTP(w, r)
		return
	}
	m.other.ServeHTTP(w, r)
}

// startMoto runs moto's own server until the test ends and gives its address.
func startMoto(t *testing.T, interpreter string) string {
	t.Helper()
	free, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	_ = free.Close()
	_, port, _ := net.SplitHostPort(address)
	command := exec.CommandContext(t.Context(), interpreter, "-m", "moto.server", "-H", "127.0.0.1", "-p", port)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
		if err == nil {
			_ = connection.Close()
			return address
		}
		if time.Now().After(deadline) {
			t.Fatalf("moto does not listen: %v", err)
		}
	}
}

// contradictions reads which of moto's tests contradict AWS, with the recording
// or the rule that each breaks.
func contradictions(t *testing.T) map[string]string {
	t.Helper()
	file, err := os.Open("testdata/moto-contradictions.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	found := map[string]string{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		name, reason, ok := strings.Cut(lines.Text(), ": ")
		if !ok || strings.HasPrefix(name, "#") {
			continue
		}
		found[name] = reason
	}
	return found
}

var motoOutcome = regexp.MustCompile(`(?m)^tests/test_apigateway/(\S+\.py::\S+) (PASSED|FAILED|ERROR|SKIPPED)`)

// TestMoto runs moto's tests of API Gateway in its server mode against Sluice.
// Every test passes, but those that are listed with what AWS does instead; a
// listed test that passes is an error too. "make test-moto" fetches the tests.
func TestMoto(t *testing.T) {
	t.Parallel()
	source := os.Getenv("SLUICE_MOTO_TESTS")
	if source == "" {
		t.Skip("needs moto's source distribution: make test-moto")
	}
	interpreter := python(t)
	front := &motoFront{t: t, other: proxyTo(startMoto(t, interpreter))}
	front.reset()
	server := httptest.NewServer(front)
	t.Cleanup(server.Close)
	// What the files that are left out test is moto itself: its command line, its
	// CloudFormation, its way to choose ids.
	arguments := []string{"-m", "pytest", "-v", "-p", "no:cacheprovider", "--tb=short", "-o", "addopts=", "tests/test_apigateway"}
	for _, left := range []string{"test_server.py", "test_apigateway_cloudformation.py", "test_apigateway_custom_ids.py"} {
		arguments = append(arguments, "--ignore=tests/test_apigateway/"+left)
	}
	command := exec.CommandContext(t.Context(), interpreter, append(arguments, strings.Fields(os.Getenv("SLUICE_MOTO_ARGS"))...)...)
	command.Dir = source
	command.Env = append(os.Environ(), "TEST_SERVER_MODE=true", "TEST_SERVER_MODE_ENDPOINT="+server.URL,
		"AWS_CONFIG_FILE=/dev/null", "AWS_EC2_METADATA_DISABLED=true", "PYTHONDONTWRITEBYTECODE=1")
	output, err := command.CombinedOutput()
	outcomes := motoOutcome.FindAllStringSubmatch(string(output), -1)
	if len(outcomes) == 0 {
		t.Fatalf("pytest ran nothing: %v\n%s", err, output)
	}
	judge(t, outcomes, string(output))
}

func judge(t *testing.T, outcomes [][]string, output string) {
	t.Helper()
	known := contradictions(t)
	passed, contradicting := 0, 0
	for _, outcome := range outcomes {
		reason, listed := known[outcome[1]]
		switch failed := outcome[2] == "FAILED" || outcome[2] == "ERROR"; {
		case failed && !listed:
			t.Errorf("%s failed", outcome[1])
		case failed:
			contradicting++
		case listed && outcome[2] == "PASSED":
			t.Errorf("%s passed, though it is listed: %s", outcome[1], reason)
		default:
			passed++
		}
	}
	t.Logf("moto: %d tests passed, %d contradict AWS", passed, contradicting)
	if t.Failed() {
		_, _ = fmt.Fprintln(os.Stderr, output)
	}
}
