// Package quotas keeps the quotas that a process counts in memory over its
// restarts, in a journal in the data folder. It counts nothing itself:
// internal/usage does.
package quotas

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/sluice-gateway/sluice/cmd/sluice/place"
	"github.com/sluice-gateway/sluice/internal/usage"
)

const (
	// journalEvery is how much counting a crash may lose.
	journalEvery = time.Second
	// sweepEvery is how often limits that nobody uses are forgotten.
	sweepEvery = time.Minute
	// journalSize is when a journal is begun anew, in bytes.
	journalSize = 16 << 20
)

// Journal keeps the quotas that are counted in memory over restarts.
type Journal struct {
	path   string
	memory *usage.Memory
	log    *slog.Logger
	file   *os.File
	size   int64
	buffer []byte
}

// Open reads what an earlier process counted and begins a new journal
// with it.
func Open(dir string, memory *usage.Memory, log *slog.Logger) (*Journal, error) {
	j := &Journal{path: filepath.Join(dir, "quotas.journal"), memory: memory, log: log}
	text, err := os.ReadFile(j.path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("quotas: %w", err)
	}
	if unreadable := memory.Restore(text); unreadable > 1 { // one is a line cut short by a crash
		log.Warn("quotas of an earlier run could not be read", "lines", unreadable, "file", j.path)
	}
	if err := j.begin(); err != nil {
		return nil, err
	}
	return j, nil
}

// begin writes all that is counted to a new file.
func (j *Journal) begin() error {
	j.buffer = j.memory.AppendAll(j.buffer[:0])
	if err := place.WritePrivate(j.path, j.buffer); err != nil {
		return fmt.Errorf("quotas: %w", err)
	}
	file, err := os.OpenFile(j.path, os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("quotas: %w", err)
	}
	if j.file != nil {
		_ = j.file.Close() // all that it held is in the new one
	}
	j.file, j.size = file, int64(len(j.buffer))
	return nil
}

// Run writes what changed until ctx ends, and a last time then. A disk that is
// full does not stop the gateway: it is told of, and tried again.
func (j *Journal) Run(ctx context.Context, ready func()) error {
	ready()
	changes, sweeps := time.NewTicker(journalEvery), time.NewTicker(sweepEvery)
	defer changes.Stop()
	defer sweeps.Stop()
	for {
		select {
		case <-ctx.Done():
			return errors.Join(j.write(), j.file.Close())
		case now := <-sweeps.C:
			j.memory.Sweep(now)
		case <-changes.C:
			if err := j.write(); err != nil {
				j.log.Error("quotas cannot be kept", "error", err)
			}
		}
	}
}

func (j *Journal) write() error {
	if j.size > journalSize {
		return j.begin()
	}
	j.buffer = j.memory.AppendChanges(j.buffer[:0])
	if len(j.buffer) == 0 {
		return nil
	}
	written, err := j.file.Write(j.buffer)
	j.size += int64(written)
	if err != nil {
		j.size = journalSize + 1 // what was not written is only in a new journal
		return fmt.Errorf("quotas: %w", err)
	}
	return nil
}
