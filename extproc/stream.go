package extproc

import (
	"context"
	"fmt"
	"net/netip"
	"strconv"

	"github.com/sluice-gateway/sluice/extproc/message"
	"github.com/sluice-gateway/sluice/extproc/wire"
	"github.com/sluice-gateway/sluice/internal/envoygrpc"
)

// stream is one ExternalProcessor stream: it moves Envoy's messages into an
// Exchange and what the Exchange wants back to Envoy, and nothing else. Bodies
// that are FULL_DUPLEX_STREAMED save a round trip: Envoy sends them behind the
// headers without waiting, and both are answered together.
type stream struct {
	engine   *Engine
	exchange *Exchange
	incoming wire.Message
	response message.Response
	// route and source come with the stream: Envoy's route name, and the client's
	// address.
	route, source string
	// requestStreamed and responseStreamed say how bodies come.
	requestStreamed, responseStreamed bool
	// body collects the pieces of a streamed body; held says that the headers before
	// it are not answered yet.
	body []byte
	held bool
	// trial is nil but for plans that are tried out.
	trial *trialOf
}

// openStream begins an exchange.
func openStream(engine *Engine, metadata []envoygrpc.Field) *stream {
	s := &stream{engine: engine, exchange: engine.Exchange()}
	for _, field := range metadata {
		switch field.Name {
		case "x-sluice-route":
			s.route = field.Value
		case "x-sluice-source":
			s.source = field.Value
		}
	}
	return s
}

// largeBody is the size in bytes from which the work on a body does not hold up
// the connection.
const largeBody = 64 << 10

// Receive implements envoygrpc.Stream.
func (s *stream) Receive(dst, data []byte) (out []byte, work envoygrpc.Work, err error) {
	m := &s.incoming
	err = m.Decode(data)
	if err != nil {
		return dst, nil, fmt.Errorf("ext_proc: %w", err)
	}
	if m.Kind == wire.RequestHeaders && m.RouteName != "" {
		s.route, s.source = m.RouteName, sourceIP(m.SourceAddress)
	}
	if len(m.Body)+len(s.body) >= largeBody && s.exchange.streaming == nil || m.Kind == wire.RequestHeaders && s.engine.MayBlock(s.route) {
		return dst, s.handle, nil
	}
	out, err = s.handle(context.Background(), dst)
	return out, nil, err
}

// Close implements envoygrpc.Stream.
func (s *stream) Close() { s.exchange.Release() }

// handle answers the message in s.incoming. The last answer ends the stream
// (envoygrpc.ErrDone), so that no message is spent on the end.
func (s *stream) handle(ctx context.Context, dst []byte) ([]byte, error) {
	m := &s.incoming
	switch m.Kind {
	case wire.RequestHeaders:
		s.requestStreamed, s.responseStreamed = m.RequestStreamed, m.ResponseStreamed
		request := s.request()
		reply := s.tried(s.exchange.Request(ctx, s.route, &request))
		return s.headers(dst, reply, s.requestStreamed), s.end(reply, false)
	case wire.RequestBody:
		if s.requestStreamed && !s.collect() {
			return dst, nil
		}
		reply := s.tried(s.exchange.RequestBody(ctx, s.whole()))
		return s.answerBody(dst, reply, s.requestStreamed, true), s.end(reply, false)
	case wire.ResponseHeaders:
		// It is the first message when a filter before ext_proc has refused the request.
		s.responseStreamed = s.responseStreamed || m.ResponseStreamed
		s.readResponse()
		if s.responseStreamed && !m.End && s.exchange.Streams() {
			return s.beginStreaming(dst)
		}
		reply := s.tried(s.exchange.Response(&s.response))
		return s.headers(dst, reply, s.responseStreamed), s.end(reply, reply.Action != message.Wait && !s.held)
	case wire.ResponseBody:
		if s.exchange.streaming != nil {
			return s.piece(dst)
		}
		if s.responseStreamed && !s.collect() {
			return s.bounded(dst)
		}
		reply := s.tried(s.exchange.ResponseBody(s.whole()))
		return s.answerBody(dst, reply, s.responseStreamed, true), s.end(reply, true)
	default:
		return s.trailers(ctx, dst), nil
	}
}

// beginStreaming holds the headers of a response that streams until its metadata
// has come.
func (s *stream) beginStreaming(dst []byte) ([]byte, error) {
	reply := s.exchange.StreamedResponse(&s.response)
	if reply.Action == message.Wait {
		return dst, nil
	}
	return framed(dst, func(dst []byte) []byte { return wire.AppendReply(dst, wire.ResponseHeaders, reply) }), envoygrpc.ErrDone
}

