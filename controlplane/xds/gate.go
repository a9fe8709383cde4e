package xds

import (
	"sync"
	"time"
)

// gate keeps Envoys waiting after a start until an ext service has its plans, or
// a short time has gone by: an Envoy that comes back together with the services
// must not have routes before them. It opens once.
type gate struct {
	opened chan struct{}
	once   sync.Once
}

// newGate makes a gate that opens by itself after a while.
func newGate() *gate { return &gate{opened: make(chan struct{})} }

// after opens the gate at the latest after a while from now.
func (g *gate) after(while time.Duration) { time.AfterFunc(while, g.open) }

func (g *gate) open() { g.once.Do(func() { close(g.opened) }) }

func (g *gate) wait() { <-g.opened }
