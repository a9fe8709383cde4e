package javavalue

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// decimal is a BigDecimal: unscaled / 10^scale.
type decimal struct {
	unscaled *big.Int
	scale    int
}

// maxScale bounds scales, so that no two decimals are far apart.
const maxScale = 20000

// toDecimal gives a number as a BigDecimal, a Double with all its binary digits.
func toDecimal(v Value) decimal {
	if n, ok := v.BigInt(); ok {
		return decimal{n, 0}
	}
	if v.Kind() == jsonvalue.KindNumber && v.NumberKind() == jsonvalue.BigDecimal {
		return parseDecimal(v.NumberText())
	}
	mantissa, exponent := math.Frexp(Double(v))
	n := big.NewInt(int64(mantissa * (1 << 53)))
	exponent -= 53
	for exponent < 0 && n.Sign() != 0 && n.Bit(0) == 0 {
		n.Rsh(n, 1)
		exponent++
	}
	if n.Sign() == 0 {
		return decimal{n, 0}
	}
	if exponent >= 0 {
		return decimal{n.Lsh(n, uint(exponent)), 0}
	}
	return decimal{n.Mul(n, power(5, -exponent)), -exponent}
}

func parseDecimal(s string) decimal {
	mantissa, exponent := s, 0
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa = s[:i]
		exponent, _ = strconv.Atoi(strings.TrimPrefix(s[i+1:], "+"))
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	n, ok := new(big.Int).SetString(whole+fraction, 10)
	if !ok {
		n = new(big.Int)
	}
	return decimal{n, len(fraction) - exponent}
}

func power(base int64, exponent int) *big.Int {
	return new(big.Int).Exp(big.NewInt(base), big.NewInt(int64(exponent)), nil)
}

// rescale gives the unscaled value at a greater scale.
func (d decimal) rescale(scale int) *big.Int {
	if scale == d.scale {
		return d.unscaled
	}
	return new(big.Int).Mul(d.unscaled, power(10, scale-d.scale))
}

func (d decimal) compare(o decimal) int {
	scale := max(d.scale, o.scale)
	return d.rescale(scale).Cmp(o.rescale(scale))
}

// value gives the decimal as a template's value.
func (d decimal) value() Value {
	return jsonvalue.BigDecimalText(d.unscaled.String() + "E" + strconv.Itoa(-d.scale))
}

// decimals gives both numbers as BigDecimals, unless Java or our bounds refuse.
func decimals(a, b Value) (decimal, decimal, error) {
	for _, v := range [...]Value{a, b} {
		if f := Double(v); (math.IsNaN(f) || math.IsInf(f, 0)) && !isExact(v) {
			return decimal{}, decimal{}, Throw("NumberFormatException", "Infinite or NaN")
		}
		if v.Kind() == jsonvalue.KindNumber && len(v.NumberText()) > maxBits/4 {
			return decimal{}, decimal{}, ErrLimit
		}
	}
	x, y := toDecimal(a), toDecimal(b)
	if x.scale > maxScale || y.scale > maxScale || x.scale < -maxScale || y.scale < -maxScale {
		return decimal{}, decimal{}, ErrLimit
	}
	return x, y, nil
}

// isExact reports whether v is a BigInteger or BigDecimal, which are never
// infinite, however large.
func isExact(v Value) bool {
	k, float := NumberClass(v)
	return !float && (k == jsonvalue.BigInteger || k == jsonvalue.BigDecimal)
}

func (h *Heap) computeDecimal(op Operator, a, b Value) (Value, error) {
	x, y, err := decimals(a, b)
	if err != nil {
		return Value{}, err
	}
	if err := h.chargeBig(x.unscaled, y.unscaled); err != nil {
		return Value{}, err
	}
	scale := max(x.scale, y.scale)
	switch op {
	case Add:
		return decimal{new(big.Int).Add(x.rescale(scale), y.rescale(scale)), scale}.value(), nil
	case Subtract:
		return decimal{new(big.Int).Sub(x.rescale(scale), y.rescale(scale)), scale}.value(), nil
	case Multiply:
		return decimal{new(big.Int).Mul(x.unscaled, y.unscaled), x.scale + y.scale}.value(), nil
	case Divide:
		return x.divide(y).value(), nil
	default:
		return Value{}, Throw("ArithmeticException", "Cannot calculate the modulo of BigDecimals.")
	}
}

// divide keeps d's scale and rounds half down.
func (d decimal) divide(o decimal) decimal {
	n, m := new(big.Int).Set(d.unscaled), new(big.Int).Set(o.unscaled)
	if o.scale >= 0 {
		n.Mul(n, power(10, o.scale))
	} else {
		m.Mul(m, power(10, -o.scale))
	}
	quotient, rest := new(big.Int).QuoRem(n, m, new(big.Int))
	rest.Abs(rest).Lsh(rest, 1)
	if rest.CmpAbs(m) > 0 {
		quotient.Add(quotient, big.NewInt(int64(n.Sign()*m.Sign())))
	}
	return decimal{quotient, d.scale}
}

// CheckFinite fails for NaN and the infinities.
func CheckFinite(v Value) error {
	_, _, err := decimals(v, v)
	return err
}

// Fixed rounds half up the decimal that Java prints.
func Fixed(v Value, precision int) string {
	x := toDecimal(v)
	if v.NumberKind() == jsonvalue.Double {
		x = parseDecimal(string(jsonvalue.AppendDouble(nil, Double(v))))
	}
	n := x.unscaled
	if x.scale > precision {
		divisor := power(10, x.scale-precision)
		quotient, rest := new(big.Int).QuoRem(n, divisor, new(big.Int))
		if rest.Abs(rest).Lsh(rest, 1).CmpAbs(divisor) >= 0 {
			quotient.Add(quotient, big.NewInt(int64(n.Sign())))
		}
		n = quotient
	} else {
		n = x.rescale(precision)
	}
	text := n.String()
	sign := ""
	if strings.HasPrefix(text, "-") {
		sign, text = "-", text[1:]
	}
	if precision == 0 {
		return sign + text
	}
	if len(text) <= precision {
		text = strings.Repeat("0", precision-len(text)+1) + text
	}
	return sign + text[:len(text)-precision] + "." + text[len(text)-precision:]
}
