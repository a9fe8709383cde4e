package extproc_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	bootstrapv3 "github.com/envoyproxy/go-control-plane/envoy/config/bootstrap/v3"
	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpointv3 "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	httpv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/sluice-gateway/sluice/envoy"
	"github.com/sluice-gateway/sluice/extproc"
	"github.com/sluice-gateway/sluice/internal/awscredentials"
	"github.com/sluice-gateway/sluice/internal/plan"
	"github.com/sluice-gateway/sluice/internal/sigv4"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// testKey signs calls to backends in tests.
var testKey = sigv4.Credentials{AccessKeyID: "AKIDTEST", SecretAccessKey: "secret/of/tests"}

// gateway is a real Envoy with this package's service behind it.
type gateway struct {
	address string
	client  *http.Client
	// messages counts what Envoy has sent to the service.
	messages func() uint64
}

// startGateway serves plans. Envoy's configuration is what package envoy makes,
// but static: there is no xDS server here.
func startGateway(t testing.TB, plans []*planv1.Plan) *gateway {
	t.Helper()
	dir, err := os.MkdirTemp("", "extproc") // a unix socket's path may have 107 bytes only
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket := filepath.Join(dir, "extproc.sock")
	log, messages := startService(t, socket, plans)
	g := &gateway{address: freeAddress(t), messages: messages, client: &http.Client{
		Timeout:       20 * time.Second,
		Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 32},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	config := filepath.Join(dir, "envoy.json")
	encoded, err := protojson.Marshal(bootstrap(t, g.address, socket, plans))
	if err != nil {
		t.Fatal(err)
	}
	err = os.WriteFile(config, encoded, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(findEnvoy(t), "-c", config, "--use-dynamic-base-id", "--concurrency", "1", "--log-level", "warning", "--component-log-level", os.Getenv("ENVOY_COMPONENTS"))
	output := &lockedBuffer{}
	command.Stdout, command.Stderr = output, output
	err = command.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
		if t.Failed() {
			t.Logf("Envoy: %s\nservice: %s", output, log)
		}
	})
	g.await(t, output)
	return g
}

// startService serves plans on a unix socket.
func startService(t testing.TB, socket string, plans []*planv1.Plan) (log *lockedBuffer, messages func() uint64) {
	t.Helper()
	table := plan.NewTable()
	err := table.Plans(plans, nil)
	if err != nil {
		t.Fatal(err)
	}
	log = &lockedBuffer{}
	server := extproc.NewServer(extproc.NewEngine(extproc.Config{
		Logger: slog.New(slog.NewTextHandler(log, nil)), Plans: table, Credentials: awscredentials.Static(testKey),
	}))
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return log, server.Messages
}

