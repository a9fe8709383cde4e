package wire

import (
	"encoding/binary"
	"errors"
	"unsafe"

	"github.com/sluice-gateway/sluice/extproc/message"
)

// Kind says which message Envoy sent.
type Kind uint8

// The kinds, by their field numbers in ProcessingRequest.
const (
	RequestHeaders   Kind = 2
	ResponseHeaders  Kind = 3
	RequestBody      Kind = 4
	ResponseBody     Kind = 5
	RequestTrailers  Kind = 6
	ResponseTrailers Kind = 7
)

// ErrMessage is a message that is no ProcessingRequest.
var ErrMessage = errors.New("not a ProcessingRequest")

// Message is a ProcessingRequest.
type Message struct {
	Kind Kind
	// Fields are a message's headers, pseudo-headers too.
	Fields message.Fields
	Body   []byte
	// End is end_of_stream.
	End bool
	// RequestStreamed and ResponseStreamed say, with the first message, that the
	// bodies are FULL_DUPLEX_STREAMED: they come in pieces, and answers may wait.
	RequestStreamed, ResponseStreamed bool
	// RouteName, SourceAddress and CodeDetails are the attributes xds.route_name,
	// source.address and response.code_details, when they were asked for.
	RouteName, SourceAddress, CodeDetails string
}

// Numbers of fields, named after their message.
const (
	processingAttributes = 9
	processingProtocol   = 11
	protocolRequest      = 1
	protocolResponse     = 2
	fullDuplexStreamed   = 4
	headersMap           = 1
	headersEnd           = 3
	bodyBytes            = 1
	bodyEnd              = 2
	headerKey            = 1
	headerValue          = 2
	headerRaw            = 3
	entryKey             = 1
	entryValue           = 2
	valueString          = 3
)

// Decode reads data, whose memory must stay unchanged for as long as m's texts
// are used. Fields are appended to those that m has room for.
func (m *Message) Decode(data []byte) error {
	*m = Message{Fields: m.Fields[:0]}
	for len(data) > 0 {
		number, _, value, rest, ok := next(data)
		if !ok {
			return ErrMessage
		}
		data = rest
		if value == nil {
			continue // none of ours is a number
		}
		switch number {
		case int(RequestHeaders), int(ResponseHeaders):
			m.turn(number)
			ok = m.headers(value)
		case int(RequestBody), int(ResponseBody):
			m.turn(number)
			ok = m.body(value)
		case int(RequestTrailers), int(ResponseTrailers):
			m.turn(number)
		case processingAttributes:
			ok = m.attributes(value)
		case processingProtocol:
			ok = m.protocol(value)
		}
		if !ok {
			return ErrMessage
		}
	}
	if m.Kind == 0 {
		return ErrMessage
	}
	return nil
}

// turn begins a part of the message. Of several, which Envoy never sends, the
// last is the message.
func (m *Message) turn(number int) {
	if kind := Kind(number); m.Kind != kind {
		m.Kind, m.Fields, m.Body, m.End = kind, m.Fields[:0], nil, false
	}
}

func (m *Message) headers(data []byte) bool {
	for len(data) > 0 {
		number, varint, value, rest, ok := next(data)
		if !ok {
			return false
		}
		data = rest
		switch number {
		case headersMap:
			ok = value == nil || m.headerMap(value)
		case headersEnd:
			if value == nil {
				m.End = varint != 0
			}
		}
		if !ok {
			return false
		}
	}
	return true
}

func (m *Message) headerMap(data []byte) bool {
	for len(data) > 0 {
		_, _, header, rest, ok := next(data)
		if !ok {
			return false
		}
		data = rest
		var field message.Field
		for len(header) > 0 {
			number, _, value, after, ok := next(header)
			if !ok {
				return false
			}
			header = after
			switch number {
			case headerKey:
				field.Name = text(value)
			case headerValue, headerRaw:
				if len(value) > 0 {
					field.Value = text(value)
				}
			}
		}
		m.Fields = append(m.Fields, field)
	}
	return true
}

func (m *Message) body(data []byte) bool {
	for len(data) > 0 {
		number, varint, value, rest, ok := next(data)
		if !ok {
			return false
		}
		data = rest
		switch number {
		case bodyBytes:
			if value != nil {
				m.Body = value
			}
		case bodyEnd:
			if value == nil {
				m.End = varint != 0
			}
		}
	}
	return true
}

// protocol reads ProtocolConfiguration.
func (m *Message) protocol(data []byte) bool {
	for len(data) > 0 {
		number, varint, _, rest, ok := next(data)
		if !ok {
			return false
		}
		data = rest
		switch number {
		case protocolRequest:
			m.RequestStreamed = varint == fullDuplexStreamed
		case protocolResponse:
			m.ResponseStreamed = varint == fullDuplexStreamed
		}
	}
	return true
}

// attributes reads an entry of map<string, google.protobuf.Struct>: the Struct
// is a map of names to Values, of which ours are texts.
func (m *Message) attributes(entry []byte) bool {
	return eachEntry(entry, func(_ string, group []byte) bool {
		for len(group) > 0 {
			_, _, field, rest, ok := next(group)
			if !ok {
				return false
			}
			group = rest
			ok = eachEntry(field, func(name string, value []byte) bool {
				number, _, content, _, ok := next(value)
				if ok && number == valueString {
					m.attribute(name, text(content))
				}
				return ok
			})
			if !ok {
				return false
			}
		}
		return true
	})
}

func (m *Message) attribute(name, value string) {
	switch name {
	case "xds.route_name":
		m.RouteName = value
	case "source.address":
		m.SourceAddress = value
	case "response.code_details":
		m.CodeDetails = value
	}
}

// eachEntry reads one map entry and hands its key and value over.
func eachEntry(entry []byte, take func(key string, value []byte) bool) bool {
	var key string
	var content []byte
	for len(entry) > 0 {
		number, _, value, rest, ok := next(entry)
		if !ok {
			return false
		}
		entry = rest
		switch number {
		case entryKey:
			key = text(value)
		case entryValue:
			content = value
		}
	}
	return take(key, content)
}

// next reads one field: a varint, or bytes, or a number of fixed size, which
// nothing here wants.
func next(data []byte) (number int, varint uint64, value, rest []byte, ok bool) {
	tag, size := binary.Uvarint(data)
	if size <= 0 || tag>>3 == 0 || tag>>3 > 1<<29 {
		return 0, 0, nil, nil, false
	}
	number, data = int(tag>>3), data[size:]
	switch tag & 7 {
	case 0:
		varint, size = binary.Uvarint(data)
		if size <= 0 {
			return 0, 0, nil, nil, false
		}
		return number, varint, nil, data[size:], true
	case 1:
		size = 8
	case 2:
		length, prefix := binary.Uvarint(data)
		if prefix <= 0 || length > uint64(len(data)-prefix) {
			return 0, 0, nil, nil, false
		}
		end := prefix + int(length)
		return number, 0, data[prefix:end:end], data[end:], true
	case 5:
		size = 4
	default:
		return 0, 0, nil, nil, false
	}
	if len(data) < size {
		return 0, 0, nil, nil, false
	}
	return 0, 0, nil, data[size:], true // no field has the number 0
}

// text is a string in the memory of value.
func text(value []byte) string { return unsafe.String(unsafe.SliceData(value), len(value)) }
