package extauth

import (
	"errors"
	"strings"
	"unsafe"

	"google.golang.org/protobuf/encoding/protowire"
)

// The messages of envoy.service.auth.v3, read and written by hand: of a
// CheckRequest a decision needs a few fields, and making the generated structs
// costs several times the decision (measured; see docs/design).

// Field numbers of CheckRequest and what it holds.
const (
	checkRequestAttributes = 1

	attributesSource            = 1
	attributesRequest           = 4
	attributesContextExtensions = 10

	peerAddress          = 1
	addressSocketAddress = 1
	socketAddressAddress = 2

	requestHTTP = 2

	httpMethod    = 2
	httpHeaders   = 3
	httpPath      = 4
	httpHost      = 5
	httpHeaderMap = 13

	headerMapHeaders = 1
	headerRawValue   = 3

	entryKey   = 1
	entryValue = 2
)

// Field numbers of CheckResponse and what it holds.
const (
	checkResponseStatus          = 1
	checkResponseDenied          = 2
	checkResponseDynamicMetadata = 4

	statusCode = 1

	deniedStatus  = 1
	deniedHeaders = 2
	deniedBody    = 3

	optionHeader = 1
	optionAction = 3

	structFields     = 1
	valueStringValue = 3

	grpcPermissionDenied = 7
	// overwriteOrAdd is OVERWRITE_IF_EXISTS_OR_ADD.
	overwriteOrAdd = 2
)

// operationExtension is the context extension that names the operation.
const operationExtension = "operation"

// errMessage says that a CheckRequest is none.
var errMessage = errors.New("extauth: malformed CheckRequest")

// pair is one header.
type pair struct{ name, value string }

// checkRequest is what is read of a CheckRequest. Its texts lie in buffer and
// live as long as it does.
type checkRequest struct {
	Request

	operation string
	buffer    []byte
	headers   []pair
}

// Get implements Headers.
func (c *checkRequest) Get(name string) (string, bool) {
	found := -1
	for i := range c.headers {
		if c.headers[i].name != name {
			continue
		}
		if found >= 0 {
			return c.joined(name), true
		}
		found = i
	}
	if found < 0 {
		return "", false
	}
	return c.headers[found].value, true
}

// joined is a header that was sent several times.
func (c *checkRequest) joined(name string) string {
	var all []string
	for i := range c.headers {
		if c.headers[i].name == name {
			all = append(all, c.headers[i].value)
		}
	}
	return strings.Join(all, ",")
}

// reset empties a request for its next use, keeping what it allocated.
func (c *checkRequest) reset() {
	clear(c.headers)
	*c = checkRequest{headers: c.headers[:0]}
}

// decode reads the message in buffer.
func (c *checkRequest) decode() error {
	err := fields(c.buffer, func(number protowire.Number, value []byte) error {
		if number == checkRequestAttributes {
			return fields(value, c.attribute)
		}
		return nil
	})
	if err != nil {
		return err
	}
	c.Headers = c
	c.Path, c.Query, _ = strings.Cut(c.Path, "?")
	c.ID, _ = c.Get("x-request-id")
	return nil
}

func (c *checkRequest) attribute(number protowire.Number, value []byte) error {
	switch number {
	case attributesSource:
		address, err := nested(value, peerAddress, addressSocketAddress, socketAddressAddress)
		c.SourceIP = text(address)
		return err
	case attributesRequest:
		http, err := nested(value, requestHTTP)
		if err != nil {
			return err
		}
		return fields(http, c.http)
	case attributesContextExtensions:
		extension, err := entry(value, false)
		if extension.name == operationExtension {
			c.operation = extension.value
		}
		return err
	default:
		return nil
	}
}

func (c *checkRequest) http(number protowire.Number, value []byte) error {
	switch number {
	case httpMethod:
		c.Method = text(value)
	case httpPath:
		c.Path = text(value)
	case httpHost:
		c.Host = text(value)
	case httpHeaders:
		return c.addHeader(value)
	case httpHeaderMap:
		return fields(value, func(number protowire.Number, header []byte) error {
			if number == headerMapHeaders {
				return c.addHeader(header)
			}
			return nil
		})
	}
	return nil
}

func (c *checkRequest) addHeader(message []byte) error {
	header, err := entry(message, true)
	if err != nil {
		return err
	}
	c.headers = append(c.headers, header)
	return nil
}

// fields calls take for every length-delimited field of a message; others are
// passed over.
func fields(message []byte, take func(protowire.Number, []byte) error) error {
	for len(message) > 0 {
		number, value, rest, err := next(message)
		if err != nil {
			return err
		}
		message = rest
		if value == nil {
			continue
		}
		if err := take(number, value); err != nil {
			return err
		}
	}
	return nil
}

// next reads one field; value is nil when it is not length-delimited.
func next(message []byte) (number protowire.Number, value, rest []byte, err error) {
	number, kind, length := protowire.ConsumeTag(message)
	if length < 0 {
		return 0, nil, nil, errMessage
	}
	message = message[length:]
	if kind != protowire.BytesType {
		length = protowire.ConsumeFieldValue(number, kind, message)
		if length < 0 {
			return 0, nil, nil, errMessage
		}
		return number, nil, message[length:], nil
	}
	value, length = protowire.ConsumeBytes(message)
	if length < 0 {
		return 0, nil, nil, errMessage
	}
	if value == nil {
		value = []byte{}
	}
	return number, value, message[length:], nil
}

// nested follows field numbers into a message; the last of each counts.
func nested(message []byte, path ...protowire.Number) ([]byte, error) {
	for _, wanted := range path {
		var found []byte
		for len(message) > 0 {
			number, value, rest, err := next(message)
			if err != nil {
				return nil, err
			}
			message = rest
			if number == wanted && value != nil {
				found = value
			}
		}
		message = found
	}
	return message, nil
}

// entry reads a map's entry, or a HeaderValue, which may have its value in bytes:
// a key and a value.
func entry(message []byte, header bool) (pair, error) {
	var read pair
	for len(message) > 0 {
		number, value, rest, err := next(message)
		if err != nil {
			return pair{}, err
		}
		message = rest
		switch {
		case value == nil: // another wire type than the field's own makes it unknown
		case number == entryKey:
			read.name = text(value)
		case number == entryValue || header && number == headerRawValue && len(value) > 0:
			read.value = text(value)
		}
	}
	return read, nil
}

// text is bytes of the buffer as a string, without copying: the buffer does not
// change while its request is in use.
func text(value []byte) string {
	return unsafe.String(unsafe.SliceData(value), len(value))
}
