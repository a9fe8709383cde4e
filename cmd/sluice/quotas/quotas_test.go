package quotas

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/internal/usage"
)

// spend takes one of a quota of ten.
func spend(memory *usage.Memory) bool {
	limit := usage.NewQuota("plan", usage.Quota{Limit: 10, Period: usage.Month})
	return memory.Spend(time.Now(), []usage.Charge{{Limit: limit, Subject: "key"}}) == usage.Passed
}

// TestJournal counts on where an earlier process stopped, whether it ended well
// or its last line was cut short.
func TestJournal(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	memory := usage.NewMemory()
	first, err := Open(dir, memory, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for range 7 {
		spend(memory)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := first.Run(ctx, func() {}); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(filepath.Join(dir, "quotas.journal"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = file.WriteString(`"plan" "ke`)
	_ = file.Close()

	memory = usage.NewMemory()
	second, err := Open(dir, memory, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	allowed := 0
	for range 10 {
		if spend(memory) {
			allowed++
		}
	}
	if allowed != 3 {
		t.Errorf("%d of 10 were allowed after 7 of an earlier run, want 3", allowed)
	}
	second.size = journalSize + 1
	if err := second.write(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, "quotas.journal"))
	if err != nil || info.Size() == 0 || info.Size() > 1000 {
		t.Errorf("the new journal: %v %v", info, err)
	}
}
