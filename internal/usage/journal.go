package usage

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// The journal keeps quotas over a restart: a line for each state that changed,
// the last of a name counts. A line that was torn by a crash is left out. Buckets
// are not kept: they are full again within seconds.

// errLine says that a journal's line is none.
var errLine = errors.New("no journal line")

// AppendChanges appends the quotas that changed since the last call, so that
// calling it every second loses at most one second of counting to a crash. One
// goroutine may call it at a time.
func (m *Memory) AppendChanges(dst []byte) []byte { return m.appendQuotas(dst, false) }

// AppendAll appends every quota, to begin a new journal with.
func (m *Memory) AppendAll(dst []byte) []byte { return m.appendQuotas(dst, true) }

func (m *Memory) appendQuotas(dst []byte, all bool) []byte {
	for i := range m.shards {
		s := &m.shards[i]
		s.mu.RLock()
		for key, one := range s.cells {
			state := one.state.Load()
			if key.kind != quotaKind || state == dead || state == one.saved && !all {
				continue
			}
			one.saved = state
			dst = appendLine(dst, key, one.quota.Load(), state)
		}
		s.mu.RUnlock()
	}
	return dst
}

func appendLine(dst []byte, of name, quota *Quota, state int64) []byte {
	dst = strconv.AppendQuote(dst, of.limit)
	dst = append(dst, ' ')
	dst = strconv.AppendQuote(dst, of.subject)
	for _, number := range []int64{int64(quota.Period), quota.Offset, state} {
		dst = append(dst, ' ')
		dst = strconv.AppendInt(dst, number, 10)
	}
	return append(dst, '\n')
}

// Restore reads a journal into an empty Memory, before the first Spend. It gives
// how many lines were unreadable; a torn last one is usual after a crash.
func (m *Memory) Restore(journal []byte) (unreadable int) {
	for len(journal) > 0 {
		line, rest, whole := bytes.Cut(journal, []byte("\n"))
		journal = rest
		charge, state, err := parseLine(string(line))
		if err != nil || !whole {
			unreadable++
			continue
		}
		restored := m.find(&charge, 0)
		restored.state.Store(state)
		restored.saved = state
	}
	return unreadable
}

func parseLine(line string) (charge Charge, state int64, err error) {
	limit, line, err := quoted(line)
	if err != nil {
		return Charge{}, 0, err
	}
	subject, line, err := quoted(line)
	if err != nil {
		return Charge{}, 0, err
	}
	var numbers [3]int64
	for i := range numbers {
		text, rest, _ := strings.Cut(line, " ")
		line = rest
		numbers[i], err = strconv.ParseInt(text, 10, 64)
		if err != nil || numbers[i] < 0 {
			return Charge{}, 0, errLine
		}
	}
	if line != "" || numbers[0] > int64(Month) {
		return Charge{}, 0, errLine
	}
	quota := Quota{Period: Period(numbers[0]), Offset: numbers[1]}
	return Charge{Limit: NewQuota(limit, quota), Subject: subject}, numbers[2], nil
}

// quoted reads a quoted text and the blank after it.
func quoted(line string) (text, rest string, err error) {
	prefix, err := strconv.QuotedPrefix(line)
	if err != nil || len(line) == len(prefix) || line[len(prefix)] != ' ' {
		return "", "", errLine
	}
	text, err = strconv.Unquote(prefix)
	if err != nil {
		return "", "", fmt.Errorf("journal line: %w", err)
	}
	return text, line[len(prefix)+1:], nil
}
