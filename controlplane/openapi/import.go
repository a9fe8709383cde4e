package openapi

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/definition/resourcepolicy"
	"github.com/sluice-gateway/sluice/controlplane/openapi/document"
	"github.com/sluice-gateway/sluice/internal/awserror"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// Options say how a document is imported: the parameters of ImportRestApi and
// PutRestApi ("Import a REST API into API Gateway" and the pages beside it).
type Options struct {
	// Overwrite replaces the whole definition (PutRestApi's mode=overwrite);
	// otherwise what the document does not mention stays.
	Overwrite bool
	// BasePath is ignore (also when empty), prepend or split.
	BasePath string
	// FailOnWarnings makes every warning of AWS's an error.
	FailOnWarnings bool
	// IgnoreDocumentation makes no documentation parts (ignore=documentation).
	IgnoreDocumentation bool
	// EndpointTypes and VpcEndpointIDs replace the API's when not empty.
	EndpointTypes, VpcEndpointIDs []string
	// Account and Region replace ${AWS::AccountId} and ${AWS::Region}.
	Account, Region string
	// NewID makes an id of so many characters.
	NewID func(length int) string
}

// unnamed stands in for a new API's name until its document is read.
const unnamed = "import"

// shortID is the length of the ids that AWS gives to an API's parts.
const shortID = 6

// Import changes an API into what a document says and gives the warnings. On an
// error the API is to be thrown away.
func Import(api *definition.API, text []byte, options Options) ([]string, error) {
	root, err := document.Parse(text, strings.NewReplacer(
		"${AWS::AccountId}", options.Account, "${AWS::Region}", options.Region, "${AWS::Partition}", "aws",
	))
	if err != nil {
		return nil, err
	}
	read, err := document.New(root)
	if err != nil {
		return nil, err
	}
	run := &importer{Source: read, api: api, options: options, authorizers: map[string]string{}, validators: map[string]string{}}
	run.all()
	switch {
	case len(run.errors) > 0:
		return nil, awserror.NewBadRequest("Errors found during import:\n\t" + strings.Join(run.errors, "\n\t"))
	case len(run.Warnings) > 0 && options.FailOnWarnings:
		return nil, awserror.NewBadRequest("Warnings found during import:\n\t" + strings.Join(run.Warnings, "\n\t"))
	default:
		return slices.Concat(run.Warnings, run.notes), nil
	}
}

// Create makes a new API of a document (ImportRestApi), without the models that
// CreateRestApi gives.
func Create(text []byte, options Options, now time.Time) (*definition.API, error) {
	owner := resourcepolicy.Owner{Account: options.Account, Region: options.Region}
	// The document's title is the name; Import refuses a document without one.
	made, err := definition.NewAPI(definition.RestAPI{Name: unnamed}, owner, options.NewID, now)
	if err != nil {
		return nil, err
	}
	made.RestAPI.Name = ""
	options.Overwrite = true
	if _, err := Import(made, text, options); err != nil {
		return nil, err
	}
	return made, nil
}

// importer is one import under way.
type importer struct {
	*document.Source
	api     *definition.API
	options Options
	errors  []string
	// notes are warnings of ours, which AWS does not have: they fail no import.
	notes []string
	// authorizers gives the id of the authorizer of a security scheme, validators
	// that of a named request validator.
	authorizers, validators map[string]string
}

func (m *importer) all() {
	if m.options.Overwrite {
		m.clear()
	}
	m.describe()
	m.extensions()
	m.models()
	m.makeValidators()
	m.makeAuthorizers()
	m.gatewayResponses()
	m.paths()
	m.removeUnusedAuthorizers()
	if !m.options.IgnoreDocumentation {
		m.document()
	}
	m.api.RestAPI.Warnings = slices.Concat(m.Warnings, m.notes)
}

// fail notes an error of one part, as AWS collects them: "Unable to … : why".
func (m *importer) fail(what string, err error) {
	if err != nil {
		m.errors = append(m.errors, what+": "+awserror.From(err).Message)
	}
}

// clear empties a definition but for its root and what deployments keep.
func (m *importer) clear() {
	root := m.api.Resources[m.api.RestAPI.RootResourceID]
	m.api.Resources = map[string]*definition.Resource{}
	if root != nil {
		m.api.Resources[root.ID] = &definition.Resource{ID: root.ID, Path: "/", Seq: root.Seq}
	}
	m.api.Models, m.api.RequestValidators, m.api.Authorizers, m.api.GatewayResponses = nil, nil, nil, nil
	m.api.RestAPI.BinaryMediaTypes, m.api.RestAPI.MinimumCompressionSize, m.api.RestAPI.Policy = nil, nil, ""
	if !m.options.IgnoreDocumentation {
		m.api.DocumentationParts = nil
	}
}

