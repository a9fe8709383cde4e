package envoy_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	bootstrapv3 "github.com/envoyproxy/go-control-plane/envoy/config/bootstrap/v3"
	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpointv3 "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	httpv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/sluice-gateway/sluice/envoy"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// findEnvoy gives the Envoy to test with, or skips saying what is missing.
func findEnvoy(tb testing.TB) string {
	tb.Helper()
	for _, candidate := range []string{os.Getenv("ENVOY"), "../.local/envoy/bin/envoy"} {
		if _, err := os.Stat(candidate); candidate != "" && err == nil {
			return candidate
		}
	}
	found, err := exec.LookPath("envoy")
	if err != nil {
		tb.Skip("no Envoy: set ENVOY, or run `tools/local.sh envoy`, which installs one")
	}
	return found
}

// inlined puts scopes and routes into the listener, where xDS would bring them.
func inlined(tb testing.TB, listener *listenerv3.Listener, all ...envoy.Resources) {
	tb.Helper()
	filter := listener.GetFilterChains()[0].GetFilters()[0]
	manager := &hcmv3.HttpConnectionManager{}
	if err := filter.GetTypedConfig().UnmarshalTo(manager); err != nil {
		tb.Fatal(err)
	}
	list := &hcmv3.ScopedRouteConfigurationsList{}
	for _, resources := range all {
		for _, scope := range resources.Scopes {
			scope.RouteConfigurationName, scope.RouteConfiguration = "", resources.Routes[0]
			list.ScopedRouteConfigurations = append(list.GetScopedRouteConfigurations(), scope)
		}
	}
	scoped := manager.GetScopedRoutes()
	scoped.ConfigSpecifier = &hcmv3.ScopedRoutes_ScopedRouteConfigurationsList{ScopedRouteConfigurationsList: list}
	made, err := anypb.New(manager)
	if err != nil {
		tb.Fatal(err)
	}
	filter.ConfigType = &listenerv3.Filter_TypedConfig{TypedConfig: made}
}

// bootstrap makes a configuration without xDS. Services are the addresses of
// extauth and extproc; empty: nobody is there.
func bootstrap(tb testing.TB, services [2]string, extra []*listenerv3.Listener, all ...envoy.Resources) string {
	tb.Helper()
	dir := tb.TempDir()
	file, logFile := filepath.Join(dir, "envoy.json"), filepath.Join(dir, "envoy.json.access")
	listener := envoy.Listener(envoy.ListenerSettings{Address: "127.0.0.1:0", PayloadLimit: 1 << 20, ServiceTimeout: 2 * time.Second, AccessLog: logFile})
	inlined(tb, listener, all...)
	made := &bootstrapv3.Bootstrap{
		Node:            &corev3.Node{Id: "test", Cluster: "test"},
		Admin:           &bootstrapv3.Admin{Address: socket("127.0.0.1", 0)},
		StaticResources: &bootstrapv3.Bootstrap_StaticResources{Listeners: append(extra, listener)},
	}
	for i, name := range []string{envoy.AuthCluster, envoy.ProcCluster} {
		made.StaticResources.Clusters = append(made.GetStaticResources().GetClusters(), service(tb, name, services[i]))
	}
	seen := map[string]bool{}
	for _, resources := range all {
		for _, cluster := range resources.Clusters {
			if !seen[cluster.GetName()] {
				seen[cluster.GetName()] = true
				made.StaticResources.Clusters = append(made.GetStaticResources().GetClusters(), cluster)
			}
		}
	}
	encoded, err := protojson.Marshal(made)
	if err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(file, encoded, 0o600); err != nil {
		tb.Fatal(err)
	}
	return file
}

func socket(host string, port uint32) *corev3.Address {
	return &corev3.Address{Address: &corev3.Address_SocketAddress{SocketAddress: &corev3.SocketAddress{
		Address: host, PortSpecifier: &corev3.SocketAddress_PortValue{PortValue: port},
	}}}
}

