// Package javatext is Java's String for templates: its methods, regular
// expressions and formats, with text counted in UTF-16 units as Java does. It is
// NOT about any other class; see javamethod.
package javatext

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/sluice-gateway/sluice/internal/vtl/javavalue"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

// Call calls a method of a String.
func Call(h *javavalue.Heap, s, name string, args javavalue.Args) javavalue.Result {
	if err := h.Charge(len(s) / 16); err != nil {
		return javavalue.Failed(err)
	}
	r := javavalue.None()
	switch len(args) {
	case 0:
		r = callText0(h, s, name)
	case 1:
		r = callText1(h, s, name, args)
	case 2:
		r = callText2(h, s, name, args)
	case 4, 5:
		if name == "regionMatches" {
			return regionMatches(s, args)
		}
	}
	switch {
	case r.Found:
		return r
	case name == "formatted":
		return format(h, s, args)
	default:
		return callStatic(h, name, args)
	}
}

func callText0(h *javavalue.Heap, s, name string) javavalue.Result {
	switch name {
	case "length":
		return javavalue.GiveInt(javavalue.Length(s))
	case "isEmpty":
		return javavalue.GiveBool(s == "")
	case "isBlank":
		return javavalue.GiveBool(strings.TrimFunc(s, javavalue.IsSpace) == "")
	case "toString", "intern", "strip", "trim", "stripLeading", "stripTrailing", "toLowerCase", "toUpperCase", "translateEscapes":
		return convert(h, s, name)
	case "toCharArray":
		if err := h.Charge(len(s) * javavalue.ValueSize); err != nil {
			return javavalue.Failed(err)
		}
		array := &javavalue.Array{Class: "[C"}
		for _, u := range javavalue.Units(s) {
			array.Elems = append(array.Elems, jsonvalue.FromForeign(javavalue.Char(u)))
		}
		return javavalue.Give(jsonvalue.FromForeign(array))
	case "getBytes":
		if err := h.Charge(len(s) * javavalue.ValueSize); err != nil {
			return javavalue.Failed(err)
		}
		array := &javavalue.Array{Class: "[B", Elems: make([]javavalue.Value, 0, len(s))}
		for i := range len(s) {
			array.Elems = append(array.Elems, jsonvalue.Int(int64(int8(s[i]))))
		}
		return javavalue.Give(jsonvalue.FromForeign(array))
	}
	return javavalue.None()
}

// convert gives the text that a method without arguments makes of s.
func convert(h *javavalue.Heap, s, name string) javavalue.Result {
	if err := h.Charge(len(s)); err != nil {
		return javavalue.Failed(err)
	}
	switch name {
	case "trim":
		s = strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
	case "strip":
		s = strings.TrimFunc(s, javavalue.IsSpace)
	case "stripLeading":
		s = strings.TrimLeftFunc(s, javavalue.IsSpace)
	case "stripTrailing":
		s = strings.TrimRightFunc(s, javavalue.IsSpace)
	case "toLowerCase":
		if javavalue.ASCII(s) {
			s = strings.ToLower(s)
		} else {
			s = cases.Lower(language.Und).String(s)
		}
	case "toUpperCase":
		if javavalue.ASCII(s) {
			s = strings.ToUpper(s)
		} else {
			s = cases.Upper(language.Und).String(s)
		}
	case "translateEscapes":
		return javavalue.None()
	}
	return javavalue.GiveText(s)
}

func callText1(h *javavalue.Heap, s, name string, args javavalue.Args) javavalue.Result {
	switch {
	case args.Int(0):
		return callTextInt(h, s, name, args.I(0))
	case name == "equals":
		return javavalue.GiveBool(args.Text(0) && args.S(0) == s)
	case name == "compareTo" && !args.Text(0):
		return javavalue.Failed(javavalue.Throw("ClassCastException", "only text compares with text"))
	case args.Null(0):
		return textOfNull(name)
	case !args.Text(0):
		return javavalue.None()
	}
	other := args.S(0)
	switch name {
	case "contains":
		return javavalue.GiveBool(strings.Contains(s, other))
	case "startsWith":
		return javavalue.GiveBool(strings.HasPrefix(s, other))
	case "endsWith":
		return javavalue.GiveBool(strings.HasSuffix(s, other))
	case "indexOf":
		return javavalue.GiveInt(indexText(s, other, 0))
	case "lastIndexOf":
		return javavalue.GiveInt(lastIndexText(s, other, len(s)))
	case "equalsIgnoreCase":
		return javavalue.GiveBool(equalFold(s, other))
	case "compareTo":
		return javavalue.GiveInt(compareText(s, other))
	case "compareToIgnoreCase":
		return javavalue.GiveInt(compareText(foldCase(s), foldCase(other)))
	case "contentEquals":
		return javavalue.GiveBool(s == other)
	case "concat":
		if err := h.Charge(len(s) + len(other)); err != nil {
			return javavalue.Failed(err)
		}
		return javavalue.GiveText(s + other)
	case "matches":
		return matches(h, s, other)
	case "split":
		return split(h, s, other, 0)
	case "getBytes":
		if strings.EqualFold(other, "UTF-8") || strings.EqualFold(other, "UTF8") {
			return callText0(h, s, name)
		}
		return javavalue.Failed(javavalue.Throw("UnsupportedEncodingException", other))
	}
	return javavalue.None()
}

