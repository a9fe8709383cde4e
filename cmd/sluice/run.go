package main

import (
	"errors"
)

// runCommand runs a whole gateway on one machine.
type runCommand struct {
	runSettings
}

// runSettings are all that there is to say about a gateway on one machine.
type runSettings struct {
	placeSettings
	fleetSettings
	logSettings
	gatewaySettings
	envoySettings
	childSettings
	storeSettings
}

// storeSettings say where definitions are kept.
type storeSettings struct {
	EtcdEndpoints []string `help:"An etcd cluster to keep definitions in; an etcd of our own in the data folder when absent." env:"SLUICE_ETCD_ENDPOINTS" placeholder:"URL"`
}

// errNotServing is why a gateway is not ready yet.
var errNotServing = errors.New("Envoy does not serve yet")

// check says what is wrong with the settings.
func (s *runSettings) check() error {
	if err := errors.Join(s.placeSettings.check(), s.gatewaySettings.check()); err != nil {
		return err
	}
	s.fleetSettings = s.complete(s.placeSettings)
	return nil
}

// Run implements the command.
func (c runCommand) Run() error { return errors.New("not yet") }
