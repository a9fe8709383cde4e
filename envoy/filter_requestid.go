package envoy

import (
	mutationv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/header_mutation/v3"
	earlyv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/http/early_header_mutation/header_mutation/v3"

	"github.com/sluice-gateway/sluice/envoy/format"
)

// ClientRequestIDHeader holds the client's own x-request-id while Envoy uses
// that header for the request's id. Sluice's services take it for x-request-id.
const ClientRequestIDHeader = "x-sluice-client-request-id"

const (
	requestIDHeader = "x-request-id"
	// Headers of AWS's that carry the request's ids, on every answer.
	amznRequestID = "x-amzn-requestid"
	amzAPIGWID    = "x-amz-apigw-id"
)

// clientUUID is the x-amzn-RequestId that a client sent, when it is a UUID: AWS
// takes it for the request's id.
const clientUUID = `%CEL('x-amzn-requestid' in request.headers && ` +
	`request.headers['x-amzn-requestid'].matches('^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$') ` +
	`? request.headers['x-amzn-requestid'] : '')%`

// earlyRequestID runs before Envoy gives a request its id: the client's own
// x-request-id is put aside, and its x-amzn-RequestId is taken when it is one.
func earlyRequestID() *earlyv3.HeaderMutation {
	return &earlyv3.HeaderMutation{Mutations: []*mutation{
		remove(ClientRequestIDHeader),
		set(ClientRequestIDHeader, "%REQ("+requestIDHeader+")%"),
		remove(requestIDHeader),
		set(requestIDHeader, clientUUID),
	}}
}

// answerFilter puts the ids and a type on every answer, local replies among them. The
// second is made of the first, so that all rooms can tell it: its first 15
// characters and "=".
func answerFilter() *mutationv3.HeaderMutation {
	return &mutationv3.HeaderMutation{Mutations: &mutationv3.Mutations{
		RequestMutations: []*mutation{remove("x-envoy-external-address")},
		ResponseMutations: []*mutation{
			remove(format.ReplyHeader), remove(detailsHeader),
			// AWS's answers always have one, bodies or not.
			setIfAbsent(contentTypeHeader, jsonType),
			set(amznRequestID, format.RequestID),
			set(amzAPIGWID, "%RESP("+amznRequestID+"):15%="),
		},
	}}
}
