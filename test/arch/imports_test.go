package arch_test

import (
	"slices"
	"strings"
	"testing"
)

// rule says that files in rooms may not import what matches, with the reason
// that a failure prints.
type rule struct {
	rooms []string
	// except are rooms or files inside that may.
	except []string
	// imports that are forbidden: own rooms start with "./", others are prefixes
	// of import paths.
	imports []string
	// but are prefixes of those that are allowed all the same.
	but []string
	// tests says that test files are held to it too.
	tests  bool
	reason string
}

// everywhere is the room that all others lie in.
var everywhere = []string{"."}

// roles are the three programs in one house.
var roles = []string{"./controlplane", "./extauth", "./extproc"}

var rules = []rule{
	{
		rooms: []string{"controlplane"}, imports: []string{"./extauth", "./extproc"},
		reason: "the control plane and the ext services meet only in the plan (DESIGN §3)",
	},
	{
		rooms: []string{"extauth"}, imports: []string{"./controlplane", "./extproc", "./envoy"},
		reason: "extauth knows the plan and nothing of who made it; extproc calls it, never the reverse",
	},
	{
		rooms: []string{"extproc"}, imports: []string{"./controlplane", "./envoy"},
		reason: "extproc knows the plan and nothing of who made it",
	},
	{
		rooms: []string{"envoy"}, imports: roles,
		reason: "envoy turns plans into Envoy's configuration; it knows no role",
	},
	{
		rooms: []string{"internal"}, imports: append([]string{"./envoy", "./cmd", "./test", "./examples"}, roles...),
		reason: "internal holds leaves used by two roles: a leaf imports no role",
	},
	{
		rooms:   []string{"controlplane/definition"},
		imports: []string{"./", "net", "os", "context", "go.etcd.io", "google.golang.org", "github.com/envoyproxy"},
		but:     []string{module + "/internal/awserror", module + "/internal/secret", module + "/controlplane/definition", "net/url", "net/netip", "net/mail"},
		reason:  "definition is pure: the nouns and their rules, with no I/O, no wire format and no clock",
	},
	{
		rooms:   []string{"controlplane/compile"},
		imports: []string{"./", "net", "os", "context", "go.etcd.io", "google.golang.org/grpc", "github.com/envoyproxy"},
		but: []string{
			module + "/controlplane/definition", module + "/controlplane/compile", module + "/proto/",
			module + "/internal/vtl", module + "/internal/jsonpath", module + "/internal/jsonvalue", module + "/internal/jsonschema", "net/url", "net/netip",
		},
		reason: "compile is pure: definition in, plan out; it may ask the languages what a template reads",
	},
	{
		rooms:   []string{"controlplane/openapi"},
		imports: []string{"./", "net", "os", "context", "go.etcd.io", "google.golang.org", "github.com/envoyproxy"},
		but: []string{
			module + "/controlplane/definition", module + "/controlplane/openapi", module + "/internal/jsonvalue", module + "/internal/yamlvalue", module + "/internal/awserror", "net/url",
		},
		reason: "openapi is pure: documents in, definitions out and back; it fetches nothing",
	},
	{
		rooms: []string{"controlplane/awsapi"}, imports: []string{"./controlplane/compile", "./controlplane/xds", "./envoy"},
		reason: "the control API changes definitions; what becomes of them is the publisher's business",
	},
	{
		rooms: []string{"controlplane/store"}, imports: []string{"./controlplane/awsapi", "./controlplane/compile", "./controlplane/xds", "./envoy"},
		reason: "the store keeps nouns; it knows neither the wire nor the data plane",
	},
	{
		rooms: everywhere, imports: []string{"github.com/envoyproxy/go-control-plane"},
		except: []string{"extauth/check.go", "extproc/stream.go", "envoy", "controlplane/xds", "internal/planclient"},
		reason: "Envoy's protos stay at the edges, so that the engine knows no transport and unit tests compile fast",
	},
	{
		rooms: everywhere, imports: []string{"go.etcd.io"},
		except: []string{"controlplane/store"},
		reason: "etcd is the store's business alone",
	},
	{
		rooms: everywhere, imports: []string{"github.com/redis"},
		except: []string{"_redis.go"},
		reason: "go-redis only in *_redis.go: every limit and cache works without Redis",
	},
	{
		rooms: []string{
			"internal/vtl", "internal/jsonpath", "internal/jsonvalue", "internal/jsonschema", "internal/regex", "internal/yamlvalue", "internal/cloudformation", "internal/sigv4", "internal/iam", "internal/usage",
		},
		imports: []string{"./proto", "./controlplane", "google.golang.org", "net/http", "net", "os", "log", "log/slog", "database"},
		but: []string{
			"net/url", "net/netip",
		},
		reason: "pure languages and arithmetic: no role, no proto, no I/O, no logger",
	},
}

