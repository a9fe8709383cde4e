package gatewayresponse

// Type is a GatewayResponse's responseType.
type Type uint8

// The types, in AWS's order.
const (
	AccessDenied Type = iota
	APIConfigurationError
	AuthorizerConfigurationError
	AuthorizerFailure
	BadRequestBody
	BadRequestParameters
	Default4XX
	Default5XX
	ExpiredToken
	IntegrationFailure
	IntegrationTimeout
	InvalidAPIKey
	InvalidSignature
	MissingAuthenticationToken
	QuotaExceeded
	RequestTooLarge
	ResourceNotFound
	Throttled
	Unauthorized
	UnsupportedMediaType
	WAFFiltered

	typeCount
)

// facts of a type that AWS fixes.
type facts struct {
	name   string
	status int
	// message is the usual text; "" is JSON's null.
	message   string
	errorType string
}

const (
	internalError  = "Internal server error"
	internalServer = "InternalServerErrorException"
	badRequest     = "BadRequestException"
	forbidden      = "Forbidden"
)

// table holds AWS's "Gateway response types" with the statuses recorded from
// GetGatewayResponses. Statuses of the defaults are each answer's own.
var table = [typeCount]facts{
	AccessDenied:                 {"ACCESS_DENIED", 403, "User is not authorized to access this resource", "AccessDeniedException"},
	APIConfigurationError:        {"API_CONFIGURATION_ERROR", 500, internalError, internalServer},
	AuthorizerConfigurationError: {"AUTHORIZER_CONFIGURATION_ERROR", 500, "", "AuthorizerConfigurationException"},
	AuthorizerFailure:            {"AUTHORIZER_FAILURE", 500, "", "AuthorizerFailureException"},
	BadRequestBody:               {"BAD_REQUEST_BODY", 400, "Invalid request body", badRequest},
	BadRequestParameters:         {"BAD_REQUEST_PARAMETERS", 400, "Missing required request parameters: []", badRequest},
	Default4XX:                   {"DEFAULT_4XX", 0, "Bad Request", badRequest},
	Default5XX:                   {"DEFAULT_5XX", 0, internalError, internalServer},
	ExpiredToken:                 {"EXPIRED_TOKEN", 403, "The security token included in the request is expired", "ExpiredTokenException"},
	IntegrationFailure:           {"INTEGRATION_FAILURE", 504, "Network error communicating with endpoint", internalServer},
	IntegrationTimeout:           {"INTEGRATION_TIMEOUT", 504, "Endpoint request timed out", internalServer},
	InvalidAPIKey:                {"INVALID_API_KEY", 403, forbidden, "ForbiddenException"},
	InvalidSignature:             {"INVALID_SIGNATURE", 403, "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.", "InvalidSignatureException"},
	MissingAuthenticationToken:   {"MISSING_AUTHENTICATION_TOKEN", 403, "Missing Authentication Token", "MissingAuthenticationTokenException"},
	QuotaExceeded:                {"QUOTA_EXCEEDED", 429, "Limit Exceeded", "LimitExceededException"},
	RequestTooLarge:              {"REQUEST_TOO_LARGE", 413, "Request Too Long", "RequestTooLargeException"},
	ResourceNotFound:             {"RESOURCE_NOT_FOUND", 404, "Not Found", "ResourceNotFoundException"},
	Throttled:                    {"THROTTLED", 429, "Too Many Requests", "TooManyRequestsException"},
	Unauthorized:                 {"UNAUTHORIZED", 401, "Unauthorized", "UnauthorizedException"},
	UnsupportedMediaType:         {"UNSUPPORTED_MEDIA_TYPE", 415, "Unsupported Media Type", badRequest},
	WAFFiltered:                  {"WAF_FILTERED", 403, forbidden, "ForbiddenException"},
}

// Types lists all types in AWS's order.
func Types() []Type {
	all := make([]Type, typeCount)
	for kind := range typeCount {
		all[kind] = kind
	}
	return all
}

// ParseType finds a type by its name, such as "THROTTLED".
func ParseType(name string) (Type, bool) {
	for kind := range typeCount {
		if table[kind].name == name {
			return kind, true
		}
	}
	return 0, false
}

// String is the type's name: $context.error.responseType.
func (t Type) String() string {
	if t >= typeCount {
		return "DEFAULT_5XX"
	}
	return table[t].name
}

// Status is the type's default HTTP status, 0 for DEFAULT_4XX and DEFAULT_5XX.
func (t Type) Status() int {
	if t >= typeCount {
		return 0
	}
	return table[t].status
}

// Message is the type's usual text; empty where AWS answers {"message":null}.
func (t Type) Message() string {
	if t >= typeCount {
		return internalError
	}
	return table[t].message
}

// ErrorType is the type's usual x-amzn-ErrorType.
func (t Type) ErrorType() string {
	if t >= typeCount {
		return internalServer
	}
	return table[t].errorType
}

// parent is the type that is used when the type itself was not put.
func (t Type) parent() Type {
	if t == Default4XX {
		return Default4XX
	}
	if status := t.Status(); status >= 400 && status < 500 {
		return Default4XX
	}
	return Default5XX
}
