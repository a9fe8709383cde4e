package apikey

import (
	"sync"
	"sync/atomic"

	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// Store is the index that serves. Reading takes no lock; writers are few and
// wait for each other.
type Store struct {
	current atomic.Pointer[Index]
	mu      sync.Mutex
}

// NewStore makes a store without plans.
func NewStore() *Store {
	s := &Store{}
	s.current.Store(&Index{})
	return s
}

// Index is the one that serves now.
func (s *Store) Index() *Index { return s.current.Load() }

// UsagePlans adds or replaces plans and drops those of the given names, all at
// once. It cannot fail; the error is for those who can (internal/planclient).
func (s *Store) UsagePlans(updated []*planv1.UsagePlan, removed []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current.Store(s.current.Load().With(updated, removed))
	return nil
}
