package jsonvalue

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/sluice-gateway/sluice/internal/jsonvalue/javanumber"
)

// Decimal is an exact decimal number as Java's BigDecimal holds it.
type Decimal = javanumber.Decimal

// ParseDecimal reads what Java's BigDecimal(String) reads.
func ParseDecimal(s string) (Decimal, bool) { return javanumber.ParseDecimal(s) }

// AppendDouble prints f as Java's Double.toString does.
func AppendDouble(dst []byte, f float64) []byte { return javanumber.AppendDouble(dst, f) }

// Float returns a Double.
func Float(f float64) Value {
	return Value{kind: KindNumber, num: Double, n: math.Float64bits(f)}
}

// BigInt returns a BigInteger whatever its size.
func BigInt(i *big.Int) Value { return text(KindNumber, BigInteger, i.String()) }

// NumberKind returns the Java class of a number; Integer for any other kind.
func (v Value) NumberKind() NumberKind { return v.num }

// IsNumber reports whether v is a number.
func (v Value) IsNumber() bool { return v.kind == KindNumber }

// IsInteger reports whether v is an Integer, Long or BigInteger.
func (v Value) IsInteger() bool { return v.kind == KindNumber && v.num <= BigInteger }

// Int64 returns an Integer or Long; false for any other value.
func (v Value) Int64() (int64, bool) {
	if v.kind != KindNumber || v.num > Long {
		return 0, false
	}
	if v.p == nil {
		return int64(v.n), true
	}
	return parseInt(v.rawText()), true
}

// parseInt reads what classify has found to fit 64 bits; a lone "-" is 0 in json-smart.
func parseInt(s string) int64 {
	neg := false
	if s != "" && s[0] == '-' {
		neg, s = true, s[1:]
	}
	n := uint64(0)
	for i := range len(s) {
		n = n*10 + uint64(s[i]-'0')
	}
	if neg {
		return -int64(n)
	}
	return int64(n)
}

// Float64 returns a number as Java's doubleValue does; 0 for any other kind.
func (v Value) Float64() float64 {
	if v.kind != KindNumber {
		return 0
	}
	if v.p == nil {
		if v.num == Double {
			return math.Float64frombits(v.n)
		}
		return float64(int64(v.n))
	}
	if v.num <= Long { // not by its text: Java's integers have no -0
		return float64(parseInt(v.rawText()))
	}
	f, _ := strconv.ParseFloat(v.rawText(), 64) // out of range gives the infinity that Java gives
	return f
}

// BigInt returns an integer of any size; false for any other value.
func (v Value) BigInt() (*big.Int, bool) {
	if i, ok := v.Int64(); ok {
		return big.NewInt(i), true
	}
	if v.kind != KindNumber || v.num != BigInteger {
		return nil, false
	}
	return new(big.Int).SetString(v.rawText(), 10)
}

// NumberText returns the number as its document wrote it, or as Java prints it when it was computed.
func (v Value) NumberText() string {
	if v.kind == KindNumber && v.p != nil {
		return v.rawText()
	}
	return string(v.appendNumber(nil))
}

// classify tells the class of a number's text, which holds only digits, sign, point and exponent; ok is false when Java
// cannot hold it (a BigDecimal's exponent out of range).
func classify(s string, integer bool) (k NumberKind, ok bool) {
	if integer {
		return classifyInteger(s), true
	}
	if len(s) <= 18 {
		return Double, true
	}
	_, ok = ParseDecimal(s)
	return BigDecimal, ok
}

func classifyInteger(s string) NumberKind {
	digits, limit := s, "9223372036854775807"
	small := "2147483647"
	if strings.HasPrefix(s, "-") {
		digits, limit, small = s[1:], "9223372036854775808", "2147483648"
	}
	switch {
	case len(digits) < 10:
		return Integer
	case len(digits) > 19: // leading zeros count too: json-smart looks at the length
		return BigInteger
	case len(digits) == 19 && digits > limit:
		return BigInteger
	}
	if d := strings.TrimLeft(digits, "0"); len(d) < 10 || len(d) == 10 && d <= small {
		return Integer
	}
	return Long
}

// appendNumber prints a number as Java's toString does.
func (v Value) appendNumber(dst []byte) []byte {
	if v.p == nil {
		if v.num == Double {
			return AppendDouble(dst, math.Float64frombits(v.n))
		}
		return strconv.AppendInt(dst, int64(v.n), 10)
	}
	s := v.rawText()
	switch v.num {
	case Double:
		return AppendDouble(dst, v.Float64())
	case BigDecimal:
		if d, ok := ParseDecimal(s); ok {
			return d.Append(dst)
		}
		return append(dst, s...)
	default:
		return appendInteger(dst, s)
	}
}

// appendInteger prints an integer without the leading zeros that the lenient reader lets in.
func appendInteger(dst []byte, s string) []byte {
	neg := false
	if s != "" && s[0] == '-' {
		neg, s = true, s[1:]
	}
	for len(s) > 1 && s[0] == '0' {
		s = s[1:]
	}
	if s == "" || s == "0" {
		return append(dst, '0')
	}
	if neg {
		dst = append(dst, '-')
	}
	return append(dst, s...)
}

func nan() Value { return Float(math.NaN()) }
