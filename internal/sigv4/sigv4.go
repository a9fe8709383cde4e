// Package sigv4 verifies and makes AWS Signature Version 4, in the header form
// and, for verifying, the presigned form. It is pure: a request comes in parts,
// keys by an interface, and the time as an argument. It knows no HTTP server, no
// store of keys and no policy, and does not do SigV4a or S3's chunks.
//
// The rules are AWS's "Create a signed AWS API request", as every service but S3
// applies them: paths are normalised and encoded once more than on the wire.
package sigv4

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
)

const (
	algorithm  = "AWS4-HMAC-SHA256"
	terminator = "aws4_request"
	// dateLayout is X-Amz-Date's, dayLayout the credential scope's.
	dateLayout = "20060102T150405Z"
	dayLayout  = "20060102"
)

// EmptyPayload is the hash of an empty body.
const EmptyPayload = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// HashPayload is the hex SHA-256 of a body, as canonical requests carry it.
func HashPayload(body []byte) string {
	if len(body) == 0 {
		return EmptyPayload
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// Request is what of an HTTP request a signature covers.
type Request struct {
	Method string
	// Path and Query are as received: not decoded, the query without "?".
	Path, Query string
	// Header gives a header's values, by lower-case name; "host" is one.
	Header func(name string) []string
	// PayloadHash is the body's HashPayload, computed by whoever has the body:
	// what the client says of it is not believed.
	PayloadHash string
}

// first is a header's first value, empty when there is none.
func (r *Request) first(name string) string {
	if values := r.Header(name); len(values) > 0 {
		return values[0]
	}
	return ""
}

// signingKey derives the key of a day, region and service from a secret.
func signingKey(secret, day, region, service string) []byte {
	key := mac([]byte("AWS4"+secret), []byte(day))
	key = mac(key, []byte(region))
	key = mac(key, []byte(service))
	return mac(key, []byte(terminator))
}

func mac(key, text []byte) []byte {
	hash := hmac.New(sha256.New, key)
	hash.Write(text)
	return hash.Sum(nil)
}