// describe takes the API's own texts from info.
func (m *importer) describe() {
	info := m.Root.Get("info")
	api := &m.api.RestAPI
	api.Name = cmp.Or(document.Text(info.Get("title")), api.Name)
	api.Version = cmp.Or(document.Text(info.Get("version")), api.Version)
	api.Description = cmp.Or(document.Text(info.Get("description")), api.Description)
	for _, tag := range document.Items(m.Root.Get("tags")) {
		if value := tag.Get("x-amazon-apigateway-tag-value"); !value.IsUndefined() {
			if api.Tags == nil {
				api.Tags = map[string]string{}
			}
			api.Tags[document.Text(tag.Get("name"))] = document.Text(value)
		}
	}
}

// extensions takes the root's x-amazon-apigateway-* settings.
func (m *importer) extensions() {
	api := &m.api.RestAPI
	if source := document.Text(m.Root.Get("x-amazon-apigateway-api-key-source")); source != "" {
		api.APIKeySource = strings.ToUpper(source)
	}
	m.binaryMediaTypes()
	if size := m.Root.Get("x-amazon-apigateway-minimum-compression-size"); size.IsNumber() {
		bytes, _ := size.Int64()
		api.MinimumCompressionSize = new(int32(min(max(bytes, -1), math.MaxInt32)))
	}
	if policy := m.Root.Get("x-amazon-apigateway-policy"); policy.Kind() == jsonvalue.KindObject {
		api.Policy = resourcepolicy.Complete(document.Compact(policy), api.ID, resourcepolicy.Owner{Account: m.options.Account, Region: m.options.Region})
		m.fail("Unable to put policy", resourcepolicy.Check(api.Policy))
	}
	endpoint := m.Endpoint()
	if disable := endpoint.Get("disableExecuteApiEndpoint"); !disable.IsUndefined() {
		api.DisableExecuteAPIEndpoint = document.Truth(disable)
	}
	if ids := document.Texts(endpoint.Get("vpcEndpointIds")); len(ids) > 0 {
		api.EndpointConfiguration.VpcEndpointIDs = ids
	}
	if len(m.options.EndpointTypes) > 0 {
		api.EndpointConfiguration.Types = m.options.EndpointTypes
		api.EndpointConfiguration.IPAddressType = "ipv4"
		if api.IsPrivate() {
			api.EndpointConfiguration.IPAddressType = "dualstack"
		}
	}
	if len(m.options.VpcEndpointIDs) > 0 {
		api.EndpointConfiguration.VpcEndpointIDs = m.options.VpcEndpointIDs
	}
	m.fail("Unable to update API", api.Check())
}

// binaryMediaTypes are added to when merging and replaced when overwriting.
func (m *importer) binaryMediaTypes() {
	known := map[string]bool{}
	list := append([]string(nil), m.api.RestAPI.BinaryMediaTypes...)
	for _, one := range list {
		known[one] = true
	}
	for _, one := range document.Texts(m.Root.Get("x-amazon-apigateway-binary-media-types")) {
		if !known[one] {
			known[one] = true
			list = append(list, one)
		}
	}
	m.api.RestAPI.BinaryMediaTypes = list
}

// makeValidators takes x-amazon-apigateway-request-validators.
func (m *importer) makeValidators() {
	for _, known := range m.api.RequestValidators {
		m.validators[known.Name] = known.ID
	}
	for name, settings := range document.Members(m.Root.Get("x-amazon-apigateway-request-validators")) {
		validator := definition.RequestValidator{
			Name:                      name,
			ValidateRequestBody:       document.Truth(settings.Get("validateRequestBody")),
			ValidateRequestParameters: document.Truth(settings.Get("validateRequestParameters")),
		}
		id, known := m.validators[name]
		if !known {
			id = m.options.NewID(shortID)
		}
		m.validators[name] = m.api.AddRequestValidator(validator, id).ID
	}
}

// gatewayResponses takes x-amazon-apigateway-gateway-responses.
func (m *importer) gatewayResponses() {
	for kind, settings := range document.Members(m.Root.Get("x-amazon-apigateway-gateway-responses")) {
		known := false
		for _, one := range definition.GatewayResponseTypes() {
			known = known || one.ResponseType == kind
		}
		if !known {
			m.errors = append(m.errors, "Unable to put gateway response: Invalid response type specified: "+kind)
			continue
		}
		m.fail("Unable to put gateway response '"+kind+"'", m.api.PutGatewayResponse(definition.GatewayResponse{
			ResponseType:       kind,
			StatusCode:         document.Text(settings.Get("statusCode")),
			ResponseParameters: document.TextMap(settings.Get("responseParameters")),
			ResponseTemplates:  document.TextMap(settings.Get("responseTemplates")),
		}))
	}
}
