package phase

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"

	"github.com/sluice-gateway/sluice/extproc/message"
	"github.com/sluice-gateway/sluice/internal/gatewayresponse"
)

const (
	contentEncoding = "content-encoding"
	gzipCoding      = "gzip"
	deflateCoding   = "deflate"
	identityCoding  = "identity"
)

// errBomb is a body that is larger than any may be once it is unpacked.
var errBomb = errors.New("the body unpacks to more than the payload limit")

// Decompress unpacks the client's body on APIs with compression, so that
// mappings, templates and validation read it. Codings that are not known, and
// bodies that are not what they say, are a 415; what unpacks to more than the
// payload limit is a 413.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html
func (s *State) Decompress() error {
	coding, found := s.Request.Headers.Get(contentEncoding)
	if !found || s.Operation.Release.Definition.MinimumCompressionSize == nil || len(s.Body) == 0 {
		return nil
	}
	coding = strings.ToLower(strings.TrimSpace(coding))
	if coding == identityCoding || coding == "" {
		return nil
	}
	body, err := unpack(s.Body, coding, s.Operation.Plan.Definition.GetPayloadLimit())
	switch {
	case errors.Is(err, errBomb):
		return &Failure{Type: gatewayresponse.RequestTooLarge, Reason: err.Error()}
	case err != nil:
		return &Failure{Type: gatewayresponse.UnsupportedMediaType, Reason: err.Error(), Wanted: "a body in gzip or deflate, as its Content-Encoding says"}
	}
	s.Body = body
	return nil
}

// unpack decodes body, up to limit bytes.
func unpack(body []byte, coding string, limit uint64) ([]byte, error) {
	var reader io.Reader
	var err error
	switch coding {
	case gzipCoding, "x-gzip":
		reader, err = gzip.NewReader(bytes.NewReader(body))
	case deflateCoding:
		reader, err = zlib.NewReader(bytes.NewReader(body))
	default:
		return nil, fmt.Errorf("Content-Encoding %q is not known", coding)
	}
	if err != nil {
		return nil, fmt.Errorf("the body is not in %s: %w", coding, err)
	}
	made, err := io.ReadAll(io.LimitReader(reader, int64(limit)+1))
	if err != nil {
		return nil, fmt.Errorf("the body is not in %s: %w", coding, err)
	}
	if uint64(len(made)) > limit {
		return nil, errBomb
	}
	return made, nil
}

// gzipWriters and zlibWriters keep compressors, which are large.
var (
	gzipWriters = sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}
	zlibWriters = sync.Pool{New: func() any { return zlib.NewWriter(io.Discard) }}
)

// Compress packs a method response's body when the API compresses, the body is
// large enough, the client names a coding, and the backend has not packed it
// already.
func (s *State) Compress(reply *message.Reply) error {
	least := s.Operation.Release.Definition.MinimumCompressionSize
	if least == nil || !reply.HasBody || len(reply.Body) == 0 || len(reply.Body) < int(*least) || s.encoded(reply) {
		return nil
	}
	accept, _ := s.Request.Headers.Get("accept-encoding")
	coding := preferredCoding(accept)
	if coding == "" {
		return nil
	}
	packed, err := pack(reply.Body, coding)
	if err != nil {
		return Misconfigured("compress: " + err.Error())
	}
	reply.Body = packed
	reply.Set = append(reply.Set, message.Field{Name: contentEncoding, Value: coding})
	return nil
}

// encoded says whether the response has a Content-Encoding already: set, or the
// backend's and not taken off.
func (s *State) encoded(reply *message.Reply) bool {
	if _, set := reply.Set.Get(contentEncoding); set {
		return true
	}
	if _, sent := s.Response.Headers.Get(contentEncoding); !sent {
		return false
	}
	return !slices.Contains(reply.Remove, contentEncoding)
}

func pack(body []byte, coding string) ([]byte, error) {
	packed := bytes.NewBuffer(make([]byte, 0, len(body)/2+64))
	var err error
	if coding == gzipCoding {
		writer, _ := gzipWriters.Get().(*gzip.Writer)
		defer gzipWriters.Put(writer)
		writer.Reset(packed)
		_, err = writer.Write(body)
		if err == nil {
			err = writer.Close()
		}
	} else {
		writer, _ := zlibWriters.Get().(*zlib.Writer)
		defer zlibWriters.Put(writer)
		writer.Reset(packed)
		_, err = writer.Write(body)
		if err == nil {
			err = writer.Close()
		}
	}
	return packed.Bytes(), err
}

// preferredCoding is the coding to pack with: of those that the client lists by
// name the one it likes best, the first of equals; empty: none, or identity.
func preferredCoding(accept string) string {
	best, liking := "", 0.0
	for part := range strings.SplitSeq(accept, ",") {
		name, parameters, _ := strings.Cut(part, ";")
		name = strings.ToLower(strings.TrimSpace(name))
		if name != gzipCoding && name != deflateCoding && name != identityCoding {
			continue
		}
		quality := 1.0
		if value, found := strings.CutPrefix(strings.TrimSpace(parameters), "q="); found {
			parsed, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil {
				continue
			}
			quality = parsed
		}
		if quality > liking {
			best, liking = name, quality
		}
	}
	if best == identityCoding {
		return ""
	}
	return best
}
