package openapi

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// maxReferences bounds a chain of $ref.
const maxReferences = 32

// source is a parsed document, whatever its version.
type source struct {
	root jsonvalue.Value
	// swagger says that it is Swagger 2.0, not OpenAPI 3.
	swagger  bool
	warnings []string
}

func newSource(root jsonvalue.Value) (*source, error) {
	if root.Kind() != jsonvalue.KindObject {
		return nil, errInvalid(errors.New("the document is no object"))
	}
	swagger, openapi := scalarText(root.Get("swagger")), scalarText(root.Get("openapi"))
	switch {
	case strings.HasPrefix(swagger, "2"):
		return &source{root: root, swagger: true}, nil
	case strings.HasPrefix(openapi, "3."):
		return &source{root: root}, nil
	default:
		return nil, errInvalid(fmt.Errorf("neither swagger 2.0 nor openapi 3.x: swagger %q, openapi %q", swagger, openapi))
	}
}

// warn notes what the import leaves out or had to guess.
func (s *source) warn(format string, values ...any) {
	s.warnings = append(s.warnings, fmt.Sprintf(format, values...))
}

// resolve follows $ref within the document; a reference that leads nowhere gives
// an undefined value and a warning.
func (s *source) resolve(value jsonvalue.Value) jsonvalue.Value {
	for range maxReferences {
		reference := value.Get("$ref")
		if reference.Kind() != jsonvalue.KindString {
			return value
		}
		found, ok := s.pointer(reference.Text())
		if !ok {
			s.warn("Unable to resolve reference '%s'", reference.Text())
			return jsonvalue.Value{}
		}
		value = found
	}
	s.warn("References too long or circular")
	return jsonvalue.Value{}
}

// pointer looks up "#/a/b" (RFC 6901 behind a fragment).
func (s *source) pointer(reference string) (jsonvalue.Value, bool) {
	path, local := strings.CutPrefix(reference, "#/")
	if !local {
		return jsonvalue.Value{}, false
	}
	value := s.root
	for part := range strings.SplitSeq(path, "/") {
		if unescaped, err := url.PathUnescape(part); err == nil {
			part = unescaped
		}
		value = value.Get(strings.NewReplacer("~1", "/", "~0", "~").Replace(part))
	}
	return value, !value.IsUndefined()
}

// schemas are the document's named schemas.
func (s *source) schemas() jsonvalue.Value {
	if s.swagger {
		return s.root.Get("definitions")
	}
	return s.root.Get("components").Get("schemas")
}

// securitySchemes are the document's named security schemes.
func (s *source) securitySchemes() jsonvalue.Value {
	if s.swagger {
		return s.root.Get("securityDefinitions")
	}
	return s.root.Get("components").Get("securitySchemes")
}

// basePath is Swagger's basePath, or what the first server's URL or its variable
// basePath says.
func (s *source) basePath() string {
	if s.swagger {
		return scalarText(s.root.Get("basePath"))
	}
	server := s.root.Get("servers").At(0)
	if preset := scalarText(server.Get("variables").Get("basePath").Get("default")); preset != "" {
		return "/" + strings.Trim(preset, "/")
	}
	text := scalarText(server.Get("url"))
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

// endpoint is x-amazon-apigateway-endpoint-configuration: at the root in Swagger,
// with a server in OpenAPI 3.
func (s *source) endpoint() jsonvalue.Value {
	const name = "x-amazon-apigateway-endpoint-configuration"
	if found := s.root.Get(name); !found.IsUndefined() {
		return found
	}
	return s.root.Get("servers").At(0).Get(name)
}

// joinBase puts a path behind a base path, as the import's basepath parameter
// asks: ignore, prepend or split.
func joinBase(mode, base, path string) string {
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
