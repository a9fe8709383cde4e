package process

import (
	"log/slog"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestParseLine reads Envoy's lines at their levels, and what is no line of its
// log as it stands.
func TestParseLine(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		line, message, logger string
		level                 slog.Level
	}{
		"a warning":   {`{"level":"warning","logger":"config","message":"closed: \"14\"\nsince"}`, "closed: \"14\"\nsince", "config", slog.LevelWarn},
		"an error":    {`{"level":"error","logger":"main","message":"no"}`, "no", "main", slog.LevelError},
		"critical":    {`{"level":"critical","logger":"main","message":"no"}`, "no", "main", slog.LevelError},
		"information": {`{"level":"info","logger":"main","message":"yes"}`, "yes", "main", slog.LevelDebug},
		"a crash":     {`Caught Segmentation fault, suspect faulting address 0x0`, `Caught Segmentation fault, suspect faulting address 0x0`, "", slog.LevelWarn},
		"half a line": {`{"level":"info","log`, `{"level":"info","log`, "", slog.LevelWarn},
		"nothing":     {"  ", "", "", slog.LevelWarn},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := parseLine([]byte(c.line))
			logger := ""
			if len(got.attributes) > 0 {
				logger = got.attributes[0].Value.String()
			}
			if diff := cmp.Diff([]any{c.level, c.message, c.logger}, []any{got.level, got.message, logger}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzParseLine loses no line that holds anything.
func FuzzParseLine(f *testing.F) {
	f.Add([]byte(`{"level":"warning","logger":"config","message":"x"}`))
	f.Add([]byte("[external/envoy] stack"))
	f.Fuzz(func(t *testing.T, line []byte) {
		for _, b := range line {
			if b > ' ' && b < 0x7f && parseLine(line).message == "" {
				t.Errorf("%q is lost", line)
			}
		}
	})
}
