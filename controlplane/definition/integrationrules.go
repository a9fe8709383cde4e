package definition

import (
	"slices"
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/definition/mapping"
	"github.com/sluice-gateway/sluice/controlplane/definition/target"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

// The integration types, as AWS's IntegrationType names them.
const (
	IntegrationHTTP      = "HTTP"
	IntegrationHTTPProxy = "HTTP_PROXY"
	IntegrationAWS       = "AWS"
	IntegrationAWSProxy  = "AWS_PROXY"
	IntegrationMock      = "MOCK"
)

const (
	defaultTimeout = 29000
	minTimeout     = 50
	// maxStreamTimeout is what AWS allows where the response is streamed.
	maxStreamTimeout = 900000
	connectInternet  = "INTERNET"
	connectVPCLink   = "VPC_LINK"
)

// FindIntegration is GetIntegration.
func (m *Method) FindIntegration() (*Integration, error) {
	if m.Integration == nil {
		return nil, integrationNotFound()
	}
	return m.Integration, nil
}

func integrationNotFound() error {
	return awserror.NewNotFound("Invalid Integration identifier specified")
}

// PutIntegration replaces a method's integration, with AWS's defaults. Resource
// is the method's.
func (m *Method) PutIntegration(input Integration, resource *Resource, account string) (*Integration, error) {
	input.Responses = nil
	input.complete(resource.ID)
	if err := input.Check(m, account); err != nil {
		return nil, err
	}
	m.Integration = &input
	return &input, nil
}

func (i *Integration) complete(resourceID string) {
	if i.CacheNamespace == "" {
		i.CacheNamespace = resourceID
	}
	if i.PassthroughBehavior == "" {
		i.PassthroughBehavior = "WHEN_NO_MATCH"
	}
	if i.TimeoutInMillis == 0 {
		i.TimeoutInMillis = defaultTimeout
	}
	if i.ConnectionType == "" && i.isHTTP() {
		i.ConnectionType = connectInternet
	}
}

func (i *Integration) isHTTP() bool {
	return i.Type == IntegrationHTTP || i.Type == IntegrationHTTPProxy
}

func (i *Integration) isAWS() bool { return i.Type == IntegrationAWS || i.Type == IntegrationAWSProxy }

// Check holds an integration of a method against AWS's rules, new or changed.
// Account is the API's owner.
func (i *Integration) Check(method *Method, account string) error {
	if i.Type != IntegrationMock {
		if i.HTTPMethod == "" {
			return awserror.NewBadRequest("Enumeration value for HttpMethod must be non-empty")
		}
		if err := checkVerb(i.HTTPMethod); err != nil {
			return err
		}
	}
	if err := i.checkTarget(account); err != nil {
		return err
	}
	longest := int32(defaultTimeout)
	if i.ResponseTransferMode == "STREAM" {
		longest = maxStreamTimeout
	}
	if i.TimeoutInMillis < minTimeout || i.TimeoutInMillis > longest {
		return awserror.BadRequestf("Timeout should be between %d ms and %d ms", minTimeout, longest)
	}
	if !slices.Contains([]string{"WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"}, i.PassthroughBehavior) {
		return awserror.NewBadRequest("Invalid passthrough behavior specified. Valid options are WHEN_NO_MATCH, WHEN_NO_TEMPLATES, NEVER")
	}
	if err := checkContentTypes(i.RequestTemplates); err != nil {
		return err
	}
	return i.checkParameters(method)
}

// checkTarget holds the URI and what it needs against the type.
func (i *Integration) checkTarget(account string) error {
	switch {
	case i.isHTTP() && i.ConnectionType == connectVPCLink && i.ConnectionID == "":
		return awserror.NewBadRequest("ConnectionId must be specified for connectionType VPC_LINK")
	case i.isHTTP():
		return target.CheckHTTP(i.URI)
	case i.isAWS():
		return target.CheckAWS(i.URI, i.Credentials, account, i.Type == IntegrationAWSProxy)
	default:
		return nil
	}
}

func (i *Integration) checkParameters(method *Method) error {
	for _, name := range sortedKeys(i.RequestParameters) {
		value := i.RequestParameters[name]
		if err := mapping.IntegrationRequest.CheckName(name); err != nil {
			return err
		}
		if err := mapping.FromMethod.Check(value); err != nil {
			return err
		}
		if !method.declares(value) {
			return mapping.WrongName(value)
		}
	}
	for _, parameter := range i.CacheKeyParameters {
		if strings.HasPrefix(parameter, "method.request.") && !method.declares(parameter) {
			return mapping.WrongName(parameter)
		}
	}
	return nil
}

// declares says whether a method has the request parameter that an expression
// reads; what reads none is declared.
func (m *Method) declares(expression string) bool {
	name, isParameter := strings.CutPrefix(expression, "method.request.")
	if !isParameter || strings.HasPrefix(name, "body") {
		return true
	}
	_, declared := m.RequestParameters["method.request."+strings.TrimPrefix(name, "multivalue")]
	return declared
}

func checkContentTypes[V any](templates map[string]V) error {
	for _, contentType := range sortedKeys(templates) {
		if !strings.Contains(contentType, "/") {
			return awserror.BadRequestf("Validation Result: warnings : [], errors : [Invalid content type specified: %s]", contentType)
		}
	}
	return nil
}

// Response is GetIntegrationResponse.
func (i *Integration) Response(status string) (*IntegrationResponse, error) {
	if found := i.Responses[status]; found != nil {
		return found, nil
	}
	return nil, invalidStatusCode()
}

// PutIntegrationResponse is PutIntegrationResponse, which replaces one that is
// there. The method must answer with the status.
func (m *Method) PutIntegrationResponse(input IntegrationResponse) (*IntegrationResponse, error) {
	integration, err := m.FindIntegration()
	if err != nil {
		return nil, err
	}
	if err := input.Check(m); err != nil {
		return nil, err
	}
	if integration.Responses == nil {
		integration.Responses = map[string]*IntegrationResponse{}
	}
	integration.Responses[input.StatusCode] = &input
	return &input, nil
}

// Check holds a response against AWS's rules and the method's response of the
// same status, new or changed. An empty template is passthrough, which AWS
// shows as null.
func (r *IntegrationResponse) Check(method *Method) error {
	answer, err := method.Response(r.StatusCode)
	if err != nil {
		return err
	}
	for contentType, template := range r.ResponseTemplates {
		if template != nil && *template == "" {
			r.ResponseTemplates[contentType] = nil
		}
	}
	if err := checkContentTypes(r.ResponseTemplates); err != nil {
		return err
	}
	for _, name := range sortedKeys(r.ResponseParameters) {
		value := r.ResponseParameters[name]
		if err := mapping.FromIntegration.Check(value); err != nil {
			return err
		}
		if _, declared := answer.ResponseParameters[name]; !declared {
			return mapping.WrongName(name)
		}
	}
	return nil
}

// RemoveResponse is DeleteIntegrationResponse.
func (i *Integration) RemoveResponse(status string) error {
	if _, err := i.Response(status); err != nil {
		return err
	}
	delete(i.Responses, status)
	return nil
}
