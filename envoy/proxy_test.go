package envoy_test

import (
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const proxyHost = "proxy00000.execute-api.localhost"

// proxying serves the plan of HTTP_PROXY operations.
func proxying(t *testing.T) (address, upstream string) {
	t.Helper()
	started := backend(t)
	return serve(t, [2]string{}, translated(t, towards(t, compilePlan(t, "proxy"), started.Address()))), started.Address()
}

// TestProxyRequestHeaders holds §5.1 and §5.2: what an HTTP_PROXY's backend gets.
func TestProxyRequestHeaders(t *testing.T) {
	t.Parallel()
	address, upstream := proxying(t)
	for _, test := range []struct {
		name    string
		sent    []string
		arrives map[string]string
		absent  []string
	}{
		{
			"survivors",
			[]string{"X-Own: 1", "Cookie: a=b", "Authorization: Bearer x", "x-api-key: k", "Accept-Encoding: gzip", "x_under: y"},
			map[string]string{"X-Own": "1", "Cookie": "a=b", "Authorization": "Bearer x", "X-Api-Key": "k", "Accept-Encoding": "gzip", "X_under": "y"},
			nil,
		},
		{
			"dropped",
			[]string{"Content-MD5: a", "Expect: b", "Max-Forwards: 1", "Proxy-Authenticate: c", "Server: d", "TE: trailers", "Trailer: e", "WWW-Authenticate: f", "Content-Encoding: gzip", "Via: 1.1 x"},
			nil,
			[]string{"Content-Md5", "Expect", "Max-Forwards", "Proxy-Authenticate", "Server", "Te", "Trailer", "Www-Authenticate", "Content-Encoding", "Via", "Upgrade", "Connection"},
		},
		{
			"nothing of Envoy's",
			[]string{"X-Forwarded-For: 9.9.9.9"},
			nil,
			[]string{"X-Forwarded-For", "X-Forwarded-Proto", "X-Request-Id", "X-Envoy-External-Address", "X-Envoy-Expected-Rq-Timeout-Ms", "X-Envoy-Original-Path", "X-Sluice-Client-Request-Id"},
		},
		{"the client's x-request-id", []string{"X-Request-Id: mine"}, map[string]string{"X-Request-Id": "mine"}, []string{"X-Sluice-Client-Request-Id"}},
		{"Accept by default", nil, map[string]string{"Accept": "application/json"}, nil},
		{"the client's Accept and User-Agent", []string{"Accept: text/html", "User-Agent: me"}, map[string]string{"Accept": "text/html", "User-Agent": "me"}, nil},
		{"the API's id", []string{"X-Amzn-Apigateway-Api-Id: forged"}, map[string]string{"X-Amzn-Apigateway-Api-Id": "proxy00000"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			echo := call{host: proxyHost, path: "/live/echo", headers: test.sent}.send(t, address).echo(t)
			for name, want := range test.arrives {
				if got := strings.Join(echo.Headers[name], "|"); got != want {
					t.Errorf("%s arrived as %q, want %q", name, got, want)
				}
			}
			for _, name := range test.absent {
				if got, there := echo.Headers[name]; there {
					t.Errorf("%s arrived: %q", name, got)
				}
			}
			if echo.Host != upstream {
				t.Errorf("Host %s, want %s", echo.Host, upstream)
			}
		})
	}
}

// TestHeaderNames are spelled to the backend and back as their senders do.
func TestHeaderNames(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	received := make(chan string, 1)
	go func() {
		connection, err := listener.Accept()
		if err != nil {
			return
		}
		buffer := make([]byte, 1<<16)
		n, _ := connection.Read(buffer)
		received <- string(buffer[:n])
		_, _ = connection.Write([]byte("HTTP/1.1 200 OK\r\nX-MiXed-Answer: 1\r\nContent-Length: 0\r\n\r\n"))
	}()
	address := serve(t, [2]string{}, translated(t, towards(t, compilePlan(t, "proxy"), listener.Addr().String())))
	connection, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	_, _ = connection.Write([]byte("GET /live/echo HTTP/1.1\r\nHost: " + proxyHost + "\r\ntEsT-HEADeR: 1\r\n\r\n"))
	buffer := make([]byte, 1<<16)
	n, err := connection.Read(buffer)
	if err != nil {
		t.Fatal(err)
	}
	if got := <-received; !strings.Contains(got, "\r\ntEsT-HEADeR: 1\r\n") {
		t.Errorf("the backend got %q", got)
	}
	if got := string(buffer[:n]); !strings.Contains(got, "\r\nX-MiXed-Answer: 1\r\n") {
		t.Errorf("the client got %q", got)
	}
}

// TestProxyAnswerHeaders holds §5.3 and §5.4: what an HTTP_PROXY's client gets.
func TestProxyAnswerHeaders(t *testing.T) {
	t.Parallel()
	address, _ := proxying(t)
	got := call{host: proxyHost, path: "/live/echo", headers: []string{
		"x-upstream-status: 418", "x-upstream-body: teapot", "x-upstream-header: Server: backend/1", "x-upstream-header: Date: Tue, 01 Jan 2019 00:00:00 GMT",
		"x-upstream-header: Connection: keep-alive", "x-upstream-header: Via: 1.1 far", "x-upstream-header: X-Amzn-Requestid: theirs", "x-upstream-header: X-Own: 1",
		"x-upstream-header: X-Amzn-Trace-Id: Root=1-2-3", "x-upstream-header: Www-Authenticate: Basic", "x-upstream-header: Set-Cookie: a=1", "x-upstream-header: Set-Cookie: b=2",
	}}.send(t, address)
	if got.status != 418 || got.body != "teapot" {
		t.Errorf("%d %q, want 418 teapot", got.status, got.body)
	}
	wantIDs(t, got)
	for name, want := range map[string]string{
		"X-Amzn-Remapped-Server": "backend/1", "X-Amzn-Remapped-Date": "Tue, 01 Jan 2019 00:00:00 GMT", "X-Amzn-Remapped-Content-Length": "6",
		"X-Amzn-Remapped-Connection": "keep-alive", "X-Amzn-Remapped-X-Amzn-Requestid": "theirs", "Via": "", "X-Own": "1", "Content-Length": "6",
		"X-Amzn-Trace-Id": "Root=1-2-3", "Www-Authenticate": "Basic", "Set-Cookie": "a=1|b=2", "Content-Type": "text/plain",
	} {
		if value := strings.Join(got.header[name], "|"); value != want {
			t.Errorf("%s: %q, want %q", name, value, want)
		}
	}
}

// TestRequestID holds that a client's x-amzn-RequestId is the id when it is a
// UUID, and that it arrives at the backend like any header.
func TestRequestID(t *testing.T) {
	t.Parallel()
	address, _ := proxying(t)
	const own = "01234567-89ab-cdef-0123-456789abcdef"
	got := call{host: proxyHost, path: "/live/echo", headers: []string{"x-amzn-RequestId: " + own}}.send(t, address)
	wantIDs(t, got)
	if id := got.header.Get("X-Amzn-Requestid"); id != own {
		t.Errorf("id %s, want the client's %s", id, own)
	}
	if echo := got.echo(t); echo.Headers.Get("X-Amzn-Requestid") != own {
		t.Errorf("the backend got %v", echo.Headers["X-Amzn-Requestid"])
	}
	got = call{host: proxyHost, path: "/live/echo", headers: []string{"x-amzn-RequestId: mine"}}.send(t, address)
	wantIDs(t, got)
}

// TestProxyMapping holds §8 as far as Envoy does it: path parameters, literals
// and stage variables.
func TestProxyMapping(t *testing.T) {
	t.Parallel()
	address, _ := proxying(t)
	echo := call{host: proxyHost, path: "/live/mapped/a%2Fb?q=1", headers: []string{"X-Fixed: client", "User-Agent: me"}}.send(t, address).echo(t)
	if echo.Path != "/m/a%2Fb/some/100%25" || echo.Query != "q=1" {
		t.Errorf("backend got %s?%s", echo.Path, echo.Query)
	}
	want := map[string][]string{"X-Fixed": {`50% "off"`}, "X-Tenant": {"acme"}, "User-Agent": {"mapped-agent"}, "X-None": nil}
	for name, values := range want {
		if diff := cmp.Diff(values, echo.Headers[name]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	got := call{host: proxyHost, path: "/live/context/a%2Fb/?q=1"}.send(t, address)
	echo = got.echo(t)
	for name, want := range map[string]string{
		"X-Id": got.header.Get("X-Amzn-Requestid"), "X-Ip": "127.0.0.1", "X-Resource": "/context/{id}", "X-Path": "/live/context/a%2Fb/",
		"X-Canary": "", "X-Host": proxyHost,
	} {
		if echo.Headers.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, echo.Headers.Get(name), want)
		}
	}
	if echo := (call{host: proxyHost, path: "/live/variables"}).send(t, address).echo(t); echo.Path != "/v2/x" {
		t.Errorf("stage variables: backend got %s, want /v2/x", echo.Path)
	}
	if echo := (call{verb: "PUT", host: proxyHost, path: "/live/echo", body: `{"a":1}`}).send(t, address).echo(t); echo.Method != http.MethodPut || echo.Body != `{"a":1}` {
		t.Errorf("backend got %s %q", echo.Method, echo.Body)
	}
}

// TestLocalReplies holds §4 for what only Envoy notices: gateway responses, with
// the ids and no header of Envoy's.
func TestLocalReplies(t *testing.T) {
	t.Parallel()
	address, _ := proxying(t)
	internal, network := "Internal server error", "Network error communicating with endpoint"
	for _, test := range []struct {
		name               string
		call               call
		status             int
		errorType, message string
	}{
		{"timeout", call{path: "/live/slow", headers: []string{"x-upstream-delay: 5s"}}, 504, "InternalServerErrorException", "Endpoint request timed out"},
		{"refused", call{path: "/live/refused"}, 504, "InternalServerErrorException", network},
		{"closed", call{path: "/live/echo", headers: []string{"x-upstream-abort: true"}}, 504, "InternalServerErrorException", network},
		{"unknown host", call{path: "/live/nowhere"}, 500, "InternalServerErrorException", internal},
		{"too large", call{verb: "POST", path: "/live/echo", body: strings.Repeat("x", 1<<20+1)}, 413, "RequestTooLargeException", "Request Too Long"},
		{"too large, chunked", call{verb: "POST", path: "/live/echo", chunked: true, body: strings.Repeat("x", 1<<20+1)}, 413, "RequestTooLargeException", "Request Too Long"},
		{"headers too large", call{path: "/live/echo", headers: []string{"X: " + strings.Repeat("x", 70<<10)}}, 431, "BadRequestException", "Request Header Fields Too Large"},
		{"too many headers", call{path: "/live/echo", headers: strings.Split(strings.Repeat("x-many: value,", 1500)+"x: y", ",")}, 431, "BadRequestException", "Request Header Fields Too Large"},
		{"no HTTP", call{path: "/live/echo", headers: []string{"bad name: x"}}, 400, "BadRequestException", "Bad Request"},
		{"NUL", call{path: "/live/\x00"}, 400, "BadRequestException", "Bad Request"},
		{"extauth is dead", call{path: "/live/keyed", headers: []string{"x-api-key: x"}}, 500, "InternalServerErrorException", internal},
		{"extproc is dead", call{path: "/live/processed/1"}, 500, "InternalServerErrorException", internal},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.call.host = proxyHost
			wantGatewayResponse(t, test.call.send(t, address), test.status, test.errorType, test.message)
		})
	}
	t.Run("the backend's own 504 and 413", func(t *testing.T) {
		t.Parallel()
		for _, status := range []string{"504", "413", "404", "503"} {
			got := call{host: proxyHost, path: "/live/echo", headers: []string{"x-upstream-status: " + status, "x-upstream-body: theirs"}}.send(t, address)
			if got.body != "theirs" || got.header.Get("X-Amzn-Errortype") != "" {
				t.Errorf("%s: %d %q %v", status, got.status, got.body, got.header)
			}
		}
	})
}

