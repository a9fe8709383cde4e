package jsonschema

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
)

// format checks a text and returns what is wrong with it, "" when nothing is.
type format func(s string) string

var (
	dateTime = regexp.MustCompile(`^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,12})?(Z|[+-]\d\d:?\d\d)$`)
	hostname = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$`)
	email    = regexp.MustCompile(`^[A-Za-z0-9.!#$%&'*+/=?^_\x60{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$`)
	uuid     = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)
)

// formatNamed returns the check for a format, nil for those that are taken without a look.
func formatNamed(name string) format {
	switch name {
	case "date-time":
		return func(s string) string {
			return unless(dateTime.MatchString(s), `string "%s" is invalid against requested date format(s) `+
				"[yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,12}Z]", s)
		}
	case "email":
		return func(s string) string {
			return unless(email.MatchString(s), `string "%s" is not a valid email address`, s)
		}
	case "hostname":
		return func(s string) string {
			return unless(len(s) <= 255 && hostname.MatchString(s), `string "%s" is not a valid hostname`, s)
		}
	case "ipv4":
		return func(s string) string {
			a, err := netip.ParseAddr(s)
			return unless(err == nil && a.Is4(), `string "%s" is not a valid IPv4 address`, s)
		}
	case "ipv6":
		return func(s string) string {
			a, err := netip.ParseAddr(s)
			return unless(err == nil && a.Is6() && a.Zone() == "", `string "%s" is not a valid IPv6 address`, s)
		}
	case "regex":
		return func(s string) string {
			_, err := compilePattern(s)
			return unless(err == nil, `string "%s" is not a valid ECMA 262 regular expression`, s)
		}
	case "uri":
		return func(s string) string {
			_, err := url.Parse(s)
			return unless(err == nil && !strings.ContainsAny(s, " <>\"{}|\\^`"), `string "%s" is not a valid URI`, s)
		}
	case "uuid":
		return func(s string) string { return unless(uuid.MatchString(s), `input string "%s" is not a valid UUID`, s) }
	default:
		return nil
	}
}

func unless(ok bool, text, s string) string {
	if ok {
		return ""
	}
	return fmt.Sprintf(text, shorten(s))
}
