package definition

import (
	"regexp"
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/definition/mapping"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

// The types of authorizers, as AWS's AuthorizerType names them.
const (
	AuthorizerToken   = "TOKEN"
	AuthorizerRequest = "REQUEST"
	AuthorizerCognito = "COGNITO_USER_POOLS"
)

// maxAuthorizerTTL is AWS's limit to authorizerResultTtlInSeconds.
const maxAuthorizerTTL = 3600

// lambdaInvocationARN is what calls a function; its name may hold stage
// variables.
var lambdaInvocationARN = regexp.MustCompile(`^arn:aws[a-z-]*:apigateway:[a-z0-9-]+:lambda:path/2015-03-31/functions/.+/invocations$`)

// Authorizer is AWS's Authorizer.
type Authorizer struct {
	ID                           string   `json:"id"`
	Name                         string   `json:"name"`
	Type                         string   `json:"type"`
	ProviderARNs                 []string `json:"providerARNs,omitempty"`
	AuthType                     string   `json:"authType,omitempty"`
	AuthorizerURI                string   `json:"authorizerUri,omitempty"`
	AuthorizerCredentials        string   `json:"authorizerCredentials,omitempty"`
	IdentitySource               string   `json:"identitySource,omitempty"`
	IdentityValidationExpression string   `json:"identityValidationExpression,omitempty"`
	AuthorizerResultTTLInSeconds *int32   `json:"authorizerResultTtlInSeconds,omitempty"`
	// Seq orders authorizers by insertion.
	Seq int64 `json:"seq,omitempty"`
}

// AddAuthorizer is CreateAuthorizer. AuthType defaults to what AWS shows for
// the type.
func (a *API) AddAuthorizer(input Authorizer, id string) (*Authorizer, error) {
	input.ID = id
	if input.AuthType == "" {
		input.AuthType = "custom"
		if input.Type == AuthorizerCognito {
			input.AuthType = "cognito_user_pools"
		}
	}
	if err := input.complete(); err != nil {
		return nil, err
	}
	if err := input.Check(); err != nil {
		return nil, err
	}
	for _, other := range a.Authorizers {
		input.Seq = max(input.Seq, other.Seq+1)
		if other.Name == input.Name {
			return nil, awserror.NewConflict("Authorizer name must be unique. Authorizer " + input.Name + " already exists in this RestApi.")
		}
	}
	if a.Authorizers == nil {
		a.Authorizers = map[string]*Authorizer{}
	}
	a.Authorizers[id] = &input
	return &input, nil
}

// complete holds a new authorizer to what its type needs. A change is not held
// to it: AWS lets the type be replaced before its settings.
func (z *Authorizer) complete() error {
	switch {
	case z.Type == AuthorizerCognito && len(z.ProviderARNs) == 0:
		return awserror.NewBadRequest("Authorizers of type COGNITO_USER_POOLS must specify at least one provider ARN")
	case z.Type != AuthorizerCognito && z.AuthorizerURI == "":
		return invalidAuthorizerURI("null")
	case z.Type == AuthorizerRequest && z.IdentitySource == "" && z.AuthorizerResultTTLInSeconds != nil && *z.AuthorizerResultTTLInSeconds > 0:
		return awserror.NewBadRequest("Identity source is required for REQUEST authorizers when caching is enabled")
	default:
		return nil
	}
}

// Check holds an authorizer's fields against AWS's rules, after a change.
func (z *Authorizer) Check() error {
	if strings.TrimSpace(z.Name) == "" {
		return awserror.NewBadRequest("Authorizer name cannot be blank")
	}
	if z.AuthorizerURI != "" && !lambdaInvocationARN.MatchString(z.AuthorizerURI) {
		return invalidAuthorizerURI(z.AuthorizerURI)
	}
	if ttl := z.AuthorizerResultTTLInSeconds; ttl != nil && (*ttl < 0 || *ttl > maxAuthorizerTTL) {
		return awserror.NewBadRequest("Authorizer result TTL must be between 0 and 3600 seconds")
	}
	if z.AuthorizerCredentials != "" && !strings.HasPrefix(z.AuthorizerCredentials, "arn:") {
		return awserror.NewBadRequest("Invalid ARN specified in the request")
	}
	for _, provider := range z.ProviderARNs {
		if !strings.HasPrefix(provider, "arn:") {
			return awserror.NewBadRequest("Invalid ARN specified in the request")
		}
	}
	if z.Type == AuthorizerToken && z.IdentityValidationExpression != "" {
		// RE2 knows fewer expressions than AWS's engine: what it cannot hold would be
		// refused by the data plane alone, long after this call.
		if _, err := regexp.Compile(z.IdentityValidationExpression); err != nil {
			return awserror.BadRequestf("Invalid identity validation expression specified: %s", z.IdentityValidationExpression)
		}
	}
	return z.checkIdentitySource()
}

func (z *Authorizer) checkIdentitySource() error {
	if z.IdentitySource == "" {
		return nil
	}
	sources, allowed := []string{z.IdentitySource}, mapping.HeaderSource
	if z.Type == AuthorizerRequest {
		sources, allowed = strings.Split(z.IdentitySource, ","), mapping.RequestSource
	}
	for _, source := range sources {
		if err := allowed.Check(strings.TrimSpace(source)); err != nil {
			return err
		}
	}
	return nil
}

func invalidAuthorizerURI(uri string) error {
	return awserror.BadRequestf("Invalid Authorizer URI: %s. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.", uri)
}

// FindAuthorizer is GetAuthorizer.
func (a *API) FindAuthorizer(id string) (*Authorizer, error) {
	if found := a.Authorizers[id]; found != nil {
		return found, nil
	}
	return nil, awserror.NewNotFound("Invalid Authorizer identifier specified")
}

// RemoveAuthorizer is DeleteAuthorizer. It refuses an authorizer that a method
// uses.
func (a *API) RemoveAuthorizer(id string) error {
	found, err := a.FindAuthorizer(id)
	if err != nil {
		return err
	}
	for resource, method := range a.Methods() {
		if method.AuthorizerID == id {
			return awserror.Conflictf("Cannot delete authorizer '%s', is referenced in method: %s/%s", found.Name, method.HTTPMethod, resource.Path)
		}
	}
	delete(a.Authorizers, id)
	return nil
}
