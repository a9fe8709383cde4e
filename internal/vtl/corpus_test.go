package vtl_test

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl"
)

// recorded are the cases recorded from AWS and found in the wild. They lie beside
// the repository, not in it.
const recorded = "../../../shared/corpus/vtl-recorded/*.json"

// TestCorpus renders every case of testdata.
func TestCorpus(t *testing.T) {
	t.Parallel()
	runCases(t, "testdata/*.json", 600)
}

// TestRecorded renders the cases recorded from AWS.
func TestRecorded(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(recorded)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skipf("no recorded cases beside the repository (%s)", recorded)
	}
	runCases(t, recorded, 50)
}

func runCases(t *testing.T, pattern string, least int) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		cases, err := jsonvalue.Parse(text, jsonvalue.Options{})
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, c := range cases.Array().All() {
			count++
			t.Run(c.Get("name").Text(), func(t *testing.T) {
				t.Parallel()
				checkCase(t, c)
			})
		}
	}
	if count < least {
		t.Fatalf("only %d cases in %s", count, pattern)
	}
}

func checkCase(t *testing.T, c jsonvalue.Value) {
	t.Helper()
	template := c.Get("template").Text()
	out, overrides, err := renderCase(template, c.Get("input"))
	if !c.Get("expected_error").IsUndefined() && !c.Get("expected_error").IsNull() {
		if err == nil {
			t.Fatalf("%q gave %q, want an error", template, out)
		}
		return
	}
	if err != nil {
		t.Fatalf("%q: %v", template, err)
	}
	if diff := cmp.Diff(c.Get("expected").Text(), out); diff != "" {
		t.Errorf("%q (-want +got):\n%s", template, diff)
	}
	if want := c.Get("expected_overrides"); !want.IsUndefined() {
		if diff := cmp.Diff(jsonText(t, want), jsonText(t, jsonvalue.FromObject(overrides))); diff != "" {
			t.Errorf("%q overrides (-want +got):\n%s", template, diff)
		}
	}
}

// renderCase renders with #evaluate allowed, as the oracle does.
func renderCase(template string, input jsonvalue.Value) (string, *jsonvalue.Object, error) {
	parsed, err := vtl.ParseWith("case", template, vtl.Options{Evaluate: true})
	if err != nil {
		return "", nil, err
	}
	env := envOf(input)
	env.Overrides = &vtl.Overrides{}
	out, err := parsed.Render(nil, &env)
	return string(out), env.Overrides.Object(), err
}

// TestRandomTemplates renders the random templates that Velocity rendered once.
func TestRandomTemplates(t *testing.T) {
	t.Parallel()
	file, err := os.Open("testdata/fuzz.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	packed, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	scanner := bufio.NewScanner(packed)
	scanner.Buffer(nil, 16<<20)
	count := 0
	for scanner.Scan() {
		c, err := jsonvalue.Parse(scanner.Bytes(), jsonvalue.Options{})
		if err != nil {
			t.Fatal(err)
		}
		checkCase(t, c)
		count++
	}
	if err := scanner.Err(); err != nil || count < 1000 {
		t.Fatalf("%d templates: %v", count, err)
	}
}

// TestConcurrent renders one template from many goroutines.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	template, err := vtl.Parse("t", `#macro(m $a)[$a]#end#set($m = $input.path('$'))#foreach($i in [1..50])#set($m.x = $i)#m($m.x)#end$util.escapeJavaScript($input.json('$'))`)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	outputs := make([]string, 16)
	for i := range outputs {
		group.Go(func() {
			for range 50 {
				out, err := template.Render(nil, &vtl.Env{Body: fmt.Appendf(nil, `{"n":%d}`, i)})
				if err != nil {
					outputs[i] = err.Error()
					return
				}
				outputs[i] = string(out)
			}
		})
	}
	group.Wait()
	for i, out := range outputs {
		want := fmt.Sprintf(`{\"n\":%d,\"x\":50}`, i)
		if !strings.HasSuffix(out, want) {
			t.Errorf("goroutine %d rendered %q, want %q at the end", i, out, want)
		}
	}
}

func jsonText(t *testing.T, v jsonvalue.Value) string {
	t.Helper()
	text, err := v.JSON(jsonvalue.Smart)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
