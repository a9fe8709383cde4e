package integration

import (
	"bytes"
	"errors"
	"strings"

	"github.com/sluice-gateway/sluice/extproc/message"
	"github.com/sluice-gateway/sluice/extproc/phase"
	"github.com/sluice-gateway/sluice/internal/lambda"
	"github.com/sluice-gateway/sluice/internal/requestcontext"
)

// LambdaStream reads a function's streamed answer: metadata, eight NUL bytes,
// and then the body, which passes as it comes.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
type LambdaStream struct {
	// events is set when Lambda's own encoding is around the function's bytes.
	events  bool
	decoder lambda.EventStream
	prelude []byte
	// open says that the metadata has been read.
	open bool
}

const (
	// maxPrelude bounds the metadata with its delimiter in bytes.
	maxPrelude = 16 << 10
	delimiter  = "\x00\x00\x00\x00\x00\x00\x00\x00"
)

// Begin looks at the headers of Lambda's answer.
func (l *LambdaStream) Begin(s *phase.State) error {
	content, _ := s.Response.Headers.Get("content-type")
	l.events = strings.HasPrefix(content, lambda.EventStreamType)
	return invocationFailure(s)
}

// Piece takes a piece of the answer. Once the metadata is whole it fills head,
// one time, and says so; body is what goes on to the client, valid until the
// next piece.
func (l *LambdaStream) Piece(s *phase.State, piece []byte, last bool, head *message.Reply) (began bool, body []byte, err error) {
	if l.events {
		piece, err = l.decoder.Append(nil, piece)
		failed := &lambda.FunctionError{}
		switch {
		case errors.As(err, &failed) && l.open:
			// What was written is with the client: the answer ends here.
			return false, piece, nil
		case err != nil:
			return false, nil, phase.BadGateway("Lambda execution failed: " + err.Error())
		}
	}
	if l.open {
		return false, piece, nil
	}
	l.prelude = append(l.prelude, piece...)
	end := bytes.Index(l.prelude, []byte(delimiter))
	if end < 0 || end > maxPrelude-len(delimiter) {
		if last || len(l.prelude) > maxPrelude {
			return false, nil, phase.BadGateway("the streamed answer has no metadata with eight NUL bytes behind it in its first 16 KB")
		}
		return false, nil, nil
	}
	err = s.Lambda.ParsePrelude(l.prelude[:end])
	if err != nil {
		return false, nil, phase.BadGateway(err.Error())
	}
	l.open = true
	body, l.prelude = l.prelude[end+len(delimiter):], nil
	s.Context.Integration = &requestcontext.Integration{Status: s.Lambda.Status, ServiceStatus: s.Response.Status}
	proxyAnswer(s, &s.Lambda, head)
	return true, body, nil
}
