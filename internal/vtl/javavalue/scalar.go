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
func (h *Heap) CallNumber(v Value, name string, args Args) Result {
	if len(args) == 0 {
		if r := convertNumber(v, name); r.Found {
			return r
		}
	}
	kind, _ := NumberClass(v)
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
func convertNumber(v Value, name string) Result {
	switch name {
	case "intValue":
		return GiveInt(int(int32(whole(v, math.MaxInt32))))
	case "longValue":
		return GiveLong(whole(v, math.MaxInt64))
	case "shortValue":
		return GiveInt(int(int16(whole(v, math.MaxInt32))))
	case "byteValue":
		return GiveInt(int(int8(whole(v, math.MaxInt32))))
	case "doubleValue":
		return GiveFloat(Double(v))
	case "floatValue":
		return Give(jsonvalue.FromForeign(Float(Double(v))))
	}
	return None()
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
	if kind, float := NumberClass(v); kind == jsonvalue.BigDecimal && !float {
		d, _, err := decimals(v, v)
		if err != nil {
			return 0
		}
		if d.scale <= 0 {
			return lowBits(d.rescale(0))
		}
		return lowBits(new(big.Int).Quo(d.unscaled, power(10, d.scale)))
	}
	f := Double(v)
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
func compareNumbers(a, b Value) Result {
	x, xFloat := NumberClass(a)
	y, yFloat := NumberClass(b)
	if !IsNumber(b) || x != y || xFloat != yFloat {
		return Failed(Throw("ClassCastException", "numbers of two classes do not compare"))
	}
	n, err := Compare(a, b)
	if err != nil {
		return Failed(err)
	}
	return GiveInt(n)
}

// callInteger calls a static method of Integer or Long.
func callInteger(name string, args Args, size int) Result {
	as := func(n int64) Result {
		if size == 32 {
			return GiveInt(int(n))
		}
		return GiveLong(n)
	}
	number := func(i int) bool { return args.Int(i) || (size == 64 && args.Long(i)) }
	switch len(args) {
	case 1:
		if args.Text(0) {
			return parseIntegerCall(name, args.S(0), 10, size, as)
		}
		if args.Null(0) && (name == "parseInt" || name == "parseLong" || name == "valueOf" || name == "decode") {
			return Failed(Throw("NumberFormatException", name+" of null"))
		}
		if number(0) {
			return integerOf(name, int64(args.I(0)), size, as)
		}
	case 2:
		if args.Text(0) && args.Int(1) {
			return parseIntegerCall(name, args.S(0), args.I(1), size, as)
		}
		if name == "toString" && number(0) && args.Int(1) {
			base := args.I(1)
			if base < 2 || base > 36 {
				base = 10
			}
			return GiveText(strconv.FormatInt(int64(args.I(0)), base))
		}
		if number(0) && number(1) {
			return integersOf(name, int64(args.I(0)), int64(args.I(1)), as)
		}
	}
	return None()
}

func parseIntegerCall(name, s string, base, size int, as func(int64) Result) Result {
	switch {
	case name == "valueOf":
	case size == 32 && (name == "parseInt" || (name == "parseUnsignedInt" && base == 10)):
	case size == 64 && (name == "parseLong" || (name == "parseUnsignedLong" && base == 10)):
	case name == "decode" && base == 10:
		base = 0
	default:
		return None()
	}
	if base == 0 && strings.ContainsAny(s, "_oObB") {
		return Failed(Throw("NumberFormatException", "For input string: "+strconv.Quote(s)))
	}
	if strings.HasPrefix(s, "#") && base == 0 {
		s, base = s[1:], 16
	}
	if base != 0 && (base < 2 || base > 36) {
		return Failed(Throw("NumberFormatException", "radix "+strconv.Itoa(base)))
	}
	n, err := strconv.ParseInt(s, base, size)
	if err != nil {
		return Failed(Throw("NumberFormatException", "For input string: "+strconv.Quote(s)))
	}
	return as(n)
}

// integerOf calls a static method of one number.
func integerOf(name string, n int64, size int, as func(int64) Result) Result {
	unsigned := uint64(n)
	if size == 32 {
		unsigned = uint64(uint32(n))
	}
	switch name {
	case "valueOf":
		return as(n)
	case "toString":
		return GiveText(strconv.FormatInt(n, 10))
	case "toHexString":
		return GiveText(strconv.FormatUint(unsigned, 16))
	case "toOctalString":
		return GiveText(strconv.FormatUint(unsigned, 8))
	case "toBinaryString":
		return GiveText(strconv.FormatUint(unsigned, 2))
	case "hashCode":
		if size == 32 {
			return GiveInt(int(n))
		}
		return GiveInt(int(hashNumber(jsonvalue.LongInt(n))))
	case "signum":
		return GiveInt(order(n < 0, n > 0))
	case "bitCount":
		return GiveInt(bits.OnesCount64(unsigned))
	case "numberOfLeadingZeros":
		return GiveInt(bits.LeadingZeros64(unsigned) - (64 - size))
	case "numberOfTrailingZeros":
		return GiveInt(min(bits.TrailingZeros64(unsigned), size))
	}
	return None()
}

func integersOf(name string, x, y int64, as func(int64) Result) Result {
	switch name {
	case "max":
		return as(max(x, y))
	case "min":
		return as(min(x, y))
	case "sum":
		return as(x + y)
	case "compare":
		return GiveInt(order(x < y, x > y))
	}
	return None()
}

// callDouble calls a method of Double, which a Float has too.
func callDouble(v Value, name string, args Args) Result {
	f := Double(v)
	switch len(args) {
	case 0:
		switch name {
		case "isNaN":
			return GiveBool(math.IsNaN(f))
		case "isInfinite":
			return GiveBool(math.IsInf(f, 0))
		}
	case 1:
		if args.Text(0) && (name == "parseDouble" || name == "valueOf") {
			return parseDouble(args.S(0))
		}
		if args.Double(0) {
			return doubleOf(name, Double(args[0]))
		}
	case 2:
		if args.Double(0) && args.Double(1) {
			return doublesOf(name, Double(args[0]), Double(args[1]))
		}
	}
	return None()
}

func parseDouble(s string) Result {
	text := strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
	number := strings.TrimRight(text, "dDfF")
	f, err := strconv.ParseFloat(number, 64)
	ranged := err != nil && !math.IsInf(f, 0)
	special := strings.TrimLeft(text, "+-")
	named := strings.ContainsAny(special, "iInNpPxX_") && special != "NaN" && special != "Infinity"
	if ranged || named || len(text)-len(number) > 1 {
		return Failed(Throw("NumberFormatException", "For input string: "+strconv.Quote(s)))
	}
	return GiveFloat(f)
}

func doubleOf(name string, f float64) Result {
	switch name {
	case "valueOf":
		return GiveFloat(f)
	case "toString":
		return GiveText(string(jsonvalue.AppendDouble(nil, f)))
	case "isNaN":
		return GiveBool(math.IsNaN(f))
	case "isInfinite":
		return GiveBool(math.IsInf(f, 0))
	case "isFinite":
		return GiveBool(!math.IsInf(f, 0) && !math.IsNaN(f))
	}
	return None()
}

func doublesOf(name string, x, y float64) Result {
	switch name {
	case "max":
		return GiveFloat(math.Max(x, y))
	case "min":
		return GiveFloat(math.Min(x, y))
	case "sum":
		return GiveFloat(x + y)
	case "compare":
		return GiveInt(order(x < y, x > y))
	}
	return None()
}

// callBigInteger calls the methods of BigInteger that are arithmetic.
func (h *Heap) callBigInteger(v Value, name string, args Args) Result {
	x, _ := v.BigInt()
	switch {
	case len(args) == 0:
		switch name {
		case "signum":
			return GiveInt(x.Sign())
		case "bitLength":
			return GiveInt(x.BitLen())
		case "abs":
			return Give(jsonvalue.BigInt(new(big.Int).Abs(x)))
		case "negate":
			return Give(jsonvalue.BigInt(new(big.Int).Neg(x)))
		}
	case len(args) == 1 && name == "toString" && args.Int(0) && args.I(0) >= 2 && args.I(0) <= 36:
		return GiveText(x.Text(args.I(0)))
	case len(args) == 1 && IsNumber(args[0]) && args[0].NumberKind() == jsonvalue.BigInteger:
		op, ok := map[string]Operator{"add": Add, "subtract": Subtract, "multiply": Multiply, "divide": Divide, "mod": Modulo}[name]
		if !ok {
			return None()
		}
		if (op == Divide || op == Modulo) && isZero(args[0]) {
			return Failed(Throw("ArithmeticException", "BigInteger divide by zero"))
		}
		value, err := h.computeBig(op, v, args[0])
		return Result{Value: value, Found: true, Err: err}
	}
	return None()
}

func (h *Heap) callBigDecimal(v Value, name string, args Args) Result {
	d, _, err := decimals(v, v)
	if err != nil {
		return Failed(err)
	}
	switch {
	case len(args) == 0:
		switch name {
		case "signum":
			return GiveInt(d.unscaled.Sign())
		case "scale":
			return GiveInt(d.scale)
		case "abs":
			return Give(decimal{new(big.Int).Abs(d.unscaled), d.scale}.value())
		case "negate":
			return Give(decimal{new(big.Int).Neg(d.unscaled), d.scale}.value())
		case "toPlainString":
			if err := h.Charge(maxScale); err != nil {
				return Failed(err)
			}
			return GiveText(Fixed(v, max(d.scale, 0)))
		}
	case len(args) == 1 && IsNumber(args[0]) && args[0].NumberKind() == jsonvalue.BigDecimal:
		op, ok := map[string]Operator{"add": Add, "subtract": Subtract, "multiply": Multiply}[name]
		if !ok {
			return None()
		}
		value, err := h.computeDecimal(op, v, args[0])
		return Result{Value: value, Found: true, Err: err}
	}
	return None()
}

// callBool calls a method of Boolean.
func CallBool(b bool, name string, args Args) Result {
	switch len(args) {
	case 0:
		if name == "booleanValue" {
			return GiveBool(b)
		}
	case 1:
		switch {
		case (name == "parseBoolean" || name == "valueOf") && args.Text(0):
			return GiveBool(strings.EqualFold(args.S(0), "true"))
		case (name == "valueOf") && args.Bool(0):
			return GiveBool(args[0].Bool())
		case name == "toString" && args.Bool(0):
			return GiveText(strconv.FormatBool(args[0].Bool()))
		case name == "compareTo" && !args.Bool(0):
			return Failed(Throw("ClassCastException", "only Booleans compare with Booleans"))
		case name == "compareTo":
			return GiveInt(order(!b && args[0].Bool(), b && !args[0].Bool()))
		}
	case 2:
		if !args.Bool(0) || !args.Bool(1) {
			return None()
		}
		x, y := args[0].Bool(), args[1].Bool()
		switch name {
		case "logicalAnd":
			return GiveBool(x && y)
		case "logicalOr":
			return GiveBool(x || y)
		case "logicalXor":
			return GiveBool(x != y)
		case "compare":
			return GiveInt(order(!x && y, x && !y))
		}
	}
	return None()
}

// callChar calls a method of Character.
func CallChar(c Char, name string, args Args) Result {
	if len(args) == 0 && name == "charValue" {
		return Give(jsonvalue.FromForeign(c))
	}
	if len(args) != 1 {
		return None()
	}
	other, isChar := args[0].Foreign().(Char)
	if name == "compareTo" && !isChar {
		return Failed(Throw("ClassCastException", "only Characters compare with Characters"))
	}
	r := rune(other)
	if args.Int(0) {
		r = rune(args.I(0))
	} else if !isChar {
		return None()
	}
	switch name {
	case "compareTo":
		if isChar {
			return GiveInt(int(c) - int(other))
		}
	case "isDigit":
		return GiveBool(unicode.IsDigit(r))
	case "isLetter", "isAlphabetic":
		return GiveBool(unicode.IsLetter(r))
	case "isLetterOrDigit":
		return GiveBool(unicode.IsLetter(r) || unicode.IsDigit(r))
	case "isUpperCase":
		return GiveBool(unicode.IsUpper(r))
	case "isLowerCase":
		return GiveBool(unicode.IsLower(r))
	case "isWhitespace":
		return GiveBool(IsSpace(r))
	case "toUpperCase", "toLowerCase":
		to := unicode.ToUpper(r)
		if name == "toLowerCase" {
			to = unicode.ToLower(r)
		}
		if isChar {
			return Give(jsonvalue.FromForeign(Char(to)))
		}
		return GiveInt(int(to))
	case "toString", "valueOf":
		if isChar {
			return GiveText(other.String())
		}
	case "getNumericValue":
		return GiveInt(numericValue(r))
	}
	return None()
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
