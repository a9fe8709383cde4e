package store

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/sluice-gateway/sluice/controlplane/definition"
)

// page is how many values are read in one call when all are wanted.
const page = 1000

// draft is an API that a Tx read, and perhaps changed.
type draft struct {
	ref Ref
	// api is what the change made of it; nil: deleted.
	api *definition.API
	// stored are its values as etcd has them; empty when it is new.
	stored map[string][]byte
}

// API reads an API with all that belongs to it, but for its deployments'
// contents. It is the caller's own copy.
func (s *Store) API(ctx context.Context, ref Ref) (*definition.API, error) {
	if err := ref.check(); err != nil {
		return nil, err
	}
	tx := &Tx{ctx: ctx, store: s, scope: ref.Scope, relied: map[string]int64{}, read: map[string][]byte{}}
	loaded, err := tx.load(ref)
	if err != nil {
		return nil, err
	}
	return loaded.api, nil
}

// Change changes an API in memory and writes what differs. A deployment that fn
// adds freezes the API as fn leaves it; one that fn takes away loses its
// content. Fn runs again when the API was changed meanwhile. Its error comes
// back as it is, and nothing is written.
func (s *Store) Change(ctx context.Context, ref Ref, fn func(api *definition.API) error) error {
	unlock, err := s.lock(ctx, ref.ID)
	if err != nil {
		return err
	}
	defer unlock()
	return s.Update(ctx, ref.Scope, func(tx *Tx) error {
		api, err := tx.API(ref.ID)
		if err != nil {
			return err
		}
		return fn(api)
	})
}

// CreateAPI stores a new API under its RestAPI's id, or answers ErrExists when
// any account has one of that id.
func (s *Store) CreateAPI(ctx context.Context, scope Scope, api *definition.API) error {
	return s.Update(ctx, scope, func(tx *Tx) error { return tx.CreateAPI(api) })
}

// DeleteAPI deletes an API with all that belongs to it.
func (s *Store) DeleteAPI(ctx context.Context, ref Ref) error {
	return s.Update(ctx, ref.Scope, func(tx *Tx) error { return tx.DeleteAPI(ref.ID) })
}

