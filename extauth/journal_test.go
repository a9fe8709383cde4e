package extauth

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sluice-gateway/sluice/internal/usage"
)

// TestJournal kills a service that counts, at any moment, and starts another.
func TestJournal(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "quotas")
	limit := usage.NewQuota("plan", usage.Quota{Limit: 10, Period: usage.Month})
	left := func(memory *usage.Memory, subject string) (count int) {
		for memory.Spend(time.Now(), []usage.Charge{{Limit: limit, Subject: subject}}) == usage.Passed {
			count++
		}
		return count
	}
	synctest.Test(t, func(t *testing.T) {
		memory := usage.NewMemory()
		journal, err := OpenJournal(path, memory)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() { _ = journal.Run(ctx) }()
		for range 4 {
			memory.Spend(time.Now(), []usage.Charge{{Limit: limit, Subject: "k"}})
		}
		time.Sleep(journalEvery + time.Millisecond)
		synctest.Wait()
		// Killed here: what follows was never written.
		memory.Spend(time.Now(), []usage.Charge{{Limit: limit, Subject: "k"}})
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, append(content, `"torn`...), 0o600); err != nil {
			t.Fatal(err)
		}
		second := usage.NewMemory()
		if _, err := OpenJournal(path, second); err != nil {
			t.Fatal(err)
		}
		if got := left(second, "k"); got != 6 {
			t.Errorf("%d left, want 6", got)
		}
	})
}

// TestJournalStaysSmall writes the file anew when it has grown.
func TestJournalStaysSmall(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "quotas")
	memory := usage.NewMemory()
	journal, err := OpenJournal(path, memory)
	if err != nil {
		t.Fatal(err)
	}
	limit := usage.NewQuota("plan", usage.Quota{Limit: 1 << 30})
	now := time.Now()
	for range 300 {
		for key := range 1000 {
			memory.Spend(now, []usage.Charge{{Limit: limit, Subject: "some-longer-key-" + strconv.Itoa(key)}})
		}
		if err := journal.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > journalLimit {
		t.Errorf("%d bytes", info.Size())
	}
	second := usage.NewMemory()
	if _, err := OpenJournal(path, second); err != nil {
		t.Fatal(err)
	}
	if second.Len() != 1000 {
		t.Errorf("%d quotas were kept, want 1000", second.Len())
	}
}
