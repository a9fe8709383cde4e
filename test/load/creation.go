package load

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// Creation is what it cost to make so many APIs over the control API, and what
// reading costs once they are there.
type Creation struct {
	// APIs are there; PerSecond is the control API's rate of calls since the row
	// before.
	APIs      int
	PerSecond float64
	// Memory is the control plane's resident memory in bytes, its etcd's with it.
	Memory int64
	// Get, List and Resources are medians: GetRestApi, GetRestApis (a page of 25),
	// GetResources of one API.
	Get, List, Resources time.Duration
}

// CreationTable writes creations in Markdown.
func CreationTable(rows []Creation) string {
	var text strings.Builder
	text.WriteString("| APIs of 10 methods | calls/s while made | control plane memory | GetRestApi (median) | GetRestApis, a page of 25 | GetResources of one |\n|---|---|---|---|---|---|\n")
	for _, row := range rows {
		fmt.Fprintf(&text, "| %d | %.0f | %d MiB | %.2f ms | %.2f ms | %.2f ms |\n",
			row.APIs, row.PerSecond, row.Memory>>20, milliseconds(row.Get), milliseconds(row.List), milliseconds(row.Resources))
	}
	return text.String()
}

// Memory is a process's resident memory in bytes.
// https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
func Memory(pid int) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, fmt.Errorf("memory of process %d: %w", pid, err)
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	line, _, _ := strings.Cut(rest, "kB")
	kilobytes, err := strconv.ParseInt(strings.TrimSpace(line), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("memory of process %d: %w", pid, err)
	}
	return kilobytes << 10, nil
}
