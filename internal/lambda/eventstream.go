package lambda

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
)

// EventStreamType is the media type of answers of InvokeWithResponseStream: what
// the function writes comes in messages with checksums.
// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html (the encoding)
const EventStreamType = "application/vnd.amazon.eventstream"

// ErrEventStream is wrapped by errors about bytes that are no event stream.
var ErrEventStream = errors.New("not an event stream")

// FunctionError is what a function that failed says at the end of its stream.
type FunctionError struct {
	Code    string `json:"ErrorCode"`
	Details string `json:"ErrorDetails"`
}

// Error implements error.
func (e *FunctionError) Error() string { return e.Code + ": " + e.Details }

// Sizes of an event stream's message: lengths and their checksum, then headers,
// payload and a checksum of all.
const (
	eventPrelude  = 12
	eventChecksum = 4
	// maxEvent bounds a message in bytes; Lambda's chunks are far smaller.
	maxEvent = 24 << 20
	// stringHeader is the type of header values that are texts.
	stringHeader = 7
)

// EventStream takes payloads out of an event stream that comes in pieces. The
// zero value is ready.
type EventStream struct {
	pending []byte
}

// Append appends to dst what the function wrote in this piece. The error is a
// *FunctionError when the function failed.
func (e *EventStream) Append(dst, piece []byte) ([]byte, error) {
	e.pending = append(e.pending, piece...)
	for len(e.pending) >= eventPrelude {
		length := int(binary.BigEndian.Uint32(e.pending))
		headers := int(binary.BigEndian.Uint32(e.pending[4:]))
		if length < eventPrelude+eventChecksum || length > maxEvent || headers < 0 || headers > length-eventPrelude-eventChecksum {
			return dst, fmt.Errorf("%w: a message of %d bytes", ErrEventStream, length)
		}
		if len(e.pending) < length {
			break
		}
		message := e.pending[:length]
		if crc32.ChecksumIEEE(message[:length-eventChecksum]) != binary.BigEndian.Uint32(message[length-eventChecksum:]) {
			return dst, fmt.Errorf("%w: a checksum is wrong", ErrEventStream)
		}
		var err error
		dst, err = appendPayload(dst, message[eventPrelude:eventPrelude+headers], message[eventPrelude+headers:length-eventChecksum])
		if err != nil {
			return dst, err
		}
		e.pending = e.pending[length:]
	}
	return dst, nil
}

// appendPayload appends a chunk of the payload, and tells how the function ended.
func appendPayload(dst, headers, payload []byte) ([]byte, error) {
	kind, event := "", ""
	err := eachHeader(headers, func(name, value string) {
		switch name {
		case ":message-type":
			kind = value
		case ":event-type", ":exception-type":
			event = value
		}
	})
	switch {
	case err != nil:
		return dst, err
	case kind == "exception" || kind == "error":
		return dst, &FunctionError{Code: event, Details: string(payload)}
	case event == "PayloadChunk":
		return append(dst, payload...), nil
	case event == "InvokeComplete":
		failed := &FunctionError{}
		err = json.Unmarshal(payload, failed)
		if err == nil && failed.Code != "" {
			return dst, failed
		}
		return dst, nil
	default:
		return dst, nil
	}
}

// eachHeader reads headers whose values are texts; no other type comes from
// Lambda.
func eachHeader(data []byte, take func(name, value string)) error {
	for len(data) > 0 {
		length := int(data[0])
		if len(data) < 1+length+3 || data[1+length] != stringHeader {
			return fmt.Errorf("%w: a header", ErrEventStream)
		}
		name := string(data[1 : 1+length])
		data = data[2+length:]
		size := int(binary.BigEndian.Uint16(data))
		if len(data) < 2+size {
			return fmt.Errorf("%w: a header", ErrEventStream)
		}
		take(name, string(data[2:2+size]))
		data = data[2+size:]
	}
	return nil
}
