package envoy_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/test/upstream"
)

// call is a request as its bytes go out: no client tidies its path or headers.
type call struct {
	verb, host, path string
	// headers are "Name: value".
	headers []string
	body    string
	chunked bool
}

// answered is what came back.
type answered struct {
	status int
	header http.Header
	body   string
}

// send writes a call to an address and reads the answer.
func (c call) send(tb testing.TB, address string) answered {
	tb.Helper()
	connection, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	_ = connection.SetDeadline(time.Now().Add(30 * time.Second))
	if c.verb == "" {
		c.verb = http.MethodGet
	}
	text := c.verb + " " + c.path + " HTTP/1.1\r\nHost: " + c.host + "\r\n"
	for _, header := range c.headers {
		text += header + "\r\n"
	}
	switch {
	case c.chunked:
		text += "Transfer-Encoding: chunked\r\n"
		c.body = strconv.FormatInt(int64(len(c.body)), 16) + "\r\n" + c.body + "\r\n0\r\n\r\n"
	case c.body != "":
		text += "Content-Length: " + strconv.Itoa(len(c.body)) + "\r\n"
	}
	go func() { _, _ = connection.Write([]byte(text + "\r\n" + c.body)) }()
	response, err := http.ReadResponse(bufio.NewReader(connection), &http.Request{Method: c.verb})
	if err != nil {
		tb.Fatalf("%s %s: %v", c.verb, c.path, err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		tb.Fatalf("%s %s: %v", c.verb, c.path, err)
	}
	return answered{response.StatusCode, response.Header, string(body)}
}

// echo is what the backend got.
func (a answered) echo(tb testing.TB) upstream.Echo {
	tb.Helper()
	var got upstream.Echo
	if err := json.Unmarshal([]byte(a.body), &got); err != nil {
		tb.Fatalf("%d %q is no echo: %v", a.status, a.body, err)
	}
	return got
}

// backend starts the scripted upstream.
func backend(tb testing.TB) *upstream.Upstream {
	tb.Helper()
	started, err := upstream.Start(tb.Context(), "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(started.Close)
	return started
}

// wantGatewayResponse holds an answer against an error of AWS's shape.
func wantGatewayResponse(t *testing.T, got answered, status int, errorType, message string) {
	t.Helper()
	want := `{"message":"` + message + `"}`
	if got.status != status || got.body != want || got.header.Get("X-Amzn-Errortype") != errorType {
		t.Errorf("%d %s %q, want %d %s %q", got.status, got.header.Get("X-Amzn-Errortype"), got.body, status, errorType, want)
	}
	if contentType := got.header.Get("Content-Type"); contentType != "application/json" {
		t.Errorf("Content-Type %q, want application/json", contentType)
	}
	wantIDs(t, got)
}

// wantIDs holds an answer to the headers that every one has, and to those that
// none has.
func wantIDs(t *testing.T, got answered) {
	t.Helper()
	id := got.header.Get("X-Amzn-Requestid")
	if len(id) != 36 || strings.Count(id, "-") != 4 {
		t.Errorf("x-amzn-RequestId %q is no UUID", id)
	} else if want := id[:15] + "="; got.header.Get("X-Amz-Apigw-Id") != want {
		t.Errorf("x-amz-apigw-id %q, want %q", got.header.Get("X-Amz-Apigw-Id"), want)
	}
	for name := range got.header {
		if lower := strings.ToLower(name); lower == "server" || lower == "x-request-id" || strings.HasPrefix(lower, "x-envoy-") {
			t.Errorf("header %s: %s", name, got.header.Get(name))
		}
	}
	if len(got.header["Date"]) != 1 {
		t.Errorf("Date: %v, want one", got.header["Date"])
	}
}
