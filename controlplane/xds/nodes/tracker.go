// Package nodes knows who has what: every Envoy and ext service that is connected
// over xDS, what it was sent, what it has accepted and since when, what it refused
// and why. It watches the xDS server and offers nothing itself: the publisher
// (package xds) does, and waits here for the answers.
package nodes

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	serverv3 "github.com/envoyproxy/go-control-plane/pkg/server/v3"
)

// The types of resources that nodes are known by: our own, and those of Envoy's
// that say what is served.
const (
	PlanType      = "type.googleapis.com/sluice.plan.v1.Plan"
	UsagePlanType = "type.googleapis.com/sluice.plan.v1.UsagePlan"
	ScopeType     = resource.ScopedRouteType
	RouteType     = resource.RouteType
)

// Tracker knows who has what: every node that is connected, what it was sent,
// what it has accepted and since when, what it refused and why. It is the xDS
// server's callbacks.
type Tracker struct {
	serverv3.CallbackFuncs // the rest of the callbacks: nothing

	now  func() time.Time
	gate *Gate

	mu      sync.Mutex
	streams map[int64]*stream
	// gone are Envoys that went away: they may still be serving by what they have.
	gone map[string]time.Time
	// sent counts resources by type.
	sent map[string]uint64
	// releases says what a version of an API's routes serves.
	releases map[string]map[string][]Release
	// moved is closed, and made anew, when a node answered, came or went.
	moved chan struct{}
}

// Versions are the versions of resources, by name.
type Versions map[string]string

// Sent counts the resources of a type that were sent since the start.
func (t *Tracker) Sent(kind string) uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.sent[kind]
}

// Any says whether a node of a kind is connected.
func (t *Tracker) Any(kind Kind) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, one := range t.streams {
		if one.kind == kind {
			return true
		}
	}
	return false
}

// stream is one connection of a node.
type stream struct {
	node      string
	kind      Kind
	connected time.Time
	types     map[string]*holding
	// late says that a batch went on without it.
	late bool
	// serving is what an Envoy serves by API and stage.
	serving map[stageName]Serving
}

// holding is what a node has of one type.
type holding struct {
	// pending are messages under way, by nonce.
	pending map[string]message
	// accepted holds the version of each resource that the node took.
	accepted Versions
	// refused holds what it would not take.
	refused map[string]refusal
	// nacks are the refusals to tell of: each until another resource in its place
	// is taken.
	nacks map[string]Nack
}

// placeOf is what a resource is a version of: a plan is one of its stage, whose
// name has the content in its last part.
func placeOf(kind, name string) string {
	if slash := strings.LastIndexByte(name, '/'); kind == PlanType && slash > 0 {
		return name[:slash]
	}
	return name
}

// message is one response that was sent.
type message struct {
	at      time.Time
	offered Versions
	removed []string
}

// refusal is why a node did not take a version.
type refusal struct {
	version string
	text    string
}

// Kind is what a node is, from its id's first part.
type Kind string

// The kinds of nodes.
const (
	KindEnvoy   Kind = "envoy"
	KindService Kind = "service"
)

// kindOf reads a node's id: envoy/x, or extauth/x, extproc/x, services/x.
func kindOf(id string) Kind {
	if strings.HasPrefix(id, "envoy/") {
		return KindEnvoy
	}
	return KindService
}

// New makes a Tracker. An Envoy's stream waits for the gate.
func New(now func() time.Time, gate *Gate) *Tracker {
	return &Tracker{
		now: now, gate: gate,
		streams: map[int64]*stream{}, gone: map[string]time.Time{}, sent: map[string]uint64{},
		releases: map[string]map[string][]Release{}, moved: make(chan struct{}),
	}
}

// move wakes everybody who waits for a node. Call it with the lock held.
func (t *Tracker) move() {
	close(t.moved)
	t.moved = make(chan struct{})
}

// OnDeltaStreamOpen implements the server's callbacks.
func (t *Tracker) OnDeltaStreamOpen(_ context.Context, id int64, _ string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.streams[id] = &stream{connected: t.now(), types: map[string]*holding{}, serving: map[stageName]Serving{}}
	return nil
}

// OnDeltaStreamClosed implements the server's callbacks.
func (t *Tracker) OnDeltaStreamClosed(id int64, _ *corev3.Node) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if one := t.streams[id]; one != nil && one.kind == KindEnvoy {
		t.gone[one.node] = t.now()
	}
	delete(t.streams, id)
	t.move()
}

// OnStreamDeltaRequest implements the server's callbacks: a subscription, or the
// answer to a message.
func (t *Tracker) OnStreamDeltaRequest(id int64, request *discoveryv3.DeltaDiscoveryRequest) error {
	kind := t.receive(id, request)
	if kind == KindEnvoy {
		// Only this Envoy's stream waits.
		t.gate.wait()
	}
	return nil
}

