package jsonvalue

import (
	"encoding/json"
	"os"
	"testing"
)

// FuzzParse holds the strict reader against encoding/json, and what is read against what is printed.
func FuzzParse(f *testing.F) {
	data, err := os.ReadFile("../jsonpath/testdata/cases.json")
	if err != nil {
		f.Fatal(err)
	}
	var cases []struct {
		Document string `json:"document"`
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		f.Fatal(err)
	}
	for _, c := range cases {
		f.Add(c.Document)
	}
	for _, s := range []string{`{a:'b',}`, `[1e,-,0x1,NaN,1e999999999]`, "\"\\ud83d\\ude00\\ud800\"", "{'a\\x41':\x01 1}\x1a", `007`, `1.0000000000000000000e-10`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		strict, err := ParseString(s, Options{})
		if valid := json.Valid([]byte(s)); (err == nil) != valid && !limited(s, err) {
			t.Fatalf("strict says %v, encoding/json %v", err, valid)
		}
		if err == nil {
			roundTrip(t, strict)
		}
		loose, err := ParseString(s, Options{Lenient: true})
		if err == nil {
			roundTrip(t, loose)
		}
		_ = loose.String()
		_ = Equal(strict, loose)
	})
}

// limited reports whether a text is refused for reasons that encoding/json has not.
func limited(s string, err error) bool {
	if err == nil { // invalid UTF-8 is replaced
		return len(s) != len([]byte(string([]rune(s))))
	}
	return json.Valid([]byte(s))
}

// roundTrip wants what was printed to be read as the same again.
func roundTrip(t *testing.T, v Value) {
	t.Helper()
	for _, style := range []Style{Verbatim, Smart, SmartWeb} {
		text, err := v.JSON(style)
		if err != nil {
			t.Fatal(err)
		}
		// Smart writes NaN as json-smart does; the lenient reader drops a raw DEL.
		again, err := ParseString(text, Options{Lenient: style != Verbatim})
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		// A BigDecimal that prints in 18 characters or less is read as a Double.
		if second, err := again.JSON(style); err != nil || second != text && style == Verbatim {
			t.Fatalf("%s printed again is %s, %v", text, second, err)
		}
	}
}
