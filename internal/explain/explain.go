// Package explain remembers why recent requests were answered with an error, for
// `sluice explain REQUEST_ID`: the phase, the rule, and what would have matched.
// It keeps a bounded number of stories in memory and forgets the oldest; it is
// neither a log nor a store, and never holds a body or a secret.
package explain

import (
	"strings"
	"sync"
	"time"
)

// Header carries a story's reason on answers of stages whose x-sluice-explain
// setting is on.
const Header = "x-sluice-reason"

// Setting is the stage variable that turns reasons on when it is "true": a stage
// has no field for it, and AWS accepts the name nowhere else. AWS itself allows
// letters, digits and underscores alone, so no ported API has it.
const Setting = "x-sluice-explain"

// Reason names a rule that refused a request. It is stable: users search for it.
type Reason string

// Story is why one request was answered as it was.
type Story struct {
	RequestID string    `json:"requestId"`
	Time      time.Time `json:"time"`
	API       string    `json:"api,omitempty"`
	Stage     string    `json:"stage,omitempty"`
	// Operation is the operation's id in its plan.
	Operation string `json:"operation,omitempty"`
	Method    string `json:"method,omitempty"`
	Path      string `json:"path,omitempty"`
	// Status and ResponseType are the gateway response's.
	Status       int    `json:"status"`
	ResponseType string `json:"responseType"`
	// Phase is where it happened: "authorization", "api key", "throttle", "method
	// request" and so on.
	Phase  string `json:"phase"`
	Reason Reason `json:"reason"`
	// Detail says it in a sentence, Wanted what would have passed.
	Detail string `json:"detail,omitempty"`
	Wanted string `json:"wanted,omitempty"`
	// Mapping and Line say where in a template or mapping it happened; line 0 is
	// none.
	Mapping string `json:"mapping,omitempty"`
	Line    int    `json:"line,omitempty"`
}

// Ring is the stories of the last requests. The zero value keeps none; see New.
type Ring struct {
	mu      sync.Mutex
	stories []Story
	at      map[string]int
	next    int
}

// New makes a Ring that keeps so many stories.
func New(size int) *Ring {
	return &Ring{stories: make([]Story, max(size, 1)), at: make(map[string]int, size)}
}

// Record keeps a story, in place of an earlier one of the same request or of the
// oldest. Nil rings and requests without an id keep nothing. Only answers that
// are explained pay for its lock.
func (r *Ring) Record(story *Story) {
	if r == nil || len(r.stories) == 0 || story.RequestID == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	slot, again := r.at[story.RequestID]
	if !again {
		slot = r.next
		r.next = (r.next + 1) % len(r.stories)
		delete(r.at, r.stories[slot].RequestID)
		r.at[story.RequestID] = slot
	}
	r.stories[slot] = *story
}

// Find gives the story of a request.
func (r *Ring) Find(requestID string) (Story, bool) {
	if r == nil {
		return Story{}, false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	slot, found := r.at[requestID]
	if !found {
		return Story{}, false
	}
	return r.stories[slot], true
}

// Clone is a copy whose texts are its own: what is kept must not hold on to a
// request's buffer.
func (s *Story) Clone() *Story {
	other := *s
	other.RequestID, other.Method, other.Path = strings.Clone(s.RequestID), strings.Clone(s.Method), strings.Clone(s.Path)
	return &other
}
