package jsonvalue

// BigDecimalText returns a BigDecimal of a text that ParseDecimal reads, for what
// templates compute.
func BigDecimalText(s string) Value { return text(KindNumber, BigDecimal, s) }
