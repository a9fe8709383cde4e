package envoygrpc

import (
	"encoding/binary"
	"errors"
	"fmt"
	"runtime/debug"

	"golang.org/x/net/http2"
)

// gRPC status codes.
const (
	statusOK            = "0"
	statusUnimplemented = "12"
	statusInternal      = "13"
)

// opening is the header block of every answer, in HPACK without the dynamic
// table: ":status: 200" (static entry 8) and "content-type: application/grpc"
// (static name 31, literal).
const opening = "\x88\x0f\x10\x10application/grpc"

// openingBlock is opening; nobody writes to it.
var openingBlock = []byte(opening)

// appendStatus appends the field "grpc-status" to a header block, a literal.
func appendStatus(block []byte, status string) []byte {
	block = append(block, "\x00\x0bgrpc-status"...)
	return append(append(block, byte(len(status))), status...)
}

// errTooLarge ends a stream whose message is over the bound.
var errTooLarge = errors.New("the message is too large")

// stream is one gRPC stream. Its assembly is the reader's; the rest is guarded
// by the connection's mu, but half, which belongs to whoever sets busy.
type stream struct {
	id   uint32
	half Stream
	// head collects a message's prefix, message its bytes; they are never used
	// again, for what was received points into them.
	head    [prefix]byte
	headLen int
	message []byte
	// room is memory for messages, so that small ones share an allocation.
	room  []byte
	taken uint32

	window int64
	// started says that the answer's headers are sent.
	started bool
	// busy says that work runs; queued is what came meanwhile.
	busy   bool
	queued [][]byte
	// peerEnded says that the peer sends no more, gone that nobody reads answers any
	// more.
	peerEnded, gone bool
	// pending are bytes that the peer does not take yet, status what ends the stream
	// after them.
	pending []byte
	status  string
}

// roomSize is how much memory a stream takes for its messages at a time.
const roomSize = 4 << 10

// take assembles messages out of a DATA frame and hands each over.
func (s *stream) take(data []byte, limit int, deliver func(message []byte) error) error {
	for len(data) > 0 {
		if s.headLen < prefix {
			copied := copy(s.head[s.headLen:], data)
			s.headLen += copied
			data = data[copied:]
			if s.headLen < prefix {
				return nil
			}
			length := binary.BigEndian.Uint32(s.head[1:])
			if int64(length) > int64(limit) || s.head[0] != 0 {
				return errTooLarge
			}
			s.message = s.allocate(int(length))
		}
		missing := cap(s.message) - len(s.message)
		some := min(missing, len(data))
		s.message = append(s.message, data[:some]...)
		data = data[some:]
		if some < missing {
			return nil
		}
		s.headLen = 0
		err := deliver(s.message)
		if err != nil {
			return err
		}
	}
	return nil
}

// allocate gives memory for a message of exactly length bytes.
func (s *stream) allocate(length int) []byte {
	if length > roomSize {
		return make([]byte, 0, length)
	}
	if len(s.room) < length {
		s.room = make([]byte, roomSize)
	}
	made := s.room[:0:length]
	s.room = s.room[length:]
	return made
}

// data takes a DATA frame.
func (c *connection) data(f *http2.DataFrame) error {
	c.mu.Lock()
	s := c.streams[f.StreamID]
	err := c.giveCredit(s, f.Length)
	c.mu.Unlock()
	if s == nil || err != nil {
		return err
	}
	err = s.take(f.Data(), c.server.config.MaxMessage, func(message []byte) error { return c.deliver(s, message) })
	if err != nil {
		c.server.config.Logger.Error("stream refused", "error", err)
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.finish(s, statusInternal)
	}
	if f.StreamEnded() {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.noteEnd(s, true)
	}
	return nil
}

// giveCredit lets the peer send again as much as it has sent, in lumps.
func (c *connection) giveCredit(s *stream, length uint32) error {
	c.taken += length
	if c.taken >= creditLump {
		err := c.frames.WriteWindowUpdate(0, c.taken)
		if err != nil {
			return err
		}
		c.taken = 0
	}
	if s == nil {
		return nil
	}
	s.taken += length
	if s.taken >= creditLump {
		err := c.frames.WriteWindowUpdate(s.id, s.taken)
		if err != nil {
			return err
		}
		s.taken = 0
	}
	return nil
}

// deliver hands a message to its stream, or keeps it while the stream is busy.
func (c *connection) deliver(s *stream, message []byte) error {
	c.server.received.Add(1)
	c.mu.Lock()
	if s.gone {
		c.mu.Unlock()
		return nil
	}
	if s.busy {
		s.queued = append(s.queued, message)
		c.mu.Unlock()
		return nil
	}
	c.mu.Unlock()
	out, work, err := s.half.Receive(c.out[:0], message)
	c.out = out[:0]
	if cap(c.out) > creditLump {
		c.out = nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case errors.Is(err, ErrDone):
		err = c.write(s, out)
		if err != nil {
			return err
		}
		return c.finish(s, statusOK)
	case err != nil:
		c.server.config.Logger.Error("stream failed", "error", err)
		return c.finish(s, statusInternal)
	case work != nil:
		s.busy = true
		c.working.Add(1)
		go c.work(s, work)
		return c.write(s, out)
	default:
		return c.write(s, out)
	}
}

