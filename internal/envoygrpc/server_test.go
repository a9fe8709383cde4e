package envoygrpc_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/sluice-gateway/sluice/internal/envoygrpc"
)

const method = "/test.Service/Echo"

// echo answers each message with itself twice. "work" is answered beside the
// connection, "done" ends the stream, "fail" and "panic" fail it.
type echo struct {
	name   string
	closed *atomic.Int32
	ended  bool
}

// Receive implements envoygrpc.Stream.
func (e *echo) Receive(dst, data []byte) ([]byte, envoygrpc.Work, error) {
	if e.ended {
		return dst, nil, errors.New("a closed stream was used")
	}
	twice := func(dst []byte) []byte {
		for range 2 {
			var mark int
			dst, mark = envoygrpc.Begin(dst)
			dst = envoygrpc.End(append(append(dst, e.name...), data...), mark)
		}
		return dst
	}
	switch string(data) {
	case "work":
		return dst, func(_ context.Context, dst []byte) ([]byte, error) {
			time.Sleep(20 * time.Millisecond)
			return twice(dst), nil
		}, nil
	case "workpanic":
		return dst, func(context.Context, []byte) ([]byte, error) { panic("at work") }, nil
	case "done":
		return twice(dst), nil, envoygrpc.ErrDone
	case "fail":
		return dst, nil, errors.New("asked to fail")
	default:
		return twice(dst), nil, nil
	}
}

// Close implements envoygrpc.Stream.
func (e *echo) Close() {
	e.ended = true
	e.closed.Add(1)
}

// raw leaves messages as bytes.
type raw struct{}

func (raw) Name() string { return "proto" }

func (raw) Marshal(v any) (mem.BufferSlice, error) {
	return mem.BufferSlice{mem.NewBuffer(v.(*[]byte), nil)}, nil
}

func (raw) Unmarshal(data mem.BufferSlice, v any) error {
	*v.(*[]byte) = data.Materialize()
	return nil
}

// start serves echo and connects gRPC's own client to it.
func start(t testing.TB) (*grpc.ClientConn, *envoygrpc.Server, *atomic.Int32) {
	t.Helper()
	closed := &atomic.Int32{}
	server := envoygrpc.New(envoygrpc.Config{
		Method: method, MaxMessage: 16 << 20, MetadataPrefix: "x-test-", Open: func(metadata []envoygrpc.Field) envoygrpc.Stream {
			made := &echo{closed: closed}
			for _, field := range metadata {
				made.name = field.Value
			}
			return made
		},
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	connection, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodecV2(raw{}), grpc.MaxCallRecvMsgSize(64<<20)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = connection.Close()
		server.Stop()
		err := <-served
		if err != nil {
			t.Error(err)
		}
	})
	return connection, server, closed
}

func open(t testing.TB, connection *grpc.ClientConn, ctx context.Context, name string) grpc.ClientStream { //nolint:revive // ctx is the test's
	t.Helper()
	if name != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, "x-test-name", name, "other", "x")
	}
	stream, err := connection.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, method)
	if err != nil {
		t.Fatal(err)
	}
	return stream
}

func exchange(stream grpc.ClientStream, text []byte) (answers [2][]byte, err error) {
	err = stream.SendMsg(&text)
	for i := 0; i < 2 && err == nil; i++ {
		err = stream.RecvMsg(&answers[i])
	}
	return answers, err
}

func TestEcho(t *testing.T) {
	t.Parallel()
	connection, _, closed := start(t)
	var group sync.WaitGroup
	const streams = 40
	for i := range streams {
		group.Go(func() {
			stream := open(t, connection, t.Context(), fmt.Sprint("name", i, ":"))
			for round := range 20 {
				text := []byte(fmt.Sprint("message ", i, " ", round))
				if round == 10 {
					text = []byte("work")
				}
				answers, err := exchange(stream, text)
				want := fmt.Sprintf("name%d:%s", i, text)
				if err != nil || string(answers[0]) != want || string(answers[1]) != want {
					t.Errorf("got %q, %v, want %q", answers, err, want)
					return
				}
			}
			_ = stream.CloseSend()
			var more []byte
			if err := stream.RecvMsg(&more); !errors.Is(err, io.EOF) {
				t.Errorf("after the end: %v", err)
			}
		})
	}
	group.Wait()
	await(t, func() bool { return closed.Load() == streams })
}

