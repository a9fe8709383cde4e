package phase

import (
	"strings"
)

// trace honours the client's X-Amzn-Trace-Id or makes one: with a Root alone a
// Parent is added (recorded).
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
func (s *State) trace(arrival Arrival) {
	given, found := s.Request.Headers.Get(traceHeader)
	switch {
	case found && strings.Contains(given, "Root=") && strings.Contains(given, "Parent="):
		s.TraceID = given
		return
	case found && strings.Contains(given, "Root="):
		s.TraceID = string(appendHex(append([]byte(given), ";Parent="...), arrival.Random(), 16))
	default:
		id := append(make([]byte, 0, 75), "Root=1-"...)
		id = appendHex(id, uint64(arrival.Time.Unix()), 8)
		id = appendHex(append(id, '-'), arrival.Random(), 16)
		high := arrival.Random()
		id = appendHex(id, high, 8)
		id = appendHex(append(id, ";Parent="...), arrival.Random(), 16)
		s.TraceID = string(append(id, ";Sampled=0"...))
	}
}

// appendHex appends the last digits of a number in hexadecimal.
func appendHex(dst []byte, number uint64, digits int) []byte {
	const alphabet = "0123456789abcdef"
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		dst = append(dst, alphabet[number>>shift&15])
	}
	return dst
}
