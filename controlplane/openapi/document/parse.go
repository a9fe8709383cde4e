package document

import (
	"errors"
	"fmt"
	"strings"

	"github.com/sluice-gateway/sluice/internal/awserror"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/yamlvalue"
)

// maxDocument bounds a document in bytes (AWS: 6 MB).
const maxDocument = 6 << 20

// Invalid is AWS's answer to what is no OpenAPI document.
func Invalid(cause error) error {
	return awserror.NewBadRequest("Invalid OpenAPI input.").WithCause(cause)
}

// Parse reads JSON or YAML, with AWS's variables replaced in every text.
func Parse(data []byte, variables *strings.Replacer) (jsonvalue.Value, error) {
	if len(data) > maxDocument {
		return jsonvalue.Value{}, Invalid(fmt.Errorf("document of %d bytes, more than %d", len(data), maxDocument))
	}
	options := yamlvalue.Options{}
	if variables != nil {
		options.Text = func(text string) string {
			if !strings.Contains(text, "${AWS::") {
				return text
			}
			return variables.Replace(text)
		}
	}
	value, err := yamlvalue.Parse(data, options)
	if err != nil {
		return jsonvalue.Value{}, Invalid(err)
	}
	if value.Kind() != jsonvalue.KindObject {
		return jsonvalue.Value{}, Invalid(errors.New("the document is no object"))
	}
	return value, nil
}
