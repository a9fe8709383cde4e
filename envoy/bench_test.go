package envoy_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	routerv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/router/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/sluice-gateway/sluice/controlplane/compile"
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/envoy"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// bareListener is Envoy as a plain proxy: what every row is held against.
func bareListener(tb testing.TB, resources envoy.Resources) *listenerv3.Listener {
	tb.Helper()
	router, err := anypb.New(&routerv3.Router{})
	if err != nil {
		tb.Fatal(err)
	}
	manager, err := anypb.New(&hcmv3.HttpConnectionManager{
		StatPrefix: "bare",
		RouteSpecifier: &hcmv3.HttpConnectionManager_RouteConfig{RouteConfig: &routev3.RouteConfiguration{
			Name: "bare", VirtualHosts: []*routev3.VirtualHost{{
				Name: "bare", Domains: []string{"*"},
				Routes: []*routev3.Route{{
					Match:  &routev3.RouteMatch{PathSpecifier: &routev3.RouteMatch_Prefix{Prefix: "/"}},
					Action: &routev3.Route_Route{Route: &routev3.RouteAction{ClusterSpecifier: &routev3.RouteAction_Cluster{Cluster: resources.Clusters[0].GetName()}}},
				}},
			}},
		}},
		HttpFilters: []*hcmv3.HttpFilter{{Name: "envoy.filters.http.router", ConfigType: &hcmv3.HttpFilter_TypedConfig{TypedConfig: router}}},
	})
	if err != nil {
		tb.Fatal(err)
	}
	return &listenerv3.Listener{Name: "bare", Address: socket("127.0.0.1", 0), FilterChains: []*listenerv3.FilterChain{{Filters: []*listenerv3.Filter{{
		Name: "envoy.filters.network.http_connection_manager", ConfigType: &listenerv3.Filter_TypedConfig{TypedConfig: manager},
	}}}}}
}

// large is an API of resources with five verbs each, one below the other by
// threes: /r17/sub17/{id}.
func large(resources int) *definition.Content {
	content := &definition.Content{Resources: map[string]*definition.Resource{}}
	for i := range resources {
		path := fmt.Sprintf("/r%d", i/3)
		if i%3 > 0 {
			path += fmt.Sprintf("/sub%d", i/3)
		}
		if i%3 > 1 {
			path += "/{id}"
		}
		resource := &definition.Resource{ID: fmt.Sprintf("id%d", i), Path: path, Methods: map[string]*definition.Method{}}
		for _, verb := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
			resource.Methods[verb] = &definition.Method{HTTPMethod: verb, AuthorizationType: "NONE", Integration: &definition.Integration{
				Type: "HTTP_PROXY", HTTPMethod: verb, URI: "http://127.0.0.1:9/backend",
			}}
		}
		content.Resources[resource.ID] = resource
	}
	return content
}

// fixed is a backend that costs as little as can be: it answers the same bytes to
// every read.
func fixed(tb testing.TB) string {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				buffer := make([]byte, 1<<16)
				for {
					if _, err := connection.Read(buffer); err != nil {
						return
					}
					_, _ = connection.Write([]byte("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: Tue, 01 Jan 2019 00:00:00 GMT\r\nContent-Length: 5\r\n\r\nhello"))
				}
			}()
		}
	}()
	return listener.Addr().String()
}

// BenchmarkRequest gives Envoy's CPU for a request, in µs, beside the bare
// proxy's:
//
//	go test ./envoy -run '^$' -bench Request -benchtime 20000x
//
// CPU is the figure to compare: it survives a busy machine.
func BenchmarkRequest(b *testing.B) {
	backend := fixed(b)
	content := &definition.Content{Resources: map[string]*definition.Resource{
		"a": {ID: "a", Path: "/a", Methods: map[string]*definition.Method{
			"GET": {HTTPMethod: "GET", AuthorizationType: "NONE", Integration: &definition.Integration{Type: "HTTP_PROXY", HTTPMethod: "GET", URI: "http://127.0.0.1:9/a"}},
		}},
		"m": {ID: "m", Path: "/m", Methods: map[string]*definition.Method{
			"GET": {
				HTTPMethod: "GET", AuthorizationType: "NONE", Responses: map[string]*definition.MethodResponse{"200": {StatusCode: "200"}},
				Integration: &definition.Integration{
					Type: "MOCK", RequestTemplates: map[string]string{"application/json": `{"statusCode": 200}`},
					Responses: map[string]*definition.IntegrationResponse{"200": {StatusCode: "200", ResponseTemplates: map[string]*string{"application/json": new("hello")}}},
				},
			},
		}},
	}}
	small := translated(b, towards(b, compiled(b, "small00000", content), backend))
	big := translated(b, towards(b, compiled(b, "large00000", large(300)), backend))
	address, process := serveProcess(b, [2]string{}, []*listenerv3.Listener{bareListener(b, small)}, small, big)
	const smallHost, bigHost = "small00000.execute-api.localhost", "large00000.execute-api.localhost"
	for _, row := range []struct {
		name, address, host, path string
		status                    int
	}{
		{"bare", address["bare"], "x", "/a", 200},
		{"proxy", address["gateway"], smallHost, "/live/a", 200},
		{"mock", address["gateway"], smallHost, "/live/m", 200},
		{"unknown", address["gateway"], smallHost, "/live/nothing", 403},
		{"large first", address["gateway"], bigHost, "/live/r0", 200},
		{"large last", address["gateway"], bigHost, "/live/r99/sub99/7", 200},
		{"large unknown", address["gateway"], bigHost, "/live/nothing/here", 403},
	} {
		b.Run(row.name, func(b *testing.B) {
			before := cpu(b, process)
			load(b, row.address, "GET "+row.path+" HTTP/1.1\r\nHost: "+row.host+"\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n", row.status)
			b.ReportMetric((cpu(b, process)-before)*1e6/float64(b.N), "envoy-µs/op")
		})
	}
}

