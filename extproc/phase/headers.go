package phase

import (
	"strings"

	"github.com/sluice-gateway/sluice/extproc/message"
)

// Headers that Envoy adds to requests for us.
const (
	// requestIDHeader holds the request's id.
	requestIDHeader = "x-request-id"
	// clientRequestID is where Envoy keeps the client's own x-request-id.
	clientRequestID = "x-sluice-client-request-id"
	traceHeader     = "x-amzn-trace-id"
)

// ingress copies the headers that survive the gateway, and gives the request's
// id. AWS takes some off before anything sees them (data-plane-rest.md §5.1);
// those of Envoy's own were never the client's.
func (s *State) ingress(headers message.Fields) (requestID string) {
	for _, field := range headers {
		switch {
		case field.Name == requestIDHeader:
			requestID = field.Value
			s.Received = append(s.Received, field.Name)
			continue
		case field.Name == clientRequestID:
			s.Received = append(s.Received, field.Name)
			field.Name = requestIDHeader
		case strings.HasPrefix(field.Name, "x-envoy-") || droppedAtIngress(field.Name):
			s.Received = append(s.Received, field.Name)
			continue
		default:
			s.Received = append(s.Received, field.Name)
			if field.Name == "authorization" && strings.HasPrefix(field.Value, "AWS4-") {
				continue
			}
		}
		s.Request.Headers = append(s.Request.Headers, field)
	}
	return requestID
}

// droppedAtIngress says whether no mapping, template or backend ever sees a
// client's header.
func droppedAtIngress(name string) bool {
	switch name {
	case "connection", "content-length", "content-md5", "expect", "max-forwards", "proxy-authenticate", "server", "te",
		"transfer-encoding", "trailer", "upgrade", "www-authenticate", "keep-alive", "proxy-connection":
		return true
	default:
		return false
	}
}

// DroppedForProxy says whether a proxy integration's backend never gets a
// header that came through ingress.
func DroppedForProxy(name string) bool {
	switch name {
	case "expect", "proxy-authenticate", "te", "via":
		return true
	default:
		return false
	}
}

// RemappedForAll says whether a backend's response header reaches the client
// only as x-amzn-Remapped-{name}, whatever the integration.
func RemappedForAll(name string) bool {
	switch name {
	case "connection", "content-length", "date", "server":
		return true
	default:
		return false
	}
}

// RemappedForCustom says whether a mapped response header of a non-proxy
// integration is renamed too.
func RemappedForCustom(name string) bool {
	switch name {
	case "authorization", "content-md5", "expect", "host", "max-forwards", "proxy-authenticate", "trailer", "upgrade",
		"user-agent", "www-authenticate":
		return true
	default:
		return RemappedForAll(name)
	}
}

// RemappedPrefix stands before the name of a remapped header.
const RemappedPrefix = "x-amzn-remapped-"

// canonical spells those names that AWS's edge spells its own way. Envoy has all
// names in lower case; clients of HTTP/1.1 mostly send these as here.
func canonical(name string) string {
	switch name {
	case "accept":
		return "Accept"
	case "accept-encoding":
		return "Accept-Encoding"
	case "accept-language":
		return "Accept-Language"
	case "authorization":
		return "Authorization"
	case "cache-control":
		return "Cache-Control"
	case "content-type":
		return "Content-Type"
	case "content-encoding":
		return "Content-Encoding"
	case "cookie":
		return "Cookie"
	case "host":
		return "Host"
	case "origin":
		return "Origin"
	case "referer":
		return "Referer"
	case "user-agent":
		return "User-Agent"
	case "via":
		return "Via"
	case "x-amzn-trace-id":
		return "X-Amzn-Trace-Id"
	case "x-forwarded-for":
		return "X-Forwarded-For"
	case "x-forwarded-port":
		return "X-Forwarded-Port"
	case "x-forwarded-proto":
		return "X-Forwarded-Proto"
	default:
		return name
	}
}

// Canonical is the spelling under which functions and templates see a header.
func Canonical(name string) string { return canonical(name) }