// work runs what must not hold up the connection, and then what came for the
// stream meanwhile.
func (c *connection) work(s *stream, work Work) {
	defer c.working.Done()
	var out []byte
	for work != nil {
		var err error
		out, err = c.guarded(func() ([]byte, error) { return work(c.ctx, out[:0]) })
		work = nil
		c.mu.Lock()
		c.deliverWorked(s, out, err)
		for len(s.queued) > 0 && !s.gone && err == nil && work == nil {
			message := s.queued[0]
			s.queued = s.queued[1:]
			c.mu.Unlock()
			out, err = c.guarded(func() ([]byte, error) {
				made, more, err := s.half.Receive(out[:0], message)
				work = more
				return made, err
			})
			c.mu.Lock()
			c.deliverWorked(s, out, err)
		}
		if work == nil {
			c.settle(s)
		}
		_ = c.writer.Flush()
		c.mu.Unlock()
	}
}

// guarded turns a panic into the end of the stream.
func (c *connection) guarded(run func() ([]byte, error)) (out []byte, err error) {
	defer func() {
		if failure := recover(); failure != nil {
			c.server.config.Logger.Error("panic in a stream", "panic", failure, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", failure) //nolint:err113 // logged above
		}
	}()
	return run()
}

// deliverWorked writes what work made. The connection's end is the reader's to
// notice, so failures to write are not told.
func (c *connection) deliverWorked(s *stream, out []byte, err error) {
	switch {
	case s.gone:
	case errors.Is(err, ErrDone):
		_ = c.write(s, out)
		_ = c.finish(s, statusOK)
	case err != nil:
		c.server.config.Logger.Error("stream failed", "error", err)
		_ = c.finish(s, statusInternal)
	default:
		_ = c.write(s, out)
	}
}

// settle ends a stream's work: nobody is busy with it any more.
func (c *connection) settle(s *stream) {
	s.busy = false
	switch {
	case s.gone:
		s.half.Close()
	case s.peerEnded:
		_ = c.finish(s, statusOK)
	}
}

// noteEnd notes that the peer sends no more on a stream.
func (c *connection) noteEnd(s *stream, ended bool) error {
	if !ended || s.gone {
		return nil
	}
	s.peerEnded = true
	if s.busy {
		return nil // work ends it
	}
	return c.finish(s, statusOK)
}

// drop forgets a stream that its peer has reset.
func (c *connection) drop(s *stream) {
	if s.gone {
		return
	}
	s.gone, s.pending = true, nil
	delete(c.streams, s.id)
	if !s.busy {
		s.half.Close()
	}
}

// finish ends a stream, after what is still to be sent.
func (c *connection) finish(s *stream, status string) error {
	if s.gone {
		return nil
	}
	if len(s.pending) > 0 {
		s.status = status
		return nil
	}
	var block []byte
	if !s.started {
		block = append(block, opening...)
	}
	err := c.frames.WriteHeaders(http2.HeadersFrameParam{StreamID: s.id, BlockFragment: appendStatus(block, status), EndHeaders: true, EndStream: true})
	c.drop(s)
	return err
}

// write sends bytes on a stream as far as the peer takes them.
func (c *connection) write(s *stream, data []byte) error {
	if len(data) == 0 || s.gone {
		return nil
	}
	if !s.started {
		s.started = true
		err := c.frames.WriteHeaders(http2.HeadersFrameParam{StreamID: s.id, BlockFragment: openingBlock, EndHeaders: true})
		if err != nil {
			return err
		}
	}
	if len(s.pending) > 0 {
		s.pending = append(s.pending, data...)
		return nil
	}
	sent, err := c.send(s, data)
	if err != nil || sent == len(data) {
		return err
	}
	s.pending = append([]byte(nil), data[sent:]...)
	c.waiting = append(c.waiting, s)
	return nil
}

// send writes DATA frames as the windows allow.
func (c *connection) send(s *stream, data []byte) (sent int, err error) {
	for sent < len(data) {
		some := min(len(data)-sent, c.maxFrame, int(min(s.window, c.window, 1<<30)))
		if some <= 0 {
			return sent, nil
		}
		err := c.frames.WriteData(s.id, false, data[sent:sent+some])
		if err != nil {
			return sent, err
		}
		sent += some
		s.window -= int64(some)
		c.window -= int64(some)
	}
	return sent, nil
}

// resume sends what waited for credit.
func (c *connection) resume() error {
	waiting := c.waiting
	c.waiting = c.waiting[:0]
	for _, s := range waiting {
		if s.gone {
			continue
		}
		sent, err := c.send(s, s.pending)
		if err != nil {
			return err
		}
		s.pending = s.pending[sent:]
		if len(s.pending) > 0 {
			c.waiting = append(c.waiting, s)
			continue
		}
		s.pending = nil
		if s.status != "" {
			err = c.finish(s, s.status)
			if err != nil {
				return err
			}
		}
	}
	return nil
}
