// Package awsapi is the edge of the control API: one HTTP server that speaks as
// AWS's control planes do. It finds the operation, verifies the signature, asks
// whether the caller may, reads and checks the input, calls the operation's
// handler and writes its output or error. What operations do is the business of
// the packages below it (rest, httpapi, iam, …), which hand it their handlers;
// awsapi itself knows no noun, no store and nothing of the data plane.
//
// A package of handlers lists them in one literal slice:
//
//	func (a *API) Handlers() []awsapi.Handler {
//		return []awsapi.Handler{
//			awsapi.Handle(apigateway.CreateRestApi(), a.createRestAPI),
//			awsapi.Handle(apigateway.GetRestApi(), a.getRestAPI),
//			awsapi.Handle(apigateway.DeleteRestApi(), a.deleteRestAPI),
//		}
//	}
//
//	func (a *API) getRestAPI(ctx context.Context, caller awsapi.Caller, in *apigateway.GetRestApiRequest) (*apigateway.RestApi, error) {
//		found, err := a.store.RestAPI(ctx, caller.Account, caller.Region, in.RestApiId)
//		if errors.Is(err, store.ErrNotFound) {
//			return nil, awserror.NotFoundf("Invalid API identifier specified %s:%s", caller.Account, in.RestApiId)
//		}
//		if err != nil {
//			return nil, fmt.Errorf("API %s: %w", in.RestApiId, err)
//		}
//		return &apigateway.RestApi{Id: new(found.ID), Name: new(found.Name)}, nil
//	}
//
// In inputs and outputs nil means absent: an absent member is not written, an
// empty list or map is written as empty. Path labels are plain strings. The
// framework's constraints (required, enumerations, patterns, ranges) hold when a
// handler is called. An error is an *awserror.Error somewhere in its chain, or
// becomes a 500 whose text only the log shows. An operation without an output
// returns a nil *wire.Empty.
package awsapi
