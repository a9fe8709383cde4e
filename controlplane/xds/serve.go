package xds

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	deltav3 "github.com/envoyproxy/go-control-plane/pkg/server/delta/v3"
	serverv3 "github.com/envoyproxy/go-control-plane/pkg/server/v3"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"
)

const (
	// maxMessage is what a node may send: its names and versions when it comes
	// back, of many APIs.
	maxMessage = 256 << 20
	// aliveEvery and aliveWithin find a node that is gone without a word.
	aliveEvery, aliveWithin = 10 * time.Second, 10 * time.Second
	// aliveLeast is how often a node may ask whether we are there.
	aliveLeast = 5 * time.Second
	// stopWait is how long streams have to end.
	stopWait = time.Second
)

// Endpoint is where nodes connect.
type Endpoint struct {
	Listener net.Listener
	// TLS is for fleets, as a rule with client certificates; nil: none, which is
	// right for a unix socket only the owner may open.
	TLS *tls.Config
}

// Serve answers nodes until the context ends: once all that was stored at the
// start is compiled, so that a node that comes back is not told that everything
// is gone. It closes the listeners.
func (p *Publisher) Serve(ctx context.Context, endpoints ...Endpoint) error {
	select {
	case <-p.synced:
	case <-ctx.Done():
		closeAll(endpoints)
		return context.Cause(ctx)
	}
	p.gate.After(gateWait)
	group, serving := errgroup.WithContext(ctx)
	for _, endpoint := range endpoints {
		group.Go(func() error { return p.serve(serving, endpoint) })
	}
	return group.Wait()
}

func closeAll(endpoints []Endpoint) {
	for _, endpoint := range endpoints {
		// Nobody was served yet.
		_ = endpoint.Listener.Close()
	}
}

func (p *Publisher) serve(ctx context.Context, endpoint Endpoint) error {
	options := []grpc.ServerOption{
		grpc.MaxRecvMsgSize(maxMessage),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: aliveEvery, Timeout: aliveWithin}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: aliveLeast, PermitWithoutStream: true}),
	}
	if endpoint.TLS != nil {
		options = append(options, grpc.Creds(credentials.NewTLS(endpoint.TLS)))
	}
	server := grpc.NewServer(options...)
	// An Envoy without routes asks for none, which must not mean all of them.
	ads := serverv3.NewServer(ctx, &p.caches.all, p.nodes, deltav3.DeactivateLegacyWildcardForTypes([]string{
		resource.RouteType, resource.SecretType, resource.EndpointType,
	}))
	discoveryv3.RegisterAggregatedDiscoveryServiceServer(server, ads)
	stop := context.AfterFunc(ctx, func() {
		p.gate.Open()
		timer := time.AfterFunc(stopWait, server.Stop)
		defer timer.Stop()
		server.GracefulStop()
	})
	defer stop()
	if err := server.Serve(endpoint.Listener); err != nil && !errors.Is(err, grpc.ErrServerStopped) {
		return fmt.Errorf("xDS server: %w", err)
	}
	return nil
}
