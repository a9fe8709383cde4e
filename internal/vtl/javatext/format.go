package javatext

import (
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sluice-gateway/sluice/internal/vtl/javavalue"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// directive is one %… of a format.
type directive struct {
	flags     string
	width     int
	precision int
	letter    byte
}

const maxWidth = 1 << 20

// format is String.format for the conversions that text and numbers have.
func format(h *javavalue.Heap, format string, args javavalue.Args) javavalue.Result {
	if len(args) == 1 {
		if array, ok := args[0].Foreign().(*javavalue.Array); ok {
			args = array.Elems
		}
	}
	var b strings.Builder
	next, last := 0, -1
	for i := 0; i < len(format); {
		if format[i] != '%' {
			b.WriteByte(format[i])
			i++
			continue
		}
		d, index, n, ok := parseDirective(format[i:])
		if !ok {
			return javavalue.Failed(javavalue.Throw("UnknownFormatConversionException", format[i:]))
		}
		i += n
		v := javavalue.Value{}
		if d.letter != 'n' && d.letter != '%' {
			switch {
			case index > 0:
				last = index - 1
			case index < 0:
			default:
				last = next
				next++
			}
			if last < 0 || last >= len(args) {
				return javavalue.Failed(javavalue.Throw("MissingFormatArgumentException", "Format specifier '%"+string(d.letter)+"'"))
			}
			v = args[last]
		}
		text, err := formatOne(h, d, v)
		if err == nil {
			text = d.pad(text)
			err = h.Charge(len(text))
		}
		if err != nil {
			return javavalue.Failed(err)
		}
		b.WriteString(text)
	}
	return javavalue.GiveText(b.String())
}

// parseDirective reads %[index$][flags][width][.precision]conversion. The index is
// -1 for %<, the argument before.
func parseDirective(s string) (d directive, index, n int, ok bool) {
	i := 1
	number := func() int {
		start := i
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		v, _ := strconv.Atoi(s[start:i])
		return min(v, maxWidth)
	}
	if i < len(s) && s[i] >= '1' && s[i] <= '9' {
		start := i
		if v := number(); i < len(s) && s[i] == '$' {
			index = v
			i++
		} else {
			i = start
		}
	} else if i < len(s) && s[i] == '<' {
		index = -1
		i++
	}
	start := i
	for i < len(s) && strings.IndexByte("-#+ 0,(", s[i]) >= 0 {
		i++
	}
	d.flags = s[start:i]
	d.width = number()
	d.precision = -1
	if i < len(s) && s[i] == '.' {
		i++
		before := i
		if d.precision = number(); i == before {
			return d, 0, 0, false
		}
	}
	if i >= len(s) || strings.IndexByte("sSdxXofeEgGbBcChHn%", s[i]) < 0 {
		return d, 0, 0, false
	}
	d.letter = s[i]
	return d, index, i + 1, true
}

func (d directive) has(flag byte) bool { return strings.IndexByte(d.flags, flag) >= 0 }

// pad fills up to the width.
func (d directive) pad(text string) string {
	missing := d.width - utf8.RuneCountInString(text)
	switch {
	case missing <= 0:
		return text
	case d.has('-'):
		return text + strings.Repeat(" ", missing)
	case d.has('0'):
		sign := 0
		if text != "" && (text[0] == '-' || text[0] == '+') {
			sign = 1
		}
		return text[:sign] + strings.Repeat("0", missing) + text[sign:]
	default:
		return strings.Repeat(" ", missing) + text
	}
}

func formatOne(h *javavalue.Heap, d directive, v javavalue.Value) (string, error) {
	if !d.flagsFit() {
		return "", javavalue.Throw("FormatFlagsConversionMismatchException", "Conversion = "+string(d.letter)+", Flags = "+d.flags)
	}
	switch d.letter {
	case 'n':
		return "\n", nil
	case '%':
		return "%", nil
	case 's', 'S':
		text, err := h.Text(javavalue.Stored(v))
		if d.precision >= 0 && d.precision < utf8.RuneCountInString(text) {
			text = string([]rune(text)[:d.precision])
		}
		return d.upper(text), err
	case 'b', 'B':
		return d.upper(strconv.FormatBool(!javavalue.IsNull(v) && (v.Kind() != jsonvalue.KindBool || v.Bool()))), nil
	}
	if javavalue.IsNull(v) {
		return d.upper("null"), nil
	}
	switch d.letter {
	case 'h', 'H':
		n, err := h.Hash(v)
		return d.upper(strconv.FormatUint(uint64(uint32(n)), 16)), err
	case 'c', 'C':
		return d.character(v)
	case 'd', 'x', 'X', 'o':
		return d.integer(v)
	default:
		return d.float(v)
	}
}

// flagsFit tells whether a conversion takes its flags.
func (d directive) flagsFit() bool {
	switch d.letter {
	case 's', 'S', 'b', 'B', 'h', 'H', 'c', 'C':
		return !strings.ContainsAny(d.flags, "#+ 0,(")
	case 'd':
		return !d.has('#')
	default:
		return true
	}
}

func (d directive) upper(text string) string {
	if d.letter >= 'A' && d.letter <= 'Z' {
		return strings.ToUpper(text)
	}
	return text
}

func (d directive) mismatch(v javavalue.Value) error {
	return javavalue.Throw("IllegalFormatConversionException", string(d.letter)+" != "+v.Kind().String())
}

func (d directive) character(v javavalue.Value) (string, error) {
	if c, ok := v.Foreign().(javavalue.Char); ok {
		return d.upper(c.String()), nil
	}
	if n, ok := v.Int64(); ok && n >= 0 && n <= utf8.MaxRune {
		return d.upper(string(rune(n))), nil
	}
	return "", d.mismatch(v)
}

func (d directive) integer(v javavalue.Value) (string, error) {
	n, ok := v.BigInt()
	if !ok || d.precision >= 0 {
		return "", d.mismatch(v)
	}
	base := map[byte]int{'d': 10, 'o': 8}[d.letter]
	if base == 0 {
		base = 16
	}
	if base != 10 && n.Sign() < 0 && v.NumberKind() != jsonvalue.BigInteger {
		bits := uint(64)
		if v.NumberKind() == jsonvalue.Integer {
			bits = 32
		}
		n = new(big.Int).Add(n, new(big.Int).Lsh(big.NewInt(1), bits))
	}
	text := d.upper(n.Text(base))
	if base == 10 {
		text = d.signed(d.grouped(text))
	}
	return text, nil
}

// signed adds what the flags say of the sign.
func (d directive) signed(text string) string {
	switch {
	case strings.HasPrefix(text, "-"):
		if d.has('(') {
			return "(" + text[1:] + ")"
		}
	case d.has('+'):
		return "+" + text
	case d.has(' '):
		return " " + text
	}
	return text
}

// grouped puts commas between thousands.
func (d directive) grouped(text string) string {
	if !d.has(',') {
		return text
	}
	sign, rest := "", ""
	if strings.HasPrefix(text, "-") {
		sign, text = "-", text[1:]
	}
	if i := strings.IndexByte(text, '.'); i >= 0 {
		text, rest = text[:i], text[i:]
	}
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return sign + text + rest
}

func (d directive) float(v javavalue.Value) (string, error) {
	_, small := v.Foreign().(javavalue.Float)
	if !small && (v.Kind() != jsonvalue.KindNumber || v.NumberKind() < jsonvalue.Double) {
		return "", d.mismatch(v)
	}
	precision := d.precision
	if precision < 0 {
		precision = 6
	}
	switch d.letter {
	case 'f':
		if err := javavalue.CheckFinite(v); err != nil {
			return d.signed(v.String()), nil //nolint:nilerr // Java prints NaN and Infinity as they are
		}
		return d.signed(d.grouped(javavalue.Fixed(v, precision))), nil
	case 'e', 'E':
		text := strconv.FormatFloat(javavalue.Double(v), 'e', precision, 64)
		return d.upper(d.signed(text)), nil
	default:
		return "", d.mismatch(v)
	}
}
