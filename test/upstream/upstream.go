// Package upstream is the scripted backend of tests and benchmarks: it answers
// as the request's headers ask and says what it received, so that one server
// serves every case. It is no part of the product.
//
// Headers it obeys, each optional:
//
//	x-upstream-status: 404                answer with that status
//	x-upstream-header: Name: value        answer with that header (repeatable)
//	x-upstream-body: text                 answer with that body instead of the echo
//	x-upstream-body-base64: aGk=          the same, for any bytes
//	x-upstream-delay: 250ms               wait before answering
//	x-upstream-abort: true                close the connection without an answer
package upstream

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxBody is the largest body that is echoed, in bytes.
const maxBody = 32 << 20

// Echo is what the upstream received.
type Echo struct {
	Method string `json:"method"`
	// Path as it came, escapes untouched.
	Path string `json:"path"`
	// Query is the raw query string.
	Query   string      `json:"query"`
	Host    string      `json:"host"`
	Headers http.Header `json:"headers"`
	Body    string      `json:"body"`
	// BodyBase64 is set instead of Body when the bytes are not UTF-8.
	BodyBase64 string `json:"bodyBase64,omitempty"`
}

// Upstream is a running backend.
type Upstream struct {
	listener net.Listener
	server   *http.Server
}

// Start serves on address; "127.0.0.1:0" takes any free port.
func Start(ctx context.Context, address string) (*Upstream, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("upstream: %w", err)
	}
	server := &http.Server{Handler: http.HandlerFunc(serve), ReadHeaderTimeout: 10 * time.Second}
	started := &Upstream{listener: listener, server: server}
	go func() { _ = server.Serve(listener) }()
	return started, nil
}

// URL is where it answers, without a trailing slash.
func (u *Upstream) URL() string { return "http://" + u.Address() }

// Address is its host and port.
func (u *Upstream) Address() string { return u.listener.Addr().String() }

// Close stops it.
func (u *Upstream) Close() { _ = u.server.Close() }

func serve(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Upstream-Abort") != "" {
		panic(http.ErrAbortHandler)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if delay, err := time.ParseDuration(r.Header.Get("X-Upstream-Delay")); err == nil {
		select {
		case <-time.After(delay):
		case <-r.Context().Done():
			return
		}
	}
	answer, err := script(w.Header(), r, body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	status, err := strconv.Atoi(r.Header.Get("X-Upstream-Status"))
	if err != nil {
		status = http.StatusOK
	}
	w.WriteHeader(status)
	_, _ = w.Write(answer)
}

// script sets the answer's headers and gives its body.
func script(header http.Header, r *http.Request, body []byte) ([]byte, error) {
	answer, contentType, err := content(r, body)
	if err != nil {
		return nil, err
	}
	header.Set("Content-Type", contentType)
	for _, line := range r.Header.Values("X-Upstream-Header") {
		name, value, found := strings.Cut(line, ":")
		if !found {
			return nil, fmt.Errorf("x-upstream-header %q: want Name: value", line)
		}
		if strings.EqualFold(name, "Content-Type") {
			header.Del(name)
		}
		header[http.CanonicalHeaderKey(name)] = append(header[http.CanonicalHeaderKey(name)], strings.TrimSpace(value))
	}
	return answer, nil
}

func content(r *http.Request, body []byte) (answer []byte, contentType string, err error) {
	if text, asked := r.Header["X-Upstream-Body"]; asked {
		return []byte(text[0]), "text/plain", nil
	}
	if text := r.Header.Get("X-Upstream-Body-Base64"); text != "" {
		answer, err = base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil, "", fmt.Errorf("x-upstream-body-base64: %w", err)
		}
		return answer, "application/octet-stream", nil
	}
	answer, err = json.Marshal(echo(r, body))
	if err != nil {
		return nil, "", fmt.Errorf("echo: %w", err)
	}
	return append(answer, '\n'), "application/json", nil
}

func echo(r *http.Request, body []byte) Echo {
	path, query, _ := strings.Cut(r.RequestURI, "?")
	received := Echo{Method: r.Method, Path: path, Query: query, Host: r.Host, Headers: r.Header, Body: string(body)}
	if strings.ToValidUTF8(received.Body, "") != received.Body {
		received.Body, received.BodyBase64 = "", base64.StdEncoding.EncodeToString(body)
	}
	return received
}
