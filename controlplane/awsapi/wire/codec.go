package wire

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"sync"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

// Request is what a codec reads of an HTTP request that was matched to an
// operation.
type Request struct {
	// Labels are the path's labels, decoded.
	Labels map[string]string
	// Query is the query string, Header the headers under canonical names.
	Query  url.Values
	Header http.Header
	// Body is the whole body.
	Body []byte
}

// Response is what a codec writes.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Format is how an answer is written.
type Format int

const (
	// JSON is application/json, with times as epoch seconds where the model does
	// not say otherwise.
	JSON Format = iota
	// HAL is application/hal+json: lists under _embedded, times in ISO 8601.
	HAL
)

// Codec reads inputs and writes outputs. It keeps a plan for each struct that it
// has met, and is safe for use by many goroutines. The zero value is ready.
type Codec struct {
	plans sync.Map // reflect.Type → *plan
}

// Decode reads the input of an operation. The error is an *awserror.Error.
func (c *Codec) Decode(operation *Operation, request *Request) (any, error) {
	input := operation.NewInput()
	var err error
	switch operation.Protocol {
	case "rest-json":
		err = c.decodeRESTJSON(request, input)
	case "json":
		err = c.decodeJSON(request, input)
	case "query":
		err = c.decodeQuery(request, input)
	default:
		err = fmt.Errorf("operation %s: protocol %q", operation.Name, operation.Protocol)
	}
	if err != nil {
		return nil, err
	}
	return input, nil
}

// Encode writes the output of an operation, which is nil or what NewOutput
// makes. Self is the request's path, for HAL's links; requestID goes where a
// protocol carries it in the body.
func (c *Codec) Encode(operation *Operation, output any, format Format, self, requestID string) (*Response, error) {
	if output == nil {
		output = operation.NewOutput()
	}
	switch operation.Protocol {
	case "rest-json":
		return c.encodeRESTJSON(operation, output, format, self)
	case "json":
		return c.encodeJSON(operation, output)
	case "query":
		return c.encodeQuery(operation, output, requestID)
	default:
		return nil, fmt.Errorf("operation %s: protocol %q", operation.Name, operation.Protocol)
	}
}

// EncodeError writes an error in the operation's protocol.
func EncodeError(protocol string, failure *awserror.Error, requestID string) *Response {
	switch protocol {
	case "query":
		return queryError(failure, requestID)
	case "json":
		return jsonError(failure)
	default:
		return restError(failure)
	}
}

// structOf is the struct that a pointer to one points to.
func structOf(pointer any) (reflect.Value, error) {
	value := reflect.ValueOf(pointer)
	if value.Kind() != reflect.Pointer || value.IsNil() || value.Elem().Kind() != reflect.Struct {
		return reflect.Value{}, fmt.Errorf("wire: %T is no pointer to a struct", pointer)
	}
	return value.Elem(), nil
}
