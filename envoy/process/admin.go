package process

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// unixPrefix marks the address of a unix socket, as in the bootstrap.
const unixPrefix = "unix:"

// Admin asks an Envoy's admin interface.
// https://www.envoyproxy.io/docs/envoy/latest/operations/admin
type Admin struct {
	client *http.Client
	host   string
}

// NewAdmin makes a client for an address: HOST:PORT or unix:PATH.
func NewAdmin(address string) *Admin {
	transport := &http.Transport{}
	host := address
	if path, found := strings.CutPrefix(address, unixPrefix); found {
		host = "envoy"
		transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", path)
		}
	}
	return &Admin{client: &http.Client{Transport: transport, Timeout: 5 * time.Second}, host: host}
}

// Close gives up idle connections.
func (a *Admin) Close() { a.client.CloseIdleConnections() }

// Serving is nil once the Envoy has a listener and its workers run.
func (a *Admin) Serving(ctx context.Context) error {
	values, err := a.stats(ctx, `^listener_manager\.(workers_started|total_listeners_active)$`)
	if err != nil {
		return err
	}
	if values["listener_manager.workers_started"] == 0 || values["listener_manager.total_listeners_active"] == 0 {
		return errors.New("no listener yet")
	}
	return nil
}

// Drain makes the Envoy refuse new connections and close those at rest.
func (a *Admin) Drain(ctx context.Context) error {
	_, err := a.call(ctx, http.MethodPost, "/drain_listeners?graceful&skip_exit")
	return err
}

// ActiveRequests counts the requests under way, those to the admin interface
// left out.
func (a *Admin) ActiveRequests(ctx context.Context) (int64, error) {
	values, err := a.stats(ctx, `^http\..*\.downstream_rq_active$`)
	if err != nil {
		return 0, err
	}
	var sum int64
	for name, value := range values {
		if name != "http.admin.downstream_rq_active" {
			sum += value
		}
	}
	return sum, nil
}

// Metrics copies the Envoy's metrics in Prometheus's text form.
func (a *Admin) Metrics(ctx context.Context) ([]byte, error) {
	return a.call(ctx, http.MethodGet, "/stats/prometheus?usedonly")
}

// stats gives counters and gauges whose names match filter.
func (a *Admin) stats(ctx context.Context, filter string) (map[string]int64, error) {
	text, err := a.call(ctx, http.MethodGet, "/stats?filter="+urlQuery(filter))
	if err != nil {
		return nil, err
	}
	values := map[string]int64{}
	lines := bufio.NewScanner(strings.NewReader(string(text)))
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		if number, err := strconv.ParseInt(value, 10, 64); err == nil {
			values[name] = number
		}
	}
	return values, nil
}

func (a *Admin) call(ctx context.Context, verb, path string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, verb, "http://"+a.host+path, nil)
	if err != nil {
		return nil, fmt.Errorf("admin interface of Envoy: %w", err)
	}
	response, err := a.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("admin interface of Envoy: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("admin interface of Envoy: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("admin interface of Envoy: %s %s: %s", verb, path, response.Status)
	}
	return text, nil
}
