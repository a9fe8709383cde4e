package load

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/test/fleet"
)

// bareConfiguration is an Envoy that passes everything to one backend, or
// answers by itself below /direct: what Sluice is measured beside.
const bareConfiguration = `
admin: {address: {pipe: {path: ADMIN}}}
static_resources:
  listeners:
  - name: bare
    address: {socket_address: {address: 127.0.0.1, port_value: PORT}}
    filter_chains:
    - filters:
      - name: hcm
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: bare
          http_filters:
          - name: router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - {match: {prefix: /direct}, direct_response: {status: 200, body: {inline_string: "mock"}}}
              - {match: {prefix: /}, route: {cluster: backend}}
  clusters:
  - name: backend
    load_assignment:
      cluster_name: backend
      endpoints:
      - lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: BACKEND}}}}]
overload_manager:
  resource_monitors:
  - name: envoy.resource_monitors.global_downstream_max_connections
    typed_config:
      "@type": type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig
      max_active_downstream_connections: 100000
`

// Bare is a bare Envoy.
type Bare struct {
	Address string
	PID     int
}

// StartBare starts an Envoy that passes to backend (host:port); it ends with
// the test.
func StartBare(tb testing.TB, backend string) Bare {
	tb.Helper()
	dir, err := os.MkdirTemp("", "bare") //nolint:usetesting // short: it holds a socket
	if err != nil {
		tb.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	_, port, _ := net.SplitHostPort(address)
	_, backendPort, _ := net.SplitHostPort(backend)
	text := strings.NewReplacer("ADMIN", filepath.Join(dir, "admin.sock"), "PORT", port, "BACKEND", backendPort).Replace(bareConfiguration)
	path := filepath.Join(dir, "bare.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
	command := exec.Command(fleet.FindEnvoy(tb), "-c", path, "--disable-hot-restart", "--log-level", "error", "--concurrency", "2")
	if err := command.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
		_ = os.RemoveAll(dir)
	})
	waitOpen(tb, address)
	return Bare{Address: address, PID: command.Process.Pid}
}

func waitOpen(tb testing.TB, address string) {
	tb.Helper()
	fleet.Eventually(tb, 20*time.Second, func() error {
		connection, err := net.Dial("tcp", address)
		if err != nil {
			return fmt.Errorf("not open yet: %w", err)
		}
		return connection.Close()
	})
}
