package planclient

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// The types that are received.
const (
	planType      = "type.googleapis.com/sluice.plan.v1.Plan"
	usagePlanType = "type.googleapis.com/sluice.plan.v1.UsagePlan"
)

// state is what the client has, over all its connections. It belongs to the
// goroutine of Run.
type state struct {
	config *Config
	plans  kind
	usage  kind
	synced bool
}

// kind is what the client has of one type.
type kind struct {
	url string
	// apply hands resources to the Sink.
	apply func(updated []*discoveryv3.Resource, removed []string) error
	// held are the accepted versions by name.
	held map[string]string
	// leaving are names to remove, with the time at which.
	leaving map[string]time.Time
	// first says that a message has come.
	first bool
}

func newState(config *Config) *state {
	return &state{
		config: config,
		plans:  newKind(planType, config.Sink.Plans, func() *planv1.Plan { return new(planv1.Plan) }),
		usage:  newKind(usagePlanType, config.Sink.UsagePlans, func() *planv1.UsagePlan { return new(planv1.UsagePlan) }),
	}
}

func newKind[T proto.Message](url string, sink func([]T, []string) error, empty func() T) kind {
	return kind{
		url: url, held: map[string]string{}, leaving: map[string]time.Time{},
		apply: func(updated []*discoveryv3.Resource, removed []string) error {
			decoded := make([]T, 0, len(updated))
			for _, one := range updated {
				made := empty()
				if err := one.GetResource().UnmarshalTo(made); err != nil {
					return fmt.Errorf("%s: %w", one.GetName(), err)
				}
				decoded = append(decoded, made)
			}
			return sink(decoded, removed)
		},
	}
}

func (s *state) kinds() []*kind { return []*kind{&s.plans, &s.usage} }

// versions is what the control plane need not send again.
func (k *kind) versions() map[string]string { return maps.Clone(k.held) }

// apply hands a message to the Sink and gives the answer to send.
func (s *state) apply(ctx context.Context, message *discoveryv3.DeltaDiscoveryResponse) *discoveryv3.DeltaDiscoveryRequest {
	answer := &discoveryv3.DeltaDiscoveryRequest{TypeUrl: message.GetTypeUrl(), ResponseNonce: message.GetNonce()}
	one := s.kind(message.GetTypeUrl())
	if one == nil {
		answer.ErrorDetail = &statuspb.Status{Code: int32(codes.InvalidArgument), Message: "a type that was not asked for"}
		return answer
	}
	refused := one.take(message.GetResources())
	for _, name := range message.GetRemovedResources() {
		delete(one.held, name)
		one.leaving[name] = time.Now().Add(s.config.RemovalDelay)
	}
	if len(refused) > 0 {
		answer.ErrorDetail = refusal(refused)
		s.config.Logger.LogAttrs(ctx, slog.LevelError, "resources were refused", slog.String("error", answer.GetErrorDetail().GetMessage()))
	}
	one.first = true
	if s.plans.first && s.usage.first && !s.synced {
		s.synced = true
		if s.config.Synced != nil {
			s.config.Synced()
		}
	}
	return answer
}

func (s *state) kind(url string) *kind {
	for _, one := range s.kinds() {
		if one.url == url {
			return one
		}
	}
	return nil
}

// take hands resources to the Sink, all at once; when it refuses, by halves, so
// that one bad plan keeps no other away. It gives the reasons by name.
func (k *kind) take(resources []*discoveryv3.Resource) map[string]error {
	if len(resources) == 0 {
		return nil
	}
	err := k.apply(resources, nil)
	if err == nil {
		for _, one := range resources {
			k.held[one.GetName()] = one.GetVersion()
			delete(k.leaving, one.GetName())
		}
		return nil
	}
	if len(resources) == 1 {
		return map[string]error{resources[0].GetName(): err}
	}
	half := len(resources) / 2
	refused := map[string]error{}
	maps.Copy(refused, k.take(resources[:half]))
	maps.Copy(refused, k.take(resources[half:]))
	return refused
}

// refusal is the NACK: which were refused, each with its reason.
func refusal(refused map[string]error) *statuspb.Status {
	made := &statuspb.Status{Code: int32(codes.InvalidArgument)}
	detail := &errdetails.BadRequest{}
	for _, name := range slices.Sorted(maps.Keys(refused)) {
		text := refused[name].Error()
		if made.GetMessage() == "" {
			made.Message = name + ": " + text
		}
		detail.FieldViolations = append(detail.FieldViolations, &errdetails.BadRequest_FieldViolation{Field: name, Description: text})
	}
	if packed, err := anypb.New(detail); err == nil {
		made.Details = append(made.Details, packed)
	}
	return made
}

// removalDue is when the next removed name goes; nil when there is none.
func (s *state) removalDue() <-chan time.Time {
	var next time.Time
	for _, one := range s.kinds() {
		for _, due := range one.leaving {
			if next.IsZero() || due.Before(next) {
				next = due
			}
		}
	}
	if next.IsZero() {
		return nil
	}
	return time.After(time.Until(next))
}

// remove takes away what is due.
func (s *state) remove(ctx context.Context) {
	now := time.Now()
	for _, one := range s.kinds() {
		var names []string
		for name, due := range one.leaving {
			if !due.After(now) {
				names = append(names, name)
				delete(one.leaving, name)
			}
		}
		if len(names) == 0 {
			continue
		}
		slices.Sort(names)
		if err := one.apply(nil, names); err != nil {
			s.config.Logger.LogAttrs(ctx, slog.LevelError, "resources could not be removed", slog.String("error", err.Error()))
		}
	}
}

// pause waits before the next connection; removals go on meanwhile.
func (s *state) pause(ctx context.Context, long time.Duration) {
	timer := time.NewTimer(long)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
			return
		case <-ctx.Done():
			return
		case <-s.removalDue():
			s.remove(ctx)
		}
	}
}

// connectBackoff is how soon a lost control plane is tried again: it may be
// starting beside us.
func connectBackoff() backoff.Config {
	return backoff.Config{BaseDelay: shortestPause, Multiplier: 1.6, Jitter: 0.2, MaxDelay: longestPause}
}