// service is the cluster of extauth or extproc, as the bootstrap has it.
func service(tb testing.TB, name, address string) *clusterv3.Cluster {
	tb.Helper()
	host, port := "127.0.0.1", uint32(1)
	if address != "" {
		tcp, err := net.ResolveTCPAddr("tcp", address)
		if err != nil {
			tb.Fatal(err)
		}
		port = uint32(tcp.Port)
	}
	options, err := anypb.New(&httpv3.HttpProtocolOptions{
		UpstreamProtocolOptions: &httpv3.HttpProtocolOptions_ExplicitHttpConfig_{ExplicitHttpConfig: &httpv3.HttpProtocolOptions_ExplicitHttpConfig{
			ProtocolConfig: &httpv3.HttpProtocolOptions_ExplicitHttpConfig_Http2ProtocolOptions{Http2ProtocolOptions: &corev3.Http2ProtocolOptions{}},
		}},
	})
	if err != nil {
		tb.Fatal(err)
	}
	return &clusterv3.Cluster{
		Name: name, ClusterDiscoveryType: &clusterv3.Cluster_Type{Type: clusterv3.Cluster_STATIC},
		LoadAssignment: &endpointv3.ClusterLoadAssignment{ClusterName: name, Endpoints: []*endpointv3.LocalityLbEndpoints{{
			LbEndpoints: []*endpointv3.LbEndpoint{{HostIdentifier: &endpointv3.LbEndpoint_Endpoint{Endpoint: &endpointv3.Endpoint{Address: socket(host, port)}}}},
		}}},
		TypedExtensionProtocolOptions: map[string]*anypb.Any{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": options},
	}
}

// serve runs an Envoy with the resources until the test ends and gives its
// address.
func serve(tb testing.TB, services [2]string, all ...envoy.Resources) string {
	tb.Helper()
	addresses, _ := serveProcess(tb, services, nil, all...)
	return addresses[envoy.ListenerName]
}

// serveProcess does the same with more listeners: it gives all their addresses by
// name, and the process's id.
func serveProcess(tb testing.TB, services [2]string, extra []*listenerv3.Listener, all ...envoy.Resources) (map[string]string, int) {
	tb.Helper()
	binary, file := findEnvoy(tb), bootstrap(tb, services, extra, all...)
	adminFile := file + ".admin"
	log, err := os.Create(file + ".log")
	if err != nil {
		tb.Fatal(err)
	}
	command := exec.CommandContext(context.Background(), binary, "-c", file, "--use-dynamic-base-id",
		"--admin-address-path", adminFile, "--log-level", "warning", "--concurrency", "1")
	command.Stdout, command.Stderr = log, log
	// Envoy ends with the test, even when that is killed.
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := command.Start(); err != nil {
		tb.Fatal(err)
	}
	accessLogs.Store(tb.Name(), file+".access")
	tb.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
		text, _ := os.ReadFile(log.Name())
		if tb.Failed() {
			tb.Logf("Envoy's log:\n%s", text)
		}
	})
	for deadline := time.Now().Add(30 * time.Second); ; {
		if addresses := listening(adminFile); len(addresses) == len(extra)+1 && answering(addresses) {
			return addresses, command.Process.Pid
		}
		if time.Now().After(deadline) {
			text, _ := os.ReadFile(log.Name())
			tb.Fatalf("Envoy did not listen within 30 s:\n%s", text)
		}
		time.Sleep(20 * time.Millisecond) // polled with a deadline
	}
}

// answering says whether all addresses take connections: Envoy names a listener
// a moment before.
func answering(addresses map[string]string) bool {
	for _, address := range addresses {
		connection, err := net.Dial("tcp", address)
		if err != nil {
			return false
		}
		_ = connection.Close()
	}
	return true
}

// accessLogs are the files of the Envoys under way, by their tests' names.
var accessLogs sync.Map

// logLines gives an Envoy's access log once it has as many lines.
func logLines(tb testing.TB, want int) []string {
	tb.Helper()
	file, _ := accessLogs.Load(tb.Name())
	for deadline := time.Now().Add(30 * time.Second); ; {
		text, _ := os.ReadFile(file.(string))
		lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
		if len(lines) >= want && len(text) > 0 {
			return lines
		}
		if time.Now().After(deadline) {
			tb.Fatalf("%d lines after 30 s, want %d:\n%s", len(lines), want, text)
		}
		time.Sleep(100 * time.Millisecond) // polled with a deadline
	}
}

// listening asks Envoy's admin page where its listeners are, by name.
func listening(adminFile string) map[string]string {
	admin, err := os.ReadFile(adminFile)
	if err != nil {
		return nil
	}
	response, err := http.Get("http://" + strings.TrimSpace(string(admin)) + "/listeners?format=json")
	if err != nil {
		return nil
	}
	defer func() { _ = response.Body.Close() }()
	var answer struct {
		ListenerStatuses []struct {
			Name         string `json:"name"`
			LocalAddress struct {
				SocketAddress struct {
					Address   string `json:"address"`
					PortValue int    `json:"port_value"`
				} `json:"socket_address"`
			} `json:"local_address"`
		} `json:"listener_statuses"`
	}
	text, err := io.ReadAll(response.Body)
	if err != nil || json.Unmarshal(text, &answer) != nil {
		return nil
	}
	found := map[string]string{}
	for _, status := range answer.ListenerStatuses {
		if at := status.LocalAddress.SocketAddress; at.PortValue != 0 {
			found[status.Name] = fmt.Sprintf("%s:%d", at.Address, at.PortValue)
		}
	}
	return found
}

// towards sends a plan's backends at 127.0.0.1:9 to a test's.
func towards(tb testing.TB, plan *planv1.Plan, address string) *planv1.Plan {
	tb.Helper()
	tcp, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		tb.Fatal(err)
	}
	for _, operation := range append(plan.GetRelease().GetOperations(), plan.GetCanary().GetRelease().GetOperations()...) {
		if backend := operation.GetIntegration().GetBackend(); backend.GetHost() == "127.0.0.1" && backend.GetPort() == 9 {
			backend.Port, backend.Authority = uint32(tcp.Port), address
		}
	}
	return plan
}

// translated makes one API's resources and wants no problems.
func translated(tb testing.TB, plans ...*planv1.Plan) envoy.Resources {
	tb.Helper()
	resources, problems := envoy.Translate(plans, envoy.Settings{})
	if len(problems) > 0 {
		tb.Fatalf("problems: %v", problems)
	}
	return resources
}

// TestValidate has a real Envoy validate every golden.
func TestValidate(t *testing.T) {
	t.Parallel()
	binary := findEnvoy(t)
	for _, file := range planFiles(t) {
		t.Run(planName(file), func(t *testing.T) {
			t.Parallel()
			resources := translated(t, readPlan(t, file))
			output, err := exec.CommandContext(t.Context(), binary, "--mode", "validate", "-c", bootstrap(t, [2]string{}, nil, resources), "--log-level", "warning").CombinedOutput()
			if err != nil {
				t.Errorf("%v\n%s", err, output)
			}
		})
	}
}
