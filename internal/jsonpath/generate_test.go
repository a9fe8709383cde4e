package jsonpath

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
)

// generator makes random documents and paths of the families that templates use and of those that break parsers.
type generator struct{ *rand.Rand }

func newGenerator(seed uint64) generator { return generator{rand.New(rand.NewPCG(seed, 1))} }

func (g generator) pick(s ...string) string { return s[g.IntN(len(s))] }

func (g generator) key() string {
	return g.pick("a", "b", "c", "d", "e", "a", "b", "c", "f", "n o", "p.q", "r-s", "$t", "@w", "0", "length", "é", "u'v", "")
}

func (g generator) number() string {
	return g.pick(
		strconv.Itoa(g.IntN(6)), strconv.Itoa(-g.IntN(6)), strconv.Itoa(g.IntN(100)), "8.95", "1.0", "2.0", "1.50", "0.5", "-0.5", "-0", "-0.0",
		"1e3", "1E10", "1e-5", "123456789.0", "0.0001", "12345678901", "2147483647", "2147483648", "-2147483648", "-2147483649",
		"9223372036854775807", "9223372036854775808", "-9223372036854775808", "123456789012345678901234567890", "0.12345678901234567890123",
		"1.00000000000000000000", "100.0", "0.1", "0.30000000000000004", "1e22", "1e23", "5e-324", "1.7976931348623157e308", "1e400",
		strconv.FormatFloat(g.Float64()*1000, 'g', -1, 64), strconv.FormatFloat(g.NormFloat64()*1e-4, 'g', -1, 64))
}

// double is a number that json-smart takes for a Double, of any size.
func (g generator) double() string {
	switch g.IntN(4) {
	case 0:
		return strconv.FormatUint(g.Uint64()>>(10+g.IntN(50)), 10) + ".0"
	case 1:
		return strconv.FormatFloat(math.Ldexp(1, g.IntN(2090)-1070), 'e', 8+g.IntN(4), 64)
	case 2:
		return strconv.Itoa(g.IntN(1000)) + "e" + strconv.Itoa(g.IntN(640)-330)
	default:
		return strconv.FormatUint(g.Uint64()%1e12, 10) + "e" + strconv.Itoa(g.IntN(640)-330)
	}
}

func (g generator) text() string {
	return g.pick("x", "y", "a", "b", "", "abc", "Abc", "a b", "1", "8.95", "2", "$.a", "@", "$", "[1]", "{a:1}", "'q'", "\"q\"", "a\\b", "a/b", "é", "€", "😀",
		"true", "null", "1.0", " 1", "x\ny", "ab", "abcabc", "\u007f", "\u2028", "-1", "1e3")
}

func (g generator) value(depth int) string {
	n := 10
	if depth <= 0 {
		n = 6
	}
	switch g.IntN(n) {
	case 0:
		return g.pick("null", "true", "false")
	case 1, 2, 3:
		return g.number()
	case 4, 5:
		return strconv.Quote(g.text())
	case 6, 7:
		return g.array(depth)
	default:
		return g.object(depth)
	}
}

