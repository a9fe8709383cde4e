package process

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
)

// logFormat is Envoy's --log-format: one JSON object a line.
// https://www.envoyproxy.io/docs/envoy/latest/operations/cli
const logFormat = `{"level":"%l","logger":"%n","message":"%j"}`

// envoyLevel is the --log-level for what a logger takes. Envoy tells at info
// what is of use to those who debug it, so it is told to be quiet until then.
func envoyLevel(log *slog.Logger) string {
	ctx := context.Background()
	switch {
	case log.Enabled(ctx, slog.LevelDebug):
		return "info"
	case log.Enabled(ctx, slog.LevelWarn):
		return "warning"
	default:
		return "error"
	}
}

// record is one line of an Envoy's log.
type record struct {
	level      slog.Level
	message    string
	attributes []slog.Attr
}

// parseLine reads a line of logFormat; any other line (a crash's stack, say) is
// a warning as it stands.
func parseLine(line []byte) record {
	var written struct {
		Level   string `json:"level"`
		Logger  string `json:"logger"`
		Message string `json:"message"`
	}
	line = bytes.TrimSpace(line)
	err := json.Unmarshal(line, &written)
	message := strings.TrimSpace(written.Message)
	if err != nil || message == "" {
		return record{level: slog.LevelWarn, message: string(line)}
	}
	return record{
		level:      slogLevel(written.Level),
		message:    message,
		attributes: []slog.Attr{slog.String("logger", written.Logger)},
	}
}

// slogLevel is what an Envoy's level means to the operator of Sluice.
func slogLevel(level string) slog.Level {
	switch level {
	case "critical", "error":
		return slog.LevelError
	case "warning":
		return slog.LevelWarn
	default:
		return slog.LevelDebug
	}
}
