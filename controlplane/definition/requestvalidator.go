package definition

import (
	"strings"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

// RequestValidator is AWS's RequestValidator.
type RequestValidator struct {
	ID                        string `json:"id"`
	Name                      string `json:"name,omitempty"`
	ValidateRequestBody       bool   `json:"validateRequestBody"`
	ValidateRequestParameters bool   `json:"validateRequestParameters"`
	// Seq orders validators by insertion.
	Seq int64 `json:"seq,omitempty"`
}

// AddRequestValidator is CreateRequestValidator.
func (a *API) AddRequestValidator(input RequestValidator, id string) *RequestValidator {
	input.ID = id
	for _, other := range a.RequestValidators {
		input.Seq = max(input.Seq, other.Seq+1)
	}
	if a.RequestValidators == nil {
		a.RequestValidators = map[string]*RequestValidator{}
	}
	a.RequestValidators[id] = &input
	return &input
}

// Check holds a validator's name against AWS's rule, after a change; a new one
// may have none.
func (v *RequestValidator) Check() error {
	if strings.TrimSpace(v.Name) == "" {
		return awserror.NewBadRequest("Request Validator name cannot be blank")
	}
	return nil
}

// FindRequestValidator is GetRequestValidator.
func (a *API) FindRequestValidator(id string) (*RequestValidator, error) {
	if found := a.RequestValidators[id]; found != nil {
		return found, nil
	}
	return nil, RequestValidatorNotFound()
}

// RequestValidatorNotFound is the answer to an unknown validator's id, and to
// one of an unknown API.
func RequestValidatorNotFound() error {
	return awserror.NewNotFound("Invalid Request Validator identifier specified")
}

// RemoveRequestValidator is DeleteRequestValidator. It refuses a validator that
// a method uses.
func (a *API) RemoveRequestValidator(id string) error {
	found, err := a.FindRequestValidator(id)
	if err != nil {
		return err
	}
	for resource, method := range a.Methods() {
		if method.RequestValidatorID == id {
			return awserror.Conflictf("Cannot delete request validator '%s', is referenced in method: %s/%s", found.Name, method.HTTPMethod, resource.Path)
		}
	}
	delete(a.RequestValidators, id)
	return nil
}