// TestMocks holds §12 for mocks that Envoy answers itself: no hop, and no other
// request's answer.
func TestMocks(t *testing.T) {
	t.Parallel()
	const host = "mock000000.execute-api.localhost"
	address := serve(t, [2]string{}, translated(t, compilePlan(t, "mock")))
	got := call{host: host, path: "/live/hello"}.send(t, address)
	if got.status != 200 || got.body != "{\"message\": \"100% hello\"}\n" || got.header.Get("Content-Type") != "application/json" {
		t.Errorf("%d %q %v", got.status, got.body, got.header)
	}
	wantIDs(t, got)
	got = call{verb: "OPTIONS", host: host, path: "/live/cors", headers: []string{"Origin: https://x", "Access-Control-Request-Method: POST"}}.send(t, address)
	if got.status != 204 || got.header.Get("Access-Control-Allow-Origin") != "https://app.example" || got.header.Get("Access-Control-Allow-Methods") != "GET,POST,OPTIONS" {
		t.Errorf("preflight: %d %v", got.status, got.header)
	}
	wantIDs(t, got)
	got = call{host: host, path: "/live/chosen", headers: []string{"Content-Type: application/json; charset=utf-8"}}.send(t, address)
	if got.status != 418 || got.body != "short and stout" || got.header.Get("Content-Type") != "text/plain" {
		t.Errorf("%d %q %v", got.status, got.body, got.header)
	}
	// Another content type chooses no template: extproc must see it, and nobody is
	// there.
	got = call{host: host, path: "/live/hello", headers: []string{"Content-Type: text/xml"}}.send(t, address)
	wantGatewayResponse(t, got, 500, "InternalServerErrorException", "Internal server error")
}

