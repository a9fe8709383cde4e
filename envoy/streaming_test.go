package envoy_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestStreaming holds §17 for HTTP_PROXY: what the backend writes arrives as it is
// written, while it is still writing.
func TestStreaming(t *testing.T) {
	t.Parallel()
	const host = "streaming0.execute-api.localhost"
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	next := make(chan string)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		controller := http.NewResponseController(w)
		for {
			select {
			case event, more := <-next:
				if !more {
					return
				}
				_, _ = io.WriteString(w, event)
				_ = controller.Flush()
			case <-r.Context().Done():
				return
			}
		}
	})}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	address := serve(t, [2]string{}, translated(t, towards(t, compilePlan(t, "streaming"), listener.Addr().String())))

	connection, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	_, _ = io.WriteString(connection, "GET /live/events HTTP/1.1\r\nHost: "+host+"\r\n\r\n")
	var got strings.Builder
	buffer := make([]byte, 4096)
	for _, event := range []string{"data: one\n\n", "data: two\n\n", "data: three\n\n"} {
		next <- event
		for !strings.Contains(got.String(), event) {
			_ = connection.SetReadDeadline(time.Now().Add(10 * time.Second))
			n, err := connection.Read(buffer)
			if err != nil {
				t.Fatalf("waiting for %q: %v; got %q", event, err, got.String())
			}
			got.Write(buffer[:n])
		}
	}
	if !strings.Contains(got.String(), "\r\nContent-Type: text/event-stream\r\n") {
		t.Errorf("headers: %q", got.String())
	}
	close(next)
}
