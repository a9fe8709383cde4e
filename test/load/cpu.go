package load

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// CPUTime is the processor time that a process has taken so far, all threads
// together, in the kernel's nanoseconds.
// https://docs.kernel.org/scheduler/sched-stats.html#proc-pid-schedstat
func CPUTime(pid int) (time.Duration, error) {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(files) == 0 {
		return 0, fmt.Errorf("CPU time of process %d: no such process", pid)
	}
	var sum time.Duration
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // a thread that has just ended
		}
		running, _, _ := strings.Cut(string(text), " ")
		nanoseconds, err := strconv.ParseInt(running, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("CPU time of process %d: %w", pid, err)
		}
		sum += time.Duration(nanoseconds)
	}
	return sum, nil
}

// Usage is the CPU time of named processes.
type Usage map[string]time.Duration

// Take reads the usage of processes: name → pid.
func Take(processes map[string]int) (Usage, error) {
	taken := Usage{}
	for name, pid := range processes {
		used, err := CPUTime(pid)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		taken[name] = used
	}
	return taken, nil
}

// PerRequest is what was used since before, in microseconds a request.
func (u Usage) PerRequest(before Usage, requests int) map[string]float64 {
	each := map[string]float64{}
	for name, used := range u {
		each[name] = float64((used - before[name]).Nanoseconds()) / 1000 / float64(max(1, requests))
	}
	return each
}
