package functionhost

import (
	"encoding/binary"
	"hash/crc32"
	"io"
	"net/http"
)

// serveStream is Lambda's InvokeWithResponseStream: what the function writes goes
// out as it is written, a PayloadChunk for each piece, and InvokeComplete at the
// end.
func (h *Host) serveStream(w http.ResponseWriter, r *http.Request) {
	name := functionName(r.PathValue("name"))
	instance, found := h.functions[name]
	if !found {
		w.Header().Set("X-Amzn-ErrorType", "ResourceNotFoundException")
		http.Error(w, `{"Type":"User","Message":"Function not found: `+name+`"}`, http.StatusNotFound)
		return
	}
	event, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPayload))
	if err != nil {
		http.Error(w, `{"Type":"User","message":"Request must be smaller than 6291456 bytes"}`, http.StatusRequestEntityTooLarge)
		return
	}
	if h.observe != nil {
		h.observe(name, r.Header, event)
	}
	w.Header().Set("Content-Type", "application/vnd.amazon.eventstream")
	w.Header().Set("X-Amzn-RequestId", newID())
	written, stream := io.Pipe()
	defer func() { _ = written.Close() }() // a function that still writes is told
	complete := make(chan []byte, 1)
	go func() {
		answer, err := instance.deliver(r.Context(), &call{event: event, stream: stream})
		last := []byte(`{}`)
		if err != nil || answer.failed {
			last = []byte(`{"ErrorCode":"Unhandled","ErrorDetails":"the function failed"}`)
		}
		complete <- last
		_ = stream.Close()
	}()
	passOn(w, written)
	_, _ = w.Write(frame("InvokeComplete", "application/json", <-complete))
}

// passOn writes a PayloadChunk for each piece that is read, at once.
func passOn(w http.ResponseWriter, written io.Reader) {
	piece := make([]byte, 32<<10)
	for {
		n, err := written.Read(piece)
		if n > 0 {
			_, _ = w.Write(frame("PayloadChunk", "application/octet-stream", piece[:n]))
			_ = http.NewResponseController(w).Flush()
		}
		if err != nil {
			return
		}
	}
}

// frame is one message of AWS's event stream encoding: lengths and their checksum,
// headers, payload, checksum of it all.
// https://smithy.io/2.0/aws/amazon-eventstream.html
func frame(event, contentType string, payload []byte) []byte {
	var headers []byte
	for _, header := range [][2]string{{":message-type", "event"}, {":event-type", event}, {":content-type", contentType}} {
		headers = append(headers, byte(len(header[0])))
		headers = append(headers, header[0]...)
		headers = append(headers, 7) // a string
		headers = binary.BigEndian.AppendUint16(headers, uint16(len(header[1])))
		headers = append(headers, header[1]...)
	}
	message := binary.BigEndian.AppendUint32(nil, uint32(12+len(headers)+len(payload)+4))
	message = binary.BigEndian.AppendUint32(message, uint32(len(headers)))
	message = binary.BigEndian.AppendUint32(message, crc32.ChecksumIEEE(message))
	message = append(append(message, headers...), payload...)
	return binary.BigEndian.AppendUint32(message, crc32.ChecksumIEEE(message))
}