// textOfNull calls a method of one text with null.
func textOfNull(name string) javavalue.Result {
	switch name {
	case "equalsIgnoreCase":
		return javavalue.GiveBool(false)
	case "contains", "startsWith", "endsWith", "compareToIgnoreCase", "contentEquals", "concat", "matches", "split", "indexOf", "lastIndexOf":
		return javavalue.Null(name)
	}
	return javavalue.None()
}

// callTextInt calls a method that takes one int.
func callTextInt(h *javavalue.Heap, s, name string, i int) javavalue.Result {
	switch name {
	case "charAt", "codePointAt", "codePointBefore":
		return unitAt(h, s, name, i)
	case "substring":
		return substring(h, s, i, -1)
	case "indexOf":
		return javavalue.GiveInt(indexUnit(s, i, 0))
	case "lastIndexOf":
		return javavalue.GiveInt(lastIndexUnit(s, i, len(s)))
	case "repeat":
		return repeat(h, s, i)
	case "equals":
		return javavalue.GiveBool(false)
	case "compareTo":
		return javavalue.Failed(javavalue.Throw("ClassCastException", "only text compares with text"))
	}
	return javavalue.None()
}

func repeat(h *javavalue.Heap, s string, n int) javavalue.Result {
	if n < 0 {
		return javavalue.Failed(javavalue.Throw("IllegalArgumentException", "count is negative: "+strconv.Itoa(n)))
	}
	if s == "" || n == 0 {
		return javavalue.GiveText("")
	}
	if n > h.Budget/len(s) {
		return javavalue.Failed(javavalue.ErrLimit)
	}
	if err := h.Charge(len(s) * n); err != nil {
		return javavalue.Failed(err)
	}
	return javavalue.GiveText(strings.Repeat(s, n))
}

func unitAt(h *javavalue.Heap, s, name string, i int) javavalue.Result {
	all, err := chargedUnits(h, s)
	if err != nil {
		return javavalue.Failed(err)
	}
	if name == "codePointBefore" {
		i--
	}
	if i < 0 || i >= len(all) {
		return javavalue.Failed(outOfBounds(i, len(all)))
	}
	if name == "charAt" {
		return javavalue.Give(jsonvalue.FromForeign(javavalue.Char(all[i])))
	}
	r := rune(all[i])
	if name == "codePointBefore" && i > 0 {
		if whole := utf16.DecodeRune(rune(all[i-1]), r); whole != unicode.ReplacementChar {
			r = whole
		}
	} else if name == "codePointAt" && i+1 < len(all) {
		if whole := utf16.DecodeRune(r, rune(all[i+1])); whole != unicode.ReplacementChar {
			r = whole
		}
	}
	return javavalue.GiveInt(int(r))
}

func outOfBounds(i, length int) error {
	return javavalue.Throw("StringIndexOutOfBoundsException", "index "+strconv.Itoa(i)+", length "+strconv.Itoa(length))
}

func chargedUnits(h *javavalue.Heap, s string) ([]uint16, error) {
	if err := h.Charge(len(s)); err != nil {
		return nil, err
	}
	return javavalue.Units(s), nil
}

// substring takes the units from i up to j, or to the end when j is -1.
func substring(h *javavalue.Heap, s string, i, j int) javavalue.Result {
	length := javavalue.Length(s)
	if j == -1 {
		j = length
	}
	if i < 0 || j > length || i > j {
		return javavalue.Failed(javavalue.Throw("StringIndexOutOfBoundsException", "begin "+strconv.Itoa(i)+", end "+strconv.Itoa(j)+", length "+strconv.Itoa(length)))
	}
	if length == len(s) && javavalue.ASCII(s) {
		return javavalue.GiveText(s[i:j])
	}
	all, err := chargedUnits(h, s)
	if err != nil {
		return javavalue.Failed(err)
	}
	return javavalue.GiveText(h.FromUnits(all[i:j]))
}

// indexText finds other in s from unit from on, and gives the unit.
func indexText(s, other string, from int) int {
	start := byteOffset(s, from)
	i := strings.Index(s[start:], other)
	if i < 0 {
		return -1
	}
	return javavalue.Length(s[:start+i])
}

// lastIndexText finds the last other in s that starts at unit from or before.
func lastIndexText(s, other string, from int) int {
	if from < 0 {
		return -1
	}
	end := min(byteOffset(s, from)+len(other), len(s))
	i := strings.LastIndex(s[:end], other)
	if i < 0 {
		return -1
	}
	return javavalue.Length(s[:i])
}

// byteOffset is where unit n starts, the end when there are fewer.
func byteOffset(s string, n int) int {
	if n <= 0 {
		return 0
	}
	if n >= len(s) {
		return len(s)
	}
	i := 0
	for n > 0 && i < len(s) {
		r, size := javavalue.Decode(s[i:])
		i += size
		n--
		if r >= 0x10000 {
			n--
		}
	}
	return i
}

