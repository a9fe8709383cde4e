package lambda_test

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"testing"

	"github.com/sluice-gateway/sluice/internal/lambda"
)

// encode makes a message of an event stream.
func encode(payload string, headers ...string) []byte {
	var block []byte
	for i := 0; i < len(headers); i += 2 {
		block = append(append(block, byte(len(headers[i]))), headers[i]...)
		block = binary.BigEndian.AppendUint16(append(block, 7), uint16(len(headers[i+1])))
		block = append(block, headers[i+1]...)
	}
	made := binary.BigEndian.AppendUint32(nil, uint32(16+len(block)+len(payload)))
	made = binary.BigEndian.AppendUint32(made, uint32(len(block)))
	made = binary.BigEndian.AppendUint32(made, crc32.ChecksumIEEE(made))
	made = append(append(made, block...), payload...)
	return binary.BigEndian.AppendUint32(made, crc32.ChecksumIEEE(made))
}

func chunk(payload string) []byte {
	return encode(payload, ":message-type", "event", ":event-type", "PayloadChunk", ":content-type", "application/octet-stream")
}

func TestEventStream(t *testing.T) {
	t.Parallel()
	whole := append(append(chunk("hello "), chunk("world")...), encode(`{}`, ":message-type", "event", ":event-type", "InvokeComplete")...)
	for _, size := range []int{1, 7, len(whole)} {
		var stream lambda.EventStream
		var got []byte
		for at := 0; at < len(whole); at += size {
			var err error
			got, err = stream.Append(got, whole[at:min(at+size, len(whole))])
			if err != nil {
				t.Fatal(err)
			}
		}
		if string(got) != "hello world" {
			t.Errorf("in pieces of %d: %q", size, got)
		}
	}
	failed := &lambda.FunctionError{}
	var stream lambda.EventStream
	got, err := stream.Append(nil, append(chunk("a"), encode(`{"ErrorCode":"Unhandled","ErrorDetails":"boom"}`, ":message-type", "event", ":event-type", "InvokeComplete")...))
	if string(got) != "a" || !errors.As(err, &failed) || failed.Details != "boom" {
		t.Errorf("a function that fails: %q, %v", got, err)
	}
	broken := chunk("a")
	broken[len(broken)-6] ^= 1
	for _, bad := range [][]byte{broken, make([]byte, 40), {255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0}} {
		var stream lambda.EventStream
		if _, err := stream.Append(nil, bad); !errors.Is(err, lambda.ErrEventStream) {
			t.Errorf("%v: %v", bad, err)
		}
	}
}

func FuzzEventStream(f *testing.F) {
	f.Add(chunk("hello"))
	f.Add(encode(`{"ErrorCode":"x"}`, ":event-type", "InvokeComplete"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var stream lambda.EventStream
		got, err := stream.Append(nil, data)
		if err == nil && len(got) > len(data) {
			t.Errorf("%d bytes out of %d", len(got), len(data))
		}
	})
}