// piece passes a piece of a response that streams.
func (s *stream) piece(dst []byte) ([]byte, error) {
	last := s.incoming.End
	reply, body := s.exchange.ResponsePiece(s.incoming.Body, last)
	switch reply.Action {
	case message.Answer:
		return framed(dst, func(dst []byte) []byte { return wire.AppendReply(dst, wire.ResponseBody, reply) }), envoygrpc.ErrDone
	case message.Change:
		dst = framed(dst, func(dst []byte) []byte { return wire.AppendHeaders(dst, wire.ResponseHeaders, reply) })
	default:
	}
	if len(body) == 0 && !last {
		return dst, nil
	}
	dst = framed(dst, func(dst []byte) []byte { return wire.AppendStreamed(dst, wire.ResponseBody, body, last) })
	if last {
		return dst, envoygrpc.ErrDone
	}
	return dst, nil
}

// end is envoygrpc.ErrDone when no message of Envoy's follows: the response is
// settled, or nothing of it was asked for.
func (s *stream) end(reply *message.Reply, settled bool) error {
	operation := s.exchange.state.Operation
	switch {
	case reply.Action == message.Answer, settled:
		return envoygrpc.ErrDone
	case reply.Action == message.Change && operation != nil && !operation.Definition.GetMessages().GetResponseHeaders():
		return envoygrpc.ErrDone
	default:
		return nil
	}
}

// headers answers a headers message, or holds it until the body is there.
func (s *stream) headers(dst []byte, reply *message.Reply, streamed bool) []byte {
	s.body = nil
	s.held = streamed && !s.incoming.End && (reply.Action == message.Wait || reply.Action == message.Pass)
	if s.held {
		return dst
	}
	return framed(dst, func(dst []byte) []byte { return wire.AppendReply(dst, s.incoming.Kind, reply) })
}

// collect takes a piece of a streamed body; true: it is whole.
func (s *stream) collect() bool {
	if s.incoming.End && s.body == nil {
		return true
	}
	s.body = append(s.body, s.incoming.Body...)
	return s.incoming.End
}

// bounded ends the exchange when the pieces of a response have grown over the
// payload limit.
func (s *stream) bounded(dst []byte) ([]byte, error) {
	if limit := s.exchange.PayloadLimit(); limit == 0 || len(s.body) <= limit {
		return dst, nil
	}
	reply := s.exchange.TooLarge()
	return framed(dst, func(dst []byte) []byte { return wire.AppendReply(dst, wire.ResponseBody, reply) }), envoygrpc.ErrDone
}

// whole is the body that has come.
func (s *stream) whole() []byte {
	if s.body != nil {
		return s.body
	}
	return s.incoming.Body
}

// answerBody answers a body, and the headers before it if they are held. It is
// the last of the message unless trailers follow.
func (s *stream) answerBody(dst []byte, reply *message.Reply, streamed, last bool) []byte {
	kind := s.incoming.Kind
	if !streamed || reply.Action == message.Answer {
		return framed(dst, func(dst []byte) []byte { return wire.AppendReply(dst, kind, reply) })
	}
	body := s.whole()
	if reply.HasBody {
		body = reply.Body
	}
	if s.held {
		before := wire.ResponseHeaders
		if kind == wire.RequestBody {
			before = wire.RequestHeaders
		}
		dst = framed(dst, func(dst []byte) []byte { return wire.AppendHeaders(dst, before, reply) })
	}
	s.body, s.held = nil, false
	return framed(dst, func(dst []byte) []byte { return wire.AppendStreamed(dst, kind, body, last) })
}

// trailers answers trailers. Behind a streamed body they are its end.
func (s *stream) trailers(ctx context.Context, dst []byte) []byte {
	kind := s.incoming.Kind
	if s.exchange.streaming != nil && kind == wire.ResponseTrailers {
		reply, _ := s.exchange.ResponsePiece(nil, true)
		if reply.Action == message.Answer {
			return framed(dst, func(dst []byte) []byte { return wire.AppendReply(dst, wire.ResponseBody, reply) })
		}
	}
	if s.held {
		s.incoming.End = true
		var reply *message.Reply
		if kind == wire.RequestTrailers {
			s.incoming.Kind = wire.RequestBody
			reply = s.tried(s.exchange.RequestBody(ctx, s.whole()))
		} else {
			s.incoming.Kind = wire.ResponseBody
			reply = s.tried(s.exchange.ResponseBody(s.whole()))
		}
		dst = s.answerBody(dst, reply, true, false)
		if reply.Action == message.Answer {
			return dst
		}
	}
	return framed(dst, func(dst []byte) []byte { return wire.AppendReply(dst, kind, s.exchange.pass()) })
}

// framed appends one gRPC message.
func framed(dst []byte, message func([]byte) []byte) []byte {
	dst, mark := envoygrpc.Begin(dst)
	return envoygrpc.End(message(dst), mark)
}

// request takes the pseudo-headers out of a request.
func (s *stream) request() message.Request {
	m := &s.incoming
	made := message.Request{Complete: m.End, SourceIP: s.source}
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
		switch field.Name {
		case ":status":
			s.response.Status, _ = strconv.Atoi(field.Value)
		case "x-sluice-reply":
			// Envoy's own replies carry it. A backend that sends it fails itself alone.
			if s.response.Local == "" {
				s.response.Local = field.Value
			}
		case "x-sluice-details":
			s.response.Local = field.Value
		default:
			kept = append(kept, field)
		}
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
