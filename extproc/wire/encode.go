package wire

import (
	"encoding/binary"
	"strconv"

	"github.com/sluice-gateway/sluice/extproc/message"
)

// Numbers of fields, named after their message.
const (
	responseRequestHeaders  = 1
	responseResponseHeaders = 2
	responseRequestBody     = 3
	responseResponseBody    = 4
	responseRequestTrailers = 5
	responseTrailers        = 6
	responseImmediate       = 7

	commonStatus    = 1
	commonMutation  = 2
	commonBody      = 3
	continueReplace = 1

	mutationSet    = 1
	mutationRemove = 2
	bodyMutation   = 1
	bodyStreamed   = 3
	streamedBody   = 1
	streamedEnd    = 2

	optionHeader = 1
	optionAppend = 2
	optionAction = 3
	// overwrite is HeaderValueOption.HeaderAppendAction's OVERWRITE_IF_EXISTS_OR_ADD.
	overwrite = 2

	immediateStatus  = 1
	immediateHeaders = 2
	immediateBody    = 3
	statusCode       = 1
)

// AppendReply appends the ProcessingResponse that tells Envoy what to do with a
// message of the given kind.
func AppendReply(dst []byte, kind Kind, reply *message.Reply) []byte {
	return appendFacts(appendReply(dst, kind, reply), reply.Facts)
}

func appendReply(dst []byte, kind Kind, reply *message.Reply) []byte {
	if reply.Action == message.Answer {
		return appendImmediate(dst, reply)
	}
	var number int
	switch kind {
	case RequestHeaders:
		number = responseRequestHeaders
	case ResponseHeaders:
		number = responseResponseHeaders
	case RequestBody:
		number = responseRequestBody
	case RequestTrailers:
		return appendBytes(dst, responseRequestTrailers, nil)
	case ResponseTrailers:
		return appendBytes(dst, responseTrailers, nil)
	default:
		number = responseResponseBody
	}
	if reply.Action != message.Change {
		return appendBytes(dst, number, nil)
	}
	headers := kind == RequestHeaders || kind == ResponseHeaders
	if reply.HasBody && (kind == ResponseHeaders || kind == ResponseBody) {
		// Envoy wants the length of a response's new body said, and takes it away from
		// a request (the buffer filter behind puts it back).
		setLength(reply, len(reply.Body))
	}
	common := commonSize(reply, headers)
	dst = appendTag(dst, number, size(common))
	dst = appendTag(dst, 1, common) // HeadersResponse.response, BodyResponse.response
	if headers && reply.HasBody {
		dst = append(dst, commonStatus<<3, continueReplace)
	}
	if mutation := mutationSize(reply); mutation > 0 {
		dst = appendTag(dst, commonMutation, mutation)
		dst = appendMutation(dst, reply)
	}
	if reply.HasBody {
		dst = appendTag(dst, commonBody, size(len(reply.Body)))
		dst = appendBytes(dst, bodyMutation, reply.Body)
	}
	return dst
}

// Numbers of fields of dynamic metadata: a Struct of a Struct of texts.
const (
	responseMetadata = 8
	structEntry      = 1
	valueStruct      = 5
)

// metadataName is the namespace that Envoy takes metadata of ours in.
const metadataName = "sluice"

// appendFacts appends dynamic metadata, when there is any.
func appendFacts(dst []byte, facts message.Fields) []byte {
	if len(facts) == 0 {
		return dst
	}
	inner := 0
	for _, fact := range facts {
		inner += size(entrySize(fact.Name, size(len(fact.Value))))
	}
	value := size(inner)
	entry := entrySize(metadataName, value)
	dst = appendTag(dst, responseMetadata, size(entry))
	dst = appendEntry(dst, metadataName, value)
	dst = appendTag(dst, valueStruct, inner)
	for _, fact := range facts {
		dst = appendEntry(dst, fact.Name, size(len(fact.Value)))
		dst = appendTag(dst, valueString, len(fact.Value))
		dst = append(dst, fact.Value...)
	}
	return dst
}

// entrySize is the size of a map entry with a name and a Value of so many bytes.
func entrySize(name string, value int) int { return size(len(name)) + size(value) }

// appendEntry starts a map entry: what follows is its Value's content.
func appendEntry(dst []byte, name string, value int) []byte {
	dst = appendTag(dst, structEntry, entrySize(name, value))
	dst = appendTag(dst, entryKey, len(name))
	dst = append(dst, name...)
	return appendTag(dst, entryValue, value)
}

// setLength sets a reply's content-length.
func setLength(reply *message.Reply, length int) {
	var digits [20]byte
	reply.Set = append(reply.Set, message.Field{Name: "content-length", Value: string(strconv.AppendInt(digits[:0], int64(length), 10))})
}

// AppendStreamed appends the answer to a body message of a
// FULL_DUPLEX_STREAMED body: the bytes that go on, and whether they are the last.
func AppendStreamed(dst []byte, kind Kind, body []byte, end bool) []byte {
	inner := size(len(body))
	if end {
		inner += 2
	}
	number := responseResponseBody
	if kind == RequestBody || kind == RequestHeaders {
		number = responseRequestBody
	}
	dst = appendTag(dst, number, size(size(size(inner))))
	dst = appendTag(dst, 1, size(size(inner)))
	dst = appendTag(dst, commonBody, size(inner))
	dst = appendTag(dst, bodyStreamed, inner)
	dst = appendBytes(dst, streamedBody, body)
	if end {
		dst = append(dst, streamedEnd<<3, 1)
	}
	return dst
}

