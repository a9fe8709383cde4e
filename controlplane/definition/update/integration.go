package update

import (
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/definition/patch"
)

// contentHandling is the field's two values, or none.
func contentHandling[T any](field func(*T) *string) patch.Path[T] {
	path := patch.OneOf("/contentHandling", field,
		"Invalid content handling specified. Valid options are CONVERT_TO_BINARY,CONVERT_TO_TEXT", "CONVERT_TO_BINARY", "CONVERT_TO_TEXT", "")
	path.Remove = patch.Optional("", field).Remove
	return path
}

// integrationPaths are UpdateIntegration's.
func integrationPaths() patch.Table[definition.Integration] {
	type noun = definition.Integration
	return patch.Table[noun]{Refuse: patch.Named, Paths: []patch.Path[noun]{
		patch.Text("/uri", func(i *noun) *string { return &i.URI }),
		patch.Text("/httpMethod", func(i *noun) *string { return &i.HTTPMethod }),
		patch.Optional("/credentials", func(i *noun) *string { return &i.Credentials }),
		patch.Text("/passthroughBehavior", func(i *noun) *string { return &i.PassthroughBehavior }),
		contentHandling(func(i *noun) *string { return &i.ContentHandling }),
		patch.Text("/cacheNamespace", func(i *noun) *string { return &i.CacheNamespace }),
		patch.OneOf("/connectionType", func(i *noun) *string { return &i.ConnectionType },
			"Invalid connection type specified. Valid options are INTERNET,VPC_LINK", "INTERNET", "VPC_LINK"),
		patch.Optional("/connectionId", func(i *noun) *string { return &i.ConnectionID }),
		patch.Whole("/timeoutInMillis", func(i *noun) *int32 { return &i.TimeoutInMillis }),
		patch.Flag("/tlsConfig/insecureSkipVerification", func(i *noun) *bool {
			if i.TLSConfig == nil {
				i.TLSConfig = &definition.TLSConfig{}
			}
			return &i.TLSConfig.InsecureSkipVerification
		}),
		patch.OneOf("/responseTransferMode", func(i *noun) *string { return &i.ResponseTransferMode },
			"Invalid response transfer mode specified. Valid options are BUFFERED,STREAM", "BUFFERED", "STREAM"),
		patch.Text("/integrationTarget", func(i *noun) *string { return &i.IntegrationTarget }),
		patch.Entry("/requestParameters/{name}", func(i *noun) *map[string]string { return &i.RequestParameters }, patch.Plain, nil),
		patch.Entry("/requestTemplates/{type}", func(i *noun) *map[string]string { return &i.RequestTemplates }, patch.Plain, nil),
		patch.Members("/cacheKeyParameters", func(i *noun) *[]string { return &i.CacheKeyParameters }),
		patch.Element("/cacheKeyParameters/{name}", func(i *noun) *[]string { return &i.CacheKeyParameters }),
	}}
}

// Integration is UpdateIntegration. Account is the API's owner.
func Integration(api *definition.API, resourceID, verb, account string, operations []patch.Operation) error {
	method, err := api.FindMethod(resourceID, verb)
	if err != nil {
		return err
	}
	integration, err := method.FindIntegration()
	if err != nil {
		return err
	}
	if err := integrationPaths().Apply(integration, operations); err != nil {
		return err
	}
	return integration.Check(method, account)
}

// template reads a response template; an empty one is passthrough.
func template(at patch.At) (*string, error) {
	if at.Text() == "" {
		return nil, nil //nolint:nilnil // null is a template's own value: passthrough
	}
	return at.Value, nil
}

// integrationResponsePaths are UpdateIntegrationResponse's.
func integrationResponsePaths() patch.Table[definition.IntegrationResponse] {
	type noun = definition.IntegrationResponse
	return patch.Table[noun]{Refuse: patch.Named, Paths: []patch.Path[noun]{
		{
			Pattern: "/selectionPattern",
			Replace: func(r *noun, at patch.At) error {
				r.SelectionPattern = new(at.Text())
				return nil
			},
			Remove: func(r *noun, _ patch.At) error {
				r.SelectionPattern = nil
				return nil
			},
		},
		contentHandling(func(r *noun) *string { return &r.ContentHandling }),
		patch.Entry("/responseParameters/{name}", func(r *noun) *map[string]string { return &r.ResponseParameters }, patch.Plain, nil),
		patch.Entry("/responseTemplates/{type}", func(r *noun) *map[string]*string { return &r.ResponseTemplates }, template, nil),
	}}
}

// IntegrationResponse is UpdateIntegrationResponse.
func IntegrationResponse(api *definition.API, resourceID, verb, status string, operations []patch.Operation) error {
	method, err := api.FindMethod(resourceID, verb)
	if err != nil {
		return err
	}
	integration, err := method.FindIntegration()
	if err != nil {
		return err
	}
	response, err := integration.Response(status)
	if err != nil {
		return err
	}
	if err := integrationResponsePaths().Apply(response, operations); err != nil {
		return err
	}
	return response.Check(method)
}