func await(t *testing.T, what func() bool) {
	t.Helper()
	for range 500 {
		if what() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("it did not come to be in time")
}

// TestLarge sends messages that are larger than every window and frame.
func TestLarge(t *testing.T) {
	t.Parallel()
	connection, _, _ := start(t)
	stream := open(t, connection, t.Context(), "")
	large := bytes.Repeat([]byte("0123456789abcdef"), 10<<16)
	for range 3 {
		answers, err := exchange(stream, large)
		if err != nil || !bytes.Equal(answers[0], large) || !bytes.Equal(answers[1], large) {
			t.Fatalf("%v, %d and %d bytes of %d", err, len(answers[0]), len(answers[1]), len(large))
		}
	}
	huge := make([]byte, 17<<20)
	if _, err := exchange(stream, huge); status.Code(err) != codes.Internal && !errors.Is(err, io.EOF) {
		t.Errorf("over the bound: %v", err)
	}
}

func TestEnds(t *testing.T) {
	t.Parallel()
	connection, _, closed := start(t)
	stream := open(t, connection, t.Context(), "")
	if _, err := exchange(stream, []byte("done")); err != nil {
		t.Errorf("done: %v", err)
	}
	var more []byte
	if err := stream.RecvMsg(&more); !errors.Is(err, io.EOF) {
		t.Errorf("after done: %v", err)
	}
	for _, text := range []string{"fail", "workpanic"} {
		stream = open(t, connection, t.Context(), "")
		if _, err := exchange(stream, []byte(text)); status.Code(err) != codes.Internal {
			t.Errorf("%s: %v", text, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	stream = open(t, connection, ctx, "")
	work := []byte("work")
	_ = stream.SendMsg(&work)
	cancel()
	await(t, func() bool { return closed.Load() == 4 })
	_, err := connection.NewStream(t.Context(), &grpc.StreamDesc{}, "/other/Method")
	if err == nil {
		other, _ := connection.NewStream(t.Context(), &grpc.StreamDesc{ServerStreams: true}, "/other/Method")
		err = other.RecvMsg(&more)
	}
	if status.Code(err) != codes.Unimplemented {
		t.Errorf("another method: %v", err)
	}
	// The connection has survived all of it.
	stream = open(t, connection, t.Context(), "")
	if _, err := exchange(stream, []byte("still here")); err != nil {
		t.Error(err)
	}
}

// TestGarbage holds that what is no HTTP/2 ends the connection alone.
func TestGarbage(t *testing.T) {
	t.Parallel()
	server := envoygrpc.New(envoygrpc.Config{Method: method, MaxMessage: 100, Open: func([]envoygrpc.Field) envoygrpc.Stream { return &echo{closed: &atomic.Int32{}} }})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	for _, text := range []string{"GET / HTTP/1.1\r\nHost: x\r\n\r\n1234567890", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\ngarbage that is no frame at all, whatever one reads into it"} {
		connection, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_ = connection.SetDeadline(time.Now().Add(5 * time.Second))
		_, _ = io.WriteString(connection, text)
		_ = connection.(*net.TCPConn).CloseWrite()
		if _, err := io.ReadAll(connection); err != nil && !errors.Is(err, net.ErrClosed) && !isReset(err) {
			t.Errorf("%q: %v", text, err)
		}
		_ = connection.Close()
	}
}

func isReset(err error) bool {
	var failed *net.OpError
	return errors.As(err, &failed) && !failed.Timeout()
}
