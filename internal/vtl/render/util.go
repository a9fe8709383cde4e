package render

import (
	"encoding/base64"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl/javavalue"
)

// Util is $util.
type Util struct{ state *State }

var _ javavalue.Object = (*Util)(nil)

// Value is the object itself.
func (u *Util) Value() value { return jsonvalue.FromForeign(u) }

// String is the object's class and, in Java, an address.
func (*Util) String() string { return "util" }

// Property implements javavalue.Object: there is none.
func (*Util) Property(string) (value, bool, error) { return value{}, false, nil }

// Call implements javavalue.Object.
func (u *Util) Call(name string, args []value) (value, bool, error) {
	run := UtilFunction(name)
	if run == nil || len(args) != 1 {
		return value{}, false, nil
	}
	return run(u.state, args[0])
}

// UtilFunction finds a function of $util. Called with what it does not take, it
// says that it is not there.
func UtilFunction(name string) func(*State, value) (value, bool, error) {
	switch name {
	case "escapeJavaScript":
		return escapeJavaScript
	case "parseJson":
		return func(st *State, v value) (value, bool, error) {
			if javavalue.IsNull(v) {
				return value{}, true, &javavalue.Exception{Class: "NullPointerException", Text: "parseJson of null"}
			}
			return textFunction(parseJSON)(st, v)
		}
	case "urlEncode":
		return textFunction(urlEncode)
	case "urlDecode":
		return textFunction(urlDecode)
	case "base64Encode":
		return base64Encode
	case "base64Decode":
		return textFunction(base64Decode)
	default:
		return nil
	}
}

// textFunction makes a function that takes only a String.
func textFunction(run func(*State, string) (value, error)) func(*State, value) (value, bool, error) {
	return func(st *State, v value) (value, bool, error) {
		if v.Kind() != jsonvalue.KindString {
			return value{}, javavalue.IsNull(v), nil
		}
		if err := st.Heap.Charge(3 * len(v.Text())); err != nil {
			return value{}, true, err
		}
		result, err := run(st, v.Text())
		return result, true, err
	}
}

func parseJSON(_ *State, text string) (value, error) {
	v, err := jsonvalue.ParseString(text, jsonvalue.Options{Lenient: true})
	if err != nil {
		return value{}, &javavalue.Exception{Class: "InvalidJsonException", Text: err.Error()}
	}
	return v, nil
}

const hexDigits = "0123456789ABCDEF"

// urlEncode is Java's URLEncoder: application/x-www-form-urlencoded.
func urlEncode(_ *State, text string) (value, error) {
	return jsonvalue.String(string(AppendURL(make([]byte, 0, len(text)*3/2+16), []byte(text)))), nil
}

// AppendURL appends a text encoded.
func AppendURL(dst, text []byte) []byte {
	if !utf8.Valid(text) {
		text = javavalue.Whole(text)
	}
	for _, c := range text {
		switch {
		case isUnreserved[c]:
			dst = append(dst, c)
		case c == ' ':
			dst = append(dst, '+')
		default:
			dst = append(dst, '%', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return dst
}

// isUnreserved tells the bytes that URLEncoder leaves as they are.
var isUnreserved = func() (table [256]bool) {
	for c := range table {
		table[c] = unreserved(byte(c))
	}
	return table
}()

func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '*' || c == '_'
}

// urlDecode is Java's URLDecoder.
func urlDecode(_ *State, text string) (value, error) {
	if !strings.ContainsAny(text, "%+") {
		return jsonvalue.String(text), nil
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '+':
			out = append(out, ' ')
		case '%':
			if i+2 >= len(text) {
				return value{}, decodeError("URLDecoder: Incomplete trailing escape (%) pattern")
			}
			n, ok := hexByte(text[i+1], text[i+2])
			if !ok {
				return value{}, decodeError("URLDecoder: Illegal hex characters in escape (%) pattern")
			}
			out = append(out, n)
			i += 2
		default:
			out = append(out, text[i])
		}
	}
	return jsonvalue.String(strings.ToValidUTF8(string(out), "\uFFFD")), nil
}

func decodeError(text string) error {
	return &javavalue.Exception{Class: "IllegalArgumentException", Text: text}
}

// hexByte reads two digits as Java's parseInt does: the first may be a plus.
func hexByte(a, b byte) (byte, bool) {
	low, ok := hexDigit(b)
	if !ok {
		return 0, false
	}
	if a == '+' {
		return low, true
	}
	high, ok := hexDigit(a)
	return high<<4 | low, ok
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10, true
	default:
		return 0, false
	}
}

