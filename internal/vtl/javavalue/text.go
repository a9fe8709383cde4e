package javavalue

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

// callText calls a method of a String.
func (h *Heap) callText(s, name string, args arguments) result {
	if err := h.Charge(len(s) / 16); err != nil {
		return failed(err)
	}
	r := none()
	switch len(args) {
	case 0:
		r = h.callText0(s, name)
	case 1:
		r = h.callText1(s, name, args)
	case 2:
		r = h.callText2(s, name, args)
	case 4, 5:
		if name == "regionMatches" {
			return regionMatches(s, args)
		}
	}
	switch {
	case r.found:
		return r
	case name == "formatted":
		return h.format(s, args)
	default:
		return h.callStatic(name, args)
	}
}

func (h *Heap) callText0(s, name string) result {
	switch name {
	case "length":
		return giveInt(Length(s))
	case "isEmpty":
		return giveBool(s == "")
	case "isBlank":
		return giveBool(strings.TrimFunc(s, javaSpace) == "")
	case "toString", "intern", "strip", "trim", "stripLeading", "stripTrailing", "toLowerCase", "toUpperCase", "translateEscapes":
		return h.convert(s, name)
	case "toCharArray":
		if err := h.Charge(len(s) * valueSize); err != nil {
			return failed(err)
		}
		array := &Array{class: "[C"}
		for _, u := range units(s) {
			array.elems = append(array.elems, jsonvalue.FromForeign(Char(u)))
		}
		return give(jsonvalue.FromForeign(array))
	case "getBytes":
		if err := h.Charge(len(s) * valueSize); err != nil {
			return failed(err)
		}
		array := &Array{class: "[B", elems: make([]Value, 0, len(s))}
		for i := range len(s) {
			array.elems = append(array.elems, jsonvalue.Int(int64(int8(s[i]))))
		}
		return give(jsonvalue.FromForeign(array))
	}
	return none()
}

// convert gives the text that a method without arguments makes of s.
func (h *Heap) convert(s, name string) result {
	if err := h.Charge(len(s)); err != nil {
		return failed(err)
	}
	switch name {
	case "trim":
		s = strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
	case "strip":
		s = strings.TrimFunc(s, javaSpace)
	case "stripLeading":
		s = strings.TrimLeftFunc(s, javaSpace)
	case "stripTrailing":
		s = strings.TrimRightFunc(s, javaSpace)
	case "toLowerCase":
		if ascii(s) {
			s = strings.ToLower(s)
		} else {
			s = cases.Lower(language.Und).String(s)
		}
	case "toUpperCase":
		if ascii(s) {
			s = strings.ToUpper(s)
		} else {
			s = cases.Upper(language.Und).String(s)
		}
	case "translateEscapes":
		return none()
	}
	return giveText(s)
}

// javaSpace is Character.isWhitespace.
func javaSpace(r rune) bool {
	switch r {
	case '\t', '\n', '\v', '\f', '\r', 0x1C, 0x1D, 0x1E, 0x1F:
		return true
	case 0xA0, 0x2007, 0x202F:
		return false
	}
	return unicode.Is(unicode.Zs, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)
}

func (h *Heap) callText1(s, name string, args arguments) result {
	switch {
	case args.int(0):
		return h.callTextInt(s, name, args.i(0))
	case name == "equals":
		return giveBool(args.text(0) && args.s(0) == s)
	case name == "compareTo" && !args.text(0):
		return failed(throw("ClassCastException", "only text compares with text"))
	case args.nullAt(0):
		return textOfNull(name)
	case !args.text(0):
		return none()
	}
	other := args.s(0)
	switch name {
	case "contains":
		return giveBool(strings.Contains(s, other))
	case "startsWith":
		return giveBool(strings.HasPrefix(s, other))
	case "endsWith":
		return giveBool(strings.HasSuffix(s, other))
	case "indexOf":
		return giveInt(indexText(s, other, 0))
	case "lastIndexOf":
		return giveInt(lastIndexText(s, other, len(s)))
	case "equalsIgnoreCase":
		return giveBool(equalFold(s, other))
	case "compareTo":
		return giveInt(compareText(s, other))
	case "compareToIgnoreCase":
		return giveInt(compareText(foldCase(s), foldCase(other)))
	case "contentEquals":
		return giveBool(s == other)
	case "concat":
		if err := h.Charge(len(s) + len(other)); err != nil {
			return failed(err)
		}
		return giveText(s + other)
	case "matches":
		return h.matches(s, other)
	case "split":
		return h.split(s, other, 0)
	case "getBytes":
		if strings.EqualFold(other, "UTF-8") || strings.EqualFold(other, "UTF8") {
			return h.callText0(s, name)
		}
		return failed(throw("UnsupportedEncodingException", other))
	}
	return none()
}

