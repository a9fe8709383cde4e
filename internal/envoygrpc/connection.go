package envoygrpc

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

const (
	// streamWindow and connectionWindow are how many bytes a peer may send before we
	// give credit: so many that credit is rarely given.
	streamWindow     = 16 << 20
	connectionWindow = 1 << 30
	// credit is given back in lumps of this many bytes.
	creditLump = 1 << 20
	readBuffer = 64 << 10
	// initialWindow and initialFrame are HTTP/2's for a peer that has said nothing.
	initialWindow = 65535
	initialFrame  = 16384
)

// connection is one HTTP/2 connection. The reader owns what is not below mu;
// work that runs beside it takes mu for the rest.
type connection struct {
	server *Server
	conn   net.Conn
	reader *bufio.Reader
	framer *http2.Framer
	heads  *hpack.Decoder
	path   string
	meta   []Field
	// last is the newest stream's id, taken how many bytes have come since credit was
	// given.
	last    uint32
	taken   uint32
	out     []byte
	ctx     context.Context //nolint:containedctx // ends with the connection
	cancel  context.CancelFunc
	working sync.WaitGroup
	leaving atomic.Bool

	mu      sync.Mutex
	streams map[uint32]*stream
	writer  *bufio.Writer
	frames  *http2.Framer
	// window is how many bytes the peer takes on the connection, initial on each new
	// stream.
	window, initial int64
	maxFrame        int
	// waiting are streams with bytes that the peer does not take yet.
	waiting []*stream
}

func newConnection(server *Server, conn net.Conn) *connection {
	c := &connection{
		server: server, conn: conn, reader: bufio.NewReaderSize(conn, readBuffer), writer: bufio.NewWriterSize(conn, readBuffer),
		streams: map[uint32]*stream{}, window: initialWindow, initial: initialWindow, maxFrame: initialFrame,
	}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	c.framer = http2.NewFramer(nil, c.reader)
	c.framer.SetReuseFrames()
	c.frames = http2.NewFramer(c.writer, nil)
	c.heads = hpack.NewDecoder(4096, func(field hpack.HeaderField) {
		switch {
		case field.Name == ":path":
			c.path = field.Value
		case server.config.MetadataPrefix != "" && strings.HasPrefix(field.Name, server.config.MetadataPrefix):
			c.meta = append(c.meta, Field{field.Name, field.Value})
		}
	})
	return c
}

// close ends the connection and all its streams.
func (c *connection) close() {
	c.cancel()
	_ = c.conn.Close()
	c.working.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.streams {
		s.half.Close()
	}
	c.streams = nil
}

// goAway tells the peer to open no more streams; the connection ends when it has
// none.
func (c *connection) goAway() {
	c.leaving.Store(true)
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.frames.WriteGoAway(1<<31-1, http2.ErrCodeNo, nil)
	_ = c.writer.Flush()
}

// serve reads frames until the connection ends.
func (c *connection) serve() error {
	err := c.greet()
	if err != nil {
		return err
	}
	for {
		if c.reader.Buffered() == 0 {
			// All that was there is answered: the answers go out together.
			left, err := c.flush()
			if err != nil {
				return err
			}
			if c.leaving.Load() && left == 0 {
				return nil
			}
		}
		frame, err := c.framer.ReadFrame()
		if err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) {
				return nil
			}
			return fmt.Errorf("read: %w", err)
		}
		err = c.frame(frame)
		if err != nil {
			return err
		}
	}
}

// greet exchanges prefaces.
func (c *connection) greet() error {
	preface := make([]byte, len(http2.ClientPreface))
	_, err := io.ReadFull(c.reader, preface)
	if err != nil {
		return fmt.Errorf("preface: %w", err)
	}
	if !bytes.Equal(preface, []byte(http2.ClientPreface)) {
		return errors.New("the peer speaks no HTTP/2") //nolint:err113 // nobody asks
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	err = c.frames.WriteSettings(
		http2.Setting{ID: http2.SettingInitialWindowSize, Val: streamWindow},
		http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: 1 << 20},
	)
	if err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	err = c.frames.WriteWindowUpdate(0, connectionWindow-initialWindow)
	if err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	return nil
}

