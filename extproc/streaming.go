package extproc

import (
	"github.com/sluice-gateway/sluice/extproc/integration"
	"github.com/sluice-gateway/sluice/extproc/message"
	"github.com/sluice-gateway/sluice/extproc/phase"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// Streams says whether the response's body is to be shown piece by piece
// (responseTransferMode STREAM of a Lambda proxy).
func (x *Exchange) Streams() bool {
	operation := x.state.Operation
	return operation != nil && !x.ended && operation.Definition.GetIntegration().GetStream() &&
		operation.Definition.GetIntegration().GetType() == planv1.IntegrationType_INTEGRATION_TYPE_AWS_PROXY
}

// StreamedResponse shows the headers of a response that streams. The reply is
// Wait until the metadata has come, or a failure's answer.
func (x *Exchange) StreamedResponse(response *message.Response) *message.Reply {
	x.state.TakeResponse(response)
	x.streaming = &integration.LambdaStream{}
	x.reply.Reset()
	x.reply.Action = message.Wait
	if response.Local != "" {
		return x.identified(x.done(phase.LocalFailure(response.Local, response.Status)))
	}
	return x.identified(x.done(x.streaming.Begin(&x.state)))
}

// ResponsePiece shows a piece of the body. The first reply that is not Wait
// holds the headers, or a failure's whole answer; after it, body alone goes on.
func (x *Exchange) ResponsePiece(piece []byte, last bool) (head *message.Reply, body []byte) {
	x.reply.Reset()
	began, body, err := x.streaming.Piece(&x.state, piece, last, &x.reply)
	if err != nil {
		return x.identified(x.done(err)), nil
	}
	if !began {
		x.reply.Action = message.Wait
	}
	return &x.reply, body
}
