package usage

import (
	"hash/maphash"
	"math"
	"sync"
	"sync/atomic"
	"time"
)

// Memory is a Source in this process's memory. Requests of different subjects do
// not wait for each other: names are spread over shards that are read-locked for
// a look-up only, and states change by compare-and-swap. Buckets that are full
// again are forgotten, so memory is bounded by what is busy; quotas are kept for
// their period.
type Memory struct {
	seed   maphash.Seed
	shards [shardCount]shard
}

const (
	shardCount = 64
	// sweepFrom is how many cells a shard holds before it looks for idle ones.
	sweepFrom = 64
	// dead marks a cell that its shard has forgotten: look it up again.
	dead = math.MinInt64
)

type shard struct {
	mu      sync.RWMutex
	cells   map[name]*cell
	sweepAt int
}

// name is a charge's identity.
type name struct {
	kind           kind
	limit, subject string
}

// cell is what was spent of one limit by one subject.
type cell struct {
	state atomic.Int64
	// quota is a quota's, as the last charge had it.
	quota atomic.Pointer[Quota]
	// saved is the state that the journal has; its writer's alone.
	saved int64
}

// NewMemory makes an empty Memory.
func NewMemory() *Memory {
	m := &Memory{seed: maphash.MakeSeed()}
	for i := range m.shards {
		m.shards[i].cells, m.shards[i].sweepAt = map[name]*cell{}, sweepFrom
	}
	return m
}

// Spend implements Source. It looks first and takes then; when another request
// took the last token in between, what was taken is given back. Until it is, a
// third request may find that token missing: the error is on the safe side.
func (m *Memory) Spend(now time.Time, charges []Charge) int {
	var cells [MaxCharges]*cell
	var taken [MaxCharges]int64
	moment := now.UnixNano()
	for i := range charges {
		cells[i] = m.find(&charges[i], moment)
		if state := cells[i].state.Load(); state != dead {
			if _, ok := charges[i].Limit.take(state, moment); !ok {
				return i
			}
		}
	}
	for i := range charges {
		var ok bool
		cells[i], taken[i], ok = m.take(cells[i], &charges[i], moment)
		if ok {
			continue
		}
		for j := range i {
			cells[j].refund(charges[j].Limit, taken[j]) //nolint:gosec // j is below MaxCharges
		}
		return i
	}
	return Passed
}

// take takes from a cell, or from the one that replaced it.
func (m *Memory) take(from *cell, charge *Charge, now int64) (*cell, int64, bool) {
	for {
		state := from.state.Load()
		if state == dead {
			from = m.find(charge, now)
			continue
		}
		next, ok := charge.Limit.take(state, now)
		if !ok {
			return from, 0, false
		}
		if from.state.CompareAndSwap(state, next) {
			return from, next, true
		}
	}
}

// refund gives back what a take took.
func (c *cell) refund(limit *Limit, taken int64) {
	for {
		state := c.state.Load()
		if state == dead || c.state.CompareAndSwap(state, limit.refund(state, taken)) {
			return
		}
	}
}

// find gives a charge's cell, making it when there is none.
func (m *Memory) find(charge *Charge, now int64) *cell {
	wanted := name{kind: charge.Limit.kind, limit: charge.Limit.Name, subject: charge.Subject}
	s := &m.shards[maphash.Comparable(m.seed, wanted)%shardCount]
	s.mu.RLock()
	found := s.cells[wanted]
	s.mu.RUnlock()
	if found != nil {
		if wanted.kind == quotaKind && found.quota.Load() != &charge.Limit.quota {
			found.quota.Store(&charge.Limit.quota)
		}
		return found
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if found = s.cells[wanted]; found != nil {
		return found
	}
	if len(s.cells) >= s.sweepAt {
		s.sweep(now)
	}
	found = &cell{}
	found.quota.Store(&charge.Limit.quota)
	s.cells[wanted] = found
	return found
}

// Sweep forgets what is idle at a moment. It is called by itself when there are
// many; calling it now and then frees memory that a burst of keys took.
func (m *Memory) Sweep(now time.Time) {
	for i := range m.shards {
		s := &m.shards[i]
		s.mu.Lock()
		s.sweep(now.UnixNano())
		s.mu.Unlock()
	}
}

// Len is how many buckets and quotas are kept.
func (m *Memory) Len() int {
	total := 0
	for i := range m.shards {
		s := &m.shards[i]
		s.mu.RLock()
		total += len(s.cells)
		s.mu.RUnlock()
	}
	return total
}

// sweep forgets idle cells; the shard is locked.
func (s *shard) sweep(now int64) {
	for key, one := range s.cells {
		state := one.state.Load()
		if one.idle(key.kind, state, now) && one.state.CompareAndSwap(state, dead) {
			delete(s.cells, key)
		}
	}
	s.sweepAt = max(sweepFrom, 2*len(s.cells))
}

// idle says that forgetting the state changes no answer: a full bucket, or a
// quota whose period is over and whose first period does not matter.
func (c *cell) idle(of kind, state, now int64) bool {
	if of == bucketKind {
		return state <= now
	}
	quota := c.quota.Load()
	return quota.Offset == 0 && quota.used(state, now) == 0
}
