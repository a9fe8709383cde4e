package sigv4

import (
	"slices"
	"strings"
)

// canonicalRequest is the text whose hash is signed. presigned leaves out
// X-Amz-Signature, which cannot sign itself.
func canonicalRequest(request *Request, signed []string, presigned bool) []byte {
	out := appendTarget(make([]byte, 0, 512), request.Method, request.Path, request.Query, presigned)
	for _, name := range signed {
		out = append(out, name...)
		out = append(out, ':')
		for i, value := range request.Header(name) {
			if i > 0 {
				out = append(out, ',')
			}
			out = appendCollapsed(out, value)
		}
		out = append(out, '\n')
	}
	out = append(out, '\n')
	for i, name := range signed {
		if i > 0 {
			out = append(out, ';')
		}
		out = append(out, name...)
	}
	out = append(out, '\n')
	return append(out, request.PayloadHash...)
}

// appendTarget appends the first three lines.
func appendTarget(out []byte, method, path, query string, presigned bool) []byte {
	out = append(out, method...)
	out = append(out, '\n')
	out = appendPath(out, path)
	out = append(out, '\n')
	out = appendQuery(out, query, presigned)
	return append(out, '\n')
}

// appendPath appends the path without ".", ".." and empty segments, each byte
// encoded once more than it was on the wire.
func appendPath(out []byte, path string) []byte {
	if !needsNormalising(path) {
		if path == "" {
			return append(out, '/')
		}
		return appendEncoded(out, path, true)
	}
	var kept []string
	for segment := range strings.SplitSeq(path, "/") {
		switch segment {
		case "", ".":
		case "..":
			if len(kept) > 0 {
				kept = kept[:len(kept)-1]
			}
		default:
			kept = append(kept, segment)
		}
	}
	for _, segment := range kept {
		out = append(out, '/')
		out = appendEncoded(out, segment, false)
	}
	if len(kept) == 0 || strings.HasSuffix(path, "/") {
		out = append(out, '/')
	}
	return out
}

func needsNormalising(path string) bool {
	return !strings.HasPrefix(path, "/") || strings.Contains(path, "//") || strings.Contains(path, "/.")
}

// appendEncoded percent-encodes every byte but RFC 3986's unreserved ones, and
// slashes when they separate.
func appendEncoded(out []byte, text string, slashes bool) []byte {
	for i := range len(text) {
		if char := text[i]; unreserved(char) || (slashes && char == '/') {
			out = append(out, char)
		} else {
			out = appendHex(out, char)
		}
	}
	return out
}

func appendHex(out []byte, char byte) []byte {
	const digits = "0123456789ABCDEF"
	return append(out, '%', digits[char>>4], digits[char&15])
}

func unreserved(char byte) bool {
	return 'a' <= char && char <= 'z' || 'A' <= char && char <= 'Z' || '0' <= char && char <= '9' ||
		char == '-' || char == '_' || char == '.' || char == '~'
}

// appendQuery appends the parameters, decoded, encoded again and sorted by name
// and then value.
func appendQuery(out []byte, query string, presigned bool) []byte {
	if query == "" {
		return out
	}
	type pair struct{ name, value string }
	var pairs []pair
	for part := range strings.SplitSeq(query, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		name = recode(name)
		if presigned && name == "X-Amz-Signature" {
			continue
		}
		pairs = append(pairs, pair{name, recode(value)})
	}
	slices.SortStableFunc(pairs, func(a, b pair) int {
		if order := strings.Compare(a.name, b.name); order != 0 {
			return order
		}
		return strings.Compare(a.value, b.value)
	})
	for i, one := range pairs {
		if i > 0 {
			out = append(out, '&')
		}
		out = append(out, one.name...)
		out = append(out, '=')
		out = append(out, one.value...)
	}
	return out
}

// recode is the canonical encoding of a query's name or value: what was escaped
// needlessly is not, a plus is a blank.
func recode(text string) string {
	out := make([]byte, 0, len(text)+8)
	for i := 0; i < len(text); i++ {
		char := text[i]
		switch {
		case char == '+':
			char = ' '
		case char == '%' && i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2]):
			char = unhex(text[i+1])<<4 | unhex(text[i+2])
			i += 2
		}
		if unreserved(char) {
			out = append(out, char)
		} else {
			out = appendHex(out, char)
		}
	}
	return string(out)
}

func isHex(char byte) bool {
	return '0' <= char && char <= '9' || 'a' <= char && char <= 'f' || 'A' <= char && char <= 'F'
}

func unhex(char byte) byte {
	switch {
	case char <= '9':
		return char - '0'
	case char <= 'F':
		return char - 'A' + 10
	default:
		return char - 'a' + 10
	}
}

// appendCollapsed appends a header's value without blanks at its ends and with
// one blank for each run of them.
func appendCollapsed(out []byte, value string) []byte {
	value = strings.Trim(value, " \t")
	blank := false
	for i := range len(value) {
		if value[i] == ' ' {
			if !blank {
				out = append(out, ' ')
			}
			blank = true
			continue
		}
		blank = false
		out = append(out, value[i])
	}
	return out
}

// AppendPath appends a path as AWS's own clients write it: each byte encoded
// once, whether it came escaped or not; an empty one is the root.
func AppendPath(out []byte, path string) []byte {
	if path == "" {
		return append(out, '/')
	}
	for i := 0; i < len(path); i++ {
		char := path[i]
		if char == '%' && i+2 < len(path) && isHex(path[i+1]) && isHex(path[i+2]) {
			char = unhex(path[i+1])<<4 | unhex(path[i+2])
			i += 2
			if char == '/' {
				out = appendHex(out, char) // part of a key, not between two
				continue
			}
		}
		if unreserved(char) || char == '/' {
			out = append(out, char)
		} else {
			out = appendHex(out, char)
		}
	}
	return out
}
