package awsapi

import (
	"context"
	"fmt"

	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
)

// Caller is who makes a call, and where: what a verified signature says.
type Caller struct {
	// Account owns what the call sees and makes: twelve digits.
	Account string
	// Region is the one of the credential scope, such as us-east-1.
	Region string
	// Principal is the identity within the account.
	Principal Principal
	// RequestID is the answer's x-amzn-RequestId.
	RequestID string
	// SourceIP is the connection's other end, without its port; UserAgent is what
	// the client calls itself.
	SourceIP, UserAgent string
}

// Principal is an identity as IAM names it.
type Principal struct {
	// ARN is arn:aws:iam::{account}:root, …:user/{name} or
	// arn:aws:sts::{account}:assumed-role/{role}/{session}.
	ARN string
	// ID is the unique id: the account for root, AIDA… for users,
	// AROA…:{session} for roles.
	ID string
	// AccessKeyID is the key that signed.
	AccessKeyID string
	// Root says that it is the account's root, which may do everything by default.
	Root bool
}

// Handler answers one operation. Make it with Handle.
type Handler struct {
	operation wire.Operation
	call      func(ctx context.Context, caller Caller, input any) (any, error)
}

// Handle joins an operation with the method that answers it. The types come
// from the generated table, so that a method of other types does not compile.
// A nil output is written as an empty answer.
func Handle[I, O any](operation wire.Op[I, O], call func(context.Context, Caller, *I) (*O, error)) Handler {
	return Handler{
		operation: operation.Operation,
		call: func(ctx context.Context, caller Caller, input any) (any, error) {
			typed, ok := input.(*I)
			if !ok {
				return nil, fmt.Errorf("operation %s was called with %T", operation.Name, input)
			}
			output, err := call(ctx, caller, typed)
			if err != nil || output == nil {
				return nil, err
			}
			return output, nil
		},
	}
}

// Operation is the entry of the table that the handler answers.
func (h Handler) Operation() wire.Operation { return h.operation }

// Call answers the operation without a server: input and output are pointers to
// the operation's structs. It is for callers within the process, which have
// verified nothing and are trusted.
func (h Handler) Call(ctx context.Context, caller Caller, input any) (any, error) {
	return h.call(ctx, caller, input)
}