// TestRefused holds that what could not be compiled answers 500 while the rest
// serves.
func TestRefused(t *testing.T) {
	t.Parallel()
	const host = "refused000.execute-api.localhost"
	upstream := backend(t)
	plan := towards(t, compilePlan(t, "refused"), upstream.Address())
	address := serve(t, [2]string{}, translated(t, plan))
	for _, operation := range plan.GetRelease().GetOperations() {
		got := call{host: host, path: "/live" + operation.GetResourcePath()}.send(t, address)
		if operation.GetRefusal() == nil {
			if got.status != 200 {
				t.Errorf("%s: %d, want 200", operation.GetResourcePath(), got.status)
			}
			continue
		}
		wantGatewayResponse(t, got, 500, "InternalServerErrorException", "Internal server error")
	}
}

// TestCanary holds §16: a part of the requests meets the canary alone, wholly.
func TestCanary(t *testing.T) {
	t.Parallel()
	const host = "canary0000.execute-api.localhost"
	upstream := backend(t)
	plan := towards(t, compilePlan(t, "canary"), upstream.Address())
	plan.Canary.Percent = 50
	address := serve(t, [2]string{}, translated(t, plan))
	paths, gone := map[string]int{}, map[int]int{}
	for range 200 {
		paths[call{host: host, path: "/live/a"}.send(t, address).echo(t).Path]++
		got := call{host: host, path: "/live/gone"}.send(t, address)
		gone[got.status]++
		if got.status == 403 {
			wantGatewayResponse(t, got, 403, "MissingAuthenticationTokenException", "Missing Authentication Token")
		}
	}
	for _, path := range []string{"/one", "/two"} {
		if paths[path] < 60 || paths[path] > 140 {
			t.Errorf("%v of 200, want about half each", paths)
		}
	}
	if gone[200] < 60 || gone[403] < 60 || gone[200]+gone[403] != 200 {
		t.Errorf("a path that the canary lacks: %v of 200, want about half each", gone)
	}
}
