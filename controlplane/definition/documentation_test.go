package definition_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sluice-gateway/sluice/controlplane/definition"
)

func TestAddDocumentationPart(t *testing.T) {
	t.Parallel()
	type place = definition.DocumentationLocation
	api := &definition.API{}
	for i, test := range []struct {
		name       string
		location   place
		properties string
		want       string
	}{
		{"API", place{Type: "API"}, `{"description":"x"}`, ""},
		{"again", place{Type: "API"}, `{"description":"x"}`, "ConflictException: Documentation part already exists for the specified location: type 'API'."},
		{"all members", place{Type: "RESPONSE_HEADER", Path: "/a", Method: "GET", StatusCode: "200", Name: "x"}, `{}`, ""},
		{"defaults", place{Type: "METHOD"}, `{}`, ""},
		{"the defaults written out", place{Type: "METHOD", Path: "/", Method: "*"}, `{}`, "ConflictException: Documentation part already exists for the specified location: type 'METHOD', path '/', method '*'."},
		{"no name", place{Type: "MODEL"}, `{}`, "BadRequestException: Documentation part location of type 'MODEL' must have 'name'"},
		{"not its member", place{Type: "RESOURCE", Path: "/", Method: "GET"}, `{}`, "BadRequestException: Documentation part location of type 'RESOURCE' must not have 'method'"},
		{"no such type", place{Type: "X"}, `{}`, "BadRequestException: Invalid Documentation part location type specified: X"},
		{"empty", place{Type: "RESOURCE"}, "", "BadRequestException: Documentation part properties must be non-empty"},
		{"no object", place{Type: "RESOURCE"}, "null", "BadRequestException: Documentation part properties must be a JSON object"},
		{"no JSON", place{Type: "RESOURCE"}, "{", "BadRequestException: Documentation part properties must be a JSON object"},
	} {
		_, err := api.AddDocumentationPart(test.location, test.properties, fmt.Sprintf("p%02d", i))
		wantError(t, test.name, err, test.want)
	}
	var order []string
	for _, part := range api.SortedDocumentationParts() {
		order = append(order, part.ID)
	}
	if diff := cmp.Diff([]string{"p00", "p02", "p03"}, order); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	_, err := api.FindDocumentationPart("nope")
	wantError(t, "unknown", err, "NotFoundException: Invalid Documentation part identifier specified")
}

func TestPutDocumentationParts(t *testing.T) {
	t.Parallel()
	given := []definition.DocumentationPart{
		{Location: definition.DocumentationLocation{Type: "API"}, Properties: `{"a":2}`},
		{Location: definition.DocumentationLocation{Type: "MODEL", Name: "Pet"}, Properties: `{}`},
	}
	for _, test := range []struct {
		overwrite bool
		ids, left []string
	}{
		{false, []string{"old1", "n1"}, []string{"old1", "old2", "n1"}},
		{true, []string{"n1", "n2"}, []string{"n1", "n2"}},
	} {
		api := &definition.API{DocumentationParts: map[string]*definition.DocumentationPart{
			"old1": {ID: "old1", Location: definition.DocumentationLocation{Type: "API"}, Properties: `{"a":1}`, Seq: 0},
			"old2": {ID: "old2", Location: definition.DocumentationLocation{Type: "RESOURCE", Path: "/"}, Properties: `{}`, Seq: 1},
		}}
		count := 0
		ids, err := api.PutDocumentationParts(given, test.overwrite, func() string { count++; return fmt.Sprintf("n%d", count) })
		wantError(t, "put", err, "")
		var left []string
		for _, part := range api.SortedDocumentationParts() {
			left = append(left, part.ID)
		}
		if diff := cmp.Diff([][]string{test.ids, test.left}, [][]string{ids, left}); diff != "" {
			t.Errorf("overwrite %v (-want +got):\n%s", test.overwrite, diff)
		}
		if first := api.DocumentationParts[ids[0]]; first.Properties != `{"a":2}` {
			t.Errorf("overwrite %v: kept %s", test.overwrite, first.Properties)
		}
	}
}

func TestDocumentationVersion(t *testing.T) {
	t.Parallel()
	now := time.Unix(1, 0)
	part := &definition.DocumentationPart{ID: "p", Location: definition.DocumentationLocation{Type: "API"}, Properties: `{"a":1}`}
	api := &definition.API{
		DocumentationParts: map[string]*definition.DocumentationPart{"p": part},
		Stages:             map[string]*definition.Stage{"dev": {StageName: "dev"}},
	}
	made, err := api.AddDocumentationVersion("v1", "first", "dev", now)
	wantError(t, "make", err, "")
	part.Properties = `{"a":2}`
	if made.Parts[0].Properties != `{"a":1}` || api.Stages["dev"].DocumentationVersion != "v1" {
		t.Errorf("the version is not frozen or not published: %+v, %+v", made.Parts[0], api.Stages["dev"])
	}
	_, err = api.AddDocumentationVersion("v1", "", "", now)
	wantError(t, "again", err, "ConflictException: Documentation version already exists")
	_, err = api.AddDocumentationVersion("v2", "", "beta", now)
	wantError(t, "unknown stage", err, "NotFoundException: Invalid stage identifier specified")
	_, err = api.AddDocumentationVersion("", "", "", now)
	wantError(t, "no name", err, "BadRequestException: Documentation version must be non-empty")
	wantError(t, "unknown", api.RemoveDocumentationVersion("v2"), "NotFoundException: Invalid Documentation version specified")
	wantError(t, "remove", api.RemoveDocumentationVersion("v1"), "")
	if api.Stages["dev"].DocumentationVersion != "" {
		t.Error("a stage publishes a version that is no more")
	}
}
