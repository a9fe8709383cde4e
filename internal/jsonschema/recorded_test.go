package jsonschema

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// recordedCase is one validation and what json-schema-validator 2.2.14 said of it.
type recordedCase struct {
	Name     string            `json:"name"`
	Model    string            `json:"model"`
	Models   map[string]string `json:"models"`
	Document string            `json:"document"`
	Messages []string          `json:"messages,omitempty"`
	Error    string            `json:"error,omitempty"`
}

// TestRecorded replays testdata/recorded.jsonl. With SLUICE_SCHEMA_ORACLE set to a command that speaks its lines (the
// recorder is a page of Java around json-schema-validator), random cases are held against that instead, and with
// SLUICE_SCHEMA_RECORD they are written down.
func TestRecorded(t *testing.T) {
	t.Parallel()
	cases := readRecorded(t)
	if command := os.Getenv("SLUICE_SCHEMA_ORACLE"); command != "" {
		cases = askRecorder(t, command)
	}
	if len(cases) < 300 {
		t.Fatalf("only %d cases", len(cases))
	}
	differ := 0
	for _, c := range cases {
		s, err := Compile("api", c.Models, c.Model)
		if c.Error != "" {
			if err == nil && len(s.ValidateText([]byte(c.Document))) == 0 {
				t.Errorf("%s: want %s, got a pass\n models %v\n document %s", c.Name, c.Error, c.Models, c.Document)
			}
			continue
		}
		var got []string
		if err == nil {
			got = s.ValidateText([]byte(c.Document))
		}
		if err != nil || !slices.Equal(got, c.Messages) {
			differ++
			if differ <= 20 {
				t.Errorf("%s: error %v\n got  %q\n want %q\n models %v\n document %s", c.Name, err, got, c.Messages, c.Models, c.Document)
			}
		}
	}
	t.Logf("%d cases, %d differ", len(cases), differ)
}

func readFuzzSeeds(t testing.TB) []recordedCase {
	t.Helper()
	return readRecorded(t)[:100]
}

