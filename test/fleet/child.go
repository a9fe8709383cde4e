package fleet

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// EnvoyPID is the process of the Envoy that serves this fleet, whoever started
// it; 0 when there is none.
func (f *Fleet) EnvoyPID(tb testing.TB) int {
	tb.Helper()
	folders, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		tb.Fatal(err)
	}
	for _, folder := range folders {
		line, err := os.ReadFile(filepath.Join(folder, "cmdline"))
		if err == nil && bytes.Contains(line, []byte("\x00-c\x00"+f.DataDir+string(filepath.Separator))) {
			pid, _ := strconv.Atoi(filepath.Base(folder))
			return pid
		}
	}
	return 0
}