func (g generator) array(depth int) string {
	parts := make([]string, g.IntN(5))
	same := g.IntN(3) == 0
	for i := range parts {
		if same {
			parts[i] = g.pick(g.number(), g.number(), strconv.Quote(g.text()))
			continue
		}
		parts[i] = g.value(depth - 1)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func (g generator) object(depth int) string {
	parts := make([]string, g.IntN(5))
	for i := range parts {
		parts[i] = jsonQuote(g.key()) + ":" + g.value(depth-1)
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// records is the array of like objects that most paths in templates go over.
func (g generator) records() string {
	parts := make([]string, 1+g.IntN(4))
	for i := range parts {
		fields := make([]string, 0, 5)
		for _, k := range []string{"a", "b", "c", "d", "e"} {
			if g.IntN(4) > 0 {
				fields = append(fields, jsonQuote(k)+":"+g.value(1))
			}
		}
		parts[i] = "{" + strings.Join(fields, ",") + "}"
	}
	return "[" + strings.Join(parts, ",") + "]"
}

func (g generator) document() string {
	switch g.IntN(8) {
	case 0:
		return g.value(4)
	case 1, 2:
		return g.records()
	case 3, 4:
		return "{" + jsonQuote("a") + ":" + g.records() + "," + jsonQuote("b") + ":" + g.value(3) + "," + jsonQuote("c") + ":" + g.number() + "}"
	default:
		return g.object(4)
	}
}

func jsonQuote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}

// loose is a document as json-smart's permissive mode takes them, or nearly.
func (g generator) loose() string {
	doc := g.value(3)
	for range 1 + g.IntN(3) {
		doc = g.mutate(doc, `{}[],:"' \abntu0123456789.eE+-x/`+"\t\n\x01\x1a\u007f\u00a0\u2028é")
	}
	return doc
}

func (g generator) mutate(s, alphabet string) string {
	letters := []rune(alphabet)
	r := []rune(s)
	i := g.IntN(len(r) + 1)
	c := letters[g.IntN(len(letters))]
	switch g.IntN(4) {
	case 0:
		return string(r[:i]) + string(c) + string(r[i:])
	case 1:
		if i < len(r) {
			r[i] = c
		}
		return string(r)
	case 2:
		if i < len(r) {
			return string(r[:i]) + string(r[i+1:])
		}
		return s
	default:
		j := i + g.IntN(len(r)-i+1)
		return string(r[:i]) + string(r[j:])
	}
}

func (g generator) index() string { return strconv.Itoa(g.IntN(6) - 2) }

func (g generator) quoted() string {
	if g.IntN(3) == 0 {
		return jsonQuote(g.key())
	}
	return "'" + strings.ReplaceAll(g.key(), "'", `\'`) + "'"
}

func (g generator) bare() string {
	return g.pick("a", "b", "c", "d", "e", "f", "r-s", "$t", "length", "é", "0")
}

func (g generator) blank() string { return g.pick("", "", "", "", " ") }

func (g generator) step(depth int) string {
	switch g.IntN(20) {
	case 0, 1, 2, 3, 4, 5:
		return "." + g.bare()
	case 6:
		return ".." + g.bare()
	case 7:
		return "[" + g.quoted() + "]"
	case 8:
		return "[" + g.blank() + g.quoted() + g.blank() + "," + g.blank() + g.quoted() + g.blank() + "]"
	case 9, 10:
		return "[" + g.index() + "]"
	case 11:
		return "[" + g.index() + g.blank() + "," + g.blank() + g.index() + "]"
	case 12:
		return "[" + g.pick(g.index()+":", ":"+g.index(), g.index()+":"+g.index(), "-1:", ":", g.index()+":"+g.index()+":"+g.index()) + "]"
	case 13, 14:
		return g.pick("[*]", ".*", "[*]", "..*", "..[*]", "[ * ]")
	case 15:
		return ".." + "[" + g.pick(g.index(), "*", g.quoted(), g.index()+":"+g.index()) + "]"
	case 16:
		if depth > 0 {
			return ".." + g.filter(depth)
		}
		return "." + g.bare()
	default:
		if depth > 0 {
			return g.filter(depth)
		}
		return "[" + g.index() + "]"
	}
}

func (g generator) function(depth int) string {
	name := g.pick("length", "size", "min", "max", "avg", "sum", "stddev", "concat", "keys", "first", "last", "index", "append", "nosuch")
	if g.IntN(3) > 0 {
		return "." + name + "()"
	}
	args := make([]string, 1+g.IntN(2))
	for i := range args {
		args[i] = g.pick(g.path(depth-1), "1", "-1", "0", "2.5", `"x"`, `{"a":1}`, "'x'", "[1,2]", "true", g.path(0), g.path(0))
	}
	return "." + name + "(" + strings.Join(args, g.pick(",", ", ")) + ")"
}

func (g generator) filter(depth int) string {
	return "[" + g.blank() + "?" + g.blank() + "(" + g.condition(depth) + ")" + g.blank() + "]"
}

func (g generator) condition(depth int) string {
	switch g.IntN(12) {
	case 0:
		return g.condition(depth-1+g.IntN(2)) + g.blank() + "&&" + g.blank() + g.relation(depth)
	case 1:
		return g.relation(depth) + g.blank() + "||" + g.blank() + g.relation(depth)
	case 2:
		return "!" + g.blank() + g.pick("("+g.relation(depth)+")", g.operandPath(depth))
	case 3:
		return "(" + g.relation(depth) + ")"
	default:
		return g.relation(depth)
	}
}

func (g generator) operandPath(depth int) string {
	root := g.pick("@", "@", "@", "$")
	switch g.IntN(8) {
	case 0:
		return root
	case 1:
		return root + "." + g.bare() + "." + g.bare()
	case 2:
		return root + "[" + g.pick(g.quoted(), g.index()) + "]"
	case 3:
		return root + g.step(depth-1) + g.step(depth-1)
	case 4:
		return root + "." + g.bare() + g.function(depth-1)
	case 5:
		return root + g.function(depth-1)
	default:
		return root + "." + g.bare()
	}
}

func (g generator) constant() string {
	return g.pick(g.number(), g.number(), strconv.Itoa(g.IntN(5)), "'"+g.pick("x", "a", "8.95", "1", "", `q\'q`, "abc", "$.a", "true")+"'", `"`+g.pick("x", "a", "1")+`"`,
		"true", "false", "null", "[]", "[1,2]", "['a','x']", `["a", 1, null]`, "{}", `{"a":1}`, "[1, [2]]", "/a.*/", "/^[a-c]+$/i", "/x|1/", "nope", "[1,", "'x")
}

func (g generator) operand(depth int) string {
	if g.IntN(2) == 0 {
		return g.operandPath(depth)
	}
	return g.constant()
}

func (g generator) relation(depth int) string {
	left := g.operandPath(depth)
	if g.IntN(5) == 0 {
		left = g.operand(depth)
	}
	switch g.IntN(8) {
	case 0:
		return left
	case 1, 2, 3, 4:
		return left + g.blank() + g.pick("==", "!=", "<", ">", "<=", ">=", "==", "===", "!==", "=~", "=<", "=") + g.blank() + g.operand(depth)
	default:
		op := g.pick("in", "nin", "subsetof", "anyof", "noneof", "size", "empty", "contains", "IN", "all", "type", "exists", "matches", "foo")
		right := g.operand(depth)
		switch op {
		case "size":
			right = g.pick("0", "1", "2", "3", "-1", right)
		case "empty":
			right = g.pick("true", "false", right)
		case "in", "nin", "subsetof", "anyof", "noneof", "IN":
			right = g.pick("['a','x']", "[1,2,3]", "['x', 1, null, true]", "[8.95, '1']", right)
		}
		return left + " " + op + " " + right
	}
}

func (g generator) path(depth int) string {
	var b strings.Builder
	b.WriteString(g.pick("$", "$", "$", "$", "$", "@"))
	for range g.IntN(4) {
		b.WriteString(g.step(depth))
	}
	if g.IntN(4) == 0 {
		b.WriteString(g.function(depth))
	}
	return b.String()
}

const pathAlphabet = "$@.[]()*?,:'\"!&|<>=~/ ab01-\\{}"

// anyCase returns a path and a document of one of the families, named.
func (g generator) anyCase() (family, path, document string) {
	switch g.IntN(10) {
	case 0:
		return "loose", g.pick("$", "$", "$.a", "$[0]"), g.loose()
	case 1:
		p := g.path(2)
		for range 1 + g.IntN(2) {
			p = g.mutate(p, pathAlphabet)
		}
		return "broken path", p, g.document()
	case 2:
		switch g.IntN(4) {
		case 0:
			return "number", "$", g.number()
		case 1:
			return "double", "$", g.double()
		default: // a sum can be any double, where a text of more than 18 characters is a BigDecimal
			return "sum", "$.sum()", "[" + g.double() + "," + g.double() + "]"
		}
	case 3, 4:
		return "filter", "$" + g.pick("", ".a", ".b", ".*") + g.filter(2) + g.pick("", "", ".a", "."+g.bare()), g.document()
	case 5:
		return "function", "$" + g.pick("", ".a", ".a[*].b", ".b", "..a", "[*]", "..b[*]") + g.function(2), g.document()
	default:
		return "path", g.path(2), g.document()
	}
}

func (g generator) name(i int) string { return fmt.Sprintf("%d", i) }
