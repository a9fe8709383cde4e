package extproc

import (
	"fmt"
	"net"

	"github.com/sluice-gateway/sluice/internal/envoygrpc"
)

// Server serves an Engine to Envoys over gRPC.
type Server struct {
	grpc *envoygrpc.Server
}

// method is the service's as Envoy's ext_proc filter calls it.
const method = "/envoy.service.ext_proc.v3.ExternalProcessor/Process"

// maxMessage is the largest message in bytes: a body at the largest limit that
// can be configured, and what Base64 makes of it.
const maxMessage = 256 << 20

// NewServer makes a Server.
func NewServer(engine *Engine) *Server {
	return &Server{grpc: envoygrpc.New(envoygrpc.Config{
		Method: method, MaxMessage: maxMessage, Logger: engine.config.Logger,
		MetadataPrefix: "x-sluice-", Open: func(metadata []envoygrpc.Field) envoygrpc.Stream { return openStream(engine, metadata) },
	})}
}

// Serve answers Envoys on a listener until Stop.
func (s *Server) Serve(listener net.Listener) error {
	err := s.grpc.Serve(listener)
	if err != nil {
		return fmt.Errorf("extproc: %w", err)
	}
	return nil
}

// Messages counts the messages that Envoys have sent since the start: each costs
// some 30 µs of CPU on both sides.
func (s *Server) Messages() uint64 { return s.grpc.Received() }

// Stop ends Serve, after the streams under way have ended.
func (s *Server) Stop() { s.grpc.Stop() }
