package awsapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/internal/awserror"
	"github.com/sluice-gateway/sluice/internal/sigv4"
)

const (
	// defaultMaxBody is API Gateway's limit for a request of the control API.
	defaultMaxBody = 10 << 20
	// maxHeader bounds a request's line and headers; above it net/http answers 431.
	maxHeader = 256 << 10
	// window is how far a signature's date may be from the clock.
	window = 15 * time.Minute
	// shutdownWait is how long calls under way may take when the server stops.
	shutdownWait = 10 * time.Second
)

// Server is the control API. Make it with New.
type Server struct {
	config Config
	table  *table
	codec  wire.Codec
}

// New makes a Server. It fails when two handlers answer one operation, or one
// answers what no table has.
func New(config Config) (*Server, error) {
	if config.Identities == nil || config.Now == nil || config.Random == nil {
		return nil, errors.New("awsapi: Identities, Now and Random are needed")
	}
	if config.Authorizer == nil {
		config.Authorizer = RootOnly{}
	}
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	if config.MaxBody == 0 {
		config.MaxBody = defaultMaxBody
	}
	made, err := newTable(Operations(), config.Handlers)
	if err != nil {
		return nil, fmt.Errorf("awsapi: %w", err)
	}
	return &Server{config: config, table: made}, nil
}

// Serve answers on a listener until the context ends; calls under way then have
// ten seconds. It closes the listener.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    maxHeader,
		// OPTIONS * gets the same answer as every other request.
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(s.config.Logger.Handler(), slog.LevelDebug),
	}
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownWait)
		defer cancel()
		stopped <- server.Shutdown(grace)
	})
	err := server.Serve(listener)
	if stop() || !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("control API: %w", err)
	}
	return <-stopped
}

// ServeHTTP answers one call.
func (s *Server) ServeHTTP(out http.ResponseWriter, in *http.Request) {
	started := s.config.Now()
	id, extended := requestIDs(s.config.Random)
	source, _, err := net.SplitHostPort(in.RemoteAddr)
	if err != nil {
		source = ""
	}
	caller := Caller{RequestID: id, SourceIP: source, UserAgent: in.UserAgent()}
	run := &call{server: s, in: in, caller: caller, protocol: "rest-json"}
	response := run.answer()
	header := out.Header()
	maps.Copy(header, response.Header)
	header["x-amzn-RequestId"] = []string{id}
	if run.protocol == "rest-json" {
		header["x-amz-apigw-id"] = []string{extended}
	}
	if in.Method == http.MethodHead {
		response.Body = nil
	}
	out.WriteHeader(response.Status)
	// A client that went away is no error of ours.
	_, _ = out.Write(response.Body)
	s.log(run, response.Status, s.config.Now().Sub(started))
}

// log writes the line of a call: never bodies, never secrets.
func (s *Server) log(run *call, status int, took time.Duration) {
	attributes := []slog.Attr{
		slog.String("operation", run.name()), slog.String("account", run.caller.Account),
		slog.Int("status", status), slog.Duration("duration", took), slog.String("request_id", run.caller.RequestID),
	}
	if run.failure != nil {
		attributes = append(attributes, slog.String("code", string(run.failure.Code)))
		if cause := run.failure.Unwrap(); cause != nil && status >= http.StatusInternalServerError {
			attributes = append(attributes, slog.String("error", cause.Error()))
		}
	}
	s.config.Logger.LogAttrs(run.in.Context(), slog.LevelInfo, "control API call", attributes...)
}

// readBody reads the whole body, within the limit.
func (s *Server) readBody(in *http.Request) ([]byte, error) {
	if in.ContentLength > s.config.MaxBody {
		return nil, awserror.NewRequestTooLarge()
	}
	body, err := io.ReadAll(io.LimitReader(in.Body, s.config.MaxBody+1))
	if err != nil {
		return nil, awserror.NewSerialization("").WithCause(err)
	}
	if int64(len(body)) > s.config.MaxBody {
		return nil, awserror.NewRequestTooLarge()
	}
	return body, nil
}

// signedParts is a request as sigv4 wants it.
func signedParts(in *http.Request, path, query string, body []byte) *sigv4.Request {
	return &sigv4.Request{
		Method: in.Method, Path: path, Query: query, PayloadHash: sigv4.HashPayload(body),
		Header: func(name string) []string {
			if name == "host" || name == ":authority" {
				return []string{in.Host}
			}
			return in.Header.Values(name)
		},
	}
}

// target splits the request's target, as received, into path and query.
func target(in *http.Request) (path, query string) {
	text := in.RequestURI
	if scheme := strings.Index(text, "://"); scheme > 0 && !strings.HasPrefix(text, "/") {
		rest := text[scheme+3:]
		slash := strings.IndexAny(rest, "/?")
		if slash < 0 {
			return "/", ""
		}
		text = rest[slash:]
	}
	path, query, _ = strings.Cut(text, "?")
	return path, query
}

// validTexts says whether a query string is UTF-8 once decoded.
func validTexts(query map[string][]string) bool {
	for name, values := range query {
		if !utf8.ValidString(name) {
			return false
		}
		for _, value := range values {
			if !utf8.ValidString(value) {
				return false
			}
		}
	}
	return true
}
