package sigv4

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
)

// Error says why a signature was refused, with AWS's code and text. All of them
// are HTTP 403.
type Error struct {
	// Code is AWS's x-amzn-ErrorType, such as InvalidSignatureException.
	Code string
	// Message is AWS's text.
	Message string
}

// Error implements error.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Is compares codes, so that errors.Is(err, &Error{Code: CodeMissing}) works.
func (e *Error) Is(target error) bool {
	other, ok := target.(*Error)
	return ok && other.Code == e.Code
}

// The codes of Error.
const (
	CodeMissing      = "MissingAuthenticationTokenException"
	CodeIncomplete   = "IncompleteSignatureException"
	CodeInvalid      = "InvalidSignatureException"
	CodeUnrecognized = "UnrecognizedClientException"
	CodeExpired      = "ExpiredTokenException"
)

// What a Keys answers with.
var (
	// ErrUnknownKey says that there is no such access key, or that the session
	// token is not the key's.
	ErrUnknownKey = errors.New("sigv4: unknown access key")
	// ErrExpiredToken says that the key's session is over.
	ErrExpiredToken = errors.New("sigv4: session expired")
)

func missing() *Error { return &Error{Code: CodeMissing, Message: "Missing Authentication Token"} }

func incomplete(message string) *Error { return &Error{Code: CodeIncomplete, Message: message} }

func invalid(message string) *Error { return &Error{Code: CodeInvalid, Message: message} }

// Unrecognized is the error for a key that nobody has.
func Unrecognized() *Error {
	return &Error{Code: CodeUnrecognized, Message: "The security token included in the request is invalid."}
}

// Expired is the error for a session that is over.
func Expired() *Error {
	return &Error{Code: CodeExpired, Message: "The security token included in the request is expired"}
}

// notPairs is an Authorization header whose parameters are no pairs, such as
// "Bearer abc". AWS hashes it, so as not to echo a token.
func notPairs(header string) *Error {
	sum := sha256.Sum256([]byte(header))
	return incomplete("Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '" +
		base64.StdEncoding.EncodeToString(sum[:]) + "'.")
}

// lacking is an Authorization header without some of its parts.
func lacking(parts []string, dated bool, header string) *Error {
	var text strings.Builder
	for _, part := range parts {
		text.WriteString("Authorization header requires '" + part + "' parameter. ")
	}
	if !dated {
		text.WriteString("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ")
	}
	return incomplete(text.String() + "Authorization=" + header)
}

// lackingQuery is a presigned request without some of its parameters.
func lackingQuery(parts []string) *Error {
	var text strings.Builder
	for _, part := range parts {
		text.WriteString("AWS query-string parameters must include '" + part + "'. ")
	}
	return incomplete(text.String() + "Re-examine the query-string parameters.")
}
