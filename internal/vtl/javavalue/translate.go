package javavalue

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// translate rewrites a regular expression of Java as one of Go's. What RE2 has
// not (lookaround, backreferences, possessive quantifiers, intersections) is
// refused.
func translate(expression string) (string, error) {
	t := translator{in: expression}
	if err := t.run(); err != nil {
		return "", err
	}
	return t.out.String(), nil
}

type translator struct {
	in  string
	i   int
	out strings.Builder
	// atom says that a quantifier may follow.
	atom bool
	// dotAll says that (?s) is on; it is not undone at a group's end.
	dotAll bool
}

func (t *translator) refuse(what string) error {
	return throw("PatternSyntaxException", what+" in '"+t.in+"'")
}

const (
	javaDot   = `[^\n\r\x{85}\x{2028}\x{2029}]`
	javaBreak = `(?:\r\n|[\n\x0B\f\r\x{85}\x{2028}\x{2029}])`
)

func (t *translator) run() error {
	for t.i < len(t.in) {
		c := t.in[t.i]
		var err error
		switch c {
		case '\\':
			err = t.escape(false)
		case '[':
			err = t.class()
		case '(':
			err = t.group()
		case '{':
			return t.refuse("Illegal repetition")
		case '*', '+', '?':
			return t.refuse("Dangling meta character '" + string(c) + "'")
		case '|', '^', '$':
			t.out.WriteByte(c)
			t.i++
			if c == '|' {
				continue
			}
		case '.':
			t.i++
			if t.dotAll {
				t.out.WriteByte('.')
			} else {
				t.out.WriteString(javaDot)
			}
		case ')', ']', '}':
			t.i++
			if c == ')' {
				t.out.WriteByte(c)
			} else {
				t.out.WriteString(`\` + string(c))
			}
		default:
			_, n := utf8.DecodeRuneInString(t.in[t.i:])
			t.out.WriteString(t.in[t.i : t.i+n])
			t.i += n
		}
		if err != nil {
			return err
		}
		if t.atom = c != '('; t.atom {
			if err := t.quantifier(); err != nil {
				return err
			}
		}
	}
	return nil
}

// quantifier copies what says how often the atom before comes.
func (t *translator) quantifier() error {
	if t.i >= len(t.in) {
		return nil
	}
	switch t.in[t.i] {
	case '*', '+', '?':
		t.out.WriteByte(t.in[t.i])
		t.i++
	case '{':
		end := strings.IndexByte(t.in[t.i:], '}')
		if end < 0 {
			return t.refuse("Unclosed counted closure")
		}
		bounds := t.in[t.i+1 : t.i+end]
		least, most, ranged := strings.Cut(bounds, ",")
		n, err := strconv.Atoi(least)
		if err != nil || n < 0 {
			return t.refuse("Illegal repetition range")
		}
		if m, err := strconv.Atoi(most); ranged && most != "" && (err != nil || m < n) {
			return t.refuse("Illegal repetition range")
		}
		t.out.WriteString(t.in[t.i : t.i+end+1])
		t.i += end + 1
	default:
		return nil
	}
	if t.i < len(t.in) {
		switch t.in[t.i] {
		case '?':
			t.out.WriteByte('?')
			t.i++
		case '+':
			return t.refuse("a possessive quantifier")
		}
	}
	return nil
}

// group copies the start of a group.
func (t *translator) group() error {
	if !strings.HasPrefix(t.in[t.i:], "(?") {
		t.out.WriteByte('(')
		t.i++
		return nil
	}
	rest := t.in[t.i+2:]
	switch {
	case strings.HasPrefix(rest, ":"):
		t.out.WriteString("(?:")
		t.i += 3
		return nil
	case strings.HasPrefix(rest, "="), strings.HasPrefix(rest, "!"), strings.HasPrefix(rest, "<="), strings.HasPrefix(rest, "<!"):
		return t.refuse("lookaround")
	case strings.HasPrefix(rest, ">"):
		return t.refuse("an atomic group")
	case strings.HasPrefix(rest, "<"):
		end := strings.IndexByte(rest, '>')
		if end < 0 {
			return t.refuse("an unclosed group name")
		}
		t.out.WriteString("(?P<" + rest[1:end] + ">")
		t.i += 2 + end + 1
		return nil
	}
	return t.flags(rest)
}

// flags rewrites (?i) and (?i:…).
func (t *translator) flags(rest string) error {
	end := strings.IndexAny(rest, ":)")
	if end < 0 {
		return t.refuse("an unclosed group")
	}
	kept, minus := "", false
	for _, f := range rest[:end] {
		switch f {
		case '-':
			minus = true
			kept += "-"
		case 'i', 'm':
			kept += string(f)
		case 's':
			kept += "s"
			t.dotAll = !minus
		case 'd', 'u':
		default:
			return t.refuse("the flag " + string(f))
		}
	}
	kept = strings.TrimSuffix(kept, "-")
	t.i += 2 + end + 1
	switch {
	case rest[end] == ':':
		t.out.WriteString("(?" + kept + ":")
	case kept != "":
		t.out.WriteString("(?" + kept + ")")
	}
	return nil
}

// escape rewrites a backslash and what follows, within a class or not.
func (t *translator) escape(inClass bool) error {
	if t.i+1 == len(t.in) {
		return t.refuse("a backslash at the end")
	}
	c := t.in[t.i+1]
	switch {
	case c == 'Q':
		return t.quoted()
	case c == 'p' || c == 'P':
		return t.property(c == 'P', inClass)
	case c == 'u' || c == 'x' || c == '0' || c == 'c':
		return t.number(c)
	case c >= '1' && c <= '9' || c == 'k':
		return t.refuse("a backreference")
	case alphanumeric(c):
		return t.letter(c, inClass)
	}
	_, n := utf8.DecodeRuneInString(t.in[t.i+1:])
	if c < utf8.RuneSelf {
		t.out.WriteByte('\\')
	}
	t.out.WriteString(t.in[t.i+1 : t.i+1+n])
	t.i += 1 + n
	return nil
}

// letter rewrites an escaped letter.
func (t *translator) letter(c byte, inClass bool) error {
	inside, outside := "", ""
	switch c {
	case 'd', 'D', 'w', 'W', 't', 'n', 'r', 'f', 'a':
		inside = `\` + string(c)
	case 's':
		inside = `\s\x0B`
		outside = `[\s\x0B]`
	case 'S':
		outside = `[^\s\x0B]`
	case 'h':
		inside = ` \t\xA0\x{1680}\x{180e}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}`
		outside = "[" + inside + "]"
	case 'v':
		inside = `\n\x0B\f\r\x{85}\x{2028}\x{2029}`
		outside = "[" + inside + "]"
	case 'e':
		inside = `\x1B`
	case 'b', 'B', 'A', 'z':
		outside = `\` + string(c)
	case 'Z':
		outside = `\z`
	case 'R':
		outside = javaBreak
	}
	if outside == "" {
		outside = inside
	}
	if inClass {
		outside = inside
	}
	if outside == "" {
		return t.refuse(`\` + string(c))
	}
	t.out.WriteString(outside)
	t.i += 2
	return nil
}

// quoted copies \Q…\E, each character as an atom of its own.
func (t *translator) quoted() error {
	text, _, _ := strings.Cut(t.in[t.i+2:], `\E`)
	t.i = min(t.i+2+len(text)+2, len(t.in))
	for _, r := range text {
		if r < utf8.RuneSelf && !alphanumeric(byte(r)) {
			t.out.WriteByte('\\')
		}
		t.out.WriteRune(r)
	}
	if text == "" {
		t.out.WriteString("(?:)")
	}
	return nil
}

// number rewrites a character given by its number.
func (t *translator) number(c byte) error {
	rest := t.in[t.i+2:]
	digits, base, skip := "", 16, 0
	switch {
	case c == 'u' && len(rest) >= 4:
		digits, skip = rest[:4], 4
	case c == 'x' && strings.HasPrefix(rest, "{"):
		digits, _, _ = strings.Cut(rest[1:], "}")
		skip = len(digits) + 2
	case c == 'x' && len(rest) >= 2:
		digits, skip = rest[:2], 2
	case c == '0':
		for skip < 3 && skip < len(rest) && rest[skip] >= '0' && rest[skip] <= '7' {
			skip++
		}
		digits, base = rest[:skip], 8
	case c == 'c' && rest != "":
		t.out.WriteString(`\x{` + strconv.FormatInt(int64(rest[0]^64), 16) + `}`)
		t.i += 3
		return nil
	}
	n, err := strconv.ParseInt(digits, base, 32)
	if err != nil || n > utf8.MaxRune {
		return t.refuse(`\` + string(c))
	}
	t.out.WriteString(`\x{` + strconv.FormatInt(n, 16) + `}`)
	t.i += 2 + skip
	return nil
}

// property rewrites \p{name}.
func (t *translator) property(negated, inClass bool) error {
	rest := t.in[t.i+2:]
	if rest == "" {
		return t.refuse(`\p`)
	}
	name, skip := rest[:1], 1
	if rest[0] == '{' {
		name, _, _ = strings.Cut(rest[1:], "}")
		skip = len(name) + 2
	}
	t.i += 2 + skip
	posix, ok := map[string]string{
		"Lower": "lower", "Upper": "upper", "ASCII": "ascii", "Alpha": "alpha", "Digit": "digit", "Alnum": "alnum",
		"Punct": "punct", "Graph": "graph", "Print": "print", "Blank": "blank", "Cntrl": "cntrl", "XDigit": "xdigit", "Space": "space",
	}[name]
	sign := ""
	if negated {
		sign = "^"
	}
	switch {
	case ok && inClass:
		t.out.WriteString("[:" + sign + posix + ":]")
	case ok:
		t.out.WriteString("[[:" + sign + posix + ":]]")
	default:
		for _, prefix := range [...]string{"Is", "script=", "sc=", "general_category=", "gc="} {
			name = strings.TrimPrefix(name, prefix)
		}
		known := map[string]string{
			"Alphabetic": "L", "Letter": "L", "Lowercase": "Ll", "Uppercase": "Lu", "Punctuation": "P", "Digit": "Nd", "White_Space": "Z",
			"javaLowerCase": "Ll", "javaUpperCase": "Lu", "javaWhitespace": "Z",
		}
		if general, ok := known[name]; ok {
			name = general
		}
		t.out.WriteString(`\p{` + sign + name + `}`)
	}
	return nil
}

// class rewrites a character class. Classes within it are united with it.
func (t *translator) class() error {
	t.i++
	t.out.WriteByte('[')
	if t.i < len(t.in) && t.in[t.i] == '^' {
		t.out.WriteByte('^')
		t.i++
	}
	if err := t.members(true); err != nil {
		return err
	}
	t.out.WriteByte(']')
	return nil
}

func (t *translator) members(first bool) error {
	for ; ; first = false {
		if t.i >= len(t.in) {
			return t.refuse("an unclosed character class")
		}
		c := t.in[t.i]
		switch {
		case c == ']' && !first:
			t.i++
			return nil
		case c == '[':
			if strings.HasPrefix(t.in[t.i:], "[^") {
				return t.refuse("a negated class within a class")
			}
			t.i++
			if err := t.members(true); err != nil {
				return err
			}
		case strings.HasPrefix(t.in[t.i:], "&&"):
			return t.refuse("an intersection of classes")
		case c == '\\':
			if err := t.escape(true); err != nil {
				return err
			}
		case c == '-':
			t.out.WriteString(t.dash(first))
			t.i++
		default:
			_, n := utf8.DecodeRuneInString(t.in[t.i:])
			if c == ']' {
				t.out.WriteByte('\\')
			}
			t.out.WriteString(t.in[t.i : t.i+n])
			t.i += n
		}
	}
}

// dash keeps a dash that makes a range and escapes any other.
func (t *translator) dash(first bool) string {
	if first || t.i+1 >= len(t.in) || t.in[t.i+1] == ']' || t.in[t.i+1] == '[' {
		return `\-`
	}
	return "-"
}
