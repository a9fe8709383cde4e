// Package secret carries values that must not be seen: a String that no
// printer, encoder or logger shows, and the Box that seals values at rest. It
// is not a key store: where the master key comes from is its caller's business.
package secret

import (
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
)

// redacted is what every printer shows instead of a secret.
const redacted = "[secret]"

// String is a text that is never printed, logged or encoded by accident. The
// zero value is the empty text. Compare with Equal, not with ==.
type String struct {
	// text is behind a pointer, because fmt prints the unexported fields of other
	// structs without asking their methods; of a pointer it shows the address.
	text *string
}

// New wraps text.
func New(text string) String { return String{text: &text} }

// Reveal gives the text itself. Call it where the value is used, never to log.
func (s String) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// Empty reports whether there is no text.
func (s String) Empty() bool { return s.Reveal() == "" }

// Equal compares two secrets in a time that does not tell how much of them is
// the same.
func (s String) Equal(other String) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(other.Reveal())) == 1
}

// Format implements fmt.Formatter without the text, for every verb.
func (String) Format(out fmt.State, _ rune) {
	// Printing cannot tell that it failed.
	_, _ = io.WriteString(out, redacted)
}

// String implements fmt.Stringer without the text.
func (String) String() string { return redacted }

// GoString implements fmt.GoStringer without the text.
func (String) GoString() string { return redacted }

// MarshalJSON implements json.Marshaler without the text.
func (String) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// LogValue implements slog.LogValuer without the text.
func (String) LogValue() slog.Value { return slog.StringValue(redacted) }
