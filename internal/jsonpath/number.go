package jsonpath

import (
	"cmp"
	"math"
	"strconv"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// number is a number as Jayway compares it, by its exact decimal value. Where a double says the same, it is compared as
// one, which needs no text.
type number struct {
	float   float64
	isFloat bool // float compares as the decimal would
	isInt   bool
	int     int64
	text    string // of a constant, or of a document's number that is neither
}

const exactInt = 1 << 53

// parseNumber reads a number of a path as BigDecimal does.
func parseNumber(s string) (number, bool) {
	if _, ok := jsonvalue.ParseDecimal(s); !ok {
		return number{}, false
	}
	i, err := strconv.ParseInt(s, 10, 64)
	if err == nil {
		n := intNumber(i)
		n.text = s
		return n, true
	}
	n := number{text: s}
	// Up to 15 digits, a decimal and the double nearest to it compare alike with any double's shortest text.
	if f, err := strconv.ParseFloat(s, 64); err == nil && len(s) <= 15 && (f == 0 || math.Abs(f) > 1e-290) {
		n.float, n.isFloat = f, true
	}
	return n, true
}

func intNumber(i int64) number {
	return number{int: i, isInt: true, float: float64(i), isFloat: i > -exactInt && i < exactInt}
}

// numberOf takes a document's number; false for infinities and NaN, of which Java can make no BigDecimal.
func numberOf(v jsonvalue.Value) (number, bool) {
	if i, ok := v.Int64(); ok {
		return intNumber(i), true
	}
	n := number{}
	if v.NumberKind() == jsonvalue.Double {
		n.float, n.isFloat = v.Float64(), true
		return n, !math.IsInf(n.float, 0) && !math.IsNaN(n.float)
	}
	n.text = v.NumberText()
	return n, true
}

func (n number) decimal() jsonvalue.Decimal {
	d, _ := jsonvalue.ParseDecimal(n.source())
	return d
}

func (n number) source() string {
	switch {
	case n.text != "":
		return n.text
	case n.isInt:
		return strconv.FormatInt(n.int, 10)
	default:
		return string(jsonvalue.AppendDouble(nil, n.float))
	}
}

func (n number) compare(m number) int {
	switch {
	case n.isInt && m.isInt:
		return cmp.Compare(n.int, m.int)
	case n.isFloat && m.isFloat:
		return cmp.Compare(n.float, m.float)
	default:
		return n.decimal().Compare(m.decimal())
	}
}

// String is BigDecimal.toString, which text is compared with.
func (n number) String() string { return n.decimal().String() }
