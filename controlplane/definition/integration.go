package definition

// Integration is AWS's Integration with its responses.
type Integration struct {
	Type                 string            `json:"type"`
	HTTPMethod           string            `json:"httpMethod,omitempty"`
	URI                  string            `json:"uri,omitempty"`
	ConnectionType       string            `json:"connectionType,omitempty"`
	ConnectionID         string            `json:"connectionId,omitempty"`
	Credentials          string            `json:"credentials,omitempty"`
	RequestParameters    map[string]string `json:"requestParameters,omitempty"`
	RequestTemplates     map[string]string `json:"requestTemplates,omitempty"`
	PassthroughBehavior  string            `json:"passthroughBehavior,omitempty"`
	ContentHandling      string            `json:"contentHandling,omitempty"`
	TimeoutInMillis      int32             `json:"timeoutInMillis,omitempty"`
	CacheNamespace       string            `json:"cacheNamespace,omitempty"`
	CacheKeyParameters   []string          `json:"cacheKeyParameters,omitempty"`
	TLSConfig            *TLSConfig        `json:"tlsConfig,omitempty"`
	ResponseTransferMode string            `json:"responseTransferMode,omitempty"`
	IntegrationTarget    string            `json:"integrationTarget,omitempty"`
	// Responses by status code.
	Responses map[string]*IntegrationResponse `json:"integrationResponses,omitempty"`
}

// TLSConfig is AWS's TlsConfig.
type TLSConfig struct {
	InsecureSkipVerification bool `json:"insecureSkipVerification"`
}

// IntegrationResponse is AWS's IntegrationResponse.
type IntegrationResponse struct {
	StatusCode         string             `json:"statusCode"`
	SelectionPattern   *string            `json:"selectionPattern,omitempty"`
	ResponseParameters map[string]string  `json:"responseParameters,omitempty"`
	ResponseTemplates  map[string]*string `json:"responseTemplates,omitempty"` // null: passthrough under that key
	ContentHandling    string             `json:"contentHandling,omitempty"`
}
