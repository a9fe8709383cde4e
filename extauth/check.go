package extauth

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"
	"sync"
	"time"

	"github.com/sluice-gateway/sluice/internal/admission"
	"github.com/sluice-gateway/sluice/internal/envoygrpc"
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
	calls    sync.Pool
	grpc     *envoygrpc.Server
}

const (
	// method is the service's as Envoy's ext_authz filter calls it.
	method = "/envoy.service.auth.v3.Authorization/Check"
	// maxMessage is the largest CheckRequest in bytes: headers, and no body.
	maxMessage = 4 << 20
)

// NewServer makes a Server.
func NewServer(settings Settings) *Server {
	if settings.Logger == nil {
		settings.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Server{settings: settings, timer: settings.Metrics.Timer("extauth")}
	s.calls.New = func() any { return &call{server: s, checkRequest: checkRequest{headers: make([]pair, 0, 32)}} }
	s.grpc = envoygrpc.New(envoygrpc.Config{
		Method: method, MaxMessage: maxMessage, Logger: settings.Logger,
		Open: func([]envoygrpc.Field) envoygrpc.Stream {
			opened, _ := s.calls.Get().(*call)
			return opened
		},
	})
	return s
}

// Serve answers on a listener until the context ends, then lets calls under way
// finish.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	stop := context.AfterFunc(ctx, s.grpc.Stop)
	defer stop()
	if err := s.grpc.Serve(listener); err != nil {
		return fmt.Errorf("serve ext_authz: %w", err)
	}
	return nil
}

// call is one Check: a CheckRequest comes, a CheckResponse goes.
type call struct {
	checkRequest

	server *Server
}

// Receive implements envoygrpc.Stream.
func (c *call) Receive(dst, data []byte) (out []byte, work envoygrpc.Work, err error) {
	c.buffer = data
	if err := c.decode(); err != nil {
		// Envoy's ext_authz fails closed when the call fails.
		return dst, nil, err
	}
	rules := c.server.lookup(c.operation)
	if rules != nil && rules.MayBlock() {
		return dst, func(ctx context.Context, dst []byte) ([]byte, error) {
			return c.server.answer(ctx, dst, &c.checkRequest, rules), envoygrpc.ErrDone
		}, nil
	}
	return c.server.answer(context.Background(), dst, &c.checkRequest, rules), nil, envoygrpc.ErrDone
}

// Close implements envoygrpc.Stream.
func (c *call) Close() {
	c.reset()
	c.server.calls.Put(c)
}

// lookup finds an operation's rules; a bug there is an unknown operation.
func (s *Server) lookup(operation string) (rules *admission.Rules) {
	defer func() {
		if broken := recover(); broken != nil {
			s.report(operation, "", broken)
			rules = nil
		}
	}()
	return s.settings.Lookup(operation)
}

// answer decides a call and appends the answer to dst.
func (s *Server) answer(ctx context.Context, dst []byte, request *checkRequest, rules *admission.Rules) []byte {
	started, mark := envoygrpc.Begin(dst)
	return envoygrpc.End(s.check(ctx, started, request, rules), mark)
}

// check decides one call and appends a CheckResponse to dst. A bug in one
// request's decision refuses that request and nothing else.
func (s *Server) check(ctx context.Context, dst []byte, request *checkRequest, rules *admission.Rules) (out []byte) {
	begun := len(dst)
	defer func() {
		if broken := recover(); broken != nil {
			s.report(request.operation, request.ID, broken)
			decision := deny(gatewayresponse.Default5XX, phaseRouting, explain.OperationUnknown)
			answer := Answer(nil, nil, &request.Request, &decision, s.settings.Now())
			out = appendDenied(dst[:begun], &answer)
		}
	}()
	now := s.settings.Now()
	decision := s.settings.Decider.Decide(ctx, rules, &request.Request, now)
	s.tell(ctx, request, rules, &decision)
	if !decision.Allowed { // the empty message says yes
		dst = s.deny(dst, request, rules, &decision, now)
	}
	if rules != nil && rules.AccessLog {
		if facts := logFacts(&decision); len(facts) > 0 {
			dst = appendMetadata(dst, facts)
		}
	}
	s.timer.Took(s.settings.Now().Sub(now))
	return dst
}

// report logs a bug.
func (s *Server) report(operation, requestID string, broken any) {
	s.settings.Logger.Error("a decision panicked", "operation", operation, "request_id", requestID,
		"panic", fmt.Sprint(broken), "stack", string(debug.Stack()))
}

// deny appends the caller's answer and keeps its story.
func (s *Server) deny(dst []byte, request *checkRequest, rules *admission.Rules, decision *Decision, now time.Time) []byte {
	var body [512]byte
	answer := Answer(body[:0], rules, &request.Request, decision, now)
	if rules == nil || rules.Explain {
		story := Story(rules, &request.Request, decision, answer.Status, now)
		s.settings.Stories.Record(story.Clone())
	}
	return appendDenied(dst, &answer)
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
