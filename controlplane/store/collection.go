package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/definition/account"
	"github.com/sluice-gateway/sluice/internal/secret"
)

// Collection is a noun that belongs to an account in a region, such as its usage
// plans. Ids are free text.
type Collection[T any] struct {
	store *Store
	kind  kind[T]
}

// kind says how a noun is stored.
type kind[T any] struct {
	noun Noun
	// secrets are the fields to seal, always in the same order.
	secrets func(*T) []*secret.String
	// unique is the value that no other may have in the scope; nil: none.
	unique func(*T) secret.String
}

// NewCollection is a collection of a noun that the store does not name itself:
// noun is its part of the keys, one plain word. Secrets, when not nil, gives the
// fields to seal, always in the same order; they must not be encoded as JSON.
// Unique, when not nil, gives the value that no other may have in the scope.
func NewCollection[T any](s *Store, noun Noun, secrets func(*T) []*secret.String, unique func(*T) secret.String) Collection[T] {
	return Collection[T]{s, kind[T]{noun: noun, secrets: secrets, unique: unique}}
}

// APIKeys are the scope's API keys. Their values are unique.
func (s *Store) APIKeys() Collection[definition.APIKey] {
	return Collection[definition.APIKey]{s, kind[definition.APIKey]{
		noun:    APIKeys,
		secrets: func(key *definition.APIKey) []*secret.String { return []*secret.String{&key.Value} },
		unique:  func(key *definition.APIKey) secret.String { return key.Value },
	}}
}

// UsagePlans are the scope's usage plans.
func (s *Store) UsagePlans() Collection[definition.UsagePlan] {
	return Collection[definition.UsagePlan]{s, kind[definition.UsagePlan]{noun: UsagePlans}}
}

// UsageOverrides are what UpdateUsage set, by "{plan}/{key}".
func (s *Store) UsageOverrides() Collection[account.RemainingOverride] {
	return Collection[account.RemainingOverride]{s, kind[account.RemainingOverride]{noun: UsageOverrides}}
}

// DomainNames are the scope's custom domain names.
func (s *Store) DomainNames() Collection[account.DomainName] {
	return Collection[account.DomainName]{s, kind[account.DomainName]{
		noun:    DomainNames,
		secrets: func(name *account.DomainName) []*secret.String { return []*secret.String{&name.CertificatePrivateKey} },
	}}
}

// BasePathMappings are the mappings of domain names, by "{domain}/{base path}".
func (s *Store) BasePathMappings() Collection[account.BasePathMapping] {
	return Collection[account.BasePathMapping]{s, kind[account.BasePathMapping]{noun: BasePathMappings}}
}

// AccessAssociations are those of private domain names.
func (s *Store) AccessAssociations() Collection[account.AccessAssociation] {
	return Collection[account.AccessAssociation]{s, kind[account.AccessAssociation]{noun: AccessAssociations}}
}

// VpcLinks are the scope's VPC links.
func (s *Store) VpcLinks() Collection[account.VpcLink] {
	return Collection[account.VpcLink]{s, kind[account.VpcLink]{noun: VpcLinks}}
}

// ClientCertificates are the scope's client certificates with their keys.
func (s *Store) ClientCertificates() Collection[account.ClientCertificate] {
	return Collection[account.ClientCertificate]{s, kind[account.ClientCertificate]{
		noun:    ClientCertificates,
		secrets: func(one *account.ClientCertificate) []*secret.String { return []*secret.String{&one.PrivateKey} },
	}}
}

// Settings are the scope's account settings: one value, under an id of the
// caller's choice.
func (s *Store) Settings() Collection[account.Settings] {
	return Collection[account.Settings]{s, kind[account.Settings]{noun: Settings}}
}

