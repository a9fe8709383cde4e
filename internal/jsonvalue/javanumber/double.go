// Package javanumber prints and compares numbers as Java does: BigDecimal's exact decimals and Double.toString. It is NOT
// a general arithmetic: it only does what documents and templates show.
package javanumber

import (
	"bytes"
	"math"
	"math/big"
	"math/bits"
	"strconv"
)

// AppendDouble prints f as Double.toString of Java 8 to 18 does: at least one digit behind the point, an exponent below
// 1e-3 and from 1e7 on. Those versions do not always find the shortest digits, and AWS's recordings are of their time:
// 2^60 is 1.15292150460684698E18, 1e23 is 9.999999999999999E22, and the smallest number 4.9E-324.
func AppendDouble(dst []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, "NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	}
	a := math.Abs(f)
	if a == 0 || a >= 1e-3 && a < 1e7 {
		from := len(dst)
		dst = strconv.AppendFloat(dst, f, 'f', -1, 64)
		if bytes.IndexByte(dst[from:], '.') >= 0 {
			return dst
		}
		return append(dst, ".0"...)
	}
	if f < 0 {
		dst = append(dst, '-')
	}
	var buf [32]byte
	digits, exp := javaDigits(buf[:0], a)
	dst = append(dst, digits[0], '.')
	if len(digits) == 1 {
		dst = append(dst, '0')
	}
	dst = append(dst, digits[1:]...)
	dst = append(dst, 'E')
	return strconv.AppendInt(dst, int64(exp), 10)
}

// javaDigits returns the digits that Java gives a number in exponent form, and the first one's power of ten.
func javaDigits(buf []byte, a float64) (digits []byte, exp int) {
	mant, e := split(a)
	switch {
	case e >= 0 && a < 1<<63:
		return longDigits(buf, mant<<e, bits.Len64(mant)+e)
	case a >= 1<<63, mant&(mant-1) == 0 && e < -75, a < 0x1p-1022:
		return dragonDigits(buf, mant, e)
	default: // here Java finds the shortest digits
		return shortestDigits(buf, a)
	}
}

// split returns a as mantissa and power of two; the mantissa has 53 bits but for subnormal numbers.
func split(a float64) (mant uint64, e int) {
	b := math.Float64bits(a)
	mant, e = b&(1<<52-1), int(b>>52)
	if e == 0 {
		return mant, -1074
	}
	return mant | 1<<52, e - 1075
}

func shortestDigits(buf []byte, a float64) (digits []byte, exp int) {
	s := strconv.AppendFloat(buf, a, 'e', -1, 64) // d.ddde±dd
	i := bytes.IndexByte(s, 'e')
	for _, c := range s[i+2:] {
		exp = exp*10 + int(c-'0')
	}
	if s[i+1] == '-' {
		exp = -exp
	}
	if i > 1 {
		copy(s[1:], s[2:i])
		i--
	}
	return s[:i], exp
}

// longDigits prints an integer below 2^63, from 2^53 on rounded where its last bits are below the precision.
func longDigits(buf []byte, n uint64, length int) (digits []byte, exp int) {
	if low := length - 1 - 53 - 1; low > 1 {
		pow, drop := uint64(1), low*30103/100000
		for range drop {
			pow *= 10
		}
		rest := n % pow
		n /= pow
		exp = drop
		if drop > 0 && rest >= pow/2 {
			n++
		}
	}
	digits = strconv.AppendUint(buf, n, 10)
	exp += len(digits) - 1
	for len(digits) > 1 && digits[len(digits)-1] == '0' {
		digits = digits[:len(digits)-1]
	}
	return digits, exp
}

// dragonDigits develops digit by digit until what is left lies within half the gap to the neighbours: half of that again
// for a power of two. Unlike the shortest algorithm it takes no number at the very edge, and goes on behind the first.
func dragonDigits(buf []byte, mant uint64, e int) (digits []byte, exp int) {
	exp = estimate(mant, e)
	r, m, s := ratio(mant, e, exp)
	ten := big.NewInt(10)
	tens := new(big.Int).Mul(s, ten)
	q, sum := new(big.Int), new(big.Int)
	digits = buf
	low, high := false, false
	for first := true; first || !low && !high; first = false {
		q.QuoRem(r, s, r)
		r.Mul(r, ten)
		m.Mul(m, ten)
		low = r.Cmp(m) < 0
		high = sum.Add(r, m).Cmp(tens) > 0
		if first && q.Sign() == 0 && !high { // the estimate was high by one
			exp--
		} else {
			digits = append(digits, byte('0'+q.Uint64()))
		}
		if first {
			low, high = false, false
		}
	}
	c := sum.Lsh(r, 1).Cmp(tens)
	if high && (!low || c > 0 || c == 0 && digits[len(digits)-1]&1 == 1) {
		return roundUp(digits, exp)
	}
	return trimZeros(digits), exp
}

// estimate guesses the first digit's power of ten from the tangent to the logarithm at 1.5, which is never too low.
func estimate(mant uint64, e int) int {
	n := bits.Len64(mant)
	head := math.Ldexp(float64(mant), 1-n)
	return int(math.Floor((head-1.5)*0.289529654 + 0.176091259 + float64(e+n-1)*0.301029995663981))
}

// ratio returns mant times 2^e over 10^exp as r/s, and m/s for the half of the gap to the neighbours.
func ratio(mant uint64, e, exp int) (r, m, s *big.Int) {
	gap := e - 1
	if mant&(mant-1) == 0 {
		gap--
	}
	shift := max(0, -gap)
	r = new(big.Int).Lsh(new(big.Int).SetUint64(mant), uint(e+shift))
	m = new(big.Int).Lsh(big.NewInt(1), uint(gap+shift))
	s = new(big.Int).Lsh(big.NewInt(1), uint(shift))
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(exp, -exp))), nil)
	if exp >= 0 {
		s.Mul(s, scale)
	} else {
		r.Mul(r, scale)
		m.Mul(m, scale)
	}
	return r, m, s
}

func roundUp(digits []byte, exp int) ([]byte, int) {
	for i := len(digits) - 1; i >= 0; i-- {
		if digits[i] != '9' {
			digits[i]++
			return trimZeros(digits), exp
		}
		digits[i] = '0'
	}
	digits[0] = '1'
	return digits[:1], exp + 1
}

func trimZeros(digits []byte) []byte {
	for len(digits) > 1 && digits[len(digits)-1] == '0' {
		digits = digits[:len(digits)-1]
	}
	return digits
}
