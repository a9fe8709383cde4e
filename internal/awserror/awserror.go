// Package awserror holds the errors that the control API answers with: a code,
// an HTTP status and a message, exactly as AWS words them. It is the only kind
// of error that awsapi shows a client; every other becomes an
// InternalServerErrorException without its text. It renders nothing and knows
// no wire format.
package awserror

import (
	"errors"
	"fmt"
	"time"
)

// Code names an error as AWS's x-amzn-ErrorType header does, such as
// "NotFoundException".
type Code string

// The codes of API Gateway's models and of the framework in front of it.
const (
	BadRequest         Code = "BadRequestException"
	Unauthorized       Code = "UnauthorizedException"
	AccessDenied       Code = "AccessDeniedException"
	NotFound           Code = "NotFoundException"
	Conflict           Code = "ConflictException"
	LimitExceeded      Code = "LimitExceededException"
	TooManyRequests    Code = "TooManyRequestsException"
	ServiceUnavailable Code = "ServiceUnavailableException"
	Gone               Code = "GoneException"
	Forbidden          Code = "ForbiddenException"
	PayloadTooLarge    Code = "PayloadTooLargeException"

	Validation           Code = "ValidationException"
	Serialization        Code = "SerializationException"
	RequestTooLarge      Code = "RequestEntityTooLargeException"
	UnknownOperation     Code = "UnknownOperationException"
	NotImplemented       Code = "NotImplementedException"
	InternalServer       Code = "InternalServerErrorException"
	MissingToken         Code = "MissingAuthenticationTokenException"
	IncompleteSignature  Code = "IncompleteSignatureException"
	InvalidSignature     Code = "InvalidSignatureException"
	UnrecognizedClient   Code = "UnrecognizedClientException"
	ExpiredToken         Code = "ExpiredTokenException"
	UnsupportedMediaType Code = "UnsupportedMediaTypeException"
)

// Error is one error as a client sees it. It is a value to return, never to
// change after it was returned.
type Error struct {
	// Code is the error's type on the wire.
	Code Code
	// Status is the HTTP status.
	Status int
	// Message is AWS's text.
	Message string
	// RetryAfter, when not zero, becomes the Retry-After header, in whole seconds.
	RetryAfter time.Duration
	// ResourceType is apigatewayv2's NotFoundException.resourceType, LimitType its
	// TooManyRequestsException.limitType; empty when there is none.
	ResourceType, LimitType string
	// cause is for logs alone.
	cause error
}

// New makes an error of any code; the constructors below are for those with a
// fixed status.
func New(code Code, status int, message string) *Error {
	return &Error{Code: code, Status: status, Message: message}
}

// Error implements error.
func (e *Error) Error() string {
	if e.cause != nil {
		return fmt.Sprintf("%s: %s: %v", e.Code, e.Message, e.cause)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Message)
}

// Unwrap gives the cause, which clients never see.
func (e *Error) Unwrap() error { return e.cause }

// Is makes errors.Is compare codes, so that a caller asks for
// errors.Is(err, &Error{Code: NotFound}).
func (e *Error) Is(target error) bool {
	other, ok := target.(*Error)
	return ok && other.Code == e.Code
}

// WithCause is a copy that carries what went wrong below, for the log.
func (e *Error) WithCause(cause error) *Error {
	other := *e
	other.cause = cause
	return &other
}

// WithRetryAfter is a copy that tells the client when to come again.
func (e *Error) WithRetryAfter(wait time.Duration) *Error {
	other := *e
	other.RetryAfter = wait
	return &other
}

// From is the error that a client may see for err: the *Error in its chain, or
// an InternalServerErrorException that hides it. Nil stays nil.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	if known, ok := errors.AsType[*Error](err); ok {
		return known
	}
	return Internal(err)
}

// HasCode says whether err carries an Error of this code.
func HasCode(err error, code Code) bool {
	known, ok := errors.AsType[*Error](err)
	return ok && known.Code == code
}
