package jsonpath

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

type oracleCase struct {
	Name     string `json:"name"`
	Path     string `json:"path"`
	Document string `json:"document"`
	family   string
}

type oracleAnswer struct {
	Name     string  `json:"name"`
	Result   *string `json:"result"`
	Text     string  `json:"string"`
	Definite *bool   `json:"definite"`
	Error    string  `json:"error"`
	Detail   string  `json:"detail"`
}

// TestOracle holds random paths and documents against Jayway itself (`make oracle`). SLUICE_ORACLE_SEED,
// SLUICE_ORACLE_N and SLUICE_ORACLE_FAMILY choose which, how many and of what kind.
func TestOracle(t *testing.T) {
	if os.Getenv("SLUICE_ORACLE") == "" {
		t.Skip("SLUICE_ORACLE is not set: Jayway is not compared with")
	}
	script, err := filepath.Abs("../../../shared/oracle-vtl/oracle.sh")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(script); err != nil {
		t.Skipf("the oracle is not beside this repository: %v", err)
	}
	n, seed := 20000, uint64(1)
	if s := os.Getenv("SLUICE_ORACLE_N"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	if s := os.Getenv("SLUICE_ORACLE_SEED"); s != "" {
		seed, _ = strconv.ParseUint(s, 10, 64)
	}
	g := newGenerator(seed)
	cases := make([]oracleCase, n)
	for i := range cases {
		c := &cases[i]
		c.Name = g.name(i)
		for c.family == "" || !strings.Contains(c.family, os.Getenv("SLUICE_ORACLE_FAMILY")) {
			c.family, c.Path, c.Document = g.anyCase()
		}
	}
	answers := askOracle(t, script, cases)
	differ, excused := 0, map[string]int{}
	for _, c := range cases {
		a, ok := answers[c.Name]
		if !ok {
			t.Fatalf("no answer for %q in %q", c.Path, c.Document)
		}
		why := compareWithOracle(c, a)
		if why == "" {
			continue
		}
		if reason := knownDivergence(c, a); reason != "" {
			excused[reason]++
			continue
		}
		differ++
		if differ <= 25 {
			t.Errorf("%s: %s\n path     %s\n document %s\n oracle   %s %s", c.family, why, c.Path, c.Document, a.Error, a.Detail)
		}
	}
	t.Logf("%d cases of seed %d, %d diverge, known divergences: %v", n, seed, differ, excused)
}

func compareWithOracle(c oracleCase, a oracleAnswer) string {
	got, text, definite, err := evaluateForOracle(c)
	switch {
	case err != nil && a.Error == "":
		return "error " + err.Error() + ", want " + *a.Result
	case err == nil && a.Error != "":
		return "got " + got + ", want an error"
	case err != nil && ErrorCode(err) != a.Error:
		return "error " + ErrorCode(err) + ": " + err.Error() + ", want " + a.Error
	case err == nil && got != *a.Result:
		return "got " + got + ", want " + *a.Result
	case err == nil && text != a.Text && *a.Result != "null":
		return "text " + text + ", want " + a.Text
	case a.Definite != nil && *a.Definite != definite && err == nil:
		return "definite " + strconv.FormatBool(definite)
	}
	return ""
}

func evaluateForOracle(c oracleCase) (result, text string, definite bool, err error) {
	result, err = Evaluate(c.Path, c.Document)
	if err != nil {
		return "", "", false, err
	}
	doc, err := jsonvalue.ParseString(c.Document, jsonvalue.Options{Lenient: true})
	if err != nil {
		return "", "", false, err
	}
	p, err := Compile(c.Path)
	if err != nil {
		return "", "", false, err
	}
	v, err := p.Read(doc)
	return result, v.String(), p.Definite(), err
}

var controlBehindNumber = regexp.MustCompile(`[-0-9]\s*[\x00-\x08\x0E-\x1F]`)

// knownDivergence names the reason why a case may differ; docs/jsonpath.md lists them.
func knownDivergence(c oracleCase, _ oracleAnswer) string {
	if c.family == "loose" && controlBehindNumber.MatchString(c.Document) {
		return "control character behind an integer"
	}
	return ""
}

func askOracle(t *testing.T, script string, cases []oracleCase) map[string]oracleAnswer {
	t.Helper()
	var in bytes.Buffer
	enc := json.NewEncoder(&in)
	enc.SetEscapeHTML(false)
	for _, c := range cases {
		if err := enc.Encode(c); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), script, "jsonpath")
	if os.Getenv("ORACLE_BUILD") == "" {
		cmd.Env = append(os.Environ(), "ORACLE_BUILD="+filepath.Join(os.TempDir(), "sluice-oracle"))
	}
	// json-smart drops a raw DEL in the line itself.
	cmd.Stdin = bytes.NewReader(bytes.ReplaceAll(in.Bytes(), []byte{0x7F}, []byte(`\u007f`)))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("oracle: %v\n%s", err, stderr.Bytes())
	}
	answers := map[string]oracleAnswer{}
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var a oracleAnswer
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			t.Fatalf("oracle wrote %q: %v", lines.Text(), err)
		}
		answers[a.Name] = a
	}
	return answers
}
