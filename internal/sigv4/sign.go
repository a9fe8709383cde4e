package sigv4

import (
	"encoding/hex"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// Credentials sign requests.
type Credentials struct {
	AccessKeyID, SecretAccessKey string
	// SessionToken is a temporary key's, empty otherwise.
	SessionToken string
}

// Header is one header to sign, by lower-case name.
type Header struct{ Name, Value string }

// Signature is what to put on a request.
type Signature struct {
	// Authorization and Date are the values of Authorization and X-Amz-Date.
	Authorization, Date string
	// SecurityToken is the value of X-Amz-Security-Token, when not empty.
	SecurityToken string
}

// Signer signs requests to one service in one region with one key. Signing keys
// live a day and are kept without a lock. It is safe for use by many goroutines.
type Signer struct {
	credentials     Credentials
	region, service string
	today           atomic.Pointer[dayKey]
}

// dayKey is the signing key of a day.
type dayKey struct {
	day, scope string
	key        []byte
}

// NewSigner makes a Signer. New credentials want a new one.
func NewSigner(credentials Credentials, region, service string) *Signer {
	return &Signer{credentials: credentials, region: region, service: service}
}

// Sign signs a request that goes out: path and query as they will be on the
// wire, headers beside host and the X-Amz ones that Sign adds itself. The
// request must carry all of them unchanged.
func (s *Signer) Sign(method, host, path, query string, headers []Header, payloadHash string, now time.Time) Signature {
	date := now.UTC().Format(dateLayout)
	all := make([]Header, 0, 8)
	all = append(all, headers...)
	all = append(all, Header{"host", host}, Header{"x-amz-date", date})
	if s.credentials.SessionToken != "" {
		all = append(all, Header{"x-amz-security-token", s.credentials.SessionToken})
	}
	slices.SortStableFunc(all, func(a, b Header) int { return strings.Compare(a.Name, b.Name) })
	key := s.key(date[:len(dayLayout)])
	buffer := s.appendTarget(make([]byte, 0, 1024), method, path, query)
	buffer = appendHeaders(buffer, all)
	buffer = append(buffer, '\n')
	names := len(buffer)
	buffer = appendNames(buffer, all)
	signed := string(buffer[names:])
	buffer = append(buffer, '\n')
	buffer = append(buffer, payloadHash...)
	canonical := len(buffer)
	buffer = appendStringToSign(buffer, date, key.scope, buffer)
	signature := mac(key.key, buffer[canonical:])
	buffer = hex.AppendEncode(buffer[:0], signature)
	return Signature{
		Authorization: algorithm + " Credential=" + s.credentials.AccessKeyID + "/" + key.scope +
			", SignedHeaders=" + signed + ", Signature=" + string(buffer),
		Date:          date,
		SecurityToken: s.credentials.SessionToken,
	}
}

// appendTarget appends the first three lines. S3's keys are signed as they are:
// "you do not normalize URI paths for requests to Amazon S3", and they are
// encoded once. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
func (s *Signer) appendTarget(out []byte, method, path, query string) []byte {
	if s.service != "s3" {
		return appendTarget(out, method, path, query, false)
	}
	out = append(append(out, method...), '\n')
	out = appendQuery(append(AppendPath(out, path), '\n'), query, false)
	return append(out, '\n')
}

// appendHeaders appends the canonical headers; those of one name share a line.
func appendHeaders(out []byte, sorted []Header) []byte {
	for i, header := range sorted {
		if i > 0 && sorted[i-1].Name == header.Name {
			out[len(out)-1] = ','
		} else {
			out = append(out, header.Name...)
			out = append(out, ':')
		}
		out = appendCollapsed(out, header.Value)
		out = append(out, '\n')
	}
	return out
}

// appendNames appends the names, each once, separated by semicolons.
func appendNames(out []byte, sorted []Header) []byte {
	for i, header := range sorted {
		switch {
		case i == 0:
		case sorted[i-1].Name == header.Name:
			continue
		default:
			out = append(out, ';')
		}
		out = append(out, header.Name...)
	}
	return out
}

// key is the signing key of a day, derived at the day's first request. Two
// goroutines may derive it at once, with the same result.
func (s *Signer) key(day string) *dayKey {
	if known := s.today.Load(); known != nil && known.day == day {
		return known
	}
	made := &dayKey{
		day:   day,
		scope: day + "/" + s.region + "/" + s.service + "/" + terminator,
		key:   signingKey(s.credentials.SecretAccessKey, day, s.region, s.service),
	}
	s.today.Store(made)
	return made
}
