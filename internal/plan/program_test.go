package plan_test

import (
	"testing"

	"github.com/sluice-gateway/sluice/internal/plan"
)

// TestPattern holds what Java's regular expressions match whole texts with.
func TestPattern(t *testing.T) {
	t.Parallel()
	cases := []struct {
		pattern, text string
		want          bool
	}{
		{"200", "200", true},
		{"200", "2000", false},
		{`2\d{2}`, "204", true},
		{`.*four hundred.*`, "an error of four hundred parts", true},
		{`.+`, "", false},
		{`.+`, "two\nlines", false},
		{`.+`, "two\rlines", false},
		{`(?s).+`, "two\nlines", true},
		{`[.]x`, ".x", true},
		{`[.]x`, "ax", false},
		{`\Qa.b\E.`, "a.bc", true},
		{`\Qa.b\E.`, "axbc", false},
		{`(?!.*fine).*bad.*`, "so bad", true},
		{`(?!.*fine).*bad.*`, "fine and bad", false},
		{`(a+)+$`, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", false},
		{`(?=a)(a+)+b`, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
		{`(.)\1`, "xx", true},
	}
	for _, test := range cases {
		made, err := plan.NewPattern(test.pattern)
		if err != nil {
			t.Errorf("%s: %v", test.pattern, err)
			continue
		}
		if got := made.Match(test.text); got != test.want {
			t.Errorf("%q matches %q: %v, want %v", test.pattern, test.text, got, test.want)
		}
	}
	for _, bad := range []string{"(", "[a", "*"} {
		if _, err := plan.NewPattern(bad); err == nil {
			t.Errorf("%q was taken for a pattern", bad)
		}
	}
}
