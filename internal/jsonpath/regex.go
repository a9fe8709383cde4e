package jsonpath

import (
	"regexp"
	"strings"
)

// compileRegex compiles a regular expression of a filter with Jayway's flags. Go's engine runs in linear time; what it
// lacks of Java's (look-around, back references, possessive quantifiers) is an invalid path: docs/jsonpath.md.
func compileRegex(pattern, flags string) (*regexp.Regexp, error) {
	var set strings.Builder
	for _, f := range []byte("ims") {
		if strings.IndexByte(flags, f) >= 0 {
			set.WriteByte(f)
		}
	}
	prefix := ""
	if set.Len() > 0 {
		prefix = "(?" + set.String() + ")"
	}
	return regexp.Compile(prefix + `\A(?:` + pattern + `)\z`)
}
