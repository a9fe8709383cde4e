package javanumber

import (
	"cmp"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Decimal is an exact decimal number as Java's BigDecimal holds it. The zero Decimal is 0.
type Decimal struct {
	neg bool
	// digits is the unscaled value without sign and leading zeros; "" is 0.
	digits string
	// scale is the number of digits behind the point; negative means zeros before it.
	scale int64
}

// ParseDecimal reads what Java's BigDecimal(String) reads: sign, digits with at most one point, exponent of 32 bits.
func ParseDecimal(s string) (Decimal, bool) {
	d := Decimal{}
	rest := s
	if rest != "" && (rest[0] == '-' || rest[0] == '+') {
		d.neg = rest[0] == '-'
		rest = rest[1:]
	}
	exp := int64(0)
	if i := strings.IndexAny(rest, "eE"); i >= 0 {
		e, ok := parseExponent(rest[i+1:])
		if !ok {
			return Decimal{}, false
		}
		rest, exp = rest[:i], e
	}
	whole, frac, _ := strings.Cut(rest, ".")
	if !allDigits(whole) || !allDigits(frac) || whole == "" && frac == "" {
		return Decimal{}, false
	}
	d.scale = int64(len(frac)) - exp
	if d.scale > math.MaxInt32 || d.scale < math.MinInt32 {
		return Decimal{}, false
	}
	if strings.Trim(whole, "0") == "" {
		d.digits = strings.TrimLeft(frac, "0")
	} else {
		d.digits = strings.TrimLeft(whole, "0") + frac
	}
	if d.digits == "" {
		d.neg = false
	}
	return d, true
}

func parseExponent(s string) (int64, bool) {
	digits := s
	if digits != "" && (digits[0] == '-' || digits[0] == '+') {
		digits = digits[1:]
	}
	if digits == "" || !allDigits(digits) {
		return 0, false
	}
	digits = strings.TrimLeft(digits, "0")
	if len(digits) > 10 {
		return 0, false
	}
	e := int64(0)
	for i := range len(digits) {
		e = e*10 + int64(digits[i]-'0')
	}
	if s[0] == '-' {
		e = -e
	}
	return e, true
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// Compare is BigDecimal.compareTo: 1.0 and 1.00 are equal. It costs the digits that are there, never the exponent.
func (d Decimal) Compare(e Decimal) int {
	ds, es := d.sign(), e.sign()
	if ds != es || ds == 0 {
		return cmp.Compare(ds, es)
	}
	if c := cmp.Compare(int64(len(d.digits))-d.scale, int64(len(e.digits))-e.scale); c != 0 {
		return c * ds
	}
	n := min(len(d.digits), len(e.digits))
	if c := strings.Compare(d.digits[:n], e.digits[:n]); c != 0 {
		return c * ds
	}
	switch {
	case strings.Trim(d.digits[n:], "0") != "":
		return ds
	case strings.Trim(e.digits[n:], "0") != "":
		return -ds
	default:
		return 0
	}
}

func (d Decimal) sign() int {
	switch {
	case d.digits == "":
		return 0
	case d.neg:
		return -1
	default:
		return 1
	}
}

// Int32 is BigDecimal.intValue: the fraction is cut off and the lowest 32 bits are kept.
func (d Decimal) Int32() int32 {
	whole := int64(len(d.digits)) - d.scale
	if whole <= 0 || d.scale <= -32 { // 10^32 and above are multiples of 2^32
		return 0
	}
	v := uint32(0)
	for i := range whole {
		v *= 10
		if i < int64(len(d.digits)) {
			v += uint32(d.digits[i] - '0')
		}
	}
	if d.neg {
		return -int32(v)
	}
	return int32(v)
}

// String is BigDecimal.toString.
func (d Decimal) String() string { return string(d.Append(nil)) }

// Plain is BigDecimal.toString, but writes out up to limit zeros at the end instead of a positive exponent.
func (d Decimal) Plain(limit int) string {
	if d.scale >= 0 || -d.scale > int64(limit) {
		return d.String()
	}
	zeros := strings.Repeat("0", int(-d.scale))
	d.scale = 0
	return d.String() + zeros
}

// Append appends BigDecimal.toString.
func (d Decimal) Append(dst []byte) []byte {
	digits := d.digits
	if digits == "" {
		digits = "0"
	}
	if d.neg {
		dst = append(dst, '-')
	}
	exp := int64(len(digits)) - 1 - d.scale
	switch {
	case d.scale == 0:
		return append(dst, digits...)
	case d.scale > 0 && exp >= -6:
		point := int64(len(digits)) - d.scale
		if point > 0 {
			dst = append(dst, digits[:point]...)
			dst = append(dst, '.')
			return append(dst, digits[point:]...)
		}
		dst = append(dst, "0."...)
		for ; point < 0; point++ {
			dst = append(dst, '0')
		}
		return append(dst, digits...)
	}
	dst = append(dst, digits[0])
	if len(digits) > 1 {
		dst = append(dst, '.')
		dst = append(dst, digits[1:]...)
	}
	if exp != 0 {
		dst = append(dst, 'E')
		if exp > 0 {
			dst = append(dst, '+')
		}
		dst = strconv.AppendInt(dst, exp, 10)
	}
	return dst
}

// Reduced returns the same number without zeros at its end, so that equal numbers have equal texts.
func (d Decimal) Reduced() Decimal {
	digits := strings.TrimRight(d.digits, "0")
	if digits == "" {
		return Decimal{}
	}
	d.scale -= int64(len(d.digits) - len(digits))
	d.digits = digits
	return d
}

// maxDivided bounds the digits that MultipleOf computes with.
const maxDivided = 10_000

// MultipleOf reports whether d is a whole multiple of e. Nothing but 0 is a multiple of 0. Beyond 10,000 digits of either
// it says no.
func (d Decimal) MultipleOf(e Decimal) bool {
	d, e = d.Reduced(), e.Reduced()
	switch {
	case d.digits == "":
		return true
	case e.digits == "", len(d.digits) > maxDivided, len(e.digits) > maxDivided:
		return false
	}
	shift := e.scale - d.scale
	if shift < 0 { // a multiple would end in a zero, which Reduced has taken away
		return false
	}
	n, _ := new(big.Int).SetString(d.digits, 10)
	m, _ := new(big.Int).SetString(e.digits, 10)
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(shift), m)
	return n.Mod(n.Mul(n.Mod(n, m), power), m).Sign() == 0
}
