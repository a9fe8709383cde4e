package tool_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl/tool"
)

// oracleDir is where the oracle's sources are beside the repository.
const oracleDir = "../../../../shared/oracle-vtl"

// oracle answers cases with Apache Velocity 1.7. It needs Java and Maven; where it
// was built once is kept in ORACLE_BUILD.
func oracle(t *testing.T, cases []byte) []byte {
	t.Helper()
	if os.Getenv("SLUICE_ORACLE") == "" {
		t.Skip("SLUICE_ORACLE is not set: not compared with Velocity")
	}
	script, err := filepath.Abs(filepath.Join(oracleDir, "oracle.sh"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(script); err != nil {
		t.Skipf("the oracle is not beside the repository: %v", err)
	}
	command := exec.CommandContext(t.Context(), "bash", script)
	command.Stdin = bytes.NewReader(cases)
	command.Stderr = os.Stderr
	command.Env = os.Environ()
	if os.Getenv("ORACLE_BUILD") == "" {
		command.Env = append(command.Env, "ORACLE_BUILD="+filepath.Join(os.TempDir(), "sluice-oracle"))
	}
	out, err := command.Output()
	if err != nil {
		t.Fatalf("the oracle: %v", err)
	}
	return out
}

// setting is the number in an environment variable, or a default.
func setting(name string, otherwise int) int {
	n, err := strconv.Atoi(os.Getenv(name))
	if err != nil {
		return otherwise
	}
	return n
}

// TestOracleMutations holds templates made of the corpus's, cut and joined at
// random, against Velocity itself: output, overrides, and whether there is an
// error. ORACLE_SEED and ORACLE_CASES choose which and how many.
func TestOracleMutations(t *testing.T) {
	seed := setting("ORACLE_SEED", rand.IntN(1<<30))
	count := setting("ORACLE_CASES", 3000)
	t.Logf("ORACLE_SEED=%d ORACLE_CASES=%d", seed, count)
	random := rand.New(rand.NewPCG(uint64(seed), 1))
	corpus := corpusCases(t)
	var lines bytes.Buffer
	templates := map[string]string{}
	for i := range count {
		name := fmt.Sprintf("m%d", i)
		from := corpus[random.IntN(len(corpus))]
		template := mutate(random, from.Get("template").Text(), corpus)
		templates[name] = template
		line := jsonvalue.NewObject(jsonvalue.Entry{Key: "name", Value: jsonvalue.String(name)},
			jsonvalue.Entry{Key: "template", Value: jsonvalue.String(template)},
			jsonvalue.Entry{Key: "input", Value: from.Get("input")})
		text, err := jsonvalue.FromObject(line).JSON(jsonvalue.Smart)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&lines, text)
	}
	compare(t, lines.Bytes(), templates)
}

// compare reports where our answers differ from the oracle's.
func compare(t *testing.T, lines []byte, templates map[string]string) {
	t.Helper()
	want := answers(t, oracle(t, lines))
	var ours bytes.Buffer
	if err := tool.Batch(bytes.NewReader(lines), &ours); err != nil {
		t.Fatal(err)
	}
	got := answers(t, ours.Bytes())
	differences := 0
	for name, w := range want {
		g := got[name]
		if sameAnswer(w, g) || known(templates[name], w, g) {
			continue
		}
		differences++
		if differences <= setting("ORACLE_SHOW", 10) {
			t.Errorf("%q\n  Velocity %s\n  ours     %s", templates[name], show(w), show(g))
		}
	}
	t.Logf("%d templates, %d differ", len(want), differences)
	if differences > 0 {
		t.Fail()
	}
}

func answers(t *testing.T, text []byte) map[string]jsonvalue.Value {
	t.Helper()
	all := map[string]jsonvalue.Value{}
	for line := range bytes.SplitSeq(text, []byte("\n")) {
		if len(line) == 0 {
			continue
		}
		v, err := jsonvalue.Parse(line, jsonvalue.Options{})
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		all[v.Get("name").Text()] = v
	}
	return all
}

func sameAnswer(w, g jsonvalue.Value) bool {
	if w.Get("error").IsUndefined() != g.Get("error").IsUndefined() {
		return false
	}
	if !w.Get("error").IsUndefined() {
		return true
	}
	return w.Get("output").Text() == g.Get("output").Text() && w.Get("overrides").String() == g.Get("overrides").String()
}

// known tells the differences that docs/vtl.md lists: text that holds an address,
// a Java class or method that we do not have, limits of ours.
func known(template string, w, g jsonvalue.Value) bool {
	out := w.Get("output").Text()
	for _, sign := range [...]string{"@", "java.", "class ", "Oracle$"} {
		if strings.Contains(out, sign) && !strings.Contains(template, sign) {
			return true
		}
	}
	return g.Get("error").Text() == "limit"
}

func show(v jsonvalue.Value) string {
	if e := v.Get("error"); !e.IsUndefined() {
		return "error " + e.Text() + " " + v.Get("detail").Text()
	}
	return fmt.Sprintf("%q %s", v.Get("output").Text(), v.Get("overrides").String())
}

// corpusCases are the cases of testdata.
func corpusCases(t testing.TB) []jsonvalue.Value {
	t.Helper()
	files, err := filepath.Glob("../testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	var cases []jsonvalue.Value
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		v, err := jsonvalue.Parse(text, jsonvalue.Options{})
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		cases = append(cases, v.Array().Elems()...)
	}
	return cases
}

// pieces are what mutation puts in: signs that the lexer has to do with, and calls
// that meet every kind of value.
var pieces = []string{
	`$`, `#`, `\`, `\\`, `!`, `{`, `}`, `(`, `)`, `[`, `]`, `.`, `..`, `,`, `:`, `"`, `'`, `""`, `''`, `##`, `#*`, `*#`, `#[[`, `]]#`, `#**`,
	`${`, `$!`, `$!{`, `\$`, `\#`, `#end`, `#else`, `#{else}`, `#elseif(true)`, `#if(true)`, `#if(false)`, `#if($x)`, `#foreach($i in [1..3])`,
	`#foreach($e in $x)`, `#set($x = 1)`, `#set($y='a')`, `#set( $x = "b$y" )`, `#set($x.a = 1)`, `#break`, `#stop`, `#define($d)`,
	`#macro(m $a)`, `#m('x')`, `#m($x)`, `#@m()`, `#evaluate('$x')`, `#evaluate($x)`, `#include()`, `#literal()`, `$d`, `$x`, `$y`, `$i`,
	`${x}`, `$!x`, `$x.a`, `$x[0]`, `$x['a']`, `$x.get(0)`, `$x.size()`, `.length()`, `.toString()`, `.keySet()`, `$input.path('$')`,
	`$input.json('$')`, `$input.body`, `$input.params()`, `$input.params('id')`, `$context`, `$context.stage`, `$context.identity`,
	`$stageVariables`, `$stageVariables.env`, `$foreach`, `$foreach.index`, `$foreach.hasNext`, `$foreach.parent.index`, `$velocityCount`,
	`$util.urlEncode($x)`, `$util.escapeJavaScript($x)`, `$util.parseJson($x)`, `.substring(1)`, `.split(',')`, `.replaceAll('a','b')`,
	`.contains('a')`, `.equals('a')`, `.isEmpty()`, `.add(1)`, `.add('z')`, `.put('k','v')`, `.remove(0)`, `.remove('a')`, `.get('a')`,
	`.entrySet()`, `.values()`, `.iterator()`, `.indexOf('a')`, `.concat('q')`, `.trim()`, `.intValue()`, `.nope`, `.nope()`, `[-1]`, `[9]`,
	`['k']`, `[$x]`, `.empty`, `.key`, `.value`, `+`, `-`, `*`, `/`, `%`, `==`, `!=`, `<`, `>`, `<=`, `>=`, `&&`, `||`, `and`, `or`, `not`,
	`eq`, `true`, `false`, `null`, `0`, `1`, `-1`, `2147483647`, `1.5`, `1e3`, `[1,2]`, `{'a':1}`, `{}`, `[]`, `[1..3]`, `'a'`, `"a$x"`,
	`"#if(true)x#end"`, `foo`,
}

// mutate changes a template in a few places.
func mutate(random *rand.Rand, template string, corpus []jsonvalue.Value) string {
	for range 1 + random.IntN(4) {
		at := 0
		if len(template) > 0 {
			at = random.IntN(len(template) + 1)
		}
		switch random.IntN(7) {
		case 0, 1, 2:
			template = template[:at] + pieces[random.IntN(len(pieces))] + template[at:]
		case 3:
			end := min(at+1+random.IntN(6), len(template))
			template = template[:at] + template[end:]
		case 4:
			other := corpus[random.IntN(len(corpus))].Get("template").Text()
			template = template[:at] + other + template[at:]
		case 5:
			blank := []string{" ", "\n", "\t", "  \n", "\r\n", "\r"}[random.IntN(6)]
			template = template[:at] + blank + template[at:]
		case 6:
			from := random.IntN(len(template) + 1)
			to := min(from+1+random.IntN(12), len(template))
			template = template[:at] + template[from:to] + template[at:]
		}
	}
	return strings.ToValidUTF8(template, "?")
}
