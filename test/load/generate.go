package load

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Request is one request, sent over and over.
type Request struct {
	// Address is the gateway's host:port.
	Address string
	Method  string
	Host    string
	Path    string
	// Headers are "Name: value".
	Headers []string
	Body    string
	// Status and Contains are what a right answer has.
	Status   int
	Contains string
}

// Measured is what a run of requests gave.
type Measured struct {
	Requests int
	Elapsed  time.Duration
	// Latencies are sorted.
	Latencies []time.Duration
}

// PerSecond is the throughput.
func (m Measured) PerSecond() float64 { return float64(m.Requests) / m.Elapsed.Seconds() }

// Quantile is a latency: 0.5 for the median.
func (m Measured) Quantile(q float64) time.Duration {
	if len(m.Latencies) == 0 {
		return 0
	}
	return m.Latencies[min(len(m.Latencies)-1, int(q*float64(len(m.Latencies))))]
}

// ErrWrong is what a wrong answer ends a run with.
var ErrWrong = errors.New("wrong answer")

// Generate sends a request from each of connections at a time for as long as
// told (once at least), each connection the next when the last is answered. Any wrong answer
// ends it: what is fast and wrong is not measured.
func Generate(ctx context.Context, request Request, connections int, during time.Duration) (Measured, error) {
	text := request.text()
	results := make([]Measured, connections)
	failures := make([]error, connections)
	deadline := time.Now().Add(during)
	begun := time.Now()
	var workers sync.WaitGroup
	for i := range connections {
		workers.Go(func() {
			results[i], failures[i] = drive(ctx, request, text, deadline)
		})
	}
	workers.Wait()
	sum := Measured{Elapsed: time.Since(begun)}
	for _, one := range results {
		sum.Requests += one.Requests
		sum.Latencies = append(sum.Latencies, one.Latencies...)
	}
	slices.Sort(sum.Latencies)
	return sum, errors.Join(failures...)
}

// text is the request as it goes over the wire: it is written once, so that the
// generator takes little from the machine that it measures.
func (r Request) text() []byte {
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s %s HTTP/1.1\r\nHost: %s\r\n", r.Method, r.Path, r.Host)
	for _, line := range r.Headers {
		text.WriteString(line + "\r\n")
	}
	if r.Body != "" {
		fmt.Fprintf(&text, "Content-Length: %d\r\n", len(r.Body))
	}
	text.WriteString("\r\n" + r.Body)
	return text.Bytes()
}

// drive sends over one connection until the deadline.
func drive(ctx context.Context, request Request, text []byte, deadline time.Time) (Measured, error) {
	connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", request.Address)
	if err != nil {
		return Measured{}, fmt.Errorf("load: %w", err)
	}
	defer func() { _ = connection.Close() }()
	reader := bufio.NewReaderSize(connection, 64<<10)
	var done Measured
	var body []byte
	for done.Requests == 0 || (time.Now().Before(deadline) && ctx.Err() == nil) {
		begun := time.Now()
		_ = connection.SetDeadline(begun.Add(40 * time.Second))
		if _, err := connection.Write(text); err != nil {
			return done, fmt.Errorf("load: %w", err)
		}
		var status int
		status, body, err = readAnswer(reader, body[:0])
		if err != nil {
			return done, fmt.Errorf("load: %w", err)
		}
		done.Latencies = append(done.Latencies, time.Since(begun))
		done.Requests++
		if status != request.Status || !strings.Contains(string(body), request.Contains) {
			return done, fmt.Errorf("%w: %s %s: %d %.200q", ErrWrong, request.Method, request.Path, status, body)
		}
	}
	return done, nil
}

// readAnswer reads one HTTP/1.1 answer with a length or in chunks.
func readAnswer(reader *bufio.Reader, into []byte) (status int, body []byte, err error) {
	line, err := reader.ReadSlice('\n')
	if err != nil {
		return 0, into, err
	}
	if len(line) < 12 {
		return 0, into, fmt.Errorf("%w: %q", ErrWrong, line)
	}
	status, err = strconv.Atoi(string(line[9:12]))
	if err != nil {
		return 0, into, err
	}
	length, chunked, err := readHeaders(reader)
	if err != nil {
		return status, into, err
	}
	if chunked {
		body, err = readChunks(reader, into)
		return status, body, err
	}
	body, err = readBytes(reader, into, length)
	return status, body, err
}

func readHeaders(reader *bufio.Reader) (length int, chunked bool, err error) {
	for {
		line, err := reader.ReadSlice('\n')
		if err != nil {
			return 0, false, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			return length, chunked, nil
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		switch {
		case bytes.EqualFold(name, []byte("content-length")):
			length, err = strconv.Atoi(string(bytes.TrimSpace(value)))
			if err != nil {
				return 0, false, err
			}
		case bytes.EqualFold(name, []byte("transfer-encoding")):
			chunked = true
		}
	}
}

func readChunks(reader *bufio.Reader, into []byte) ([]byte, error) {
	for {
		line, err := reader.ReadSlice('\n')
		if err != nil {
			return into, err
		}
		size, err := strconv.ParseInt(string(bytes.TrimRight(line, "\r\n")), 16, 32)
		if err != nil {
			return into, err
		}
		into, err = readBytes(reader, into, int(size))
		if err != nil {
			return into, err
		}
		if _, err := reader.Discard(2); err != nil {
			return into, err
		}
		if size == 0 {
			return into, nil
		}
	}
}

func readBytes(reader *bufio.Reader, into []byte, length int) ([]byte, error) {
	start := len(into)
	into = slices.Grow(into, length)[:start+length]
	_, err := io.ReadFull(reader, into[start:])
	return into, err
}
