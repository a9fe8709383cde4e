package extauth

import (
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/sluice-gateway/sluice/internal/gatewayresponse"
)

// appendDenied appends a CheckResponse that answers the caller.
func appendDenied(dst []byte, answer *gatewayresponse.Answer) []byte {
	dst = appendMessage(dst, checkResponseStatus, func(dst []byte) []byte {
		dst = protowire.AppendTag(dst, statusCode, protowire.VarintType)
		return protowire.AppendVarint(dst, grpcPermissionDenied)
	})
	return appendMessage(dst, checkResponseDenied, func(dst []byte) []byte {
		dst = appendMessage(dst, deniedStatus, func(dst []byte) []byte {
			dst = protowire.AppendTag(dst, statusCode, protowire.VarintType)
			return protowire.AppendVarint(dst, uint64(answer.Status))
		})
		for i := range answer.Headers {
			header := &answer.Headers[i]
			dst = appendMessage(dst, deniedHeaders, func(dst []byte) []byte {
				dst = appendMessage(dst, optionHeader, func(dst []byte) []byte {
					return appendPair(dst, header.Name, header.Value)
				})
				dst = protowire.AppendTag(dst, optionAction, protowire.VarintType)
				return protowire.AppendVarint(dst, overwriteOrAdd)
			})
		}
		dst = protowire.AppendTag(dst, deniedBody, protowire.BytesType)
		return protowire.AppendBytes(dst, answer.Body)
	})
}

// appendMetadata appends facts for access logs: the texts of a flat struct,
// keyed as $context names them.
func appendMetadata(dst []byte, facts []pair) []byte {
	return appendMessage(dst, checkResponseDynamicMetadata, func(dst []byte) []byte {
		for _, fact := range facts {
			dst = appendMessage(dst, structFields, func(dst []byte) []byte {
				dst = protowire.AppendTag(dst, entryKey, protowire.BytesType)
				dst = protowire.AppendString(dst, fact.name)
				return appendMessage(dst, entryValue, func(dst []byte) []byte {
					dst = protowire.AppendTag(dst, valueStringValue, protowire.BytesType)
					return protowire.AppendString(dst, fact.value)
				})
			})
		}
		return dst
	})
}

func appendPair(dst []byte, name, value string) []byte {
	dst = protowire.AppendTag(dst, entryKey, protowire.BytesType)
	dst = protowire.AppendString(dst, name)
	dst = protowire.AppendTag(dst, entryValue, protowire.BytesType)
	return protowire.AppendString(dst, value)
}

// appendMessage appends a field that holds a message. Its length is written
// once it is known: most take one byte, others are moved.
func appendMessage(dst []byte, number protowire.Number, fill func([]byte) []byte) []byte {
	dst = protowire.AppendTag(dst, number, protowire.BytesType)
	at := len(dst)
	dst = fill(append(dst, 0))
	length := uint64(len(dst) - at - 1)
	if length < 0x80 {
		dst[at] = byte(length)
		return dst
	}
	size := protowire.SizeVarint(length)
	for range size - 1 {
		dst = append(dst, 0)
	}
	copy(dst[at+size:], dst[at+1:])
	protowire.AppendVarint(dst[:at], length)
	return dst
}
