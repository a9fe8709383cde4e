package update

import (
	"slices"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/definition/patch"
	"github.com/sluice-gateway/sluice/controlplane/definition/resourcepolicy"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

// restAPIPaths are UpdateRestApi's.
func restAPIPaths() patch.Table[definition.RestAPI] {
	type noun = definition.RestAPI
	return patch.Table[noun]{Refuse: patch.Named, Paths: []patch.Path[noun]{
		patch.Text("/name", func(r *noun) *string { return &r.Name }),
		patch.Optional("/description", func(r *noun) *string { return &r.Description }),
		patch.Optional("/policy", func(r *noun) *string { return &r.Policy }),
		patch.OneOf("/apiKeySource", func(r *noun) *string { return &r.APIKeySource },
			"Invalid ApiKeySource specified. Valid options are HEADER,AUTHORIZER", "HEADER", "AUTHORIZER"),
		{Pattern: "/minimumCompressionSize", Replace: replaceCompressionSize},
		patch.Flag("/disableExecuteApiEndpoint", func(r *noun) *bool { return &r.DisableExecuteAPIEndpoint }),
		patch.Text("/securityPolicy", func(r *noun) *string { return &r.SecurityPolicy }),
		patch.Text("/endpointAccessMode", func(r *noun) *string { return &r.EndpointAccessMode }),
		patch.OneOf("/endpointConfiguration/ipAddressType", func(r *noun) *string { return &r.EndpointConfiguration.IPAddressType },
			"ipAddressType must be either ipv4 or dualstack.", "ipv4", "dualstack"),
		{Pattern: "/endpointConfiguration/types", Add: onlyReplaced, Remove: onlyReplaced, Replace: replaceEndpointType},
		{Pattern: "/endpointConfiguration/types/{type}", Add: onlyReplaced, Remove: onlyReplaced, Replace: replaceEndpointType},
		patch.Members("/endpointConfiguration/vpcEndpointIds", func(r *noun) *[]string { return &r.EndpointConfiguration.VpcEndpointIDs }),
		patch.Element("/endpointConfiguration/vpcEndpointIds/{id}", func(r *noun) *[]string { return &r.EndpointConfiguration.VpcEndpointIDs }),
		patch.Element("/binaryMediaTypes/{type}", func(r *noun) *[]string { return &r.BinaryMediaTypes }),
	}}
}

// RestAPI is UpdateRestApi.
func RestAPI(api *definition.API, owner resourcepolicy.Owner, operations []patch.Operation) error {
	target := &api.RestAPI
	if err := restAPIPaths().Apply(target, operations); err != nil {
		return err
	}
	target.Policy = resourcepolicy.Complete(target.Policy, target.ID, owner)
	return target.Check()
}

// replaceCompressionSize sets the size, or removes it when there is no value.
func replaceCompressionSize(target *definition.RestAPI, at patch.At) error {
	if at.Text() == "" {
		target.MinimumCompressionSize = nil
		return nil
	}
	size, err := patch.Int32(at)
	if err != nil {
		return definition.InvalidCompressionSize()
	}
	target.MinimumCompressionSize = &size
	return nil
}

// onlyReplaced is AWS's odd answer to adding or removing an endpoint type.
func onlyReplaced(*definition.RestAPI, patch.At) error {
	return awserror.NewBadRequest("Invalid patch operation specified. Must be 'add'|'remove'|'replace'")
}

// replaceEndpointType makes the value the API's one type. A private API answers
// both kinds of addresses.
func replaceEndpointType(target *definition.RestAPI, at patch.At) error {
	types := []string{definition.EndpointRegional, definition.EndpointEdge, definition.EndpointPrivate}
	if !slices.Contains(types, at.Text()) {
		return awserror.NewBadRequest("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE")
	}
	target.EndpointConfiguration.Types = []string{at.Text()}
	if target.IsPrivate() {
		target.EndpointConfiguration.IPAddressType = "dualstack"
	}
	return nil
}
