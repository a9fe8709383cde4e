package bootstrap_test

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sluice-gateway/sluice/envoy/bootstrap"
	"github.com/sluice-gateway/sluice/test/fleet"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// configs are the two shapes that are used: everything on one machine, and a
// fleet whose services have names.
var configs = map[string]bootstrap.Config{
	"run": {
		NodeID: "envoy/run", Cluster: "sluice",
		XDS: "unix:/run/sluice/xds.sock", ExtAuth: "unix:/run/sluice/extauth.sock", ExtProc: "unix:/run/sluice/extproc.sock",
		Admin: "unix:/run/sluice/envoy.sock",
	},
	"fleet": {
		NodeID: "envoy/edge-1", Cluster: "edge", Zone: "eu-central-1a",
		XDS: "controlplane.sluice.svc:18000", ExtAuth: "127.0.0.1:18001", ExtProc: "[::1]:18002",
		Admin: "127.0.0.1:9901", MaxConnections: 5000, MaxHeapBytes: 2 << 30,
	},
	"tls": {
		NodeID: "envoy/edge-2", Cluster: "edge",
		XDS: "controlplane.sluice.svc:18000", ExtAuth: "127.0.0.1:18001", ExtProc: "unix:/run/sluice/extproc.sock",
		Admin: "127.0.0.1:9901", TLS: bootstrap.TLS{Cert: "/etc/sluice/cert.pem", Key: "/etc/sluice/key.pem", CA: "/etc/sluice/ca.pem"},
	},
}

// TestBootstrap compares with goldens and has a real Envoy accept each, without
// one warning.
func TestBootstrap(t *testing.T) {
	t.Parallel()
	envoy := fleet.FindEnvoy(t)
	for name, config := range configs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := bootstrap.YAML(config)
			if err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", name+".envoy.yaml")
			if *update {
				if err := os.WriteFile(golden, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", golden, diff)
			}
			dir := t.TempDir()
			fleet.Certificates(t, dir)
			placed := filepath.Join(dir, "bootstrap.yaml")
			if err := os.WriteFile(placed, []byte(strings.ReplaceAll(string(got), "/etc/sluice", dir)), 0o600); err != nil {
				t.Fatal(err)
			}
			command := exec.CommandContext(t.Context(), envoy, "--mode", "validate", "-c", placed, "--disable-hot-restart", "--log-level", "warn")
			output, err := command.CombinedOutput()
			if err != nil || strings.Contains(string(output), "[warning]") {
				t.Errorf("envoy --mode validate: %v\n%s", err, output)
			}
		})
	}
}

// TestBootstrapRefuses wants the field that is wrong in the error's text.
func TestBootstrapRefuses(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		change func(*bootstrap.Config)
		want   string
	}{
		"no node":             {func(c *bootstrap.Config) { c.NodeID = "" }, "node id"},
		"no cluster":          {func(c *bootstrap.Config) { c.Cluster = "" }, "cluster"},
		"admin for everybody": {func(c *bootstrap.Config) { c.Admin = "0.0.0.0:9901" }, "loopback"},
		"admin by name":       {func(c *bootstrap.Config) { c.Admin = "localhost:9901" }, "loopback"},
		"no admin":            {func(c *bootstrap.Config) { c.Admin = "" }, "admin"},
		"relative socket":     {func(c *bootstrap.Config) { c.XDS = "unix:xds.sock" }, "absolute"},
		"long socket":         {func(c *bootstrap.Config) { c.ExtAuth = "unix:/" + strings.Repeat("a", 107) }, "107"},
		"no port":             {func(c *bootstrap.Config) { c.ExtProc = "127.0.0.1" }, "HOST:PORT"},
		"a port too large":    {func(c *bootstrap.Config) { c.ExtProc = "127.0.0.1:65536" }, "HOST:PORT"},
		"no host":             {func(c *bootstrap.Config) { c.XDS = ":18000" }, "HOST:PORT"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := configs["run"]
			c.change(&config)
			_, err := bootstrap.New(config)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error that names %q", err, c.want)
			}
		})
	}
}