func readRecorded(t testing.TB) []recordedCase {
	t.Helper()
	data, err := os.ReadFile("testdata/recorded.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var cases []recordedCase
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c recordedCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	return cases
}

func askRecorder(t *testing.T, command string) []recordedCase {
	t.Helper()
	n, seed := 3000, uint64(1)
	if s := os.Getenv("SLUICE_ORACLE_N"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	if s := os.Getenv("SLUICE_ORACLE_SEED"); s != "" {
		seed, _ = strconv.ParseUint(s, 10, 64)
	}
	g := schemaGenerator{rand.New(rand.NewPCG(seed, 2))}
	var in bytes.Buffer
	cases := make([]recordedCase, n)
	for i := range cases {
		cases[i] = recordedCase{Name: strconv.Itoa(i), Model: "A", Models: map[string]string{"A": g.schema(3), "B": g.schema(2)}, Document: g.document(3)}
		line, err := json.Marshal(cases[i])
		if err != nil {
			t.Fatal(err)
		}
		in.Write(append(line, '\n'))
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-c", command)
	cmd.Stdin = &in
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 16<<20)
	for i := 0; lines.Scan(); i++ {
		var answer recordedCase
		if err := json.Unmarshal(lines.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
		cases[i].Messages, cases[i].Error = answer.Messages, answer.Error
	}
	if file := os.Getenv("SLUICE_SCHEMA_RECORD"); file != "" {
		record(t, file, cases)
	}
	return cases
}

func record(t *testing.T, file string, cases []recordedCase) {
	t.Helper()
	var b bytes.Buffer
	for _, c := range cases {
		line, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(append(line, '\n'))
	}
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// schemaGenerator makes random schemas over a few names, and documents that they may fit.
type schemaGenerator struct{ *rand.Rand }

func (g schemaGenerator) pick(s ...string) string { return s[g.IntN(len(s))] }

func (g schemaGenerator) name() string { return g.pick("a", "b", "c", "d") }

func (g schemaGenerator) kind() string {
	return g.pick("object", "object", "string", "number", "integer", "array", "boolean", "null")
}

func (g schemaGenerator) small() string { return strconv.Itoa(g.IntN(4)) }

func (g schemaGenerator) names() string {
	all := []string{`"a"`, `"b"`, `"c"`, `"d"`}
	g.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return "[" + strings.Join(all[:1+g.IntN(3)], ",") + "]"
}

func (g schemaGenerator) schemas(depth int) string {
	parts := make([]string, 1+g.IntN(3))
	for i := range parts {
		parts[i] = g.schema(depth - 1)
	}
	return "[" + strings.Join(parts, ",") + "]"
}

func (g schemaGenerator) schema(depth int) string {
	if depth <= 0 || g.IntN(6) == 0 {
		if g.IntN(8) == 0 {
			return `{"$ref":"https://apigateway.amazonaws.com/restapis/api/models/` + g.pick("A", "B") + `"}`
		}
		return `{"type":"` + g.kind() + `"}`
	}
	words := map[string]string{}
	for range 1 + g.IntN(4) {
		key, value := g.keyword(depth)
		words[key] = value
	}
	if _, ok := words["exclusiveMinimum"]; ok && words["minimum"] == "" {
		words["minimum"] = "1"
	}
	if _, ok := words["exclusiveMaximum"]; ok && words["maximum"] == "" {
		words["maximum"] = "2"
	}
	if words["items"] == "" { // where json-schema-validator leaves draft-04
		delete(words, "additionalItems")
	}
	parts := make([]string, 0, len(words))
	for key, value := range words {
		parts = append(parts, strconv.Quote(key)+":"+value)
	}
	slices.Sort(parts)
	return "{" + strings.Join(parts, ",") + "}"
}

func (g schemaGenerator) keyword(depth int) (key, value string) {
	switch g.IntN(27) {
	case 0, 1, 2:
		return "type", strconv.Quote(g.kind())
	case 3:
		a, b := g.kind(), g.kind()
		if a == b {
			return "type", `["` + a + `"]`
		}
		return "type", `["` + a + `","` + b + `"]`
	case 4, 5, 6, 7:
		return "properties", `{"a":` + g.schema(depth-1) + `,"` + g.pick("b", "c", "d") + `":` + g.schema(depth-1) + "}"
	case 8, 9:
		return "required", g.names()
	case 10:
		return "additionalProperties", g.pick("false", "false", "true", g.schema(depth-1))
	case 11:
		return "patternProperties", `{"` + g.pick("^a", "[bc]", "d$") + `":` + g.schema(depth-1) + "}"
	case 12:
		return "items", g.pick(g.schema(depth-1), g.schemas(depth))
	case 13:
		return "additionalItems", g.pick("false", g.schema(depth-1))
	case 14:
		return g.pick("minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"), g.small()
	case 15:
		return "uniqueItems", "true"
	case 16, 17:
		return g.pick("minimum", "maximum"), g.pick("0", "1", "2", "1.5", "-1", "1.0", "1e2")
	case 18:
		return g.pick("exclusiveMinimum", "exclusiveMaximum"), "true"
	case 19:
		return "multipleOf", g.pick("2", "0.5", "3", "0.1")
	case 20:
		return "pattern", strconv.Quote(g.pick("^a", "b+", "^[a-c]*$", "x|y"))
	case 21:
		return "enum", g.pick(`["a","b",1]`, `[1,2]`, `[{"a":1},[1],null]`, `[1.0,"x"]`)
	case 22:
		return g.pick("allOf", "anyOf", "oneOf"), g.schemas(depth)
	case 23:
		return "not", g.schema(depth - 1)
	case 24:
		return "dependencies", fmt.Sprintf(`{%q:%s}`, g.name(), g.pick(g.names(), g.schema(depth-1)))
	case 25:
		return g.pick("title", "x-amazon", "example", "nullable"), `"t"`
	default:
		return "format", strconv.Quote(g.pick("email", "ipv4", "ipv6", "date-time", "uuid", "uri", "nosuch"))
	}
}

func (g schemaGenerator) document(depth int) string {
	n := 8
	if depth <= 0 {
		n = 4
	}
	switch g.IntN(n) {
	case 0:
		return g.pick("null", "true", "false")
	case 1, 2:
		return g.pick("0", "1", "2", "3", "-1", "1.0", "1.5", "2.50", "100", "1e2", "1e-7", "1e21", "1.5e3", "0.0", "0.3", "12345678901234567890")
	case 3:
		return strconv.Quote(g.pick("", "a", "ab", "abc", "b", "x", "é😀", "a@b.c", "1.2.3.4", "::1", "2020-01-02T03:04:05Z", "http://x/y"))
	case 4:
		parts := make([]string, g.IntN(4))
		for i := range parts {
			parts[i] = g.document(depth - 1)
		}
		return "[" + strings.Join(parts, ",") + "]"
	default:
		fields := map[string]string{}
		for range g.IntN(4) {
			fields[g.name()] = g.document(depth - 1)
		}
		parts := make([]string, 0, len(fields))
		for key, value := range fields {
			parts = append(parts, strconv.Quote(key)+":"+value)
		}
		slices.Sort(parts)
		return "{" + strings.Join(parts, ",") + "}"
	}
}
