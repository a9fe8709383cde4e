package openapi_test

import (
	"testing"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/openapi"
)

// FuzzImport wants of any document that it imports into an API that exports and
// imports again, or is refused; never a panic.
func FuzzImport(f *testing.F) {
	for _, path := range []string{"testdata/pets.swagger.json", "testdata/orders.oas30.yaml", "testdata/plain.oas31.yaml"} {
		f.Add(readFuzz(f, path))
	}
	f.Add([]byte(`{"openapi":"3.0.1","info":{"title":1},"paths":{"":{"get":7}},"components":{"schemas":{"A":{"$ref":"#/components/schemas/A"}}}}`))
	f.Fuzz(func(t *testing.T, document []byte) {
		api, err := openapi.Create(document, options(), birthday)
		if err != nil {
			return
		}
		for _, format := range []string{"oas30", "swagger"} {
			body, _, err := openapi.Export(openapi.ExportInput{
				Content: definition.Freeze(api), Stage: "s", Region: "us-east-1", Format: format, Extensions: []string{"apigateway"}, Now: birthday,
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := openapi.Create(body, options(), birthday); err != nil {
				t.Fatalf("export does not import again: %v\n%s", err, body)
			}
		}
	})
}
