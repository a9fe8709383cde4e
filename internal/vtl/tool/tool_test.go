package tool_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluice-gateway/sluice/internal/vtl"
	"github.com/sluice-gateway/sluice/internal/vtl/tool"
)

func request(t *testing.T, text string) *tool.Request {
	t.Helper()
	r, err := tool.ParseRequest([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestRender holds output and overrides.
func TestRender(t *testing.T) {
	t.Parallel()
	var out, notes bytes.Buffer
	template := `#set($context.responseOverride.status = 201){"id": $input.json('$.id'), "env": "$stageVariables.env", "q": "$input.params('q')", "s": "$context.stage"}`
	r := request(t, `{"body": {"id": 7}, "query": {"q": "x"}, "stageVariables": {"env": "prod"}, "context": {"stage": "v1"}}`)
	if err := tool.Render("t", template, r, &out, &notes); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), `{"id": 7, "env": "prod", "q": "x", "s": "v1"}`; got != want {
		t.Errorf("rendered %q, want %q", got, want)
	}
	if got, want := notes.String(), "overrides: {\"responseOverride\":{\"status\":201}}\n"; got != want {
		t.Errorf("noted %q, want %q", got, want)
	}
}

// TestPicture holds the caret under the place.
func TestPicture(t *testing.T) {
	t.Parallel()
	text := "{\n\t\"a\": #if($x == )1#end\n}"
	_, err := vtl.Parse("t.vtl", text)
	want := "t.vtl:2:17: unexpected ')': parse error\n 1 | {\n 2 | \t\"a\": #if($x == )1#end\n   | \t               ^\n"
	if diff := cmp.Diff(want, tool.Picture(text, err)); diff != "" {
		t.Errorf("picture (-want +got):\n%s", diff)
	}
}

// TestTrace holds what each statement is said to have done.
func TestTrace(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	template := "#set($a = $input.path('$.n') + 1)\n#foreach($i in [1..2])\n$i$a\n#end"
	if err := tool.Trace("t", template, request(t, `{"body": {"n": 4}}`), &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"   1  #set($a = $input.path('$.n') + 1)        → \"5\"\n", "   3  $i                                       → \"1\"\n", "→ \"15\\n25\\n\"\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

// TestLint holds each check.
func TestLint(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ template, want string }{
		{`{"a": "$util.escapeJavaScript($input.path('$.a'))"}`, "1:8 apostrophe"},
		{`{"a": "$util.escapeJavaScript($input.path('$.a')).replaceAll("\\'", "'")"}`, ""},
		{`{"a": "$nope"}`, "1:8 never-set"},
		{`#set($x = 1)#foreach($e in [1])$e$x#end`, ""},
		{`#if('a')1#else 2#end`, "1:1 unreachable"},
		{`#if(true)1#elseif($input.body)2#end`, "1:11 unreachable"},
		{`#stop {}`, "1:6 unreachable"},
		{`$util.toJson($input.body)`, "1:7 dropped"},
		{`$input.header`, "1:8 dropped"},
		{`#return($input.body)`, "1:1 dropped"},
		{`#parse('x')`, "1:1 refused"},
		{`{"a": 1,}`, "1:1 not-json"},
		{`{"a": $input.json('$.a')}`, ""},
		{`{"a": $input.path('$.a')}`, "1:1 not-json"},
	} {
		findings, err := tool.Lint("t", c.template, "application/json", request(t, `{"body": {"a": "x"}}`))
		if err != nil {
			t.Fatalf("%s: %v", c.template, err)
		}
		got := ""
		for _, f := range findings {
			if f.Rule == "not-json" && !strings.Contains(c.want, "not-json") {
				continue
			}
			got += strings.TrimSpace(strings.Split(tool.Report("", c.template, []tool.Finding{f}), " ")[0][1:]) + " " + f.Rule
		}
		if got = strings.Replace(got, ": ", " ", 1); got != c.want {
			t.Errorf("%s: found %q, want %q", c.template, got, c.want)
		}
	}
}

// TestBatch holds the line protocol.
func TestBatch(t *testing.T) {
	t.Parallel()
	in := `{"name":"a","template":"$input.body","input":{"body":"x"}}
{"name":"b","template":"#if","input":{}}
{"name":"c","path":"$.a","document":"{\"a\":[1]}"}
`
	var out bytes.Buffer
	if err := tool.Batch(strings.NewReader(in), &out); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	for i, want := range []string{`{"name":"a","output":"x"}`, `{"name":"b","error":"parse",`, `{"name":"c","definite":true,"result":"[1]",`} {
		if !strings.HasPrefix(lines[i], want) {
			t.Errorf("line %d is %s, want %s…", i+1, lines[i], want)
		}
	}
}
