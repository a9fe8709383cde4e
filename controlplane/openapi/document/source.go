package document

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// maxReferences bounds a chain of $ref.
const maxReferences = 32

// Source is a parsed document, whatever its version.
type Source struct {
	Root jsonvalue.Value
	// Swagger says that it is Swagger 2.0, not OpenAPI 3.
	Swagger bool
	// Warnings are what the reading left out or had to guess.
	Warnings []string
}

// New tells a tree's version; what is no OpenAPI document is refused.
func New(root jsonvalue.Value) (*Source, error) {
	if root.Kind() != jsonvalue.KindObject {
		return nil, Invalid(errors.New("the document is no object"))
	}
	swagger, openapi := Text(root.Get("swagger")), Text(root.Get("openapi"))
	switch {
	case strings.HasPrefix(swagger, "2"):
		return &Source{Root: root, Swagger: true}, nil
	case strings.HasPrefix(openapi, "3."):
		return &Source{Root: root}, nil
	default:
		return nil, Invalid(fmt.Errorf("neither swagger 2.0 nor openapi 3.x: swagger %q, openapi %q", swagger, openapi))
	}
}

// Warnf notes what the import leaves out or had to guess.
func (s *Source) Warnf(format string, values ...any) {
	s.Warnings = append(s.Warnings, fmt.Sprintf(format, values...))
}

// Resolve follows $ref within the document; a reference that leads nowhere gives
// an undefined value and a warning.
func (s *Source) Resolve(value jsonvalue.Value) jsonvalue.Value {
	for range maxReferences {
		reference := value.Get("$ref")
		if reference.Kind() != jsonvalue.KindString {
			return value
		}
		found, ok := s.pointer(reference.Text())
		if !ok {
			s.Warnf("Unable to resolve reference '%s'", reference.Text())
			return jsonvalue.Value{}
		}
		value = found
	}
	s.Warnf("References too long or circular")
	return jsonvalue.Value{}
}

// pointer looks up "#/a/b" (RFC 6901 behind a fragment).
func (s *Source) pointer(reference string) (jsonvalue.Value, bool) {
	path, local := strings.CutPrefix(reference, "#/")
	if !local {
		return jsonvalue.Value{}, false
	}
	value := s.Root
	for part := range strings.SplitSeq(path, "/") {
		if unescaped, err := url.PathUnescape(part); err == nil {
			part = unescaped
		}
		value = value.Get(strings.NewReplacer("~1", "/", "~0", "~").Replace(part))
	}
	return value, !value.IsUndefined()
}

// Schemas are the document's named schemas.
func (s *Source) Schemas() jsonvalue.Value {
	if s.Swagger {
		return s.Root.Get("definitions")
	}
	return s.Root.Get("components").Get("schemas")
}

// SecuritySchemes are the document's named security schemes.
func (s *Source) SecuritySchemes() jsonvalue.Value {
	if s.Swagger {
		return s.Root.Get("securityDefinitions")
	}
	return s.Root.Get("components").Get("securitySchemes")
}

// BasePath is Swagger's basePath, or what the first server's URL or its variable
// BasePath says.
func (s *Source) BasePath() string {
	if s.Swagger {
		return Text(s.Root.Get("basePath"))
	}
	server := s.Root.Get("servers").At(0)
	if preset := Text(server.Get("variables").Get("basePath").Get("default")); preset != "" {
		return "/" + strings.Trim(preset, "/")
	}
	text := Text(server.Get("url"))
	if at := strings.Index(text, "://"); at >= 0 {
		text = text[at+3:]
		slash := strings.IndexByte(text, '/')
		if slash < 0 {
			return ""
		}
		text = text[slash:]
	}
	return strings.ReplaceAll(text, "/{basePath}", "")
}

// Endpoint is x-amazon-apigateway-endpoint-configuration: at the root in Swagger,
// with a server in OpenAPI 3.
func (s *Source) Endpoint() jsonvalue.Value {
	const name = "x-amazon-apigateway-endpoint-configuration"
	if found := s.Root.Get(name); !found.IsUndefined() {
		return found
	}
	return s.Root.Get("servers").At(0).Get(name)
}

// JoinBase puts a path behind a base path, as the import's basepath parameter
// asks: ignore, prepend or split.
func JoinBase(mode, base, path string) string {
	base = strings.Trim(base, "/")
	switch mode {
	case "prepend":
	case "split":
		_, base, _ = strings.Cut(base, "/")
	default:
		base = ""
	}
	if base == "" {
		return path
	}
	return "/" + base + path
}
