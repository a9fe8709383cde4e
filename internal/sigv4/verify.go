package sigv4

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Keys finds the secrets of access keys.
type Keys interface {
	// Secret gives the secret of a key. It answers ErrUnknownKey or
	// ErrExpiredToken, or another error when it cannot tell.
	Secret(ctx context.Context, accessKeyID, sessionToken string) (string, error)
}

// Verifier holds what a service expects of signatures.
type Verifier struct {
	// Service is the name that the credential scope must have, such as
	// "execute-api".
	Service string
	// Regions lists the regions that the scope may name; any when empty.
	Regions []string
	// Window is how far a request's date may be from the clock: 15 minutes for the
	// control API, 5 for execute-api.
	Window time.Duration
	// Explain adds the canonical request and string to sign to the error of a
	// mismatch, as execute-api does.
	Explain bool
}

// Verify proves that a request was signed with the key that it names, in AWS's
// order: parse, scope, key, time, signature. It returns the claim, or an *Error,
// or Keys' own error when the key could not be looked up.
func (v *Verifier) Verify(ctx context.Context, request *Request, keys Keys, now time.Time) (*Claim, error) {
	claim, err := Parse(request)
	if err != nil {
		return nil, err
	}
	if err := v.checkScope(claim, request); err != nil {
		return nil, err
	}
	secret, err := keys.Secret(ctx, claim.AccessKeyID, claim.SessionToken)
	switch {
	case errors.Is(err, ErrUnknownKey):
		return nil, Unrecognized()
	case errors.Is(err, ErrExpiredToken):
		return nil, Expired()
	case err != nil:
		return nil, fmt.Errorf("access key %s: %w", claim.AccessKeyID, err)
	}
	if err := v.checkTime(claim, now); err != nil {
		return nil, err
	}
	if err := v.checkSignature(claim, request, secret); err != nil {
		return nil, err
	}
	return claim, nil
}

// checkScope checks the credential scope and which headers are signed. Faults of
// the scope are told together.
func (v *Verifier) checkScope(claim *Claim, request *Request) error {
	var faults []string
	if len(v.Regions) > 0 && !slices.Contains(v.Regions, claim.Region) || !plausibleRegion(claim.Region) {
		faults = append(faults, "Credential should be scoped to a valid Region, not '"+claim.Region+"'. ")
	}
	if claim.Service != v.Service {
		faults = append(faults, "Credential should be scoped to correct service: '"+v.Service+"'. ")
	}
	if claim.term != terminator {
		faults = append(faults, "Credential should be scoped with a valid terminator: 'aws4_request', not '"+claim.term+"'.")
	}
	if day := claim.moment.Format(dayLayout); claim.day != day {
		faults = append(faults, fmt.Sprintf(
			"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '%s' != '%s', from '%s'.",
			claim.day, day, claim.date))
	}
	if len(faults) > 0 {
		return invalid(strings.Join(faults, ""))
	}
	if !slices.Contains(claim.signed, "host") && !slices.Contains(claim.signed, ":authority") {
		return invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
	}
	if claim.Presigned {
		return nil
	}
	// What these say decides whose call it is and which: nobody may change them.
	for _, header := range []struct{ name, printed string }{{"x-amz-security-token", "X-Amz-Security-Token"}, {"x-amz-target", "X-Amz-Target"}} {
		if request.first(header.name) != "" && !slices.Contains(claim.signed, header.name) {
			return invalid("'" + header.printed + "' must be a 'SignedHeader' in the AWS Authorization.")
		}
	}
	return nil
}

// plausibleRegion keeps what is no region's name out of keys and logs.
func plausibleRegion(region string) bool {
	if region == "" || len(region) > 40 {
		return false
	}
	return !strings.ContainsFunc(region, func(char rune) bool {
		return (char < 'a' || char > 'z') && (char < '0' || char > '9') && char != '-'
	})
}

// checkTime checks the date against the clock.
func (v *Verifier) checkTime(claim *Claim, now time.Time) error {
	now = now.UTC().Truncate(time.Second)
	life := v.Window
	if claim.Presigned {
		life = claim.lifetime
	}
	if oldest := now.Add(-life); claim.moment.Before(oldest) {
		return invalid(fmt.Sprintf("Signature expired: %s is now earlier than %s (%s - %s)",
			claim.date, oldest.Format(dateLayout), now.Format(dateLayout), span(life)))
	}
	if newest := now.Add(v.Window); claim.moment.After(newest) {
		return invalid(fmt.Sprintf("Signature not yet current: %s is still later than %s (%s + %s)",
			claim.date, newest.Format(dateLayout), now.Format(dateLayout), span(v.Window)))
	}
	return nil
}

// span is a duration as AWS writes it: "5 min.".
func span(length time.Duration) string {
	if length%time.Minute != 0 {
		return fmt.Sprintf("%d sec.", int(length/time.Second))
	}
	return fmt.Sprintf("%d min.", int(length/time.Minute))
}

// checkSignature computes the signature and compares it in constant time.
func (v *Verifier) checkSignature(claim *Claim, request *Request, secret string) error {
	canonical := canonicalRequest(request, claim.signed, claim.Presigned)
	toSign := stringToSign(claim.date, claim.day+"/"+claim.Region+"/"+claim.Service+"/"+terminator, canonical)
	want := mac(signingKey(secret, claim.day, claim.Region, claim.Service), []byte(toSign))
	got, err := hex.DecodeString(claim.signature)
	if err == nil && hmac.Equal(got, want) {
		return nil
	}
	const text = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
	if !v.Explain {
		return invalid(text)
	}
	return invalid(text + "\n\nThe Canonical String for this request should have been\n'" + string(canonical) +
		"'\n\nThe String-to-Sign should have been\n'" + toSign + "'\n")
}

func stringToSign(date, scope string, canonical []byte) string {
	return string(appendStringToSign(nil, date, scope, canonical))
}

func appendStringToSign(out []byte, date, scope string, canonical []byte) []byte {
	sum := sha256.Sum256(canonical)
	out = append(out, algorithm+"\n"...)
	out = append(out, date...)
	out = append(out, '\n')
	out = append(out, scope...)
	out = append(out, '\n')
	return hex.AppendEncode(out, sum[:])
}
