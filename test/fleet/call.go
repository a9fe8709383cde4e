package fleet

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Answer is what a caller got.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// Caller calls APIs by their host names, whatever DNS says of them.
type Caller struct {
	client  *http.Client
	gateway string
}

// Caller makes callers of this fleet's gateway.
func (f *Fleet) Caller() *Caller {
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	gateway := f.Gateway
	return &Caller{gateway: gateway, client: &http.Client{
		Timeout: 40 * time.Second,
		Transport: &http.Transport{
			DisableCompression: true, MaxIdleConnsPerHost: 64,
			DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return dialer.DialContext(ctx, network, gateway)
			},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Do sends a request; headers are "Name: value".
func (c *Caller) Do(ctx context.Context, verb, host, path, body string, headers ...string) (Answer, error) {
	_, port, _ := net.SplitHostPort(c.gateway)
	var payload io.Reader
	if body != "" {
		payload = strings.NewReader(body)
	}
	request, err := http.NewRequestWithContext(ctx, verb, "http://"+host+":"+port+"/", payload)
	if err != nil {
		return Answer{}, fmt.Errorf("call %s %s: %w", verb, path, err)
	}
	// As written, without cleaning: the path is what is tested.
	path, request.URL.RawQuery, _ = strings.Cut(path, "?")
	request.URL.Opaque = path
	if strings.HasPrefix(path, "//") { // only the absolute form can say this
		request.URL.Opaque = "//" + host + ":" + port + path
	}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ":")
		request.Header.Add(name, strings.TrimSpace(value))
	}
	response, err := c.client.Do(request)
	if err != nil {
		return Answer{}, fmt.Errorf("call %s %s: %w", verb, path, err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return Answer{}, fmt.Errorf("call %s %s: %w", verb, path, err)
	}
	return Answer{Status: response.StatusCode, Header: response.Header, Body: string(text)}, nil
}

// Get calls and fails the test when there is no answer at all.
func (c *Caller) Get(tb testing.TB, host, path string, headers ...string) Answer {
	tb.Helper()
	answer, err := c.Do(tb.Context(), http.MethodGet, host, path, "", headers...)
	if err != nil {
		tb.Fatal(err)
	}
	return answer
}
