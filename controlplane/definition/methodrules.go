package definition

import (
	"slices"
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/definition/mapping"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

// The authorization types of a method, as AWS names them.
const (
	AuthorizationNone    = "NONE"
	AuthorizationIAM     = "AWS_IAM"
	AuthorizationCustom  = "CUSTOM"
	AuthorizationCognito = "COGNITO_USER_POOLS"
)

// FindMethod is GetMethod.
func (a *API) FindMethod(resourceID, verb string) (*Method, error) {
	resource, err := a.FindResource(resourceID)
	if err != nil {
		return nil, err
	}
	if found := resource.Methods[verb]; found != nil {
		return found, nil
	}
	return nil, awserror.NewNotFound("Invalid Method identifier specified")
}

// PutMethod is PutMethod: AWS refuses one that is there.
func (a *API) PutMethod(resourceID string, input Method) (*Method, error) {
	resource, err := a.FindResource(resourceID)
	if err != nil {
		return nil, err
	}
	if err := checkVerb(input.HTTPMethod); err != nil {
		return nil, err
	}
	if resource.Methods[input.HTTPMethod] != nil {
		return nil, awserror.NewConflict("Method already exists for this resource")
	}
	if err := input.Check(a); err != nil {
		return nil, err
	}
	if resource.Methods == nil {
		resource.Methods = map[string]*Method{}
	}
	resource.Methods[input.HTTPMethod] = &input
	return &input, nil
}

func checkVerb(verb string) error {
	verbs := []string{"GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY"}
	if !slices.Contains(verbs, verb) {
		return awserror.NewBadRequest("Invalid HttpMethod specified. Valid options are " + strings.Join(verbs, ","))
	}
	return nil
}

// Check holds a method against AWS's rules within its API, new or changed.
func (m *Method) Check(api *API) error {
	if err := m.checkAuthorization(api); err != nil {
		return err
	}
	if err := m.checkParameters(); err != nil {
		return err
	}
	if err := api.checkModels(m.RequestModels); err != nil {
		return err
	}
	if m.RequestValidatorID != "" && api.RequestValidators[m.RequestValidatorID] == nil {
		return awserror.NewBadRequest("Invalid Request Validator identifier specified")
	}
	return nil
}

// checkAuthorization wants an authorizer of the right type where one decides,
// and forgets it where none does.
func (m *Method) checkAuthorization(api *API) error {
	switch strings.ToUpper(m.AuthorizationType) {
	case AuthorizationNone, AuthorizationIAM:
		m.AuthorizerID = ""
		return nil
	case AuthorizationCustom, AuthorizationCognito:
	default:
		return awserror.NewBadRequest("Invalid authorization type specified. Valid options are NONE, AWS_IAM, CUSTOM, COGNITO_USER_POOLS")
	}
	authorizer := api.Authorizers[m.AuthorizerID]
	if authorizer == nil || (authorizer.Type == AuthorizerCognito) != strings.EqualFold(m.AuthorizationType, AuthorizationCognito) {
		return awserror.NewBadRequest("Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.")
	}
	return nil
}

// CheckMethods holds every method against its API, after a change of what
// methods refer to, such as an authorizer's type.
func (a *API) CheckMethods() error {
	for _, method := range a.Methods() {
		if err := method.checkAuthorization(a); err != nil {
			return err
		}
	}
	return nil
}

func (m *Method) checkParameters() error {
	names := map[string]bool{}
	for _, parameter := range sortedKeys(m.RequestParameters) {
		if err := mapping.MethodRequest.CheckName(parameter); err != nil {
			return err
		}
		name := strings.SplitN(parameter, ".", 4)[3]
		if names[name] {
			return awserror.NewBadRequest("Parameter names must be unique across querystring, header and path")
		}
		names[name] = true
	}
	return nil
}

// checkModels wants every model that a map of content types names.
func (a *API) checkModels(models map[string]string) error {
	for _, contentType := range sortedKeys(models) {
		if name := models[contentType]; a.Models[name] == nil {
			return awserror.BadRequestf("Invalid model identifier specified: %s", name)
		}
	}
	return nil
}

// RemoveMethod is DeleteMethod: its responses and integration go too.
func (a *API) RemoveMethod(resourceID, verb string) error {
	if _, err := a.FindMethod(resourceID, verb); err != nil {
		return err
	}
	delete(a.Resources[resourceID].Methods, verb)
	return nil
}

// Response is GetMethodResponse.
func (m *Method) Response(status string) (*MethodResponse, error) {
	if found := m.Responses[status]; found != nil {
		return found, nil
	}
	return nil, invalidStatusCode()
}

func invalidStatusCode() error {
	return awserror.NewNotFound("Invalid Response status code specified")
}

// PutResponse is PutMethodResponse.
func (m *Method) PutResponse(input MethodResponse, api *API) (*MethodResponse, error) {
	if m.Responses[input.StatusCode] != nil {
		return nil, awserror.NewConflict("Response already exists for this resource")
	}
	if err := input.Check(api); err != nil {
		return nil, err
	}
	if m.Responses == nil {
		m.Responses = map[string]*MethodResponse{}
	}
	m.Responses[input.StatusCode] = &input
	return &input, nil
}

// Check holds a response against AWS's rules within its API, new or changed.
func (r *MethodResponse) Check(api *API) error {
	for _, parameter := range sortedKeys(r.ResponseParameters) {
		if err := mapping.MethodResponse.CheckName(parameter); err != nil {
			return err
		}
	}
	return api.checkModels(r.ResponseModels)
}

// RemoveResponse is DeleteMethodResponse. The integration response of the same
// status goes too: it would map to nothing.
func (m *Method) RemoveResponse(status string) error {
	if _, err := m.Response(status); err != nil {
		return err
	}
	delete(m.Responses, status)
	if m.Integration != nil {
		delete(m.Integration.Responses, status)
	}
	return nil
}