// indexUnit finds a character by its number.
func indexUnit(s string, c, from int) int {
	if c < 0 || c > unicode.MaxRune {
		return -1
	}
	return indexText(s, character(c), from)
}

func lastIndexUnit(s string, c, from int) int {
	if c < 0 || c > unicode.MaxRune {
		return -1
	}
	return lastIndexText(s, character(c), from)
}

func character(c int) string {
	if c < 0x10000 {
		return string(javavalue.AppendUnit(nil, uint16(c)))
	}
	return string(rune(c))
}

func callText2(h *javavalue.Heap, s, name string, args javavalue.Args) javavalue.Result {
	switch {
	case args.Int(0) && args.Int(1):
		switch name {
		case "substring", "subSequence":
			if args.I(1) < 0 {
				return javavalue.Failed(outOfBounds(args.I(1), javavalue.Length(s)))
			}
			return substring(h, s, args.I(0), args.I(1))
		case "indexOf":
			return javavalue.GiveInt(indexUnit(s, args.I(0), args.I(1)))
		case "lastIndexOf":
			return javavalue.GiveInt(lastIndexUnit(s, args.I(0), args.I(1)))
		case "codePointCount":
			return codePoints(h, s, args)
		}
	case args.Text(0) && args.Int(1):
		switch name {
		case "indexOf":
			return javavalue.GiveInt(indexText(s, args.S(0), args.I(1)))
		case "lastIndexOf":
			return javavalue.GiveInt(lastIndexText(s, args.S(0), args.I(1)))
		case "startsWith":
			i := args.I(1)
			return javavalue.GiveBool(i >= 0 && i <= javavalue.Length(s) && strings.HasPrefix(s[byteOffset(s, i):], args.S(0)))
		case "split":
			return split(h, s, args.S(0), args.I(1))
		}
	case args.Null(0) && args.Int(1):
		switch name {
		case "indexOf", "lastIndexOf", "startsWith", "split":
			return javavalue.Null(name)
		}
	case args.Text(0) && args.Text(1):
		return replacing(h, s, name, args)
	case (args.Text(0) || args.Null(0)) && (args.Text(1) || args.Null(1)):
		switch name {
		case "replace", "replaceAll", "replaceFirst":
			return javavalue.Null(name)
		}
	case args.Char(0) && args.Char(1) && name == "replace":
		return replace(h, s, args[0].String(), args[1].String())
	}
	return javavalue.None()
}

func codePoints(h *javavalue.Heap, s string, args javavalue.Args) javavalue.Result {
	r := substring(h, s, args.I(0), args.I(1))
	if r.Err != nil {
		return r
	}
	n := 0
	for part := r.Value.Text(); part != ""; n++ {
		_, size := javavalue.Decode(part)
		part = part[size:]
	}
	return javavalue.GiveInt(n)
}

func replacing(h *javavalue.Heap, s, name string, args javavalue.Args) javavalue.Result {
	switch name {
	case "compare":
		return javavalue.GiveInt(compareText(args.S(0), args.S(1)))
	case "replace":
		return replace(h, s, args.S(0), args.S(1))
	case "replaceAll":
		return replaceAll(h, s, args.S(0), args.S(1), -1)
	case "replaceFirst":
		return replaceAll(h, s, args.S(0), args.S(1), 1)
	}
	return javavalue.None()
}

// replace replaces literal text.
func replace(h *javavalue.Heap, s, old, replacement string) javavalue.Result {
	text, err := Replace(h, s, old, replacement)
	if err != nil {
		return javavalue.Failed(err)
	}
	return javavalue.GiveText(text)
}

// foldCase maps characters one by one, as Java compares them.
func foldCase(s string) string {
	return strings.Map(func(r rune) rune { return unicode.ToLower(unicode.ToUpper(r)) }, s)
}

func equalFold(a, b string) bool { return a == b || foldCase(a) == foldCase(b) }

// compareText is compareTo: the difference of the first units that differ, or of
// the lengths.
func compareText(a, b string) int {
	x, y := javavalue.Units(a), javavalue.Units(b)
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return int(x[i]) - int(y[i])
		}
	}
	return len(x) - len(y)
}

func regionMatches(s string, args javavalue.Args) javavalue.Result {
	fold := false
	if len(args) == 5 {
		if !args.Bool(0) {
			return javavalue.None()
		}
		fold = args[0].Bool()
		args = args[1:]
	}
	if !args.Int(0) || !args.Text(1) || !args.Int(2) || !args.Int(3) {
		return javavalue.None()
	}
	x, y := javavalue.Units(s), javavalue.Units(args.S(1))
	i, j, n := args.I(0), args.I(2), args.I(3)
	if i < 0 || j < 0 || i+n > len(x) || j+n > len(y) {
		return javavalue.GiveBool(false)
	}
	if n <= 0 {
		return javavalue.GiveBool(true)
	}
	a, b := string(utf16.Decode(x[i:i+n])), string(utf16.Decode(y[j:j+n]))
	return javavalue.GiveBool(a == b || (fold && equalFold(a, b)))
}
