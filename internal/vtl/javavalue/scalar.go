package javavalue

import (
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
	"unicode"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// callNumber calls a method of a number.
func (h *Heap) callNumber(v Value, name string, args arguments) result {
	if len(args) == 0 {
		if r := convertNumber(v, name); r.found {
			return r
		}
	}
	kind, _ := class(v)
	if name == "compareTo" && len(args) == 1 {
		return compareNumbers(v, args[0])
	}
	switch kind {
	case jsonvalue.Integer:
		return callInteger(name, args, 32)
	case jsonvalue.Long:
		return callInteger(name, args, 64)
	case jsonvalue.BigInteger:
		return h.callBigInteger(v, name, args)
	case jsonvalue.BigDecimal:
		return h.callBigDecimal(v, name, args)
	default:
		return callDouble(v, name, args)
	}
}

// convertNumber calls a method of java.lang.Number.
func convertNumber(v Value, name string) result {
	switch name {
	case "intValue":
		return giveInt(int(int32(whole(v, math.MaxInt32))))
	case "longValue":
		return giveLong(whole(v, math.MaxInt64))
	case "shortValue":
		return giveInt(int(int16(whole(v, math.MaxInt32))))
	case "byteValue":
		return giveInt(int(int8(whole(v, math.MaxInt32))))
	case "doubleValue":
		return giveFloat(double(v))
	case "floatValue":
		return give(jsonvalue.FromForeign(Float(double(v))))
	}
	return none()
}

// whole cuts a number to a long, as Java casts it: doubles stop at the greatest
// and least of the type, exact numbers keep their low bits.
func whole(v Value, most int64) int64 {
	if n, ok := v.Int64(); ok {
		return n
	}
	if n, ok := v.BigInt(); ok {
		return lowBits(n)
	}
	if kind, float := class(v); kind == jsonvalue.BigDecimal && !float {
		d, _, err := decimals(v, v)
		if err != nil {
			return 0
		}
		if d.scale <= 0 {
			return lowBits(d.rescale(0))
		}
		return lowBits(new(big.Int).Quo(d.unscaled, power(10, d.scale)))
	}
	f := double(v)
	switch {
	case math.IsNaN(f):
		return 0
	case f >= float64(most):
		return most
	case f <= -float64(most):
		return -most - 1
	default:
		return int64(f)
	}
}

func lowBits(n *big.Int) int64 {
	low := new(big.Int).And(n, new(big.Int).SetUint64(math.MaxUint64))
	return int64(low.Uint64())
}

// compareNumbers is compareTo, which wants the same class.
func compareNumbers(a, b Value) result {
	x, xFloat := class(a)
	y, yFloat := class(b)
	if !IsNumber(b) || x != y || xFloat != yFloat {
		return failed(throw("ClassCastException", "numbers of two classes do not compare"))
	}
	n, err := Compare(a, b)
	if err != nil {
		return failed(err)
	}
	return giveInt(n)
}

// callInteger calls a static method of Integer or Long.
func callInteger(name string, args arguments, size int) result {
	give := func(n int64) result {
		if size == 32 {
			return giveInt(int(n))
		}
		return giveLong(n)
	}
	number := func(i int) bool { return args.int(i) || (size == 64 && args.long(i)) }
	switch len(args) {
	case 1:
		if args.text(0) {
			return parseIntegerCall(name, args.s(0), 10, size, give)
		}
		if args.nullAt(0) && (name == "parseInt" || name == "parseLong" || name == "valueOf" || name == "decode") {
			return failed(throw("NumberFormatException", name+" of null"))
		}
		if number(0) {
			return integerOf(name, int64(args.i(0)), size, give)
		}
	case 2:
		if args.text(0) && args.int(1) {
			return parseIntegerCall(name, args.s(0), args.i(1), size, give)
		}
		if name == "toString" && number(0) && args.int(1) {
			base := args.i(1)
			if base < 2 || base > 36 {
				base = 10
			}
			return giveText(strconv.FormatInt(int64(args.i(0)), base))
		}
		if number(0) && number(1) {
			return integersOf(name, int64(args.i(0)), int64(args.i(1)), give)
		}
	}
	return none()
}

func parseIntegerCall(name, s string, base, size int, give func(int64) result) result {
	switch {
	case name == "valueOf":
	case size == 32 && (name == "parseInt" || (name == "parseUnsignedInt" && base == 10)):
	case size == 64 && (name == "parseLong" || (name == "parseUnsignedLong" && base == 10)):
	case name == "decode" && base == 10:
		base = 0
	default:
		return none()
	}
	if base == 0 && strings.ContainsAny(s, "_oObB") {
		return failed(throw("NumberFormatException", "For input string: "+strconv.Quote(s)))
	}
	if strings.HasPrefix(s, "#") && base == 0 {
		s, base = s[1:], 16
	}
	if base != 0 && (base < 2 || base > 36) {
		return failed(throw("NumberFormatException", "radix "+strconv.Itoa(base)))
	}
	n, err := strconv.ParseInt(s, base, size)
	if err != nil {
		return failed(throw("NumberFormatException", "For input string: "+strconv.Quote(s)))
	}
	return give(n)
}

// integerOf calls a static method of one number.
func integerOf(name string, n int64, size int, give func(int64) result) result {
	unsigned := uint64(n)
	if size == 32 {
		unsigned = uint64(uint32(n))
	}
	switch name {
	case "valueOf":
		return give(n)
	case "toString":
		return giveText(strconv.FormatInt(n, 10))
	case "toHexString":
		return giveText(strconv.FormatUint(unsigned, 16))
	case "toOctalString":
		return giveText(strconv.FormatUint(unsigned, 8))
	case "toBinaryString":
		return giveText(strconv.FormatUint(unsigned, 2))
	case "hashCode":
		if size == 32 {
			return giveInt(int(n))
		}
		return giveInt(int(hashNumber(jsonvalue.LongInt(n))))
	case "signum":
		return giveInt(order(n < 0, n > 0))
	case "bitCount":
		return giveInt(bits.OnesCount64(unsigned))
	case "numberOfLeadingZeros":
		return giveInt(bits.LeadingZeros64(unsigned) - (64 - size))
	case "numberOfTrailingZeros":
		return giveInt(min(bits.TrailingZeros64(unsigned), size))
	}
	return none()
}

func integersOf(name string, x, y int64, give func(int64) result) result {
	switch name {
	case "max":
		return give(max(x, y))
	case "min":
		return give(min(x, y))
	case "sum":
		return give(x + y)
	case "compare":
		return giveInt(order(x < y, x > y))
	}
	return none()
}

// callDouble calls a method of Double, which a Float has too.
func callDouble(v Value, name string, args arguments) result {
	f := double(v)
	switch len(args) {
	case 0:
		switch name {
		case "isNaN":
			return giveBool(math.IsNaN(f))
		case "isInfinite":
			return giveBool(math.IsInf(f, 0))
		}
	case 1:
		if args.text(0) && (name == "parseDouble" || name == "valueOf") {
			return parseDouble(args.s(0))
		}
		if args.double(0) {
			return doubleOf(name, double(args[0]))
		}
	case 2:
		if args.double(0) && args.double(1) {
			return doublesOf(name, double(args[0]), double(args[1]))
		}
	}
	return none()
}

func parseDouble(s string) result {
	text := strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
	number := strings.TrimRight(text, "dDfF")
	f, err := strconv.ParseFloat(number, 64)
	ranged := err != nil && !math.IsInf(f, 0)
	special := strings.TrimLeft(text, "+-")
	named := strings.ContainsAny(special, "iInNpPxX_") && special != "NaN" && special != "Infinity"
	if ranged || named || len(text)-len(number) > 1 {
		return failed(throw("NumberFormatException", "For input string: "+strconv.Quote(s)))
	}
	return giveFloat(f)
}

func doubleOf(name string, f float64) result {
	switch name {
	case "valueOf":
		return giveFloat(f)
	case "toString":
		return giveText(string(jsonvalue.AppendDouble(nil, f)))
	case "isNaN":
		return giveBool(math.IsNaN(f))
	case "isInfinite":
		return giveBool(math.IsInf(f, 0))
	case "isFinite":
		return giveBool(!math.IsInf(f, 0) && !math.IsNaN(f))
	}
	return none()
}

func doublesOf(name string, x, y float64) result {
	switch name {
	case "max":
		return giveFloat(math.Max(x, y))
	case "min":
		return giveFloat(math.Min(x, y))
	case "sum":
		return giveFloat(x + y)
	case "compare":
		return giveInt(order(x < y, x > y))
	}
	return none()
}

// callBigInteger calls the methods of BigInteger that are arithmetic.
func (h *Heap) callBigInteger(v Value, name string, args arguments) result {
	x, _ := v.BigInt()
	switch {
	case len(args) == 0:
		switch name {
		case "signum":
			return giveInt(x.Sign())
		case "bitLength":
			return giveInt(x.BitLen())
		case "abs":
			return give(jsonvalue.BigInt(new(big.Int).Abs(x)))
		case "negate":
			return give(jsonvalue.BigInt(new(big.Int).Neg(x)))
		}
	case len(args) == 1 && name == "toString" && args.int(0) && args.i(0) >= 2 && args.i(0) <= 36:
		return giveText(x.Text(args.i(0)))
	case len(args) == 1 && IsNumber(args[0]) && args[0].NumberKind() == jsonvalue.BigInteger:
		op, ok := map[string]Operator{"add": Add, "subtract": Subtract, "multiply": Multiply, "divide": Divide, "mod": Modulo}[name]
		if !ok {
			return none()
		}
		if (op == Divide || op == Modulo) && isZero(args[0]) {
			return failed(throw("ArithmeticException", "BigInteger divide by zero"))
		}
		value, err := h.computeBig(op, v, args[0])
		return result{value, true, err}
	}
	return none()
}

func (h *Heap) callBigDecimal(v Value, name string, args arguments) result {
	d, _, err := decimals(v, v)
	if err != nil {
		return failed(err)
	}
	switch {
	case len(args) == 0:
		switch name {
		case "signum":
			return giveInt(d.unscaled.Sign())
		case "scale":
			return giveInt(d.scale)
		case "abs":
			return give(decimal{new(big.Int).Abs(d.unscaled), d.scale}.value())
		case "negate":
			return give(decimal{new(big.Int).Neg(d.unscaled), d.scale}.value())
		case "toPlainString":
			if err := h.Charge(maxScale); err != nil {
				return failed(err)
			}
			return giveText(fixed(v, max(d.scale, 0)))
		}
	case len(args) == 1 && IsNumber(args[0]) && args[0].NumberKind() == jsonvalue.BigDecimal:
		op, ok := map[string]Operator{"add": Add, "subtract": Subtract, "multiply": Multiply}[name]
		if !ok {
			return none()
		}
		value, err := h.computeDecimal(op, v, args[0])
		return result{value, true, err}
	}
	return none()
}

// callBool calls a method of Boolean.
func (*Heap) callBool(b bool, name string, args arguments) result {
	switch len(args) {
	case 0:
		if name == "booleanValue" {
			return giveBool(b)
		}
	case 1:
		switch {
		case (name == "parseBoolean" || name == "valueOf") && args.text(0):
			return giveBool(strings.EqualFold(args.s(0), "true"))
		case (name == "valueOf") && args.bool(0):
			return giveBool(args[0].Bool())
		case name == "toString" && args.bool(0):
			return giveText(strconv.FormatBool(args[0].Bool()))
		case name == "compareTo" && !args.bool(0):
			return failed(throw("ClassCastException", "only Booleans compare with Booleans"))
		case name == "compareTo":
			return giveInt(order(!b && args[0].Bool(), b && !args[0].Bool()))
		}
	case 2:
		if !args.bool(0) || !args.bool(1) {
			return none()
		}
		x, y := args[0].Bool(), args[1].Bool()
		switch name {
		case "logicalAnd":
			return giveBool(x && y)
		case "logicalOr":
			return giveBool(x || y)
		case "logicalXor":
			return giveBool(x != y)
		case "compare":
			return giveInt(order(!x && y, x && !y))
		}
	}
	return none()
}

// callChar calls a method of Character.
func callChar(c Char, name string, args arguments) result {
	if len(args) == 0 && name == "charValue" {
		return give(jsonvalue.FromForeign(c))
	}
	if len(args) != 1 {
		return none()
	}
	other, isChar := args[0].Foreign().(Char)
	if name == "compareTo" && !isChar {
		return failed(throw("ClassCastException", "only Characters compare with Characters"))
	}
	r := rune(other)
	if args.int(0) {
		r = rune(args.i(0))
	} else if !isChar {
		return none()
	}
	switch name {
	case "compareTo":
		if isChar {
			return giveInt(int(c) - int(other))
		}
	case "isDigit":
		return giveBool(unicode.IsDigit(r))
	case "isLetter", "isAlphabetic":
		return giveBool(unicode.IsLetter(r))
	case "isLetterOrDigit":
		return giveBool(unicode.IsLetter(r) || unicode.IsDigit(r))
	case "isUpperCase":
		return giveBool(unicode.IsUpper(r))
	case "isLowerCase":
		return giveBool(unicode.IsLower(r))
	case "isWhitespace":
		return giveBool(javaSpace(r))
	case "toUpperCase", "toLowerCase":
		to := unicode.ToUpper(r)
		if name == "toLowerCase" {
			to = unicode.ToLower(r)
		}
		if isChar {
			return give(jsonvalue.FromForeign(Char(to)))
		}
		return giveInt(int(to))
	case "toString", "valueOf":
		if isChar {
			return giveText(other.String())
		}
	case "getNumericValue":
		return giveInt(numericValue(r))
	}
	return none()
}

func numericValue(r rune) int {
	switch {
	case r >= '0' && r <= '9':
		return int(r - '0')
	case r >= 'a' && r <= 'z':
		return int(r-'a') + 10
	case r >= 'A' && r <= 'Z':
		return int(r-'A') + 10
	default:
		return -1
	}
}
