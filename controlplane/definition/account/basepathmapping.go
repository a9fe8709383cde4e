package account

import (
	"regexp"
	"strings"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

// NoBasePath is how AWS writes the empty base path, in answers and in URLs.
const NoBasePath = "(none)"

// basePathCharacters are those that AWS's developer guide allows.
var basePathCharacters = regexp.MustCompile(`^[A-Za-z0-9$\-_.+!*'(),]*$`)

// BasePathMapping is AWS's BasePathMapping of one domain name.
type BasePathMapping struct {
	// DomainName is the name that it belongs to, and DomainNameID its id when the
	// name is private.
	DomainName   string `json:"domainName"`
	DomainNameID string `json:"domainNameId,omitempty"`
	// BasePath is empty for the root, which clients see as "(none)".
	BasePath  string `json:"basePath"`
	RestAPIID string `json:"restApiId"`
	// Stage is empty when the path's next segment names the stage.
	Stage string `json:"stage,omitempty"`
}

// APIHolds tells whether an API exists, and whether it has a stage when stage is
// not empty.
type APIHolds func(api, stage string) bool

// Check holds a mapping against AWS's rules, new or changed.
func (m *BasePathMapping) Check(holds APIHolds) error {
	m.BasePath = ParseBasePath(m.BasePath)
	switch {
	case strings.Contains(m.BasePath, "/"):
		return awserror.NewBadRequest("API Gateway V1 doesn't support the slash character (/) in base path mappings. To create a multi-level base path mapping, use API Gateway V2.")
	case !basePathCharacters.MatchString(m.BasePath):
		return awserror.NewBadRequest("Base Paths may only contain letters, numbers and one of $-_.+!*'()")
	case !holds(m.RestAPIID, ""):
		return awserror.NewBadRequest("Invalid REST API identifier specified")
	case m.Stage != "" && !holds(m.RestAPIID, m.Stage):
		return awserror.NewBadRequest("Invalid stage identifier specified")
	default:
		return nil
	}
}

// ParseBasePath reads a base path as a client writes it.
func ParseBasePath(text string) string {
	if text == NoBasePath {
		return ""
	}
	return text
}

// ShownBasePath is a base path as AWS shows it.
func (m *BasePathMapping) ShownBasePath() string {
	if m.BasePath == "" {
		return NoBasePath
	}
	return m.BasePath
}

// BasePathExists is the refusal of a base path that the domain name has.
func BasePathExists() error {
	return awserror.NewConflict("Base path already exists for this domain name")
}

// BasePathNotFound is the answer to an unknown base path.
func BasePathNotFound() error {
	return awserror.NewNotFound("Invalid base path mapping identifier specified")
}

// APIMapped refuses to delete an API that domain names map to.
func APIMapped(api string, domains []string) error {
	return awserror.BadRequestf("Deleting RestApi %s failed. Please remove all base path mappings related to the RestApi in your domains: %s",
		api, strings.Join(domains, ", "))
}

// StageMapped refuses to delete a stage that domain names map to.
func StageMapped(domains []string) error {
	return awserror.BadRequestf("Deleting stage failed. Please remove all base path mappings related to the stage in your domains: %s",
		strings.Join(domains, ", "))
}
