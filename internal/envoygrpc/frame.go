package envoygrpc

import "encoding/binary"

// prefix is the length of what stands before a gRPC message: a byte that says
// whether it is compressed, and its length.
const prefix = 5

// Begin starts a message at the end of dst; what is appended until End is the
// message. The mark is End's.
func Begin(dst []byte) (started []byte, mark int) {
	return append(dst, 0, 0, 0, 0, 0), len(dst)
}

// End ends the message that began at mark.
func End(dst []byte, mark int) []byte {
	binary.BigEndian.PutUint32(dst[mark+1:], uint32(len(dst)-mark-prefix))
	return dst
}
