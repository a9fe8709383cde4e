package extproc

import (
	"context"
	"fmt"
	"net/netip"
	"strconv"

	"github.com/sluice-gateway/sluice/extproc/message"
	"github.com/sluice-gateway/sluice/extproc/wire"
)

// stream is one ExternalProcessor stream: it moves Envoy's messages into an
// Exchange and what the Exchange wants back to Envoy, and nothing else.
type stream struct {
	exchange *Exchange
	incoming wire.Message
	response message.Response
	// trial is nil but for plans that are tried out.
	trial *trialOf
}

// handle takes one ProcessingRequest and appends the ProcessingResponse to dst.
// The memory of data belongs to the stream until it ends.
func (s *stream) handle(ctx context.Context, dst, data []byte) ([]byte, error) {
	m := &s.incoming
	err := m.Decode(data)
	if err != nil {
		return dst, fmt.Errorf("ext_proc: %w", err)
	}
	switch m.Kind {
	case wire.RequestHeaders:
		request := s.request()
		return wire.AppendReply(dst, m.Kind, s.tried(s.exchange.Request(ctx, m.RouteName, &request))), nil
	case wire.RequestBody:
		return wire.AppendReply(dst, m.Kind, s.tried(s.exchange.RequestBody(ctx, m.Body))), nil
	case wire.ResponseHeaders:
		s.readResponse()
		return wire.AppendReply(dst, m.Kind, s.tried(s.exchange.Response(&s.response))), nil
	case wire.ResponseBody:
		return wire.AppendReply(dst, m.Kind, s.tried(s.exchange.ResponseBody(m.Body))), nil
	default:
		return wire.AppendReply(dst, m.Kind, s.exchange.pass()), nil
	}
}

// request takes the pseudo-headers out of a request.
func (s *stream) request() message.Request {
	m := &s.incoming
	made := message.Request{Complete: m.End, SourceIP: sourceIP(m.SourceAddress)}
	kept := m.Fields[:0]
	for _, field := range m.Fields {
		switch field.Name {
		case ":method":
			made.Method = field.Value
		case ":path":
			made.Path = field.Value
		case ":authority", "host":
			made.Authority = field.Value
		case ":scheme":
			made.Scheme = field.Value
		default:
			kept = append(kept, field)
		}
	}
	made.Headers = kept
	return made
}

// readResponse takes the pseudo-header out of a response.
func (s *stream) readResponse() {
	m := &s.incoming
	s.response = message.Response{Complete: m.End}
	if m.CodeDetails != "via_upstream" {
		s.response.Local = m.CodeDetails
	}
	kept := m.Fields[:0]
	for _, field := range m.Fields {
		if field.Name == ":status" {
			s.response.Status, _ = strconv.Atoi(field.Value)
			continue
		}
		kept = append(kept, field)
	}
	s.response.Headers = kept
}

// sourceIP is an address without its port.
func sourceIP(address string) string {
	parsed, err := netip.ParseAddrPort(address)
	if err != nil {
		return address
	}
	return parsed.Addr().Unmap().String()
}
