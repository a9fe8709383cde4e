package compile

import (
	"errors"
	"fmt"
	"net/netip"
	"path"
	"strconv"
	"strings"

	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

const (
	portHTTP  = 80
	portHTTPS = 443
)

// parseAddress takes "scheme://authority/path?query" apart. Paths keep their
// {placeholders}, which no URL parser lets pass.
func parseAddress(uri string) (backend *planv1.Backend, rest string, err error) {
	scheme, after, found := strings.Cut(uri, "://")
	scheme = strings.ToLower(scheme)
	if !found || (scheme != "http" && scheme != "https") {
		return nil, "", fmt.Errorf("%q is no http:// or https:// address", uri)
	}
	authority, rest := after, "/"
	if cut := strings.IndexAny(after, "/?#"); cut >= 0 {
		authority, rest = after[:cut], after[cut:]
	}
	rest, _, _ = strings.Cut(rest, "#")
	if !strings.HasPrefix(rest, "/") {
		rest = "/" + rest
	}
	backend, err = parseAuthority(authority, scheme == "https")
	if err != nil {
		return nil, "", fmt.Errorf("%q: %w", uri, err)
	}
	return backend, rest, nil
}

func parseAuthority(authority string, tls bool) (*planv1.Backend, error) {
	backend := &planv1.Backend{Port: portHTTP, Tls: tls, Authority: strings.ToLower(authority)}
	if tls {
		backend.Port = portHTTPS
	}
	host, port := authority, ""
	if cut := strings.LastIndexByte(authority, ':'); cut > strings.LastIndexByte(authority, ']') {
		host, port = authority[:cut], authority[cut+1:]
		number, err := strconv.ParseUint(port, 10, 16)
		if err != nil || number == 0 {
			return nil, fmt.Errorf("%q is no port", port)
		}
		backend.Port = uint32(number)
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	if !validHost(host) {
		return nil, fmt.Errorf("%q is no host name", host)
	}
	backend.Host = host
	if port == strconv.Itoa(portHTTPS) && tls || port == strconv.Itoa(portHTTP) && !tls {
		backend.Authority = strings.TrimSuffix(backend.GetAuthority(), ":"+port)
	}
	return backend, nil
}

// validHost says whether Envoy can look a name up or connect to it.
func validHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	if host == "" || len(host) > 253 {
		return false
	}
	for label := range strings.SplitSeq(strings.TrimSuffix(host, "."), ".") {
		if label == "" || len(label) > 63 {
			return false
		}
		for _, c := range []byte(label) {
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
				return false
			}
		}
	}
	return true
}

// named gives a backend its cluster's name: equal backends share one.
func named(backend *planv1.Backend) *planv1.Backend {
	scheme := "http"
	if backend.GetTls() {
		scheme = "https"
	}
	name := "backend/" + scheme + "/" + backend.GetHost() + ":" + strconv.Itoa(int(backend.GetPort()))
	if backend.GetTls() {
		// The server's name in TLS is the authority's, which differs from the host for
		// VPC links.
		if server := hostOnly(backend.GetAuthority()); server != backend.GetHost() {
			name += "/sni/" + server
		}
		if backend.GetInsecureSkipVerification() {
			name += "/insecure"
		}
		if id := backend.GetClientCertificateId(); id != "" {
			name += "/certificate/" + id
		}
	}
	backend.Cluster = name
	return backend
}

// hostOnly is an authority without its port.
func hostOnly(authority string) string {
	if cut := strings.LastIndexByte(authority, ':'); cut > strings.LastIndexByte(authority, ']') {
		authority = authority[:cut]
	}
	return strings.Trim(authority, "[]")
}

// function gives the backend that runs a Lambda function, by its ARN or name.
// The backend's path prefix is in the second result of functionAddress.
func (in *Input) function(function string) (*planv1.Backend, error) {
	backend, _, err := in.functionAddress(function)
	return backend, err
}

// functionAddress gives a function's backend and the path that stands before the
// Invoke API's own.
func (in *Input) functionAddress(function string) (*planv1.Backend, string, error) {
	for _, known := range in.Settings.Functions {
		if matchesFunction(known.Pattern, function) {
			backend, prefix, err := parseAddress(known.URL)
			if err != nil {
				return nil, "", fmt.Errorf("function %s: %w", function, err)
			}
			return named(backend), strings.TrimSuffix(prefix, "/"), nil
		}
	}
	return in.service("lambda", "", in.functionRegion(function))
}

// functionRegion is where a function lives.
func (in *Input) functionRegion(function string) string {
	if parts := strings.Split(function, ":"); len(parts) > arnRegion && parts[0] == "arn" {
		return parts[arnRegion]
	}
	return in.Region
}

// matchesFunction says whether a pattern means a function: as an ARN, with or
// without a qualifier, or as a bare name.
func matchesFunction(pattern, function string) bool {
	name, unqualified := function, function
	if parts := strings.Split(function, ":"); len(parts) > arnResource && parts[0] == "arn" {
		name = parts[arnResource]
		unqualified = strings.Join(parts[:arnResource+1], ":")
	}
	for _, candidate := range []string{function, unqualified, name} {
		// * stands for any text: neither ARNs nor names hold a slash.
		if matched, err := path.Match(pattern, candidate); err == nil && matched {
			return true
		}
	}
	return false
}

// service gives the backend of an AWS service: the operator's endpoint, or AWS.
func (in *Input) service(name, subdomain, region string) (backend *planv1.Backend, prefix string, err error) {
	endpoint := in.Settings.Endpoints[endpointName(name)]
	if endpoint == "" {
		endpoint = in.Settings.Endpoints[""]
	}
	if endpoint == "" {
		if region == "" {
			return nil, "", errors.New("no region for the service " + name)
		}
		host := name + "." + region + "." + domain(region)
		if subdomain != "" {
			host = subdomain + "." + host
		}
		endpoint = "https://" + host
	}
	backend, prefix, err = parseAddress(endpoint)
	if err != nil {
		return nil, "", fmt.Errorf("service %s: %w", name, err)
	}
	return named(backend), strings.TrimSuffix(prefix, "/"), nil
}

// endpointName is what AWS_ENDPOINT_URL_* calls a service that ARNs call
// otherwise (the SDKs' service identifiers).
func endpointName(service string) string {
	switch service {
	case "states":
		return "sfn"
	case "events":
		return "eventbridge"
	case "logs":
		return "cloudwatch_logs"
	case "monitoring":
		return "cloudwatch"
	case "email":
		return "ses"
	default:
		return strings.ReplaceAll(service, "-", "_")
	}
}
