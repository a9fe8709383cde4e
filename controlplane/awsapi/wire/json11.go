package wire

import (
	"net/http"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

// decodeJSON reads an input of the JSON 1.1 protocol: the whole body.
func (c *Codec) decodeJSON(request *Request, input any) error {
	into, err := structOf(input)
	if err != nil {
		return err
	}
	if len(request.Body) == 0 {
		return nil
	}
	return c.readBody(request.Body, into)
}

// encodeJSON writes an output of the JSON 1.1 protocol.
func (c *Codec) encodeJSON(operation *Operation, output any) (*Response, error) {
	from, err := structOf(output)
	if err != nil {
		return nil, err
	}
	writer := jsonWriter{codec: c}
	writer.structure(c.plan(from.Type()), from)
	response := writer.into(&Response{Status: operation.Status, Header: http.Header{}})
	response.Header.Set("Content-Type", "application/x-amz-json-1.1")
	return response, nil
}

// jsonError writes an error of the JSON 1.1 protocol.
func jsonError(failure *awserror.Error) *Response {
	writer := jsonWriter{}
	writer.texts([][2]string{{"__type", string(failure.Code)}, {"message", failure.Message}})
	response := writer.into(&Response{Status: failure.Status, Header: http.Header{}})
	response.Header.Set("Content-Type", "application/x-amz-json-1.1")
	response.Header.Set("x-amzn-ErrorType", string(failure.Code))
	return response
}
