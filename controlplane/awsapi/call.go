package awsapi

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/internal/awserror"
	"github.com/sluice-gateway/sluice/internal/sigv4"
)

// call is one request under way.
type call struct {
	server   *Server
	in       *http.Request
	caller   Caller
	found    *entry
	protocol string
	// signing is the service that the credential scope names, and signed for.
	signing string
	// failure is what the caller was answered, nil for success.
	failure *awserror.Error
}

// name is the operation's, for the log; empty before it is known.
func (c *call) name() string {
	if c.found == nil {
		return ""
	}
	return c.found.operation.Service + ":" + c.found.operation.Name
}

// answer runs the call and contains what goes wrong.
func (c *call) answer() (response *wire.Response) {
	defer func() {
		if panicked := recover(); panicked != nil {
			response = c.fail(fmt.Errorf("panic: %v\n%s", panicked, debug.Stack()))
		}
	}()
	response, err := c.run()
	if err != nil {
		return c.fail(err)
	}
	return response
}

func (c *call) fail(err error) *wire.Response {
	c.failure = awserror.From(err)
	return wire.EncodeError(c.protocol, c.failure, c.caller.RequestID)
}

// run is a call from its request to its answer.
func (c *call) run() (*wire.Response, error) {
	path, query := target(c.in)
	request, err := c.verified(path, query)
	if err != nil {
		return nil, err
	}
	if err := c.route(path, request); err != nil {
		return nil, err
	}
	operation := &c.found.operation
	action, resource := permission(operation, c.caller.Region, request.Labels)
	ctx := c.in.Context()
	if err := c.server.config.Authorizer.Authorize(ctx, c.caller, action, resource); err != nil {
		return nil, err
	}
	if c.found.call == nil {
		return nil, awserror.NewNotImplemented(operation.Name)
	}
	return c.perform(ctx, operation, path, request)
}

// verified reads the request and proves who signed it.
func (c *call) verified(path, query string) (*wire.Request, error) {
	claim, err := sigv4.Parse(signedParts(c.in, path, query, nil))
	if err != nil {
		return nil, refused(err)
	}
	c.signing = "apigateway"
	if protocol, known := c.server.table.protocols[claim.Service]; known {
		c.signing, c.protocol = claim.Service, protocol
	}
	// Nobody's body is read before it is at least a known key's: without one,
	// Verify refuses the claim before it asks for the body's hash.
	keys := &callersKey{identities: c.server.config.Identities}
	var body []byte
	if _, err := keys.Secret(c.in.Context(), claim.AccessKeyID, claim.SessionToken); err == nil {
		body, err = c.server.readBody(c.in)
		if err != nil {
			return nil, err
		}
	}
	verifier := sigv4.Verifier{Service: c.signing, Regions: c.server.config.Regions, Window: window}
	claim, err = verifier.Verify(c.in.Context(), signedParts(c.in, path, query, body), keys, c.server.config.Now())
	if err != nil {
		return nil, refused(err)
	}
	c.caller.Account, c.caller.Region, c.caller.Principal = keys.found.Account, claim.Region, keys.found.Principal
	request := &wire.Request{Query: c.in.URL.Query(), Header: c.in.Header, Body: body}
	if !validTexts(request.Query) {
		return nil, awserror.NewSerialization("")
	}
	return request, nil
}

// route finds the operation. The service that was signed for takes part, for
// services share paths.
func (c *call) route(path string, request *wire.Request) error {
	found, err := c.server.table.find(c.signing, c.in.Method, path, request)
	if err != nil {
		return err
	}
	c.found = found
	return nil
}

// perform reads the input, calls the handler and writes its output.
func (c *call) perform(ctx context.Context, operation *wire.Operation, path string, request *wire.Request) (*wire.Response, error) {
	input, err := c.server.codec.Decode(operation, request)
	if err != nil {
		return nil, err
	}
	if err := c.server.codec.Validate(operation, input); err != nil {
		return nil, err
	}
	output, err := c.found.call.call(ctx, c.caller, input)
	if err != nil {
		return nil, err
	}
	format := wire.JSON
	if operation.Service == "apigateway" && wantsHAL(c.in.Header) {
		format = wire.HAL
	}
	return c.server.codec.Encode(operation, output, format, path, c.caller.RequestID)
}

// wantsHAL says whether a client names HAL in its Accept header. AWS answers HAL
// without an Accept header too; Sluice only to who asks.
func wantsHAL(header http.Header) bool {
	return slices.ContainsFunc(header.Values("Accept"), func(value string) bool {
		return strings.Contains(value, "application/hal+json")
	})
}

// callersKey looks up a call's key once and keeps whose it is.
type callersKey struct {
	identities Identities
	asked      bool
	found      Identity
	err        error
}

// Secret implements sigv4.Keys.
func (k *callersKey) Secret(ctx context.Context, accessKeyID, sessionToken string) (string, error) {
	if !k.asked {
		k.found, k.err = k.identities.Identity(ctx, accessKeyID, sessionToken)
		k.asked = true
	}
	return k.found.Secret.Reveal(), k.err
}

// refused is the control API's error for a signature that was refused.
func refused(err error) error {
	if known, ok := errors.AsType[*sigv4.Error](err); ok {
		return awserror.New(awserror.Code(known.Code), http.StatusForbidden, known.Message)
	}
	return err
}

// requestIDs makes the x-amzn-RequestId, a UUID, and the x-amz-apigw-id.
func requestIDs(random io.Reader) (id, extended string) {
	var bytes [27]byte
	if _, err := io.ReadFull(random, bytes[:]); err != nil {
		// Ids are for correlation alone: a call is answered without them.
		return "", ""
	}
	bytes[6] = bytes[6]&0x0f | 0x40
	bytes[8] = bytes[8]&0x3f | 0x80
	id = fmt.Sprintf("%x-%x-%x-%x-%x", bytes[0:4], bytes[4:6], bytes[6:8], bytes[8:10], bytes[10:16])
	return id, base64.URLEncoding.EncodeToString(bytes[16:])
}
