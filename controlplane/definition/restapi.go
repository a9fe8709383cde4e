package definition

import "time"

// RestAPI is AWS's RestApi.
type RestAPI struct {
	ID                        string                `json:"id"`
	Name                      string                `json:"name"`
	Description               string                `json:"description,omitempty"`
	Version                   string                `json:"version,omitempty"`
	CreatedDate               time.Time             `json:"createdDate"`
	Warnings                  []string              `json:"warnings,omitempty"`
	BinaryMediaTypes          []string              `json:"binaryMediaTypes,omitempty"`
	MinimumCompressionSize    *int32                `json:"minimumCompressionSize,omitempty"`
	APIKeySource              string                `json:"apiKeySource,omitempty"`
	EndpointConfiguration     EndpointConfiguration `json:"endpointConfiguration"`
	Policy                    string                `json:"policy,omitempty"`
	Tags                      map[string]string     `json:"tags,omitempty"`
	DisableExecuteAPIEndpoint bool                  `json:"disableExecuteApiEndpoint,omitempty"`
	RootResourceID            string                `json:"rootResourceId"`
	SecurityPolicy            string                `json:"securityPolicy,omitempty"`
	EndpointAccessMode        string                `json:"endpointAccessMode,omitempty"`
}

// EndpointConfiguration is AWS's EndpointConfiguration.
type EndpointConfiguration struct {
	Types          []string `json:"types,omitempty"`
	IPAddressType  string   `json:"ipAddressType,omitempty"`
	VpcEndpointIDs []string `json:"vpcEndpointIds,omitempty"`
}
