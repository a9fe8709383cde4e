package definition

import (
	"slices"
	"strings"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/definition/resourcepolicy"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

// The endpoint types, as AWS's EndpointType names them.
const (
	EndpointEdge     = "EDGE"
	EndpointRegional = "REGIONAL"
	EndpointPrivate  = "PRIVATE"
)

const (
	ipv4      = "ipv4"
	dualstack = "dualstack"
	// maxCompressionSize is AWS's limit to minimumCompressionSize, in bytes.
	maxCompressionSize = 10485760
)

// NewAPI is CreateRestApi: the input with AWS's defaults, held against its
// rules, with the root resource and the models that every API starts with.
// NewID makes ids of so many characters; those of the API itself are its first.
func NewAPI(input RestAPI, owner resourcepolicy.Owner, newID func(length int) string, now time.Time) (*API, error) {
	input.ID, input.RootResourceID, input.CreatedDate = newID(10), newID(10), now
	input.complete(owner)
	if err := input.Check(); err != nil {
		return nil, err
	}
	made := &API{RestAPI: input, Resources: map[string]*Resource{
		input.RootResourceID: {ID: input.RootResourceID, Path: "/", Seq: 1},
	}}
	for _, model := range defaultModels() {
		if _, err := made.AddModel(model, newID(6)); err != nil {
			return nil, err
		}
	}
	return made, nil
}

// defaultModels are what AWS gives every new API, to the blank.
func defaultModels() []Model {
	return []Model{
		{
			Name: "Empty", Description: "This is a default empty schema model", ContentType: "application/json",
			Schema: "{\n  \"$schema\": \"http://json-schema.org/draft-04/schema#\",\n  \"title\" : \"Empty Schema\",\n  \"type\" : \"object\"\n}",
		},
		{
			Name: "Error", Description: "This is a default error schema model", ContentType: "application/json",
			Schema: "{\n  \"$schema\" : \"http://json-schema.org/draft-04/schema#\",\n  \"title\" : \"Error Schema\",\n  \"type\" : \"object\",\n  \"properties\" : {\n    \"message\" : { \"type\" : \"string\" }\n  }\n}",
		},
	}
}

// complete fills in AWS's defaults, at creation. Absent endpoint types are nil;
// an empty list is what the user said, and refused.
func (r *RestAPI) complete(owner resourcepolicy.Owner) {
	if r.EndpointConfiguration.Types == nil {
		r.EndpointConfiguration.Types = []string{EndpointEdge}
	}
	if r.EndpointConfiguration.IPAddressType == "" {
		r.EndpointConfiguration.IPAddressType = ipv4
		if r.IsPrivate() {
			r.EndpointConfiguration.IPAddressType = dualstack
		}
	}
	if r.APIKeySource == "" {
		r.APIKeySource = "HEADER"
	}
	r.Policy = resourcepolicy.Complete(r.Policy, r.ID, owner)
}

// IsPrivate says that only VPC endpoints lead to the API.
func (r *RestAPI) IsPrivate() bool {
	return slices.Contains(r.EndpointConfiguration.Types, EndpointPrivate)
}

// Check holds an API's own fields against AWS's rules, new or changed.
func (r *RestAPI) Check() error {
	if size := r.MinimumCompressionSize; size != nil && (*size < 0 || *size > maxCompressionSize) {
		return InvalidCompressionSize()
	}
	if err := resourcepolicy.Check(r.Policy); err != nil {
		return err
	}
	switch types := r.EndpointConfiguration.Types; {
	case len(types) == 0:
		return awserror.NewBadRequest("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.")
	case len(types) > 1:
		return awserror.NewBadRequest("Cannot create an api with multiple Endpoint Types.")
	case r.IsPrivate() && r.EndpointConfiguration.IPAddressType != dualstack:
		return awserror.NewBadRequest("Only dualstack ipAddressType is supported for Private APIs.")
	case strings.TrimSpace(r.Name) == "":
		return awserror.NewBadRequest("API name cannot be blank")
	default:
		return nil
	}
}

// EmptyDescription is the refusal of a description that is there and empty.
func EmptyDescription() error {
	return awserror.NewBadRequest("Description cannot be an empty string")
}

// InvalidCompressionSize is the refusal of a minimumCompressionSize that is out
// of range or no number.
func InvalidCompressionSize() error {
	return awserror.NewBadRequest("Invalid minimum compression size, must be between 0 and 10485760")
}

// APINotFound is the answer to an unknown API's id.
func APINotFound(account, id string) error {
	return awserror.NotFoundf("Invalid API identifier specified %s:%s", account, id)
}