// APIs lists the scope's RestAPIs by id, those after a given id, at most limit;
// all when limit is 0.
func (s *Store) APIs(ctx context.Context, scope Scope, after string, limit int) ([]*definition.RestAPI, error) {
	if err := scope.check(); err != nil {
		return nil, err
	}
	prefix := scope.prefix(RestAPIs)
	from := prefix
	if after != "" {
		from = scope.key(RestAPIs, after) + "\x00"
	}
	var found []*definition.RestAPI
	err := s.walk(ctx, from, clientv3.GetPrefixRangeEnd(prefix), int64(limit), func(_ string, value []byte) error {
		api := new(definition.RestAPI)
		if err := json.Unmarshal(value, api); err != nil {
			return fmt.Errorf("store: %w", err)
		}
		found = append(found, api)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// walk reads a range of keys in pages; all when limit is 0.
func (s *Store) walk(ctx context.Context, from, end string, limit int64, each func(key string, value []byte) error) error {
	left := limit
	for {
		size := int64(page)
		if limit > 0 {
			size = min(size, left)
		}
		answer, err := s.client.Get(ctx, from, clientv3.WithRange(end), clientv3.WithLimit(size))
		if err != nil {
			return fmt.Errorf("store: %w", err)
		}
		for _, kv := range answer.Kvs {
			if err := each(string(kv.GetKey()), kv.GetValue()); err != nil {
				return err
			}
		}
		left -= int64(len(answer.Kvs))
		if !answer.More || (limit > 0 && left <= 0) {
			return nil
		}
		from = string(answer.Kvs[len(answer.Kvs)-1].GetKey()) + "\x00"
	}
}

// API reads an API to look at or to change: what differs afterwards is written.
func (t *Tx) API(id string) (*definition.API, error) {
	ref := Ref{t.scope, id}
	if err := ref.check(); err != nil {
		return nil, err
	}
	loaded, found := t.drafts[id]
	if !found {
		var err error
		loaded, err = t.load(ref)
		if err != nil {
			return nil, err
		}
		t.drafts[id] = loaded
	}
	if loaded.api == nil {
		return nil, ErrNotFound
	}
	return loaded.api, nil
}

// CreateAPI stores a new API.
func (t *Tx) CreateAPI(api *definition.API) error {
	ref := Ref{t.scope, api.RestAPI.ID}
	if err := ref.check(); err != nil {
		return fmt.Errorf("store: %q is no id for an API: %w", ref.ID, err)
	}
	taken, err := t.get(idIndex + ref.ID)
	if err != nil {
		return err
	}
	if taken != nil {
		return ErrExists
	}
	t.written[idIndex+ref.ID] = []byte(ref.Scope.String())
	t.drafts[ref.ID] = &draft{ref: ref, api: api}
	return nil
}

// DeleteAPI deletes an API with all that belongs to it.
func (t *Tx) DeleteAPI(id string) error {
	if _, err := t.API(id); err != nil {
		return err
	}
	t.drafts[id].api = nil
	return nil
}

// load reads an API in one call.
func (t *Tx) load(ref Ref) (*draft, error) {
	nouns := families()
	operations := make([]clientv3.Op, 0, 1+len(nouns))
	operations = append(operations, clientv3.OpGet(ref.own(), clientv3.WithRev(t.at)))
	for _, noun := range nouns {
		operations = append(operations, clientv3.OpGet(ref.prefix(noun), clientv3.WithPrefix(), clientv3.WithRev(t.at)))
	}
	gotten, err := t.snapshot(operations...)
	if err != nil {
		return nil, err
	}
	t.rely(ref.own(), gotten[0])
	if len(gotten[0].Kvs) == 0 {
		return nil, ErrNotFound
	}
	loaded := &draft{ref: ref, api: newAPI(), stored: map[string][]byte{}}
	for _, family := range gotten {
		for _, kv := range family.Kvs {
			if err := decode(loaded.api, string(kv.GetKey()), kv.GetValue()); err != nil {
				return nil, err
			}
			loaded.stored[string(kv.GetKey())] = kv.GetValue()
		}
	}
	return loaded, nil
}

// flush buffers what differs from what is stored.
func (d *draft) flush(tx *Tx) error {
	if d.api == nil {
		d.erase(tx)
		return nil
	}
	values, err := encode(d.ref, d.api)
	if err != nil {
		return err
	}
	changed := false
	for key, value := range values {
		if stored, found := d.stored[key]; !found || !bytes.Equal(stored, value) {
			d.put(tx, key, value)
			changed = true
		}
	}
	for key := range d.stored {
		if _, kept := values[key]; !kept {
			d.put(tx, key, nil)
			changed = true
		}
	}
	if !changed {
		return nil
	}
	// The API's own record carries its revision.
	tx.written[d.ref.own()] = values[d.ref.own()]
	return d.freeze(tx)
}

// put buffers one value, or its deletion when it is nil.
func (d *draft) put(tx *Tx, key string, value []byte) {
	tx.written[key] = value
	at, _ := parseKey(key)
	tx.served = tx.served || at.noun.served()
}

// erase buffers the deletion of everything.
func (d *draft) erase(tx *Tx) {
	if d.stored == nil {
		// It was made and deleted in the same change.
		delete(tx.written, idIndex+d.ref.ID)
		return
	}
	tx.written[idIndex+d.ref.ID] = nil
	tx.written[d.ref.own()] = nil
	for _, noun := range append(families(), Contents) {
		tx.ranges = append(tx.ranges, d.ref.prefix(noun))
	}
	for key := range d.stored {
		at, _ := parseKey(key)
		tx.served = tx.served || at.noun.served()
	}
}