// await waits until Envoy answers.
func (g *gateway) await(t testing.TB, output *lockedBuffer) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for time.Now().Before(deadline) {
		response, err := g.client.Get("http://" + g.address + "/")
		if err == nil {
			_ = response.Body.Close()
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("Envoy does not answer: %s", output)
}

// bootstrap is a static configuration of what xDS would give.
func bootstrap(t testing.TB, address, socket string, plans []*planv1.Plan) *bootstrapv3.Bootstrap {
	t.Helper()
	routes := &routev3.RouteConfiguration{Name: "static"}
	clusters := map[string]*clusterv3.Cluster{}
	for _, one := range plans {
		resources, problems := envoy.Translate([]*planv1.Plan{one}, envoy.Settings{})
		if len(problems) > 0 {
			t.Fatalf("plan %s: %v", one.GetName(), problems)
		}
		for _, configuration := range resources.Routes {
			for _, host := range configuration.GetVirtualHosts() {
				host.Domains = one.GetHosts()
				routes.VirtualHosts = append(routes.VirtualHosts, host)
			}
		}
		for _, cluster := range resources.Clusters {
			clusters[cluster.GetName()] = cluster
		}
	}
	listener := envoy.Listener(envoy.ListenerSettings{Address: address})
	withRoutes(t, listener, routes)
	made := &bootstrapv3.Bootstrap{
		Node: &corev3.Node{Id: "envoy/test", Cluster: "test"},
		StaticResources: &bootstrapv3.Bootstrap_StaticResources{
			Listeners: []*listenerv3.Listener{listener}, Clusters: []*clusterv3.Cluster{serviceCluster(t, socket)},
		},
	}
	for _, cluster := range clusters {
		made.StaticResources.Clusters = append(made.StaticResources.Clusters, cluster)
	}
	return made
}

// withRoutes puts routes where the listener would ask for scopes.
func withRoutes(t testing.TB, listener *listenerv3.Listener, routes *routev3.RouteConfiguration) {
	t.Helper()
	filter := listener.GetFilterChains()[0].GetFilters()[0]
	manager := &hcmv3.HttpConnectionManager{}
	err := filter.GetTypedConfig().UnmarshalTo(manager)
	if err != nil {
		t.Fatal(err)
	}
	manager.RouteSpecifier = &hcmv3.HttpConnectionManager_RouteConfig{RouteConfig: routes}
	filter.ConfigType = &listenerv3.Filter_TypedConfig{TypedConfig: pack(t, manager)}
}

func pack(t testing.TB, message proto.Message) *anypb.Any {
	t.Helper()
	made, err := anypb.New(message)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func serviceCluster(t testing.TB, socket string) *clusterv3.Cluster {
	t.Helper()
	return &clusterv3.Cluster{
		Name: envoy.ProcCluster,
		LoadAssignment: &endpointv3.ClusterLoadAssignment{ClusterName: envoy.ProcCluster, Endpoints: []*endpointv3.LocalityLbEndpoints{{
			LbEndpoints: []*endpointv3.LbEndpoint{{HostIdentifier: &endpointv3.LbEndpoint_Endpoint{Endpoint: &endpointv3.Endpoint{
				Address: &corev3.Address{Address: &corev3.Address_Pipe{Pipe: &corev3.Pipe{Path: socket}}},
			}}}},
		}}},
		TypedExtensionProtocolOptions: map[string]*anypb.Any{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": pack(t, &httpv3.HttpProtocolOptions{
			UpstreamProtocolOptions: &httpv3.HttpProtocolOptions_ExplicitHttpConfig_{ExplicitHttpConfig: &httpv3.HttpProtocolOptions_ExplicitHttpConfig{
				ProtocolConfig: &httpv3.HttpProtocolOptions_ExplicitHttpConfig_Http2ProtocolOptions{Http2ProtocolOptions: &corev3.Http2ProtocolOptions{}},
			}},
		})},
	}
}

func findEnvoy(t testing.TB) string {
	t.Helper()
	for _, candidate := range []string{os.Getenv("ENVOY"), "../.local/envoy/bin/envoy"} {
		if _, err := os.Stat(candidate); candidate != "" && err == nil {
			return candidate
		}
	}
	found, err := exec.LookPath("envoy")
	if err != nil {
		t.Skip("no Envoy: set ENVOY, or run `make test`, which installs one")
	}
	return found
}

func freeAddress(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// lockedBuffer collects what several goroutines write.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

// String is what was written so far.
func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// answer is a response as a client reads it.
type answer struct {
	status int
	header http.Header
	body   string
}

// send makes a call to an API's host.
func (g *gateway) send(t testing.TB, host string, ask exchangeCase) answer {
	t.Helper()
	switch {
	case ask.Packed != "":
		ask.Body = packed(t, []byte(ask.Packed))
	case ask.Bomb > 0:
		ask.Body = packed(t, make([]byte, ask.Bomb))
	}
	request, err := http.NewRequestWithContext(t.Context(), ask.Method, "http://"+g.address+"/", strings.NewReader(ask.Body))
	if err != nil {
		t.Fatal(err)
	}
	path, query, _ := strings.Cut(ask.Path, "?")
	if strings.HasPrefix(path, "//") {
		request.URL.Path = path
	} else {
		request.URL.Opaque = path // as it is spelled
	}
	request.URL.RawQuery = query
	request.Host = host
	if ask.Body == "" {
		request.Body, request.ContentLength = nil, 0
	}
	for _, line := range ask.Headers {
		name, value, _ := strings.Cut(line, ": ")
		request.Header[name] = append(request.Header[name], value)
	}
	response, err := g.client.Do(request)
	if err != nil {
		return answer{body: fmt.Sprint("no answer: ", err)}
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{status: response.StatusCode, header: response.Header, body: fmt.Sprint("broken answer: ", err)}
	}
	return answer{status: response.StatusCode, header: response.Header, body: string(body)}
}
