package envoygrpc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// Stream is the server's half of one gRPC stream. Its methods are never called
// at the same time.
type Stream interface {
	// Receive takes one message and appends what is to be sent back to dst, each
	// message between Begin and End. The bytes of data stay unchanged until Close.
	// When the answer may have to wait for somebody, or takes long, Receive returns
	// work instead, which is then run beside the connection; what comes for the
	// stream meanwhile waits. An error ends the stream; ErrDone ends it well, after
	// what was appended.
	Receive(dst, data []byte) (out []byte, work Work, err error)
	// Close ends the stream; nothing of it may be used afterwards.
	Close()
}

// ErrDone is returned with the last answer of a stream, so that its end goes out
// together with it.
var ErrDone = errors.New("the stream is done")

// Field is one header of a stream.
type Field struct{ Name, Value string }

// Work is the part of answering a message that must not hold up a connection.
// It appends to dst as Receive does.
type Work func(ctx context.Context, dst []byte) ([]byte, error)

// Config says what is served.
type Config struct {
	// Method is the full method: "/package.Service/Method".
	Method string
	// Open makes a stream's half. Its metadata are those headers of the stream whose
	// names start with MetadataPrefix; they are valid during the call alone, their
	// texts for good.
	Open           func(metadata []Field) Stream
	MetadataPrefix string
	// MaxMessage bounds a message in bytes.
	MaxMessage int
	Logger     *slog.Logger
}

// Server serves one method. It is made by New.
type Server struct {
	config      Config
	mu          sync.Mutex
	listeners   map[net.Listener]bool
	connections map[*connection]bool
	stopped     bool
	ended       sync.WaitGroup
	received    atomic.Uint64
}

// Received counts the messages that have come since the start.
func (s *Server) Received() uint64 { return s.received.Load() }

// New makes a Server.
func New(config Config) *Server {
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	return &Server{config: config, listeners: map[net.Listener]bool{}, connections: map[*connection]bool{}}
}

// errStopped ends connections that come after Stop.
var errStopped = errors.New("the server is stopped")

// Serve answers on a listener until Stop or until the listener fails.
func (s *Server) Serve(listener net.Listener) error {
	s.mu.Lock()
	if s.stopped {
		s.mu.Unlock()
		_ = listener.Close()
		return nil
	}
	s.listeners[listener] = true
	s.mu.Unlock()
	for {
		accepted, err := listener.Accept()
		if err != nil {
			s.mu.Lock()
			defer s.mu.Unlock()
			if s.stopped {
				return nil
			}
			return fmt.Errorf("accept: %w", err)
		}
		c, err := s.add(accepted)
		if err != nil {
			_ = accepted.Close()
			continue
		}
		go s.run(c)
	}
}

func (s *Server) add(accepted net.Conn) (*connection, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return nil, errStopped
	}
	c := newConnection(s, accepted)
	s.connections[c] = true
	s.ended.Add(1)
	return c, nil
}

// run leads a connection until it ends. A panic of a stream's ends the
// connection, not the process: Envoy answers its requests with 500 and connects
// again.
func (s *Server) run(c *connection) {
	defer s.ended.Done()
	defer func() {
		if failure := recover(); failure != nil {
			s.config.Logger.Error("panic in a stream", "panic", failure, "stack", string(debug.Stack()))
		}
		c.close()
		s.mu.Lock()
		delete(s.connections, c)
		s.mu.Unlock()
	}()
	err := c.serve()
	if err != nil {
		s.config.Logger.Debug("connection ended", "error", err)
	}
}

// grace is how long streams under way may take after Stop.
const grace = 10 * time.Second

// Stop refuses new connections and streams, and waits for those under way.
func (s *Server) Stop() {
	s.mu.Lock()
	s.stopped = true
	for listener := range s.listeners {
		_ = listener.Close()
	}
	open := make([]*connection, 0, len(s.connections))
	for c := range s.connections {
		open = append(open, c)
	}
	s.mu.Unlock()
	for _, c := range open {
		c.goAway()
	}
	done := make(chan struct{})
	go func() {
		s.ended.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(grace):
		for _, c := range open {
			_ = c.conn.Close()
		}
		<-done
	}
}
