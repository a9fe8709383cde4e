// Package telemetry is how the roles tell what they do: logs by slog with the
// same four words on every line of a request, and metrics for Prometheus. It
// never sees a body or a secret, and serves nothing itself.
package telemetry

import (
	"io"
	"log/slog"
)

// Format is how log lines look.
type Format string

// The formats.
const (
	// Text is for people, JSON for machines.
	Text Format = "text"
	JSON Format = "json"
)

// NewLogger makes the logger of a role, such as "extauth".
func NewLogger(out io.Writer, role string, format Format, level slog.Leveler) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	var handler slog.Handler = slog.NewTextHandler(out, options)
	if format == JSON {
		handler = slog.NewJSONHandler(out, options)
	}
	return slog.New(handler).With("role", role)
}

// Request is what every line about one request carries. It costs nothing until
// the line is written.
type Request struct {
	API, Stage, Operation, RequestID string
}

// LogValue implements slog.LogValuer; log it under the empty key to have its
// words on the line itself: logger.LogAttrs(ctx, level, text, request.Attr()).
func (r Request) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("api", r.API), slog.String("stage", r.Stage),
		slog.String("operation", r.Operation), slog.String("request_id", r.RequestID),
	)
}

// Attr is the request as an attribute whose words stand on the line itself.
func (r Request) Attr() slog.Attr { return slog.Attr{Value: slog.AnyValue(r)} }
