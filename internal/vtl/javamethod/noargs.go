package javamethod

import (
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl/javavalue"
)

// takesNone reports whether v's class has a method of this name without
// parameters. Velocity 1.7 takes such a method for any arguments when no other
// fits, and then fails on calling it.
func takesNone(v javavalue.Value, name string) bool {
	switch name {
	case "toString", "hashCode", "getClass", "notifyAll":
		return true
	}
	switch v.Kind() {
	case jsonvalue.KindString:
		return textTakesNone(name)
	case jsonvalue.KindObject:
		switch name {
		case "size", "isEmpty", "keySet", "values", "entrySet", "clear", "clone":
			return true
		}
	case jsonvalue.KindArray:
		return listTakesNone(name) || (name == "toJSONString" && !v.Array().IsList())
	case jsonvalue.KindNumber:
		return numberTakesNone(v, name)
	case jsonvalue.KindBool:
		return name == "booleanValue"
	}
	switch x := v.Foreign().(type) {
	case *javavalue.View:
		switch name {
		case "size", "isEmpty", "iterator", "clear", "toArray", "stream", "parallelStream", "spliterator":
			return true
		}
	case *javavalue.Array:
		switch name {
		case "size", "isEmpty", "iterator", "listIterator", "clear", "toArray", "stream", "parallelStream", "spliterator":
			return true
		}
	case *javavalue.Entry:
		return name == "getKey" || name == "getValue"
	case *javavalue.Iterator:
		return name == "hasNext" || name == "next" || name == "remove"
	case javavalue.Char:
		return name == "charValue"
	case javavalue.Float:
		return numberTakesNone(v, name)
	case javavalue.Class:
		return name == "getName"
	case NoArguments:
		return x.TakesNone(name)
	}
	return false
}

// NoArguments is an Object that tells which of its methods have no parameters.
type NoArguments interface {
	TakesNone(name string) bool
}

func textTakesNone(name string) bool {
	switch name {
	case "length", "isEmpty", "isBlank", "intern", "strip", "trim", "stripLeading", "stripTrailing", "toLowerCase", "toUpperCase",
		"translateEscapes", "toCharArray", "getBytes", "chars", "codePoints", "lines", "stripIndent", "describeConstable":
		return true
	default:
		return false
	}
}

func listTakesNone(name string) bool {
	switch name {
	case "size", "isEmpty", "iterator", "listIterator", "clear", "clone", "toArray", "trimToSize", "stream", "parallelStream", "spliterator":
		return true
	default:
		return false
	}
}

func numberTakesNone(v javavalue.Value, name string) bool {
	switch name {
	case "intValue", "longValue", "shortValue", "byteValue", "doubleValue", "floatValue":
		return true
	}
	switch kind, _ := javavalue.NumberClass(v); kind {
	case jsonvalue.BigInteger:
		switch name {
		case "signum", "abs", "negate", "bitLength", "bitCount", "not", "sqrt":
			return true
		}
		return false
	case jsonvalue.BigDecimal:
		switch name {
		case "signum", "abs", "negate", "scale", "precision", "toPlainString", "stripTrailingZeros":
			return true
		}
		return false
	case jsonvalue.Double:
		return name == "isNaN" || name == "isInfinite" || name == "describeConstable"
	}
	return name == "describeConstable"
}