func (t *Tracker) receive(id int64, request *discoveryv3.DeltaDiscoveryRequest) Kind {
	t.mu.Lock()
	defer t.mu.Unlock()
	one := t.streams[id]
	if one == nil {
		return ""
	}
	if name := request.GetNode().GetId(); name != "" && one.node == "" {
		one.node, one.kind = name, kindOf(name)
		delete(t.gone, name)
	}
	held := one.types[request.GetTypeUrl()]
	if held == nil {
		// A node that comes back says what it has.
		accepted := Versions{}
		maps.Copy(accepted, request.GetInitialResourceVersions())
		held = &holding{pending: map[string]message{}, accepted: accepted, refused: map[string]refusal{}, nacks: map[string]Nack{}}
		one.types[request.GetTypeUrl()] = held
		t.note(one, request.GetTypeUrl(), accepted)
	}
	for _, name := range request.GetResourceNamesUnsubscribe() {
		// An Envoy that lost a scope forgets its routes.
		delete(held.accepted, name)
	}
	if sent, found := held.pending[request.GetResponseNonce()]; found {
		delete(held.pending, request.GetResponseNonce())
		one.late = false
		t.answer(one, held, request, sent)
	}
	t.move()
	return one.kind
}

// answer takes in an ACK, or a NACK.
func (t *Tracker) answer(one *stream, held *holding, request *discoveryv3.DeltaDiscoveryRequest, sent message) {
	refused := map[string]string{}
	if failure := request.GetErrorDetail(); failure != nil {
		refused = refusedNames(failure, slices.Collect(maps.Keys(sent.offered)))
	}
	accepted := Versions{}
	for name, version := range sent.offered {
		if text, bad := refused[name]; bad {
			held.refused[name] = refusal{version, text}
			held.nacks[placeOf(request.GetTypeUrl(), name)] = Nack{request.GetTypeUrl(), name, text, t.now()}
			continue
		}
		delete(held.refused, name)
		delete(held.nacks, placeOf(request.GetTypeUrl(), name))
		held.accepted[name], accepted[name] = version, version
	}
	for _, name := range sent.removed {
		delete(held.accepted, name)
		delete(held.refused, name)
	}
	t.note(one, request.GetTypeUrl(), accepted)
	if one.kind == KindService && request.GetTypeUrl() == PlanType {
		t.gate.Open()
	}
}

// OnStreamDeltaResponse implements the server's callbacks, before a message is
// sent.
func (t *Tracker) OnStreamDeltaResponse(id int64, _ *discoveryv3.DeltaDiscoveryRequest, response *discoveryv3.DeltaDiscoveryResponse) {
	offered := make(Versions, len(response.GetResources()))
	for _, one := range response.GetResources() {
		offered[one.GetName()] = one.GetVersion()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sent[response.GetTypeUrl()] += uint64(len(offered))
	one := t.streams[id]
	if one == nil || one.types[response.GetTypeUrl()] == nil {
		return
	}
	one.types[response.GetTypeUrl()].pending[response.GetNonce()] = message{t.now(), offered, response.GetRemovedResources()}
}

// Want is what a batch waits for: versions of one type at all nodes of a kind
// that asked for a type.
type Want struct {
	Kind Kind
	// Subscribed is the type that a node must have asked for; a node that did not
	// is not waited for. Envoy asks for routes only once it has their scopes.
	Subscribed string
	Of         string
	Versions   Versions
	// Gone are names that no node may have any more.
	Gone []string
}

// Await waits until every node has answered, or the time is over: then it goes
// on without those who are late, and no batch waits for them until they answer.
// It gives what was refused, by name.
func (t *Tracker) Await(ctx context.Context, wanted Want, longest time.Duration) (refused map[string]string, late []string) {
	if len(wanted.Versions) == 0 && len(wanted.Gone) == 0 {
		return nil, nil
	}
	timer := time.NewTimer(longest)
	defer timer.Stop()
	for {
		t.mu.Lock()
		missing := t.missing(wanted)
		moved := t.moved
		t.mu.Unlock()
		if len(missing) == 0 {
			return t.refusals(wanted), nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return nil, nil
		case <-timer.C:
			return t.refusals(wanted), t.leave(wanted)
		}
	}
}

// missing are the nodes that have not answered yet. Call it with the lock held.
func (t *Tracker) missing(wanted Want) []*stream {
	var missing []*stream
	for _, one := range t.streams {
		if one.kind == wanted.Kind && !one.late && one.types[wanted.Subscribed] != nil && !one.answered(wanted) {
			missing = append(missing, one)
		}
	}
	return missing
}

// answered says whether a node took or refused all that is wanted.
func (s *stream) answered(wanted Want) bool {
	held := s.types[wanted.Of]
	if held == nil {
		return false
	}
	for name, version := range wanted.Versions {
		if held.accepted[name] != version && held.refused[name].version != version {
			return false
		}
	}
	return !slices.ContainsFunc(wanted.Gone, func(name string) bool { return held.accepted[name] != "" })
}

// leave goes on without those who did not answer.
func (t *Tracker) leave(wanted Want) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var late []string
	for _, one := range t.missing(wanted) {
		one.late = true
		late = append(late, one.node)
	}
	slices.Sort(late)
	return late
}

// refusals are what any node refused of what is wanted.
func (t *Tracker) refusals(wanted Want) map[string]string {
	t.mu.Lock()
	defer t.mu.Unlock()
	found := map[string]string{}
	for _, one := range t.streams {
		held := one.types[wanted.Of]
		if one.kind != wanted.Kind || held == nil {
			continue
		}
		for name, version := range wanted.Versions {
			if no, refused := held.refused[name]; refused && no.version == version {
				found[name] = one.node + ": " + no.text
			}
		}
	}
	return found
}

// Away says whether an Envoy went away a short while ago and did not come back:
// it may be serving still, by the routes it has.
func (t *Tracker) Away(while time.Duration) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for node, since := range t.gone {
		if t.now().Sub(since) < while {
			return true
		}
		delete(t.gone, node)
	}
	return false
}
