package jsonvalue

import (
	"math"
	"strconv"
	"strings"
)

// decimalParts splits a number's text into the digits of Java's BigDecimal (sign kept, leading zeros gone) and its
// scale, the number of digits behind the point. ok is false when Java's BigDecimal refuses the exponent.
func decimalParts(s string) (digits string, scale int64, ok bool) {
	mantissa, exp := s, int64(0)
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		e, err := strconv.ParseInt(s[i+1:], 10, 64)
		if err != nil || e > math.MaxInt32 || e < math.MinInt32 {
			return "", 0, false
		}
		mantissa, exp = s[:i], e
	}
	whole, frac, _ := strings.Cut(mantissa, ".")
	scale = int64(len(frac)) - exp
	if scale > math.MaxInt32 || scale < math.MinInt32 {
		return "", 0, false
	}
	neg := strings.HasPrefix(whole, "-")
	digits = strings.TrimLeft(strings.TrimPrefix(whole, "-")+frac, "0")
	if digits == "" {
		return "0", scale, whole != "-" || frac != ""
	}
	if neg {
		digits = "-" + digits
	}
	return digits, scale, true
}

// appendDecimal prints a number's text as BigDecimal.toString does.
func appendDecimal(dst []byte, s string) []byte {
	digits, scale, ok := decimalParts(s)
	if !ok {
		return append(dst, s...)
	}
	if strings.HasPrefix(digits, "-") {
		dst, digits = append(dst, '-'), digits[1:]
	}
	exp := int64(len(digits)) - 1 - scale
	switch {
	case scale == 0:
		return append(dst, digits...)
	case scale > 0 && exp >= -6:
		point := int64(len(digits)) - scale
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

// AppendDouble prints f as Java's Double.toString does: at least one digit behind the point, an exponent below 1e-3 and
// from 1e7 on.
func AppendDouble(dst []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, "NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	}
	if a := math.Abs(f); a == 0 || a >= 1e-3 && a < 1e7 {
		n := len(dst)
		dst = strconv.AppendFloat(dst, f, 'f', -1, 64)
		for _, c := range dst[n:] {
			if c == '.' {
				return dst
			}
		}
		return append(dst, ".0"...)
	}
	var buf [32]byte
	e := strconv.AppendFloat(buf[:0], f, 'e', -1, 64) // d.ddde±dd
	i := len(e) - 1
	for e[i] != 'e' {
		i--
	}
	n := len(dst)
	dst = append(dst, e[:i]...)
	if !strings.Contains(string(dst[n:]), ".") {
		dst = append(dst, ".0"...)
	}
	dst = append(dst, 'E')
	exp, _ := strconv.Atoi(string(e[i+1:])) // digits with a sign, two or three
	return strconv.AppendInt(dst, int64(exp), 10)
}
