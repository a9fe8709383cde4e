// Package planclient brings plans and usage plans from a control plane to an
// ext service: a delta ADS client for the two types, which keeps what it has when
// the control plane goes away, and asks for differences alone when it is back. It
// does not look into a plan: what it receives it hands to a Sink, and tells the
// control plane what the Sink refused.
package planclient

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"

	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

const (
	// DefaultRemovalDelay is longer than AWS's longest integration timeout: a
	// request that Envoy routed by a plan finds it until it ends.
	DefaultRemovalDelay = 30 * time.Second
	// shortestPause and longestPause bound the wait before connecting again.
	shortestPause = 50 * time.Millisecond
	longestPause  = 5 * time.Second
	// aliveEvery and aliveWithin find a control plane that is gone without a word.
	aliveEvery, aliveWithin = 10 * time.Second, 5 * time.Second
	// maxMessage is what a message with all plans may have.
	maxMessage = 1 << 30
)

// Sink is where plans go. An error refuses all that one call brought: the Sink
// then has what it had before. A plan is removed by its name.
type Sink interface {
	Plans(updated []*planv1.Plan, removed []string) error
	UsagePlans(updated []*planv1.UsagePlan, removed []string) error
}

// Config is what a client needs.
type Config struct {
	// Node is the service's own name: extauth/x, extproc/x or services/x.
	Node string
	// Target is the control plane's xDS address as gRPC names it, such as
	// unix:///run/sluice/xds.sock or dns:///host:port.
	Target string
	// TLS is for fleets; nil: none.
	TLS *tls.Config
	// Sink takes the plans. It is called by one goroutine at a time.
	Sink Sink
	// RemovalDelay is how long a removed plan stays; DefaultRemovalDelay when 0.
	RemovalDelay time.Duration
	// Synced, when not nil, is called once: when the first plans and usage plans
	// have been handed over.
	Synced func()
	// Logger hears of lost connections and refused plans; nobody does when nil.
	Logger *slog.Logger
}

// Run receives plans until the context ends. It fails at once when the
// configuration is wrong, and never because the control plane is not there.
func Run(ctx context.Context, config Config) error {
	if config.Node == "" || config.Sink == nil {
		return errors.New("planclient: Node and Sink are needed")
	}
	if config.RemovalDelay == 0 {
		config.RemovalDelay = DefaultRemovalDelay
	}
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	connection, err := dial(&config)
	if err != nil {
		return fmt.Errorf("planclient: %w", err)
	}
	defer func() {
		// Everything was received, or nothing will be.
		_ = connection.Close()
	}()
	held := newState(&config)
	client := discoveryv3.NewAggregatedDiscoveryServiceClient(connection)
	for wait := shortestPause; ctx.Err() == nil; {
		received, err := session(ctx, client, held)
		if received {
			wait = shortestPause
		}
		if ctx.Err() != nil {
			break
		}
		config.Logger.LogAttrs(ctx, slog.LevelWarn, "control plane lost; what is there goes on serving", slog.String("error", err.Error()))
		held.pause(ctx, wait/2+rand.N(wait/2)) //nolint:gosec // no secret
		wait = min(2*wait, longestPause)
	}
	return context.Cause(ctx)
}

func dial(config *Config) (*grpc.ClientConn, error) {
	security := insecure.NewCredentials()
	if config.TLS != nil {
		security = credentials.NewTLS(config.TLS)
	}
	return grpc.NewClient(config.Target,
		grpc.WithTransportCredentials(security),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage), grpc.WaitForReady(true)),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: aliveEvery, Timeout: aliveWithin, PermitWithoutStream: true}),
		grpc.WithConnectParams(grpc.ConnectParams{MinConnectTimeout: time.Second, Backoff: connectBackoff()}),
	)
}

// session is one stream, until it breaks. It says whether anything was received.
func session(ctx context.Context, client discoveryv3.AggregatedDiscoveryServiceClient, held *state) (received bool, err error) {
	streaming, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := client.DeltaAggregatedResources(streaming)
	if err != nil {
		return false, err
	}
	for _, one := range held.kinds() {
		request := &discoveryv3.DeltaDiscoveryRequest{
			Node:    &corev3.Node{Id: held.config.Node},
			TypeUrl: one.url, ResourceNamesSubscribe: []string{"*"}, InitialResourceVersions: one.versions(),
		}
		if err := stream.Send(request); err != nil {
			return false, err
		}
	}
	messages, ended := receive(streaming, stream)
	for {
		select {
		case message := <-messages:
			received = true
			if err := stream.Send(held.apply(ctx, message)); err != nil {
				return received, err
			}
		case err := <-ended:
			return received, err
		case <-held.removalDue():
			held.remove(ctx)
		}
	}
}

// receive reads a stream until it ends, and then says why.
func receive(ctx context.Context, stream grpc.BidiStreamingClient[discoveryv3.DeltaDiscoveryRequest, discoveryv3.DeltaDiscoveryResponse]) (
	messages <-chan *discoveryv3.DeltaDiscoveryResponse, ended <-chan error,
) {
	out, end := make(chan *discoveryv3.DeltaDiscoveryResponse), make(chan error, 1)
	go func() {
		for {
			message, err := stream.Recv()
			if err != nil {
				end <- err
				return
			}
			select {
			case out <- message:
			case <-ctx.Done():
				end <- context.Cause(ctx)
				return
			}
		}
	}()
	return out, end
}
