package xds

import (
	"fmt"
	"maps"
	"slices"

	cachetypes "github.com/envoyproxy/go-control-plane/pkg/cache/types"
	"github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"google.golang.org/protobuf/proto"

	"github.com/sluice-gateway/sluice/controlplane/xds/nodes"
)

// Our own types of resources, beside Envoy's.
const (
	PlanType      = nodes.PlanType
	UsagePlanType = nodes.UsagePlanType
)

// The types of Envoy's that are served.
const (
	listenerType = resource.ListenerType
	clusterType  = resource.ClusterType
	scopeType    = resource.ScopedRouteType
	routeType    = resource.RouteType
	secretType   = resource.SecretType
)

// resources are protos by name.
type resources map[string]proto.Message

// versions are versions by name, as the caches make them.
type versions = nodes.Versions

// caches hold what is offered to every node: one cache a type, so that a change
// costs what changed. (A snapshot cache hashes everything at each change.)
type caches struct {
	all cache.MuxCache
}

func newCaches() *caches {
	made := &caches{cache.MuxCache{
		Classify:      func(request *cache.Request) string { return request.GetTypeUrl() },
		ClassifyDelta: func(request *cache.DeltaRequest) string { return request.GetTypeUrl() },
		Caches:        map[string]cache.Cache{},
	}}
	for _, kind := range []string{
		listenerType, clusterType, scopeType, routeType, secretType, resource.EndpointType, PlanType, UsagePlanType,
	} {
		made.all.Caches[kind] = cache.NewLinearCache(kind)
	}
	return made
}

// change offers and withdraws resources of one type, in one message to each node.
func (c *caches) change(kind string, offered resources, withdrawn []string) error {
	if len(offered) == 0 && len(withdrawn) == 0 {
		return nil
	}
	linear, ok := c.all.Caches[kind].(*cache.LinearCache)
	if !ok {
		return fmt.Errorf("xds: no cache of %s", kind)
	}
	converted := make(map[string]cachetypes.Resource, len(offered))
	for name, one := range offered {
		converted[name] = one
	}
	if err := linear.UpdateResources(converted, withdrawn); err != nil {
		return fmt.Errorf("xds: %s: %w", kind, err)
	}
	return nil
}

// version is the version that the caches give a resource: it depends on nothing
// but the content, so that a node that comes back is sent only what it lacks.
func version(one proto.Message) (string, error) {
	text, err := cache.MarshalResource(one)
	if err != nil {
		return "", fmt.Errorf("xds: %w", err)
	}
	return cache.HashResource(text), nil
}

// versionsOf gives the version of each.
func versionsOf(all resources) (versions, error) {
	made := make(versions, len(all))
	for name, one := range all {
		text, err := version(one)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		made[name] = text
	}
	return made, nil
}

// named are resources by their own names.
func named[T interface {
	proto.Message
	GetName() string
}](all []T) resources {
	made := make(resources, len(all))
	for _, one := range all {
		made[one.GetName()] = one
	}
	return made
}

// changed are those in after that are not in before, or another there.
func changed(before, after versions) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if before[name] != after[name] {
			names = append(names, name)
		}
	}
	return names
}
