package nodes

import (
	"sync"
	"time"
)

// Gate keeps Envoys waiting after a start until an ext service has its plans, or
// a short time has gone by: an Envoy that comes back together with the services
// must not have routes before them. It opens once.
type Gate struct {
	opened chan struct{}
	once   sync.Once
}

// NewGate makes a gate that opens by itself after a while.
func NewGate() *Gate { return &Gate{opened: make(chan struct{})} }

// After opens the gate at the latest after a while from now.
func (g *Gate) After(while time.Duration) { time.AfterFunc(while, g.Open) }

// Open opens it.
func (g *Gate) Open() { g.once.Do(func() { close(g.opened) }) }

func (g *Gate) wait() { <-g.opened }
