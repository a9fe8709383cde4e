package store

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/internal/secret"
)

// sealed is a noun with secrets as stored: what may be read, and what may not.
type sealed struct {
	Noun    json.RawMessage `json:"noun"`
	Secrets [][]byte        `json:"secrets"`
}

// encode gives the value to store under a key. A secret that did not change
// keeps its sealed form, so that what is the same looks the same.
func (k kind[T]) encode(box *secret.Box, key string, value *T, stored []byte) ([]byte, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("store: %s: %w", k.noun, err)
	}
	if k.secrets == nil {
		return text, nil
	}
	before := sealed{}
	if stored != nil {
		if err := json.Unmarshal(stored, &before); err != nil {
			return nil, fmt.Errorf("store: %s: %w", key, err)
		}
	}
	made := sealed{Noun: text}
	for i, plain := range k.secrets(value) {
		if i < len(before.Secrets) {
			old, err := box.Open(before.Secrets[i], sealedPlace(key, i))
			if err == nil && old.Equal(*plain) {
				made.Secrets = append(made.Secrets, before.Secrets[i])
				continue
			}
		}
		closed, err := box.Seal(*plain, sealedPlace(key, i))
		if err != nil {
			return nil, fmt.Errorf("store: %s: %w", key, err)
		}
		made.Secrets = append(made.Secrets, closed)
	}
	return json.Marshal(made)
}

// decode reads a stored value and opens its secrets.
func (k kind[T]) decode(box *secret.Box, key string, stored []byte) (*T, error) {
	value := new(T)
	if k.secrets == nil {
		if err := json.Unmarshal(stored, value); err != nil {
			return nil, fmt.Errorf("store: %s: %w", key, err)
		}
		return value, nil
	}
	read := sealed{}
	err := json.Unmarshal(stored, &read)
	if err == nil {
		err = json.Unmarshal(read.Noun, value)
	}
	if err != nil {
		return nil, fmt.Errorf("store: %s: %w", key, err)
	}
	for i, plain := range k.secrets(value) {
		if i >= len(read.Secrets) {
			break
		}
		*plain, err = box.Open(read.Secrets[i], sealedPlace(key, i))
		if err != nil {
			return nil, fmt.Errorf("store: %s was sealed with another master key, or changed: %w", key, err)
		}
	}
	return value, nil
}

// sealedPlace binds a sealed secret to where it is stored.
func sealedPlace(key string, number int) string { return fmt.Sprintf("%s#%d", key, number) }

// index keeps the entry that says who has a unique value; value is nil when the
// noun goes.
func (p Part[T]) index(id string, stored []byte, value *T) error {
	if p.kind.unique == nil {
		return nil
	}
	before, after := "", ""
	if stored != nil {
		old, err := p.kind.decode(p.tx.store.box, p.tx.scope.key(p.kind.noun, id), stored)
		if err != nil {
			return err
		}
		before = p.tx.store.valueKey(p.tx.scope, p.kind.noun, p.kind.unique(old))
	}
	if value != nil {
		after = p.tx.store.valueKey(p.tx.scope, p.kind.noun, p.kind.unique(value))
	}
	if before == after {
		return nil
	}
	if after != "" {
		holder, err := p.tx.get(after)
		if err != nil {
			return err
		}
		if holder != nil && string(holder) != id {
			return ErrTaken
		}
		p.tx.written[after] = []byte(id)
	}
	if before != "" {
		p.tx.written[before] = nil
	}
	return nil
}

// valueKey is the index entry of a unique value: by its keyed digest, for the
// index must not tell the value.
func (s *Store) valueKey(scope Scope, noun Noun, value secret.String) string {
	mac := hmac.New(sha256.New, s.digest)
	mac.Write([]byte(scope.String() + "\x00" + value.Reveal()))
	return scope.key(uniques, string(noun)+"/"+hex.EncodeToString(mac.Sum(nil)))
}

// APIKeyByValue finds the key that has a value, or answers ErrNotFound.
func (s *Store) APIKeyByValue(ctx context.Context, scope Scope, value secret.String) (*definition.APIKey, error) {
	if err := scope.check(); err != nil {
		return nil, err
	}
	answer, err := s.client.Get(ctx, s.valueKey(scope, APIKeys, value))
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	if len(answer.Kvs) == 0 {
		return nil, ErrNotFound
	}
	return s.APIKeys().Get(ctx, scope, string(answer.Kvs[0].GetValue()))
}
