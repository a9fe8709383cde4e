package jsonpath

import (
	"encoding/json"
	"os"
	"testing"
)

type corpusCase struct {
	Name          string `json:"name"`
	Path          string `json:"path"`
	Document      string `json:"document"`
	Expected      string `json:"expected"`
	ExpectedText  string `json:"expected_string"`
	ExpectedError string `json:"expected_error"`
}

func corpus(t testing.TB) []corpusCase {
	t.Helper()
	data, err := os.ReadFile("testdata/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []corpusCase
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) < 130 {
		t.Fatalf("only %d cases", len(cases))
	}
	return cases
}

func TestCorpus(t *testing.T) {
	t.Parallel()
	for _, c := range corpus(t) {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			got, err := Evaluate(c.Path, c.Document)
			if c.ExpectedError != "" {
				if err == nil || ErrorCode(err) != c.ExpectedError {
					t.Fatalf("%s: got %s, %v; want error %s", c.Path, got, err, c.ExpectedError)
				}
				return
			}
			if err != nil || got != c.Expected {
				t.Fatalf("%s: got %s, %v; want %s", c.Path, got, err, c.Expected)
			}
		})
	}
}