// AppendHeaders appends the answer to a headers message whose body is streamed:
// the body follows by AppendStreamed, and goes out without a content-length.
func AppendHeaders(dst []byte, kind Kind, reply *message.Reply) []byte {
	number := responseResponseHeaders
	if kind == RequestHeaders {
		number = responseRequestHeaders
	}
	mutation := mutationSize(reply)
	if mutation == 0 {
		return appendBytes(dst, number, nil)
	}
	dst = appendTag(dst, number, size(size(mutation)))
	dst = appendTag(dst, 1, size(mutation))
	dst = appendTag(dst, commonMutation, mutation)
	return appendMutation(dst, reply)
}

// commonSize is the size of the CommonResponse that a reply makes.
func commonSize(reply *message.Reply, headers bool) int {
	total := 0
	if headers && reply.HasBody {
		total += 2
	}
	if mutation := mutationSize(reply); mutation > 0 {
		total += size(mutation)
	}
	if reply.HasBody {
		total += size(size(len(reply.Body)))
	}
	return total
}

// pseudo calls take for each pseudo-header that a reply changes.
func pseudo(reply *message.Reply, take func(name, value string)) {
	if reply.Method != "" {
		take(":method", reply.Method)
	}
	if reply.Path != "" {
		take(":path", reply.Path)
	}
	if reply.Authority != "" {
		take(":authority", reply.Authority)
	}
}

func mutationSize(reply *message.Reply) int {
	total := 0
	pseudo(reply, func(name, value string) { total += size(optionSize(name, value, true)) })
	if reply.Status != 0 && reply.Action != message.Answer {
		total += size(optionSize(":status", "200", true))
	}
	for i := range reply.Set {
		total += size(optionSize(reply.Set[i].Name, reply.Set[i].Value, first(reply.Set, i)))
	}
	for _, name := range reply.Remove {
		total += size(len(name))
	}
	return total
}

func appendMutation(dst []byte, reply *message.Reply) []byte {
	pseudo(reply, func(name, value string) { dst = appendOption(dst, name, value, true) })
	if reply.Status != 0 && reply.Action != message.Answer {
		var digits [4]byte
		dst = appendOption(dst, ":status", text(strconv.AppendInt(digits[:0], int64(reply.Status), 10)), true)
	}
	for i := range reply.Set {
		dst = appendOption(dst, reply.Set[i].Name, reply.Set[i].Value, first(reply.Set, i))
	}
	for _, name := range reply.Remove {
		dst = appendTag(dst, mutationRemove, len(name))
		dst = append(dst, name...)
	}
	return dst
}

// first says whether no field before i has its name: it then takes the place of
// what is there, and those after it are added.
func first(fields message.Fields, i int) bool {
	for _, before := range fields[:i] {
		if before.Name == fields[i].Name {
			return false
		}
	}
	return true
}

// optionSize is the size of a HeaderValueOption.
func optionSize(name, value string, replace bool) int {
	total := size(size(len(name))+size(len(value))) + 2
	if !replace {
		total += 2
	}
	return total
}

func appendOption(dst []byte, name, value string, replace bool) []byte {
	dst = appendTag(dst, mutationSet, optionSize(name, value, replace))
	dst = appendTag(dst, optionHeader, size(len(name))+size(len(value)))
	dst = appendTag(dst, headerKey, len(name))
	dst = append(dst, name...)
	dst = appendTag(dst, headerRaw, len(value))
	dst = append(dst, value...)
	if replace {
		return append(dst, optionAction<<3, overwrite)
	}
	// ext_proc takes append_action's default for "replace": only the older field
	// adds (run with traffic on Envoy 1.40).
	return append(dst, optionAppend<<3|2, 2, 1<<3, 1)
}

// appendImmediate appends an ImmediateResponse.
func appendImmediate(dst []byte, reply *message.Reply) []byte {
	var digits [binary.MaxVarintLen64]byte
	status := 1 + binary.PutUvarint(digits[:], uint64(reply.Status))
	mutation := mutationSize(reply)
	total := size(status)
	if mutation > 0 {
		total += size(mutation)
	}
	if len(reply.Body) > 0 {
		total += size(len(reply.Body))
	}
	dst = appendTag(dst, responseImmediate, total)
	dst = appendTag(dst, immediateStatus, status)
	dst = append(dst, statusCode<<3)
	dst = append(dst, digits[:status-1]...)
	if mutation > 0 {
		dst = appendTag(dst, immediateHeaders, mutation)
		dst = appendMutation(dst, reply)
	}
	if len(reply.Body) > 0 {
		dst = appendBytes(dst, immediateBody, reply.Body)
	}
	return dst
}

// size is what a field of length bytes takes, its tag (all are below 16) too.
func size(length int) int {
	total := 2 + length
	for length >= 1<<7 {
		length >>= 7
		total++
	}
	return total
}

// appendTag starts a field of length bytes.
func appendTag(dst []byte, number, length int) []byte {
	return binary.AppendUvarint(append(dst, byte(number<<3|2)), uint64(length))
}

func appendBytes(dst []byte, number int, value []byte) []byte {
	return append(appendTag(dst, number, len(value)), value...)
}
