package format_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sluice-gateway/sluice/envoy/format"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

var scope = &format.Scope{
	Plan:    &planv1.Plan{AccountId: "123456789012", ApiId: "abc", Stage: "live"},
	Release: &planv1.Release{DeploymentId: "dep", StageVariables: map[string]string{"team": "100%"}},
	Operation: &planv1.Operation{
		ResourcePath: "/a/{b}", Class: planv1.Class_CLASS_NATIVE,
		Integration: &planv1.Integration{Type: planv1.IntegrationType_INTEGRATION_TYPE_MOCK},
	},
}

// TestCompileLine holds how a format is taken apart: what is known late stands
// between pieces, texts are kept, a line is one line.
func TestCompileLine(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text string
		want format.Line
	}{
		{"", format.Line{Pieces: []string{""}}},
		{"100% $contextual $context. x", format.Line{Pieces: []string{"100%% $contextual $context. x"}}},
		{"a\nb\r\nc", format.Line{Pieces: []string{"a b c"}}},
		{"$context.stage/$context.apiId.", format.Line{Pieces: []string{"live/abc."}}},
		{"$context.requestId $context.status", format.Line{Pieces: []string{format.RequestID + " ", ""}, Late: []string{"status"}}},
		{"$context.responseLength$context.responseLatency", format.Line{Pieces: []string{"", "", ""}, Late: []string{"length", "latency"}}},
		{"$context.integrationLatency $context.identity.user", format.Line{Pieces: []string{lookedUp("integrationLatency") + " -"}}},
	} {
		if diff := cmp.Diff(test.want, format.CompileLine(test.text, scope)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.text, diff)
		}
	}
}

// lookedUp is the format of what only a service can have said.
func lookedUp(name string) string {
	all := "metadata.filter_metadata"
	return "%CEL('" + format.AuthNamespace + "' in " + all + " && '" + name + "' in " + all + "['" + format.AuthNamespace + "'] ? " +
		all + "['" + format.AuthNamespace + "']['" + name + "'] : '-')%"
}

// TestVariables holds that a user's text is never a format of Envoy's.
func TestVariables(t *testing.T) {
	t.Parallel()
	if value, found := scope.StageVariable("team"); !found || value != "100%%" {
		t.Errorf("stage variable: %q, %v", value, found)
	}
	if _, found := scope.StageVariable("none"); found {
		t.Error("a stage variable that is not set was found")
	}
	for name, want := range map[string]string{"X-Own": "%REQ(X-Own)%", "x)%REQ(cookie": "", "a:b": "", "a?b": ""} {
		if got, _ := scope.Parameter("header", name); got != want {
			t.Errorf("header %q: %q, want %q", name, got, want)
		}
	}
}

// FuzzCompileLine has formats of all kinds compiled: a line that Envoy would refuse
// would take its API's routes with it.
func FuzzCompileLine(f *testing.F) {
	for _, seed := range []string{`{"id":"$context.requestId","s":$context.status}`, "$context.a.b:c-d_e%", "$$context.status%%", "$context.identity.userAgent\x00\n", strings.Repeat("$context.status", 20)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		line := format.CompileLine(text, scope)
		if len(line.Pieces) != len(line.Late)+1 || len(line.Late) > format.MaxLate {
			t.Errorf("%q: %d pieces, %d late", text, len(line.Pieces), len(line.Late))
		}
		for _, piece := range line.Pieces {
			if strings.ContainsAny(piece, "\n\r\x00") || strings.Count(piece, "%")%2 != 0 {
				t.Errorf("%q: piece %q", text, piece)
			}
		}
	})
}
