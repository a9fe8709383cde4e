package awsapi_test

import (
	"strings"
	"sync"
	"testing"
	"time"
)

// lines is a log that many write and a test waits for.
type lines struct {
	mutex sync.Mutex
	text  strings.Builder
}

func (l *lines) Write(text []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.Write(text)
}

// wait gives the log once it has so many lines: the line of a call is written
// after its answer.
func (l *lines) wait(t *testing.T, count int) string {
	t.Helper()
	deadline := time.Now().Add(5 * time.Second)
	for {
		l.mutex.Lock()
		text := l.text.String()
		l.mutex.Unlock()
		if strings.Count(text, "\n") >= count {
			return text
		}
		if time.Now().After(deadline) {
			t.Fatalf("no %d lines in the log:\n%s", count, text)
		}
		time.Sleep(time.Millisecond)
	}
}
