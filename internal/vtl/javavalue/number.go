package javavalue

import (
	"math"
	"math/big"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// Operator is an arithmetic operator.
type Operator uint8

// The arithmetic operators.
const (
	Add Operator = iota
	Subtract
	Multiply
	Divide
	Modulo
)

// maxBits bounds integers of any size.
const maxBits = 1 << 18

// IsNumber reports whether v is a java.lang.Number.
func IsNumber(v Value) bool {
	if v.Kind() == jsonvalue.KindForeign {
		_, ok := v.Foreign().(Float)
		return ok
	}
	return v.IsNumber()
}

// base is the type that Velocity computes in.
type base uint8

const (
	baseLong base = iota
	baseFloat
	baseDouble
	baseBigInteger
	baseBigDecimal
)

func NumberClass(v Value) (k jsonvalue.NumberKind, float bool) {
	if v.Kind() == jsonvalue.KindForeign {
		return jsonvalue.Double, true
	}
	return v.NumberKind(), false
}

func baseOf(a, b Value) base {
	x, xFloat := NumberClass(a)
	y, yFloat := NumberClass(b)
	xInt, yInt := x <= jsonvalue.BigInteger, y <= jsonvalue.BigInteger
	big := x == jsonvalue.BigInteger || y == jsonvalue.BigInteger
	switch {
	case x == jsonvalue.BigDecimal || y == jsonvalue.BigDecimal || ((!xInt || !yInt) && big):
		return baseBigDecimal
	case xInt && yInt && big:
		return baseBigInteger
	case xInt && yInt:
		return baseLong
	case (x == jsonvalue.Double && !xFloat) || (y == jsonvalue.Double && !yFloat):
		return baseDouble
	default:
		return baseFloat
	}
}

// isLong reports whether v is an Integer or a Long.
func isLong(v Value) bool {
	return v.Kind() == jsonvalue.KindNumber && v.NumberKind() <= jsonvalue.Long
}

func Double(v Value) float64 {
	if f, ok := v.Foreign().(Float); ok {
		return float64(f)
	}
	return v.Float64()
}

// Compute is a op b for two numbers, in Velocity's types: whole numbers stay
// whole and widen from Integer to Long to BigInteger. False says that the result
// is null, as after a division by zero.
func (h *Heap) Compute(op Operator, a, b Value) (Value, bool, error) {
	if isLong(a) && isLong(b) {
		if y, _ := b.Int64(); y == 0 && (op == Divide || op == Modulo) {
			return Value{}, false, nil
		}
		return computeLong(op, a, b), true, nil
	}
	if (op == Divide || op == Modulo) && isZero(b) {
		return Value{}, false, nil
	}
	switch baseOf(a, b) {
	case baseDouble:
		return jsonvalue.Float(computeFloat(op, Double(a), Double(b))), true, nil
	case baseFloat:
		x, y := float32(Double(a)), float32(Double(b))
		return jsonvalue.FromForeign(Float(computeFloat32(op, x, y))), true, nil
	case baseBigInteger:
		v, err := h.computeBig(op, a, b)
		return v, true, err
	default:
		v, err := h.computeDecimal(op, a, b)
		return v, true, err
	}
}

func isZero(v Value) bool {
	if n, ok := v.BigInt(); ok {
		return n.Sign() == 0
	}
	if v.NumberKind() == jsonvalue.BigDecimal && v.Kind() == jsonvalue.KindNumber {
		return toDecimal(v).unscaled.Sign() == 0
	}
	return Double(v) == 0
}

func computeLong(op Operator, a, b Value) Value {
	x, _ := a.Int64()
	y, _ := b.Int64()
	wide := a.NumberKind() == jsonvalue.Long || b.NumberKind() == jsonvalue.Long
	var n int64
	overflow := false
	switch op {
	case Add:
		n = x + y
		overflow = (n^x) < 0 && (n^y) < 0
	case Subtract:
		n = x - y
		overflow = (n^x) < 0 && (n^^y) < 0
	case Multiply:
		n = x * y
		overflow = y != 0 && n/y != x
	case Divide:
		n = x / y
	default:
		n = x % y
	}
	if overflow {
		return jsonvalue.BigInt(computeBigInt(op, big.NewInt(x), big.NewInt(y)))
	}
	if wide {
		return jsonvalue.LongInt(n)
	}
	return jsonvalue.Int(n)
}

func computeBigInt(op Operator, x, y *big.Int) *big.Int {
	switch op {
	case Add:
		return new(big.Int).Add(x, y)
	case Subtract:
		return new(big.Int).Sub(x, y)
	case Multiply:
		return new(big.Int).Mul(x, y)
	case Divide:
		return new(big.Int).Quo(x, y)
	default:
		return new(big.Int).Mod(x, y)
	}
}

func (h *Heap) computeBig(op Operator, a, b Value) (Value, error) {
	x, _ := a.BigInt()
	y, _ := b.BigInt()
	if op == Modulo && y.Sign() < 0 {
		return Value{}, Throw("ArithmeticException", "BigInteger: modulus not positive")
	}
	if err := h.chargeBig(x, y); err != nil {
		return Value{}, err
	}
	return jsonvalue.BigInt(computeBigInt(op, x, y)), nil
}

// chargeBig refuses numbers whose arithmetic and text would take long.
func (h *Heap) chargeBig(x, y *big.Int) error {
	bits := x.BitLen() + y.BitLen()
	if bits > maxBits {
		return ErrLimit
	}
	return h.Charge(bits)
}

func computeFloat(op Operator, x, y float64) float64 {
	switch op {
	case Add:
		return x + y
	case Subtract:
		return x - y
	case Multiply:
		return x * y
	case Divide:
		return x / y
	default:
		return math.Mod(x, y)
	}
}

func computeFloat32(op Operator, x, y float32) float32 {
	switch op {
	case Add:
		return x + y
	case Subtract:
		return x - y
	case Multiply:
		return x * y
	case Divide:
		return x / y
	default:
		return float32(math.Mod(float64(x), float64(y)))
	}
}

// Compare orders two numbers as Velocity does: -1, 0 or 1; NaN is as large as
// anything.
func Compare(a, b Value) (int, error) {
	if isLong(a) && isLong(b) {
		x, _ := a.Int64()
		y, _ := b.Int64()
		return order(x < y, x > y), nil
	}
	switch baseOf(a, b) {
	case baseDouble:
		x, y := Double(a), Double(b)
		return order(x < y, x > y), nil
	case baseFloat:
		x, y := float32(Double(a)), float32(Double(b))
		return order(x < y, x > y), nil
	case baseBigInteger:
		x, _ := a.BigInt()
		y, _ := b.BigInt()
		return x.Cmp(y), nil
	default:
		x, y, err := decimals(a, b)
		if err != nil {
			return 0, err
		}
		return x.compare(y), nil
	}
}

func order(less, greater bool) int {
	switch {
	case less:
		return -1
	case greater:
		return 1
	default:
		return 0
	}
}