// base64Encode takes text or a byte array.
func base64Encode(st *State, v value) (value, bool, error) {
	content := []byte(v.Text())
	if v.Kind() != jsonvalue.KindString {
		array, ok := v.Foreign().(*javavalue.Array)
		if !ok {
			return value{}, false, nil
		}
		if content, ok = array.Bytes(); !ok {
			return value{}, false, nil
		}
	}
	if err := st.Heap.Charge(len(content) * 4 / 3); err != nil {
		return value{}, true, err
	}
	return jsonvalue.String(base64.StdEncoding.EncodeToString(content)), true, nil
}

// base64Decode is Java's basic decoder: padding may be left out, but nothing else
// may be wrong.
func base64Decode(_ *State, text string) (value, error) {
	content := strings.TrimRight(text, "=")
	padding := len(text) - len(content)
	if strings.ContainsAny(content, "\r\n") || (padding > 0 && (len(text)%4 != 0 || padding > 2)) {
		return value{}, decodeError("Illegal base64 text")
	}
	out, err := base64.RawStdEncoding.DecodeString(content)
	if err != nil {
		return value{}, decodeError("Illegal base64 text")
	}
	return jsonvalue.String(strings.ToValidUTF8(string(out), "\uFFFD")), nil
}

// escapeJavaScript escapes any value's text.
func escapeJavaScript(st *State, v value) (value, bool, error) {
	if javavalue.IsNull(v) {
		return value{}, true, nil
	}
	text, err := st.Heap.Text(v)
	if err != nil {
		return value{}, true, err
	}
	st.Scratch = append(st.Scratch[:0], text...)
	out := appendJavaScript(make([]byte, 0, len(text)+len(text)/4+8), st.Scratch)
	return jsonvalue.String(string(out)), true, st.Heap.Charge(len(out))
}

// printEscaped writes a text escaped.
func (st *State) PrintEscaped(pos int, text string) {
	if st.Signal != Running {
		return
	}
	if len(st.Out)+len(text) > st.Limit {
		st.Fail(pos, ErrTooLarge)
		return
	}
	st.Scratch = append(st.Scratch[:0], text...)
	st.Out = appendJavaScript(st.Out, st.Scratch)
	if len(st.Out) > st.Limit {
		st.Fail(pos, ErrTooLarge)
	}
}

// printEscapedJSON writes $util.escapeJavaScript($input.json(…)).
func (st *State) PrintEscapedJSON(pos int, v value) {
	st.Scratch = st.Scratch[:0]
	text, err := st.AppendJSON(st.Scratch, v)
	if err != nil {
		st.Fail(pos, err)
		return
	}
	st.Scratch = text
	if len(st.Out)+len(text) > st.Limit {
		st.Fail(pos, ErrTooLarge)
		return
	}
	st.Out = appendJavaScript(st.Out, text)
	if len(st.Out) > st.Limit {
		st.Fail(pos, ErrTooLarge)
	}
}

// needsEscape tells the bytes that escapeJavaScript changes.
var needsEscape = func() (table [256]bool) {
	for c := range table {
		table[c] = c < ' ' || c >= utf8.RuneSelf || c == '\'' || c == '"' || c == '\\' || c == '/'
	}
	return table
}()

// appendJavaScript escapes as commons-lang's escapeJavaScript does: quotes,
// backslash, slash, control characters, and all but ASCII as \uXXXX.
func appendJavaScript(dst, s []byte) []byte {
	dst = slices.Grow(dst, len(s)+len(s)/4)
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if !needsEscape[c] {
			i++
			continue
		}
		dst = append(dst, s[from:i]...)
		switch {
		case c >= ' ' && c < utf8.RuneSelf:
			dst = append(dst, '\\', c)
			i++
		case c < ' ':
			dst = appendControl(dst, c)
			i++
		default:
			var n int
			dst, n = appendWide(dst, s[i:])
			i += n
		}
		from = i
	}
	return append(dst, s[from:]...)
}

// appendWide escapes one character that is not ASCII and gives its length.
func appendWide(dst, s []byte) ([]byte, int) {
	r, size := utf8.DecodeRune(s)
	if r == utf8.RuneError && size == 1 && len(s) > 2 && s[0] == 0xED {
		r, size = 0xD000|rune(s[1]&0x3F)<<6|rune(s[2]&0x3F), 3
	}
	if r >= 0x10000 {
		high, low := utf16.EncodeRune(r)
		dst = appendUnicode(dst, high)
		r = low
	}
	return appendUnicode(dst, r), size
}

func appendControl(dst []byte, c byte) []byte {
	switch c {
	case '\b':
		return append(dst, '\\', 'b')
	case '\t':
		return append(dst, '\\', 't')
	case '\n':
		return append(dst, '\\', 'n')
	case '\f':
		return append(dst, '\\', 'f')
	case '\r':
		return append(dst, '\\', 'r')
	default:
		return appendUnicode(dst, rune(c))
	}
}

func appendUnicode(dst []byte, r rune) []byte {
	return append(dst, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
}
