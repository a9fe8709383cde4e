package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

// longestPause is the longest wait before a change that met another is done
// again.
const longestPause = 20 * time.Millisecond

// attempts is how often a change is done that keeps meeting others, for two
// seconds or so. One of those that meet always gets through.
const attempts = 200

// Tx is a change under way in one scope. What it reads is of one revision and a
// precondition; what it writes is buffered, and done in one transaction.
type Tx struct {
	ctx   context.Context //nolint:containedctx // a Tx is one call, and lives no longer
	store *Store
	scope Scope
	// at is etcd's revision of all reads; 0 before the first.
	at int64
	// relied holds the revision at which each key was read; 0: it was not there.
	relied map[string]int64
	// read holds the values that were read, written those to write; nil deletes.
	read, written map[string][]byte
	// ranges are prefixes to delete.
	ranges []string
	drafts map[string]*draft
	served bool
}

// Update changes nouns of a scope. When fn fails, nothing is written and its
// error comes back as it is; when what fn read has changed meanwhile, fn runs
// again. One that meets others all the time ends with ErrConflict.
func (s *Store) Update(ctx context.Context, scope Scope, fn func(tx *Tx) error) error {
	if err := scope.check(); err != nil {
		return err
	}
	for attempt := range attempts {
		tx := &Tx{
			ctx: ctx, store: s, scope: scope,
			relied: map[string]int64{}, read: map[string][]byte{}, written: map[string][]byte{}, drafts: map[string]*draft{},
		}
		if err := fn(tx); err != nil {
			return err
		}
		revision, done, err := tx.commit()
		if err != nil {
			return err
		}
		if done {
			if tx.served && revision > 0 && s.wait != nil {
				s.wait(ctx, revision)
			}
			return nil
		}
		if err := pause(ctx, attempt+1); err != nil {
			return err
		}
	}
	return fmt.Errorf("%w: %w", ErrConflict, awserror.ConcurrentModification())
}

// pause waits longer with each attempt, and never as long as another that met
// the same conflict.
func pause(ctx context.Context, attempt int) error {
	longest := min(time.Duration(attempt)*time.Millisecond, longestPause)
	timer := time.NewTimer(rand.N(longest)) //nolint:gosec // no secret
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("store: others keep changing the same: %w", context.Cause(ctx))
	}
}

// commit writes what was buffered. It is not done when a precondition failed.
func (t *Tx) commit() (revision int64, done bool, err error) {
	if err := t.flush(); err != nil {
		return 0, false, err
	}
	operations := t.operations()
	if len(operations) == 0 {
		return 0, true, nil
	}
	conditions := make([]clientv3.Cmp, 0, len(t.relied))
	for _, key := range slices.Sorted(maps.Keys(t.relied)) {
		conditions = append(conditions, clientv3.Compare(clientv3.ModRevision(key), "=", t.relied[key]))
	}
	answer, err := t.store.client.Txn(t.ctx).If(conditions...).Then(operations...).Commit()
	if err != nil {
		return 0, false, refusal(err, len(operations))
	}
	return answer.Header.GetRevision(), answer.Succeeded, nil
}

// flush encodes the APIs that were changed in memory.
func (t *Tx) flush() error {
	for _, id := range slices.Sorted(maps.Keys(t.drafts)) {
		if err := t.drafts[id].flush(t); err != nil {
			return fmt.Errorf("API %s: %w", id, err)
		}
	}
	return nil
}

// operations are the writes in the order of their keys.
func (t *Tx) operations() []clientv3.Op {
	made := make([]clientv3.Op, 0, len(t.written)+len(t.ranges))
	for _, prefix := range t.ranges {
		made = append(made, clientv3.OpDelete(prefix, clientv3.WithPrefix()))
	}
	for _, key := range slices.Sorted(maps.Keys(t.written)) {
		if value := t.written[key]; value != nil {
			made = append(made, clientv3.OpPut(key, string(value)))
		} else {
			made = append(made, clientv3.OpDelete(key))
		}
	}
	return made
}

// refusal says what an operator can do about an etcd with narrow limits.
func refusal(err error, operations int) error {
	switch {
	case errors.Is(err, rpctypes.ErrTooManyOps):
		return fmt.Errorf("store: a change of %d values is more than etcd takes at once; start it with --max-txn-ops=8192: %w", operations, err)
	case errors.Is(err, rpctypes.ErrRequestTooLarge):
		return fmt.Errorf("store: the change is larger than etcd takes at once; start it with --max-request-bytes=33554432: %w", err)
	case errors.Is(err, rpctypes.ErrNoSpace):
		return fmt.Errorf("store: etcd is full; raise --quota-backend-bytes, then compact, defragment and disarm its alarm: %w", err)
	default:
		return fmt.Errorf("store: %w", err)
	}
}

// snapshot reads several ranges or keys of one revision in one call.
func (t *Tx) snapshot(operations ...clientv3.Op) ([]*clientv3.GetResponse, error) {
	answer, err := t.store.client.Txn(t.ctx).Then(operations...).Commit()
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	if t.at == 0 {
		t.at = answer.Header.GetRevision()
	}
	gotten := make([]*clientv3.GetResponse, 0, len(operations))
	for _, one := range answer.Responses {
		gotten = append(gotten, (*clientv3.GetResponse)(one.GetResponseRange()))
	}
	return gotten, nil
}

// get reads one key, as this change has left it; nil when it is not there.
func (t *Tx) get(key string) ([]byte, error) {
	if value, found := t.written[key]; found {
		return value, nil
	}
	if _, found := t.relied[key]; found {
		return t.read[key], nil
	}
	gotten, err := t.snapshot(clientv3.OpGet(key, clientv3.WithRev(t.at)))
	if err != nil {
		return nil, err
	}
	t.rely(key, gotten[0])
	return t.read[key], nil
}

// rely makes what was read of a key a precondition.
func (t *Tx) rely(key string, gotten *clientv3.GetResponse) {
	t.relied[key] = 0
	if len(gotten.Kvs) > 0 {
		t.relied[key], t.read[key] = gotten.Kvs[0].GetModRevision(), gotten.Kvs[0].GetValue()
	}
}

// list reads all of a noun whose ids start with a text, as this change has left
// them, by key. That nothing is added or taken away meanwhile is a precondition.
func (t *Tx) list(noun Noun, idPrefix string) (map[string][]byte, error) {
	guard, prefix := t.scope.revisionKey(noun), t.scope.key(noun, idPrefix)
	gotten, err := t.snapshot(
		clientv3.OpGet(guard, clientv3.WithRev(t.at)),
		clientv3.OpGet(prefix, clientv3.WithPrefix(), clientv3.WithRev(t.at)),
	)
	if err != nil {
		return nil, err
	}
	t.rely(guard, gotten[0])
	found := map[string][]byte{}
	for _, kv := range gotten[1].Kvs {
		found[string(kv.GetKey())] = kv.GetValue()
	}
	for key, value := range t.written {
		switch {
		case len(key) < len(prefix) || key[:len(prefix)] != prefix:
		case value == nil:
			delete(found, key)
		default:
			found[key] = value
		}
	}
	return found, nil
}

// write buffers a value, or a deletion when it is nil, with the mark that others
// rely on who list the noun.
func (t *Tx) write(noun Noun, key string, value []byte) {
	t.written[key] = value
	t.written[t.scope.revisionKey(noun)] = []byte{}
	t.served = t.served || noun.served()
}
