package extauth

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/sluice-gateway/sluice/internal/usage"
)

// Journal keeps quotas of a usage.Memory in a file, so that a service that is
// killed loses at most one second of counting.
type Journal struct {
	path   string
	memory *usage.Memory
	file   *os.File
	size   int64
}

const (
	// journalEvery is how often changes are written, and so how much is lost.
	journalEvery = time.Second
	// journalLimit is the size in bytes above which the file is written anew.
	journalLimit = 8 << 20
)

// OpenJournal reads what the file holds into memory, which must be empty, and
// begins a new one.
func OpenJournal(path string, memory *usage.Memory) (*Journal, error) {
	content, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("quota journal: %w", err)
	}
	memory.Restore(content)
	j := &Journal{path: path, memory: memory}
	if err := j.rewrite(); err != nil {
		return nil, err
	}
	return j, nil
}

// Run writes changes every second until the context ends, and then once more.
func (j *Journal) Run(ctx context.Context) error {
	ticker := time.NewTicker(journalEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return errors.Join(j.Flush(), j.file.Close())
		case <-ticker.C:
			if err := j.Flush(); err != nil {
				return err
			}
		}
	}
}

// Flush writes what changed since the last time.
func (j *Journal) Flush() error {
	changes := j.memory.AppendChanges(nil)
	if len(changes) == 0 {
		return nil
	}
	if j.size += int64(len(changes)); j.size > journalLimit {
		return j.rewrite()
	}
	if _, err := j.file.Write(changes); err != nil {
		return fmt.Errorf("quota journal: %w", err)
	}
	return nil
}

// rewrite begins a new file with all that counts, in place of the old one.
func (j *Journal) rewrite() error {
	next, err := os.OpenFile(j.path+".next", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("quota journal: %w", err)
	}
	all := j.memory.AppendAll(nil)
	if _, err := next.Write(all); err != nil {
		return errors.Join(fmt.Errorf("quota journal: %w", err), next.Close())
	}
	if err := os.Rename(j.path+".next", j.path); err != nil {
		return errors.Join(fmt.Errorf("quota journal: %w", err), next.Close())
	}
	if j.file != nil {
		// What it held is in the new one.
		_ = j.file.Close()
	}
	j.file, j.size = next, int64(len(all))
	return nil
}