// flush sends what was written, and gives how many streams are open.
func (c *connection) flush() (open int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	err = c.writer.Flush()
	if err != nil {
		return 0, fmt.Errorf("write: %w", err)
	}
	return len(c.streams), nil
}

// frame handles one frame.
func (c *connection) frame(frame http2.Frame) error {
	switch f := frame.(type) {
	case *http2.DataFrame:
		return c.data(f)
	case *http2.HeadersFrame:
		return c.headers(f)
	case *http2.RSTStreamFrame:
		c.mu.Lock()
		defer c.mu.Unlock()
		if s := c.streams[f.StreamID]; s != nil {
			c.drop(s)
		}
		return nil
	case *http2.SettingsFrame:
		return c.settings(f)
	case *http2.PingFrame:
		if f.IsAck() {
			return nil
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.frames.WritePing(true, f.Data)
	case *http2.WindowUpdateFrame:
		return c.credited(f)
	default: // priorities, GOAWAY, what is not known: nothing to do
		return nil
	}
}

// settings takes over the peer's and acknowledges them.
func (c *connection) settings(f *http2.SettingsFrame) error {
	if f.IsAck() {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	err := f.ForeachSetting(func(setting http2.Setting) error {
		switch setting.ID {
		case http2.SettingInitialWindowSize:
			change := int64(setting.Val) - c.initial
			c.initial = int64(setting.Val)
			for _, s := range c.streams {
				s.window += change
			}
		case http2.SettingMaxFrameSize:
			c.maxFrame = int(setting.Val)
		default:
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = c.frames.WriteSettingsAck()
	if err != nil {
		return err
	}
	return c.resume()
}

// credited takes the peer's credit and sends what waited for it.
func (c *connection) credited(f *http2.WindowUpdateFrame) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f.StreamID == 0 {
		c.window += int64(f.Increment)
	} else if s := c.streams[f.StreamID]; s != nil {
		s.window += int64(f.Increment)
	}
	return c.resume()
}

// headers opens a stream. A second header block is trailers, which gRPC's
// clients do not send.
func (c *connection) headers(f *http2.HeadersFrame) error {
	c.path, c.meta = "", c.meta[:0]
	_, err := c.heads.Write(f.HeaderBlockFragment())
	if err != nil {
		return fmt.Errorf("headers: %w", err)
	}
	id, ended, complete := f.StreamID, f.StreamEnded(), f.HeadersEnded()
	for !complete {
		next, err := c.framer.ReadFrame()
		if err != nil {
			return fmt.Errorf("read: %w", err)
		}
		more, ok := next.(*http2.ContinuationFrame)
		if !ok || more.StreamID != id {
			return errors.New("headers are not continued") //nolint:err113 // nobody asks
		}
		_, err = c.heads.Write(more.HeaderBlockFragment())
		if err != nil {
			return fmt.Errorf("headers: %w", err)
		}
		complete = more.HeadersEnded()
	}
	err = c.heads.Close()
	if err != nil {
		return fmt.Errorf("headers: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.streams[id]; s != nil {
		return c.noteEnd(s, ended)
	}
	if id <= c.last {
		return nil // of a stream that is gone
	}
	c.last = id
	if c.path != c.server.config.Method {
		return c.frames.WriteHeaders(http2.HeadersFrameParam{
			StreamID: id, BlockFragment: appendStatus([]byte(opening), statusUnimplemented), EndHeaders: true, EndStream: true,
		})
	}
	s := &stream{id: id, half: c.server.config.Open(c.meta), window: c.initial}
	c.streams[id] = s
	return c.noteEnd(s, ended)
}
