package extproc_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/sluice-gateway/sluice/controlplane/compile"
	"github.com/sluice-gateway/sluice/controlplane/definition"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
	"github.com/sluice-gateway/sluice/test/upstream"
)

// caseFile is one API with calls to it, in testdata/cases.
type caseFile struct {
	Stage   definition.Stage   `json:"stage"`
	Content definition.Content `json:"content"`
	Cases   []exchangeCase     `json:"cases"`
}

// exchangeCase is one call and what the client is to get.
type exchangeCase struct {
	// Name is what rows.yaml points at, with the file's name before it.
	Name   string `json:"name"`
	Method string `json:"method"`
	// Path is as sent, with the stage.
	Path    string   `json:"path"`
	Headers []string `json:"headers"`
	Body    string   `json:"body"`
	// Packed is a body to send in gzip; Bomb is one of so many zeros.
	Packed string `json:"packed"`
	Bomb   int    `json:"bomb"`

	Status int `json:"status"`
	// WantHeaders are "Name: value"; "Name:" wants the header absent. Several values
	// are joined by ", ".
	WantHeaders []string `json:"wantHeaders"`
	// WantBody is the whole body.
	WantBody *string `json:"wantBody"`
	// WantJSON is a part of the JSON body: every member in it must be there, and
	// those that are null in it must not, or be null.
	WantJSON any `json:"wantJson"`
	// Unpacked is the body in the answer's Content-Encoding.
	Unpacked string `json:"unpacked"`
	// WantText must be in the body.
	WantText string `json:"wantText"`
}

// caseNames are the names of all cases, "file/name".
func caseNames(t testing.TB) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, file := range caseFiles(t) {
		for _, one := range readCases(t, file, nil).Cases {
			names[apiOf(file)+"/"+one.Name] = true
		}
	}
	return names
}

func caseFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/cases/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	return files
}

func apiOf(file string) string { return strings.TrimSuffix(filepath.Base(file), ".yaml") }

// readCases reads a file; words in capitals between percent signs stand for
// addresses that are known when a test runs.
func readCases(t testing.TB, file string, addresses map[string]string) caseFile {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, address := range addresses {
		text = []byte(strings.ReplaceAll(string(text), "%"+name+"%", address))
	}
	var read caseFile
	err = yaml.UnmarshalStrict(text, &read)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	for id, resource := range read.Content.Resources {
		resource.ID = id
	}
	return read
}

// TestCases makes every call of testdata/cases through a real Envoy.
func TestCases(t *testing.T) {
	t.Parallel()
	backend, err := upstream.Start(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(backend.Close)
	addresses := map[string]string{"UPSTREAM": backend.URL(), "REFUSED": "http://" + freeAddress(t)}
	functions := startFunctions(t)
	files := map[string]caseFile{}
	var plans []*planv1.Plan
	for _, file := range caseFiles(t) {
		read := readCases(t, file, addresses)
		made, problems := compile.Compile(compile.Input{
			AccountID: "123456789012", Region: "us-east-1", APIID: apiOf(file), Stage: &read.Stage, Content: &read.Content,
			Settings: compile.Settings{Functions: []compile.Function{{Pattern: "refused", URL: addresses["REFUSED"]}, {Pattern: "*", URL: functions}}},
		})
		for _, problem := range problems {
			t.Errorf("%s: %s", file, problem)
		}
		files[file] = read
		plans = append(plans, made)
	}
	g := startGateway(t, plans)
	for file, read := range files {
		for _, one := range read.Cases {
			t.Run(apiOf(file)+"/"+one.Name, func(t *testing.T) {
				one.check(t, g.send(t, apiOf(file)+".execute-api.localhost", one))
			})
		}
	}
}

// packed is a body in gzip.
func packed(t testing.TB, body []byte) string {
	t.Helper()
	var made bytes.Buffer
	writer := gzip.NewWriter(&made)
	_, err := writer.Write(body)
	if err != nil {
		t.Fatal(err)
	}
	err = writer.Close()
	if err != nil {
		t.Fatal(err)
	}
	return made.String()
}

// unpacked is an answer's body without its Content-Encoding.
func unpacked(t *testing.T, got answer) string {
	t.Helper()
	var reader io.Reader
	var err error
	if got.header.Get("Content-Encoding") == "deflate" {
		reader, err = zlib.NewReader(strings.NewReader(got.body))
	} else {
		reader, err = gzip.NewReader(strings.NewReader(got.body))
	}
	if err != nil {
		t.Errorf("the body is not packed: %v", err)
		return ""
	}
	body, err := io.ReadAll(reader)
	if err != nil {
		t.Error(err)
	}
	return string(body)
}

func (c *exchangeCase) check(t *testing.T, got answer) {
	t.Helper()
	if got.status != c.Status {
		t.Errorf("status %d, want %d", got.status, c.Status)
	}
	for _, line := range c.WantHeaders {
		name, want, _ := strings.Cut(line, ":")
		want = strings.TrimPrefix(want, " ")
		if value := strings.Join(got.header.Values(name), ", "); value != want && !(want == "*" && value != "") {
			t.Errorf("header %s is %q, want %q", name, value, want)
		}
	}
	if c.WantBody != nil && got.body != *c.WantBody {
		t.Errorf("body %q, want %q", got.body, *c.WantBody)
	}
	if c.Unpacked != "" {
		if body := unpacked(t, got); body != c.Unpacked {
			t.Errorf("unpacked body %q, want %q", body, c.Unpacked)
		}
	}
	if c.WantText != "" && !strings.Contains(got.body, c.WantText) {
		t.Errorf("%q is not in the body %q", c.WantText, got.body)
	}
	if c.WantJSON != nil {
		var body any
		err := json.Unmarshal([]byte(got.body), &body)
		if err != nil {
			t.Fatalf("%v in the body %q", err, got.body)
		}
		if diff := cmp.Diff(c.WantJSON, within(c.WantJSON, body)); diff != "" {
			t.Errorf("body: %s", diff)
		}
	}
	if t.Failed() {
		t.Logf("answer: %+v", got)
	}
}

// within reduces what was got to the members that are wanted.
func within(want, got any) any {
	wanted, isObject := want.(map[string]any)
	whole, same := got.(map[string]any)
	if !isObject || !same {
		return got
	}
	reduced := map[string]any{}
	for name, value := range wanted {
		if found, has := whole[name]; has {
			reduced[name] = within(value, found)
		} else if value == nil { // null wants it absent, or null
			reduced[name] = nil
		}
	}
	return reduced
}

// TestRows holds that each row of the behaviour reference has cases that exist,
// or says where it is held or why it is not.
func TestRows(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/rows.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		Row       string   `json:"row"`
		Cases     []string `json:"cases"`
		Elsewhere string   `json:"elsewhere"`
		Missing   string   `json:"missing"`
	}
	err = yaml.UnmarshalStrict(text, &rows)
	if err != nil {
		t.Fatal(err)
	}
	known := caseNames(t)
	for _, row := range rows {
		if len(row.Cases) == 0 && row.Elsewhere == "" && row.Missing == "" {
			t.Errorf("row %s: no case, and no word of where or why", row.Row)
		}
		for _, name := range row.Cases {
			if !known[name] {
				t.Errorf("row %s: there is no case %s", row.Row, name)
			}
		}
	}
}