// compiled compiles content as its only stage.
func compiled(tb testing.TB, api string, content *definition.Content) *planv1.Plan {
	tb.Helper()
	plan, problems := compile.Compile(compile.Input{
		AccountID: "123456789012", Region: "us-east-1", APIID: api,
		Stage: &definition.Stage{StageName: "live", DeploymentID: "dep001"}, Content: content,
	})
	if len(problems) > 0 {
		tb.Fatalf("problems: %v", problems)
	}
	return plan
}

// load sends b.N requests over eight connections.
func load(b *testing.B, address, request string, status int) {
	b.Helper()
	var group sync.WaitGroup
	const connections = 8
	for i := range connections {
		group.Go(func() {
			connection, err := net.Dial("tcp", address)
			if err != nil {
				b.Error(err)
				return
			}
			defer func() { _ = connection.Close() }()
			reader := bufio.NewReader(connection)
			for n := i; n < b.N; n += connections {
				_, _ = connection.Write([]byte(request))
				response, err := http.ReadResponse(reader, nil)
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, response.Body)
				if response.StatusCode != status {
					b.Errorf("%d %v, want %d", response.StatusCode, response.Header, status)
					return
				}
			}
		})
	}
	group.Wait()
}

// cpu is what a process has used, in seconds.
func cpu(b *testing.B, process int) float64 {
	b.Helper()
	text, err := os.ReadFile("/proc/" + strconv.Itoa(process) + "/stat")
	if err != nil {
		b.Skip("no /proc: CPU cannot be measured here")
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	user, _ := strconv.ParseFloat(fields[11], 64)
	system, _ := strconv.ParseFloat(fields[12], 64)
	return (user + system) / 100
}

// BenchmarkLoad gives Envoy's CPU and memory for an API's configuration of ten
// operations, in µs and KB:
//
//	go test ./envoy -run '^$' -bench Load -benchtime 1x
func BenchmarkLoad(b *testing.B) {
	const apis = 500
	for _, row := range []struct {
		name        string
		integration definition.Integration
	}{
		{"nothing", definition.Integration{}},
		{"proxy", definition.Integration{Type: "HTTP_PROXY", HTTPMethod: "GET", URI: "http://127.0.0.1:9/backend"}},
		{"mock", definition.Integration{
			Type: "MOCK", RequestTemplates: map[string]string{"application/json": `{"statusCode": 200}`},
			Responses: map[string]*definition.IntegrationResponse{"200": {StatusCode: "200", ResponseTemplates: map[string]*string{"application/json": new("hello")}}},
		}},
		{"lambda", definition.Integration{Type: "AWS_PROXY", HTTPMethod: "POST", URI: "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:hello/invocations"}},
	} {
		b.Run(row.name, func(b *testing.B) {
			var all []envoy.Resources
			for i := range apis {
				content := &definition.Content{Resources: map[string]*definition.Resource{}}
				for j := range 10 {
					if row.integration.Type == "" {
						break
					}
					id := fmt.Sprintf("r%d", j)
					content.Resources[id] = &definition.Resource{ID: id, Path: fmt.Sprintf("/resource%d/more%d", j, j), Methods: map[string]*definition.Method{"GET": {
						HTTPMethod: "GET", AuthorizationType: "NONE", Integration: &row.integration, Responses: map[string]*definition.MethodResponse{"200": {StatusCode: "200"}},
					}}}
				}
				all = append(all, translated(b, compiled(b, fmt.Sprintf("api%07d", i), content)))
			}
			for b.Loop() {
				_, process := serveProcess(b, [2]string{}, nil, all...)
				b.ReportMetric(cpu(b, process)*1e6/apis, "envoy-µs/api")
				b.ReportMetric(resident(b, process)/apis, "envoy-KB/api")
			}
		})
	}
}

// resident is a process's memory in KB.
func resident(b *testing.B, process int) float64 {
	b.Helper()
	text, err := os.ReadFile("/proc/" + strconv.Itoa(process) + "/statm")
	if err != nil {
		b.Skip("no /proc: memory cannot be measured here")
	}
	pages, _ := strconv.ParseFloat(strings.Fields(string(text))[1], 64)
	return pages * 4
}
