package extproc

import (
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/mem"
)

// Server serves an Engine to Envoys over gRPC.
type Server struct {
	engine *Engine
	grpc   *grpc.Server
}

// The service as Envoy's ext_proc filter calls it.
const (
	serviceName = "envoy.service.ext_proc.v3.ExternalProcessor"
	methodName  = "Process"
)

// window is the flow control window of streams and connections in bytes: fixed,
// so that no time goes into estimating it, and large enough for most bodies.
const window = 1 << 20

// NewServer makes a Server.
func NewServer(engine *Engine) *Server {
	s := &Server{engine: engine}
	s.grpc = grpc.NewServer(
		grpc.ForceServerCodecV2(rawCodec{}),
		grpc.NumStreamWorkers(uint32(4*runtime.GOMAXPROCS(0))),
		grpc.SharedWriteBuffer(true),
		grpc.InitialWindowSize(window), grpc.InitialConnWindowSize(16*window),
		grpc.MaxRecvMsgSize(maxMessage), grpc.MaxSendMsgSize(maxMessage),
		grpc.MaxConcurrentStreams(1<<20),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: time.Minute}),
	)
	s.grpc.RegisterService(&grpc.ServiceDesc{
		ServiceName: serviceName, HandlerType: (*any)(nil),
		Streams: []grpc.StreamDesc{{StreamName: methodName, Handler: s.process, ServerStreams: true, ClientStreams: true}},
	}, s)
	return s
}

// maxMessage is the largest message in bytes: a body at the largest limit that
// can be configured, and what Base64 makes of it.
const maxMessage = 256 << 20

// Serve answers Envoys on a listener until Stop.
func (s *Server) Serve(listener net.Listener) error {
	err := s.grpc.Serve(listener)
	if err != nil {
		return fmt.Errorf("extproc: %w", err)
	}
	return nil
}

// Stop ends Serve, after the streams under way have ended.
func (s *Server) Stop() { s.grpc.GracefulStop() }

// process leads one stream.
func (s *Server) process(_ any, connection grpc.ServerStream) error {
	current := stream{exchange: s.engine.Exchange()}
	defer current.exchange.Release()
	ctx := connection.Context()
	var received []byte
	var out []byte
	for {
		err := connection.RecvMsg(&received)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		out, err = current.handle(ctx, out[:0], received)
		if err != nil {
			return err
		}
		err = connection.SendMsg(&out)
		if err != nil {
			return err
		}
	}
}

// rawCodec leaves messages as bytes: package wire reads and writes them.
type rawCodec struct{}

// Name implements encoding.CodecV2: content-type application/grpc+proto.
func (rawCodec) Name() string { return "proto" }

// Marshal implements encoding.CodecV2.
func (rawCodec) Marshal(v any) (mem.BufferSlice, error) {
	data, ok := v.(*[]byte)
	if !ok {
		return nil, fmt.Errorf("extproc: cannot send a %T", v)
	}
	return mem.BufferSlice{mem.NewBuffer(data, nil)}, nil
}

// Unmarshal implements encoding.CodecV2. The bytes are a copy: an exchange keeps
// them until it ends.
func (rawCodec) Unmarshal(data mem.BufferSlice, v any) error {
	into, ok := v.(*[]byte)
	if !ok {
		return fmt.Errorf("extproc: cannot receive a %T", v)
	}
	*into = data.Materialize()
	return nil
}