// textOfNull calls a method of one text with null.
func textOfNull(name string) result {
	switch name {
	case "equalsIgnoreCase":
		return giveBool(false)
	case "contains", "startsWith", "endsWith", "compareToIgnoreCase", "contentEquals", "concat", "matches", "split", "indexOf", "lastIndexOf":
		return null(name)
	}
	return none()
}

// callTextInt calls a method that takes one int.
func (h *Heap) callTextInt(s, name string, i int) result {
	switch name {
	case "charAt", "codePointAt", "codePointBefore":
		return h.unitAt(s, name, i)
	case "substring":
		return h.substring(s, i, -1)
	case "indexOf":
		return giveInt(h.indexUnit(s, i, 0))
	case "lastIndexOf":
		return giveInt(h.lastIndexUnit(s, i, len(s)))
	case "repeat":
		return h.repeat(s, i)
	case "equals":
		return giveBool(false)
	case "compareTo":
		return failed(throw("ClassCastException", "only text compares with text"))
	}
	return none()
}

func (h *Heap) repeat(s string, n int) result {
	if n < 0 {
		return failed(throw("IllegalArgumentException", "count is negative: "+strconv.Itoa(n)))
	}
	if s == "" || n == 0 {
		return giveText("")
	}
	if n > h.Budget/len(s) {
		return failed(ErrLimit)
	}
	if err := h.Charge(len(s) * n); err != nil {
		return failed(err)
	}
	return giveText(strings.Repeat(s, n))
}

func (h *Heap) unitAt(s, name string, i int) result {
	all, err := h.units(s)
	if err != nil {
		return failed(err)
	}
	if name == "codePointBefore" {
		i--
	}
	if i < 0 || i >= len(all) {
		return failed(outOfBounds(i, len(all)))
	}
	if name == "charAt" {
		return give(jsonvalue.FromForeign(Char(all[i])))
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
	return giveInt(int(r))
}

func outOfBounds(i, length int) error {
	return throw("StringIndexOutOfBoundsException", "index "+strconv.Itoa(i)+", length "+strconv.Itoa(length))
}

func (h *Heap) units(s string) ([]uint16, error) {
	if err := h.Charge(len(s)); err != nil {
		return nil, err
	}
	return units(s), nil
}

// substring takes the units from i up to j, or to the end when j is -1.
func (h *Heap) substring(s string, i, j int) result {
	length := Length(s)
	if j == -1 {
		j = length
	}
	if i < 0 || j > length || i > j {
		return failed(throw("StringIndexOutOfBoundsException", "begin "+strconv.Itoa(i)+", end "+strconv.Itoa(j)+", length "+strconv.Itoa(length)))
	}
	if length == len(s) && ascii(s) {
		return giveText(s[i:j])
	}
	all, err := h.units(s)
	if err != nil {
		return failed(err)
	}
	return giveText(h.fromUnits(all[i:j]))
}

// indexText finds other in s from unit from on, and gives the unit.
func indexText(s, other string, from int) int {
	start := byteOffset(s, from)
	i := strings.Index(s[start:], other)
	if i < 0 {
		return -1
	}
	return Length(s[:start+i])
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
	return Length(s[:i])
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
		r, size := decode(s[i:])
		i += size
		n--
		if r >= 0x10000 {
			n--
		}
	}
	return i
}

// indexUnit finds a character by its number.
func (h *Heap) indexUnit(s string, c, from int) int {
	if c < 0 || c > unicode.MaxRune {
		return -1
	}
	return indexText(s, h.character(c), from)
}

func (h *Heap) lastIndexUnit(s string, c, from int) int {
	if c < 0 || c > unicode.MaxRune {
		return -1
	}
	return lastIndexText(s, h.character(c), from)
}

