package main

import (
	"fmt"
	"os"

	"github.com/sluice-gateway/sluice/cmd/sluice/place"
	"github.com/sluice-gateway/sluice/envoy/bootstrap"
)

// envoySettings are those of the Envoy itself.
type envoySettings struct {
	NodeID         string `help:"The Envoy's name among those of the fleet; envoy/ and the machine's name when absent." env:"SLUICE_NODE_ID" placeholder:"envoy/NAME"`
	EnvoyCluster   string `help:"The group of Envoys that it serves in." env:"SLUICE_ENVOY_CLUSTER" default:"sluice"`
	EnvoyZone      string `help:"The zone that it runs in." env:"SLUICE_ENVOY_ZONE"`
	EnvoyAdmin     string `help:"Where Envoy's own admin interface listens, a unix socket or loopback; a socket below the data folder when absent." env:"SLUICE_ENVOY_ADMIN" placeholder:"ADDRESS"`
	MaxConnections int64  `help:"Most connections of clients at a time." env:"SLUICE_MAX_CONNECTIONS" default:"100000"`
	MaxHeap        uint64 `help:"Most memory that Envoy may take, in bytes; 0: no bound." env:"SLUICE_MAX_HEAP" default:"0"`
}

// config is the Envoy's bootstrap.
func (s envoySettings) config(in placeSettings, fleet fleetSettings) bootstrap.Config {
	node := s.NodeID
	if node == "" {
		name, err := os.Hostname()
		if err != nil {
			name = "local"
		}
		node = "envoy/" + name
	}
	admin := s.EnvoyAdmin
	if admin == "" {
		admin = place.UnixPrefix + in.socket("envoy")
	}
	return bootstrap.Config{
		NodeID: node, Cluster: s.EnvoyCluster, Zone: s.EnvoyZone,
		XDS: fleet.XDSAddress, ExtAuth: fleet.ExtauthAddress, ExtProc: fleet.ExtprocAddress,
		Admin: admin, MaxConnections: s.MaxConnections, MaxHeapBytes: s.MaxHeap, TLS: bootstrap.TLS{Cert: fleet.TLSCert, Key: fleet.TLSKey, CA: fleet.TLSCA},
	}
}

// bootstrapCommand prints the configuration for an Envoy of a fleet.
type bootstrapCommand struct {
	placeSettings
	fleetSettings
	envoySettings
}

// Run implements the command.
func (c bootstrapCommand) Run() error {
	if err := c.check(); err != nil {
		return err
	}
	text, err := bootstrap.YAML(c.config(c.placeSettings, c.complete(c.placeSettings)))
	if err != nil {
		return err
	}
	if _, err := os.Stdout.Write(text); err != nil {
		return fmt.Errorf("print the configuration: %w", err)
	}
	return nil
}