// TestImports holds DESIGN §3: who may import whom.
func TestImports(t *testing.T) {
	t.Parallel()
	for _, source := range sources(t) {
		for _, held := range rules {
			if source.test && !held.tests {
				continue
			}
			for _, imported := range held.broken(source) {
				t.Errorf("%s imports %s: %s", source.path, imported, held.reason)
			}
		}
	}
}

// broken lists the imports of a file that break the rule.
func (r rule) broken(source file) []string {
	if !slices.ContainsFunc(r.rooms, func(room string) bool { return room == "." || within(source.room, room) }) {
		return nil
	}
	if slices.ContainsFunc(r.except, func(allowed string) bool {
		return source.path == allowed || within(source.room, allowed) || (strings.HasPrefix(allowed, "_") && strings.HasSuffix(source.path, allowed))
	}) {
		return nil
	}
	var found []string
	for _, imported := range source.imports {
		if slices.ContainsFunc(r.imports, func(bad string) bool { return matches(imported, bad) }) &&
			!slices.ContainsFunc(r.but, func(good string) bool { return strings.HasPrefix(imported, good) }) {
			found = append(found, imported)
		}
	}
	return found
}

// matches says whether an import path lies in what a rule names.
func matches(imported, named string) bool {
	if room, own := strings.CutPrefix(named, "./"); own {
		named = strings.TrimSuffix(module+"/"+room, "/")
	}
	return within(imported, named)
}

// TestRulesCatch proves that the rules can fail at all.
func TestRulesCatch(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name     string
		source   file
		imported string
		want     bool
	}{
		{"extauth reads the control plane", file{path: "extauth/a.go", room: "extauth"}, module + "/controlplane/store", true},
		{"extproc decides by extauth", file{path: "extproc/a.go", room: "extproc"}, module + "/extauth", false},
		{"definition opens a file", file{path: "controlplane/definition/a.go", room: "controlplane/definition"}, "os", true},
		{"definition parses a URL", file{path: "controlplane/definition/a.go", room: "controlplane/definition"}, "net/url", false},
		{"Envoy's protos in a phase", file{path: "extproc/phase/a.go", room: "extproc/phase"}, "github.com/envoyproxy/go-control-plane/envoy/service/ext_proc/v3", true},
		{"Envoy's protos in the stream", file{path: "extproc/stream.go", room: "extproc"}, "github.com/envoyproxy/go-control-plane/envoy/service/ext_proc/v3", false},
		{"redis in its own file", file{path: "internal/usage/source_redis.go", room: "internal/usage"}, "github.com/redis/go-redis/v9", false},
		{"redis elsewhere", file{path: "internal/usage/source.go", room: "internal/usage"}, "github.com/redis/go-redis/v9", true},
	}
	for _, test := range cases {
		test.source.imports = []string{test.imported}
		caught := slices.ContainsFunc(rules, func(held rule) bool { return len(held.broken(test.source)) > 0 })
		if caught != test.want {
			t.Errorf("%s: caught %v, want %v", test.name, caught, test.want)
		}
	}
}