// Get reads one, or answers ErrNotFound.
func (c Collection[T]) Get(ctx context.Context, scope Scope, id string) (*T, error) {
	if err := scope.check(); err != nil {
		return nil, err
	}
	key := scope.key(c.kind.noun, id)
	answer, err := c.store.client.Get(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	if id == "" || len(answer.Kvs) == 0 {
		return nil, ErrNotFound
	}
	return c.kind.decode(c.store.box, key, answer.Kvs[0].GetValue())
}

// List reads all whose ids start with a text, by id.
func (c Collection[T]) List(ctx context.Context, scope Scope, idPrefix string) ([]*T, error) {
	return c.Page(ctx, scope, idPrefix, "", 0)
}

// Page reads those whose ids start with a text and come after a given id, at
// most limit; all when limit is 0.
func (c Collection[T]) Page(ctx context.Context, scope Scope, idPrefix, after string, limit int) ([]*T, error) {
	if err := scope.check(); err != nil {
		return nil, err
	}
	prefix := scope.key(c.kind.noun, idPrefix)
	from := prefix
	if after != "" {
		from = scope.key(c.kind.noun, after) + "\x00"
	}
	var found []*T
	err := c.store.walk(ctx, from, clientv3.GetPrefixRangeEnd(prefix), int64(limit), func(key string, value []byte) error {
		one, err := c.kind.decode(c.store.box, key, value)
		found = append(found, one)
		return err
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// Create stores a new one, or answers ErrExists, or ErrTaken.
func (c Collection[T]) Create(ctx context.Context, scope Scope, id string, value *T) error {
	return c.store.Update(ctx, scope, func(tx *Tx) error { return c.In(tx).Create(id, value) })
}

// Change changes one in memory and stores it. Fn runs again when it was changed
// meanwhile; its error comes back as it is.
func (c Collection[T]) Change(ctx context.Context, scope Scope, id string, fn func(*T) error) error {
	unlock, err := c.store.lock(ctx, scope.key(c.kind.noun, id))
	if err != nil {
		return err
	}
	defer unlock()
	return c.store.Update(ctx, scope, func(tx *Tx) error {
		value, err := c.In(tx).Get(id)
		if err != nil {
			return err
		}
		if err := fn(value); err != nil {
			return err
		}
		return c.In(tx).Put(id, value)
	})
}

// Delete deletes one, or answers ErrNotFound.
func (c Collection[T]) Delete(ctx context.Context, scope Scope, id string) error {
	return c.store.Update(ctx, scope, func(tx *Tx) error { return c.In(tx).Delete(id) })
}

// In is the collection as a change sees and changes it.
func (c Collection[T]) In(tx *Tx) Part[T] { return Part[T]{tx, c.kind} }

// Part is a collection inside a change.
type Part[T any] struct {
	tx   *Tx
	kind kind[T]
}

// Get reads one, or answers ErrNotFound.
func (p Part[T]) Get(id string) (*T, error) {
	key := p.tx.scope.key(p.kind.noun, id)
	value, err := p.tx.get(key)
	if err != nil {
		return nil, err
	}
	if value == nil {
		return nil, ErrNotFound
	}
	return p.kind.decode(p.tx.store.box, key, value)
}

// List reads all whose ids start with a text, by id.
func (p Part[T]) List(idPrefix string) ([]*T, error) {
	values, err := p.tx.list(p.kind.noun, idPrefix)
	if err != nil {
		return nil, err
	}
	found := make([]*T, 0, len(values))
	for _, key := range slices.Sorted(maps.Keys(values)) {
		one, err := p.kind.decode(p.tx.store.box, key, values[key])
		if err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, nil
}

// Create stores a new one, or answers ErrExists, or ErrTaken.
func (p Part[T]) Create(id string, value *T) error {
	taken, err := p.tx.get(p.tx.scope.key(p.kind.noun, id))
	if err != nil {
		return err
	}
	if taken != nil {
		return ErrExists
	}
	return p.Put(id, value)
}

// Put stores one in the place of what had its id, or answers ErrTaken.
func (p Part[T]) Put(id string, value *T) error {
	if id == "" || strings.ContainsRune(id, 0) {
		return fmt.Errorf("store: %q is no id", id)
	}
	key := p.tx.scope.key(p.kind.noun, id)
	stored, err := p.tx.get(key)
	if err != nil {
		return err
	}
	encoded, err := p.kind.encode(p.tx.store.box, key, value, stored)
	if err != nil {
		return err
	}
	if stored != nil && string(stored) == string(encoded) {
		return nil
	}
	if err := p.index(id, stored, value); err != nil {
		return err
	}
	p.tx.write(p.kind.noun, key, encoded)
	return nil
}

// Delete deletes one, or answers ErrNotFound.
func (p Part[T]) Delete(id string) error {
	key := p.tx.scope.key(p.kind.noun, id)
	stored, err := p.tx.get(key)
	if err != nil {
		return err
	}
	if stored == nil {
		return ErrNotFound
	}
	if err := p.index(id, stored, nil); err != nil {
		return err
	}
	p.tx.write(p.kind.noun, key, nil)
	return nil
}
