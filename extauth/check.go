package extauth

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/proto" // the codec of every other service
	"google.golang.org/grpc/mem"

	"github.com/sluice-gateway/sluice/internal/admission"
	"github.com/sluice-gateway/sluice/internal/explain"
	"github.com/sluice-gateway/sluice/internal/gatewayresponse"
	"github.com/sluice-gateway/sluice/internal/telemetry"
)

// Settings are what a Server is made of.
type Settings struct {
	Decider *Decider
	// Lookup finds the rules of an operation by Envoy's route name; nil: unknown.
	Lookup func(name string) *admission.Rules
	// Now is the clock.
	Now func() time.Time
	// Logger gets a line for each denial at Info and for each call let through at
	// Debug; nil: nobody does.
	Logger *slog.Logger
	// Metrics may be nil.
	Metrics *telemetry.Metrics
	// Stories may be nil.
	Stories *explain.Ring
}

// Server answers Envoy's ext_authz filter over gRPC.
type Server struct {
	settings Settings
	timer    telemetry.Timer
	requests sync.Pool
}

// NewServer makes a Server.
func NewServer(settings Settings) *Server {
	if settings.Logger == nil {
		settings.Logger = slog.New(slog.DiscardHandler)
	}
	return &Server{
		settings: settings, timer: settings.Metrics.Timer("extauth"),
		requests: sync.Pool{New: func() any { return &checkRequest{headers: make([]pair, 0, 32)} }},
	}
}

// window is HTTP/2's flow-control window: set, it spares the pings that would
// measure one. CheckRequests are small.
const window = 1 << 20

// Serve answers on a listener until the context ends, then lets calls under way
// finish.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	server := grpc.NewServer(
		grpc.ForceServerCodecV2(codec{other: encoding.GetCodecV2("proto")}),
		grpc.SharedWriteBuffer(true),
		grpc.InitialWindowSize(window), grpc.InitialConnWindowSize(window),
		grpc.NumStreamWorkers(streamWorkers),
	)
	server.RegisterService(s.description(), s)
	stop := context.AfterFunc(ctx, server.GracefulStop)
	defer stop()
	if err := server.Serve(listener); err != nil {
		return fmt.Errorf("serve ext_authz: %w", err)
	}
	return nil
}

// streamWorkers are goroutines that outlive a call, which saves growing a stack
// for each.
const streamWorkers = 8

// description is envoy.service.auth.v3.Authorization.
func (s *Server) description() *grpc.ServiceDesc {
	return &grpc.ServiceDesc{
		ServiceName: "envoy.service.auth.v3.Authorization", HandlerType: (*any)(nil),
		Methods:  []grpc.MethodDesc{{MethodName: "Check", Handler: s.handle}},
		Metadata: "envoy/service/auth/v3/external_auth.proto",
	}
}

func (s *Server) handle(_ any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	request, _ := s.requests.Get().(*checkRequest)
	defer s.requests.Put(request)
	request.reset()
	if err := decode(request); err != nil {
		// Envoy's ext_authz fails closed when the call fails.
		return nil, err
	}
	return s.check(ctx, request), nil
}

// reply is a CheckResponse, encoded. The empty message says yes.
type reply []byte

var allowed = reply{}

// check decides one call. A bug in one request's decision refuses that request
// and nothing else.
func (s *Server) check(ctx context.Context, request *checkRequest) (made reply) {
	defer func() {
		if broken := recover(); broken != nil {
			s.settings.Logger.ErrorContext(ctx, "a decision panicked", "operation", request.operation, "request_id", request.ID,
				"panic", fmt.Sprint(broken), "stack", string(debug.Stack()))
			decision := deny(gatewayresponse.Default5XX, phaseRouting, explain.OperationUnknown)
			answer := Answer(nil, nil, &request.Request, &decision, s.settings.Now())
			made = appendDenied(nil, &answer)
		}
	}()
	now := s.settings.Now()
	rules := s.settings.Lookup(request.operation)
	decision := s.settings.Decider.Decide(ctx, rules, &request.Request, now)
	s.tell(ctx, request, rules, &decision)
	if decision.Allowed {
		made = allowed
	} else {
		made = s.deny(request, rules, &decision, now)
	}
	if rules != nil && rules.AccessLog {
		if facts := logFacts(&decision); len(facts) > 0 {
			made = appendMetadata(made, facts)
		}
	}
	s.timer.Took(s.settings.Now().Sub(now))
	return made
}

// deny encodes the caller's answer and keeps its story.
func (s *Server) deny(request *checkRequest, rules *admission.Rules, decision *Decision, now time.Time) reply {
	var body [512]byte
	answer := Answer(body[:0], rules, &request.Request, decision, now)
	if rules == nil || rules.Explain {
		story := Story(rules, &request.Request, decision, answer.Status, now)
		s.settings.Stories.Record(story.Clone())
	}
	return appendDenied(make(reply, 0, 512), &answer)
}

// tell counts and logs a decision.
func (s *Server) tell(ctx context.Context, request *checkRequest, rules *admission.Rules, decision *Decision) {
	level, text, outcome := slog.LevelDebug, "allowed", telemetry.Allowed
	if !decision.Allowed {
		level, text, outcome = slog.LevelInfo, "denied", decision.Denial.Type.String()
	}
	line := telemetry.Request{Operation: request.operation, RequestID: request.ID}
	if rules != nil {
		line.API, line.Stage, line.Operation = rules.Context.APIID, rules.Context.Stage, rules.ID
	}
	s.settings.Metrics.Decided(line.API, line.Stage, outcome)
	if s.settings.Logger.Enabled(ctx, level) {
		s.settings.Logger.LogAttrs(ctx, level, text, line.Attr(), slog.String("reason", string(decision.Denial.Reason)))
	}
}

// logFacts is what only a decision knows and access logs may print.
func logFacts(decision *Decision) []pair {
	var facts []pair
	add := func(name, value string) {
		if value != "" {
			facts = append(facts, pair{name, value})
		}
	}
	if decision.Key != nil {
		add("identity.apiKeyId", decision.Key.ID)
	}
	if decision.Authorizer != nil {
		add("authorizer.principalId", decision.Authorizer.PrincipalID)
	}
	if !decision.Allowed {
		message := decision.Denial.Message
		if message == "" {
			message = decision.Denial.Type.Message()
		}
		add("error.message", message)
		add("error.responseType", decision.Denial.Type.String())
	}
	return facts
}

// codec reads and writes this service's messages by hand and all others as grpc
// does.
type codec struct{ other encoding.CodecV2 }

// Name implements encoding.CodecV2.
func (codec) Name() string { return "proto" }

// Unmarshal implements encoding.CodecV2.
func (c codec) Unmarshal(data mem.BufferSlice, into any) error {
	request, own := into.(*checkRequest)
	if !own {
		return c.other.Unmarshal(data, into)
	}
	size := data.Len()
	if cap(request.buffer) < size {
		request.buffer = make([]byte, size, size+size/2)
	}
	request.buffer = request.buffer[:size]
	data.CopyTo(request.buffer)
	return request.decode()
}

// Marshal implements encoding.CodecV2.
func (c codec) Marshal(from any) (mem.BufferSlice, error) {
	made, own := from.(reply)
	if !own {
		return c.other.Marshal(from)
	}
	return mem.BufferSlice{mem.SliceBuffer(made)}, nil
}
