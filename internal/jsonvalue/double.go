package jsonvalue

import (
	"bytes"
	"math"
	"strconv"
)

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
	from := len(dst)
	if a := math.Abs(f); a == 0 || a >= 1e-3 && a < 1e7 {
		dst = strconv.AppendFloat(dst, f, 'f', -1, 64)
		if bytes.IndexByte(dst[from:], '.') >= 0 {
			return dst
		}
		return append(dst, ".0"...)
	}
	var buf [32]byte
	e := strconv.AppendFloat(buf[:0], f, 'e', -1, 64) // d.ddde±dd
	i := bytes.IndexByte(e, 'e')
	dst = append(dst, e[:i]...)
	if bytes.IndexByte(dst[from:], '.') < 0 {
		dst = append(dst, ".0"...)
	}
	dst = append(dst, 'E')
	exp := int64(0)
	for _, c := range e[i+2:] {
		exp = exp*10 + int64(c-'0')
	}
	if e[i+1] == '-' {
		exp = -exp
	}
	return strconv.AppendInt(dst, exp, 10)
}
