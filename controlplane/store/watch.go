package store

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/sluice-gateway/sluice/controlplane/definition"
)

// watchRetry is the pause before a watch that etcd ended begins again.
const watchRetry = 200 * time.Millisecond

// Event says what changed, up to a revision.
type Event struct {
	// Revision is etcd's: whoever acts on the event has seen all up to it.
	Revision int64
	// Resync says that anything may have changed: at the start, and when changes
	// were missed that etcd no longer has.
	Resync  bool
	Touched []Touched
}

// Touched is a noun that was written or deleted.
type Touched struct {
	Scope Scope
	Noun  Noun
	// API is the API it belongs to; empty for the account's own nouns.
	API string
	// ID is its id; the stage's name for stages.
	ID      string
	Deleted bool
}

// Watch sends what changes until the context ends, and then closes the channel.
// The first event is a Resync at the current revision.
func (s *Store) Watch(ctx context.Context) <-chan Event {
	events := make(chan Event)
	go func() {
		defer close(events)
		from := int64(0)
		for ctx.Err() == nil {
			from = s.watch(ctx, from, events)
			sleep(ctx, watchRetry)
		}
	}()
	return events
}

// watch sends changes from a revision on until etcd ends the watch, and gives
// the revision to go on from; 0 when changes were lost.
func (s *Store) watch(ctx context.Context, from int64, events chan<- Event) int64 {
	if from == 0 {
		revision, err := s.Revision(ctx)
		if err != nil {
			s.log.LogAttrs(ctx, slog.LevelWarn, "store cannot be watched", slog.String("error", err.Error()))
			return 0
		}
		if !send(ctx, events, Event{Revision: revision, Resync: true}) {
			return 0
		}
		from = revision + 1
	}
	watching, cancel := context.WithCancel(clientv3.WithRequireLeader(ctx))
	defer cancel()
	for answer := range s.client.Watch(watching, root, clientv3.WithPrefix(), clientv3.WithRev(from), clientv3.WithFragment()) {
		if answer.CompactRevision != 0 {
			return 0
		}
		if err := answer.Err(); err != nil {
			s.log.LogAttrs(ctx, slog.LevelWarn, "watch of the store ended", slog.String("error", err.Error()))
			return from
		}
		if len(answer.Events) == 0 {
			continue
		}
		if !send(ctx, events, event(answer)) {
			return from
		}
		from = answer.Header.GetRevision() + 1
	}
	return from
}

// event translates what etcd says.
func event(answer clientv3.WatchResponse) Event {
	made := Event{Revision: answer.Header.GetRevision()}
	for _, one := range answer.Events {
		at, ok := parseKey(string(one.GetKv().GetKey()))
		if !ok || at.noun == Contents {
			continue
		}
		made.Touched = append(made.Touched, Touched{
			Scope: at.scope, Noun: at.noun, API: at.api, ID: at.id, Deleted: one.GetType() == mvccpb.DELETE,
		})
	}
	return made
}

func send(ctx context.Context, events chan<- Event, one Event) bool {
	select {
	case events <- one:
		return true
	case <-ctx.Done():
		return false
	}
}

func sleep(ctx context.Context, long time.Duration) {
	timer := time.NewTimer(long)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// Scopes lists the accounts and regions that have anything stored.
func (s *Store) Scopes(ctx context.Context) ([]Scope, error) {
	var found []Scope
	from, end := root, clientv3.GetPrefixRangeEnd(root)
	for {
		answer, err := s.client.Get(ctx, from, clientv3.WithRange(end), clientv3.WithLimit(1), clientv3.WithKeysOnly())
		if err != nil {
			return nil, fmt.Errorf("store: %w", err)
		}
		if len(answer.Kvs) == 0 {
			return found, nil
		}
		key := string(answer.Kvs[0].GetKey())
		if strings.HasPrefix(key, idIndex) {
			from = clientv3.GetPrefixRangeEnd(idIndex)
			continue
		}
		parts := strings.SplitN(strings.TrimPrefix(key, root), "/", 3)
		if len(parts) != 3 {
			from = key + "\x00"
			continue
		}
		scope := Scope{Account: parts[0], Region: parts[1]}
		found = append(found, scope)
		from = clientv3.GetPrefixRangeEnd(root + scope.String() + "/")
	}
}

// Stages calls each for every stage of a scope, in the order of API and name.
func (s *Store) Stages(ctx context.Context, scope Scope, each func(ref Ref, stage *definition.Stage) error) error {
	if err := scope.check(); err != nil {
		return err
	}
	prefix := scope.prefix(Stages)
	return s.walk(ctx, prefix, clientv3.GetPrefixRangeEnd(prefix), 0, func(key string, value []byte) error {
		at, ok := parseKey(key)
		if !ok {
			return fmt.Errorf("store: %s is no stage's key", key)
		}
		stage := new(definition.Stage)
		if err := json.Unmarshal(value, stage); err != nil {
			return fmt.Errorf("store: %s: %w", key, err)
		}
		return each(Ref{scope, at.api}, stage)
	})
}

// APIStages reads an API's own record and its stages by name, or answers
// ErrNotFound.
func (s *Store) APIStages(ctx context.Context, ref Ref) (*definition.RestAPI, map[string]*definition.Stage, error) {
	if err := ref.check(); err != nil {
		return nil, nil, err
	}
	tx := &Tx{ctx: ctx, store: s, scope: ref.Scope}
	gotten, err := tx.snapshot(clientv3.OpGet(ref.own()), clientv3.OpGet(ref.prefix(Stages), clientv3.WithPrefix()))
	if err != nil {
		return nil, nil, err
	}
	if len(gotten[0].Kvs) == 0 {
		return nil, nil, ErrNotFound
	}
	api := newAPI()
	for _, family := range gotten {
		for _, kv := range family.Kvs {
			if err := decode(api, string(kv.GetKey()), kv.GetValue()); err != nil {
				return nil, nil, err
			}
		}
	}
	return &api.RestAPI, api.Stages, nil
}
