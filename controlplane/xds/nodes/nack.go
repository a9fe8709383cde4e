package nodes

import (
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
)

// refusedNames finds which of the resources in a message a node refused, and
// why. Our own services say it; of Envoy's texts the names are read, and when
// none is found in it, all are taken as refused.
func refusedNames(failure *statuspb.Status, names []string) map[string]string {
	refused := map[string]string{}
	for _, packed := range failure.GetDetails() {
		detail := new(errdetails.BadRequest)
		if packed.UnmarshalTo(detail) != nil {
			continue
		}
		for _, violation := range detail.GetFieldViolations() {
			refused[violation.GetField()] = violation.GetDescription()
		}
	}
	if len(refused) > 0 {
		return refused
	}
	for _, name := range names {
		if mentions(failure.GetMessage(), name) {
			refused[name] = failure.GetMessage()
		}
	}
	if len(refused) > 0 {
		return refused
	}
	for _, name := range names {
		refused[name] = failure.GetMessage()
	}
	return refused
}

// mentions says whether a text has a name in it that is not a part of a longer
// one.
func mentions(text, name string) bool {
	for from := 0; ; {
		at := strings.Index(text[from:], name)
		if at < 0 {
			return false
		}
		start, end := from+at, from+at+len(name)
		if (start == 0 || !nameByte(text[start-1])) && (end == len(text) || !nameByte(text[end])) {
			return true
		}
		from = end
	}
}

func nameByte(c byte) bool {
	return c == '-' || c == '_' || c == '/' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
