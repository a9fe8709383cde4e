package store

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/sluice-gateway/sluice/controlplane/definition"
)

const (
	// maxPart is the size of a content's parts: etcd takes 1.5 MiB at once unless
	// told otherwise.
	maxPart = 1 << 20
	// maxContent bounds what a content may be once decompressed, so that a broken
	// value does not take all memory.
	maxContent = 1 << 30
)

// Content reads what a deployment froze.
func (s *Store) Content(ctx context.Context, ref Ref, deployment string) (*definition.Content, error) {
	if err := ref.check(); err != nil {
		return nil, err
	}
	answer, err := s.client.Get(ctx, ref.key(Contents, deployment)+"/", clientv3.WithPrefix())
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	if len(answer.Kvs) == 0 {
		return nil, ErrNotFound
	}
	parts := make([][]byte, 0, len(answer.Kvs))
	for _, kv := range answer.Kvs {
		parts = append(parts, kv.GetValue())
	}
	content, err := unpack(bytes.Join(parts, nil))
	if err != nil {
		return nil, fmt.Errorf("store: deployment %s of %s: %w", deployment, ref, err)
	}
	return content, nil
}

// freeze stores the content of deployments that the change added, and deletes
// that of those it took away.
func (d *draft) freeze(tx *Tx) error {
	prefix := d.ref.prefix(Deployments)
	for key := range d.stored {
		id, deployment := strings.CutPrefix(key, prefix)
		if deployment && d.api.Deployments[id] == nil {
			tx.ranges = append(tx.ranges, d.ref.key(Contents, id)+"/")
		}
	}
	var packed []byte
	for _, id := range slices.Sorted(maps.Keys(d.api.Deployments)) {
		if _, known := d.stored[prefix+id]; known {
			continue
		}
		if packed == nil {
			var err error
			packed, err = pack(definition.Freeze(d.api))
			if err != nil {
				return err
			}
		}
		if err := d.putContent(tx, id, packed); err != nil {
			return err
		}
	}
	return nil
}

// putContent writes a content: with the rest when it is small, before it, part
// by part, when it is large. Nothing reads parts whose deployment is not there.
func (d *draft) putContent(tx *Tx, deployment string, packed []byte) error {
	prefix := d.ref.key(Contents, deployment) + "/"
	if len(packed) <= maxPart {
		tx.written[prefix+"0000"] = packed
		return nil
	}
	number := 0
	for part := range slices.Chunk(packed, maxPart) {
		key := fmt.Sprintf("%s%04d", prefix, number)
		if _, err := tx.store.client.Put(tx.ctx, key, string(part)); err != nil {
			return fmt.Errorf("store: %w", err)
		}
		number++
	}
	return nil
}

// pack encodes a content as stored.
func pack(content *definition.Content) ([]byte, error) {
	text, err := json.Marshal(content)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	packed := encoder.EncodeAll(text, nil)
	if err := encoder.Close(); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	return packed, nil
}

// unpack reads what pack wrote.
func unpack(packed []byte) (*definition.Content, error) {
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxContent))
	if err != nil {
		return nil, err
	}
	defer decoder.Close()
	text, err := decoder.DecodeAll(packed, nil)
	if err != nil {
		return nil, err
	}
	content := new(definition.Content)
	if err := json.Unmarshal(text, content); err != nil {
		return nil, err
	}
	return content, nil
}
