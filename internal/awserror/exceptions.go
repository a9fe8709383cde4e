package awserror

import "fmt"

// NewBadRequest is BadRequestException, 400: the request breaks a rule of the
// service.
func NewBadRequest(message string) *Error { return New(BadRequest, 400, message) }

// BadRequestf is NewBadRequest with a formatted message.
func BadRequestf(format string, values ...any) *Error {
	return NewBadRequest(fmt.Sprintf(format, values...))
}

// NewUnauthorized is apigateway's UnauthorizedException, 401.
func NewUnauthorized(message string) *Error { return New(Unauthorized, 401, message) }

// NewAccessDenied is AccessDeniedException, 403: a policy said no.
func NewAccessDenied(message string) *Error { return New(AccessDenied, 403, message) }

// NewNotFound is NotFoundException, 404.
func NewNotFound(message string) *Error { return New(NotFound, 404, message) }

// NotFoundf is NewNotFound with a formatted message.
func NotFoundf(format string, values ...any) *Error {
	return NewNotFound(fmt.Sprintf(format, values...))
}

// NewConflict is ConflictException, 409.
func NewConflict(message string) *Error { return New(Conflict, 409, message) }

// Conflictf is NewConflict with a formatted message.
func Conflictf(format string, values ...any) *Error {
	return NewConflict(fmt.Sprintf(format, values...))
}

// ConcurrentModification is the ConflictException that loses a race of writers.
func ConcurrentModification() *Error {
	return NewConflict("Unable to complete operation due to concurrent modification. Please try again later.")
}

// NewLimitExceeded is LimitExceededException, 429: a quota of the account is
// used up.
func NewLimitExceeded(message string) *Error { return New(LimitExceeded, 429, message) }

// NewTooManyRequests is TooManyRequestsException, 429: too many calls a second.
func NewTooManyRequests() *Error { return New(TooManyRequests, 429, "Too Many Requests") }

// NewServiceUnavailable is ServiceUnavailableException, 503.
func NewServiceUnavailable(message string) *Error { return New(ServiceUnavailable, 503, message) }

// NewGone is apigatewaymanagementapi's GoneException, 410: the connection is no
// more.
func NewGone() *Error { return New(Gone, 410, "") }

// NewForbidden is apigatewaymanagementapi's ForbiddenException, 403.
func NewForbidden(message string) *Error { return New(Forbidden, 403, message) }

// NewPayloadTooLarge is apigatewaymanagementapi's PayloadTooLargeException, 413.
func NewPayloadTooLarge(message string) *Error { return New(PayloadTooLarge, 413, message) }

// NewValidation is the framework's ValidationException, 400: violations of the
// model, all in one message.
func NewValidation(message string) *Error { return New(Validation, 400, message) }

// NewSerialization is the framework's SerializationException, 400: a body that
// is not what the protocol says. AWS sends an empty message for broken JSON.
func NewSerialization(message string) *Error { return New(Serialization, 400, message) }

// NewRequestTooLarge is the framework's answer to a body above its limit, 413.
func NewRequestTooLarge() *Error {
	return New(RequestTooLarge, 413, "Request size exceeded the limit.")
}

// NewUnknownOperation is UnknownOperationException, 404: nothing of the service
// is at that path and method.
func NewUnknownOperation() *Error { return New(UnknownOperation, 404, "") }

// NewNotImplemented is Sluice's own answer, 501, to an operation that AWS has
// and Sluice does not yet.
func NewNotImplemented(operation string) *Error {
	return New(NotImplemented, 501, operation+" is not implemented by Sluice yet.")
}

// Internal is InternalServerErrorException, 500; cause goes to the log alone.
func Internal(cause error) *Error {
	return New(InternalServer, 500, "Internal server error").WithCause(cause)
}