func (*Heap) character(c int) string {
	if c < 0x10000 {
		return string(appendUnit(nil, uint16(c)))
	}
	return string(rune(c))
}

func (h *Heap) callText2(s, name string, args arguments) result {
	switch {
	case args.int(0) && args.int(1):
		switch name {
		case "substring", "subSequence":
			if args.i(1) < 0 {
				return failed(outOfBounds(args.i(1), Length(s)))
			}
			return h.substring(s, args.i(0), args.i(1))
		case "indexOf":
			return giveInt(h.indexUnit(s, args.i(0), args.i(1)))
		case "lastIndexOf":
			return giveInt(h.lastIndexUnit(s, args.i(0), args.i(1)))
		case "codePointCount":
			return h.codePoints(s, args)
		}
	case args.text(0) && args.int(1):
		switch name {
		case "indexOf":
			return giveInt(indexText(s, args.s(0), args.i(1)))
		case "lastIndexOf":
			return giveInt(lastIndexText(s, args.s(0), args.i(1)))
		case "startsWith":
			i := args.i(1)
			return giveBool(i >= 0 && i <= Length(s) && strings.HasPrefix(s[byteOffset(s, i):], args.s(0)))
		case "split":
			return h.split(s, args.s(0), args.i(1))
		}
	case args.nullAt(0) && args.int(1):
		switch name {
		case "indexOf", "lastIndexOf", "startsWith", "split":
			return null(name)
		}
	case args.text(0) && args.text(1):
		return h.replacing(s, name, args)
	case (args.text(0) || args.nullAt(0)) && (args.text(1) || args.nullAt(1)):
		switch name {
		case "replace", "replaceAll", "replaceFirst":
			return null(name)
		}
	case args.char(0) && args.char(1) && name == "replace":
		return h.replace(s, args[0].String(), args[1].String())
	}
	return none()
}

func (h *Heap) codePoints(s string, args arguments) result {
	r := h.substring(s, args.i(0), args.i(1))
	if r.err != nil {
		return r
	}
	n := 0
	for part := r.value.Text(); part != ""; n++ {
		_, size := decode(part)
		part = part[size:]
	}
	return giveInt(n)
}

func (h *Heap) replacing(s, name string, args arguments) result {
	switch name {
	case "compare":
		return giveInt(compareText(args.s(0), args.s(1)))
	case "replace":
		return h.replace(s, args.s(0), args.s(1))
	case "replaceAll":
		return h.replaceAll(s, args.s(0), args.s(1), -1)
	case "replaceFirst":
		return h.replaceAll(s, args.s(0), args.s(1), 1)
	}
	return none()
}

// replace replaces literal text.
func (h *Heap) replace(s, old, replacement string) result {
	text, err := h.Replace(s, old, replacement)
	if err != nil {
		return failed(err)
	}
	return giveText(text)
}

// foldCase maps characters one by one, as Java compares them.
func foldCase(s string) string {
	return strings.Map(func(r rune) rune { return unicode.ToLower(unicode.ToUpper(r)) }, s)
}

func equalFold(a, b string) bool { return a == b || foldCase(a) == foldCase(b) }

// compareText is compareTo: the difference of the first units that differ, or of
// the lengths.
func compareText(a, b string) int {
	x, y := units(a), units(b)
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return int(x[i]) - int(y[i])
		}
	}
	return len(x) - len(y)
}

func regionMatches(s string, args arguments) result {
	fold := false
	if len(args) == 5 {
		if !args.bool(0) {
			return none()
		}
		fold = args[0].Bool()
		args = args[1:]
	}
	if !args.int(0) || !args.text(1) || !args.int(2) || !args.int(3) {
		return none()
	}
	x, y := units(s), units(args.s(1))
	i, j, n := args.i(0), args.i(2), args.i(3)
	if i < 0 || j < 0 || i+n > len(x) || j+n > len(y) {
		return giveBool(false)
	}
	if n <= 0 {
		return giveBool(true)
	}
	a, b := string(utf16.Decode(x[i:i+n])), string(utf16.Decode(y[j:j+n]))
	return giveBool(a == b || (fold && equalFold(a, b)))
}
