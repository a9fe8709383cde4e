package awsapi

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/sluice-gateway/sluice/internal/secret"
)

// Config is what a Server is made of.
type Config struct {
	// Handlers answer operations; every other operation of AWS's tables answers
	// 501 NotImplementedException.
	Handlers []Handler
	// Identities knows the access keys.
	Identities Identities
	// Authorizer decides what a caller may do: RootOnly, which is meant when nil,
	// or ByPolicy.
	Authorizer Authorizer
	// Regions lists the regions that a credential scope may name; any when empty.
	Regions []string
	// Logger gets one Info line a call; nothing is logged when nil.
	Logger *slog.Logger
	// Now is the clock, Random the source of request ids, which many goroutines
	// read at once.
	Now    func() time.Time
	Random io.Reader
	// MaxBody bounds a request's body in bytes; 10 MiB when 0, as AWS does.
	MaxBody int64
}

// Identities finds whom an access key belongs to.
type Identities interface {
	// Identity answers with sigv4.ErrUnknownKey when there is no such key or the
	// session token is not the key's, and with sigv4.ErrExpiredToken when the
	// session is over.
	Identity(ctx context.Context, accessKeyID, sessionToken string) (Identity, error)
}

// Identity is an access key's owner and its secret.
type Identity struct {
	Account   string
	Principal Principal
	Secret    secret.String
}

// Authorizer decides whether a caller may do what it asks.
type Authorizer interface {
	// Authorize returns nil when it may, or the error to answer with, as a rule
	// from Denied. Action is such as apigateway:GET, resource an ARN such as
	// arn:aws:apigateway:us-east-1::/restapis/abc.
	Authorize(ctx context.Context, caller Caller, action, resource string) error
}
