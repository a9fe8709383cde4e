package sigv4_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"pgregory.net/rapid"

	"github.com/sluice-gateway/sluice/internal/sigv4"
)

const exampleSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

// ring is a set of keys, by id, that knows one session token.
type ring map[string]string

func (r ring) Secret(_ context.Context, key, token string) (string, error) {
	switch secret, known := r[key]; {
	case token == "expired":
		return "", sigv4.ErrExpiredToken
	case !known, token != "" && token != "session+token/==":
		return "", sigv4.ErrUnknownKey
	default:
		return secret, nil
	}
}

func keys() ring { return ring{"AKIDEXAMPLE": exampleSecret, "ASIAEXAMPLE": exampleSecret} }

func header(values map[string]string) func(string) []string {
	return func(name string) []string {
		if value, ok := values[name]; ok {
			return []string{value}
		}
		return nil
	}
}

func verifier() *sigv4.Verifier {
	return &sigv4.Verifier{Service: "execute-api", Regions: []string{"us-east-1"}, Window: 5 * time.Minute}
}

// vector is a request that botocore signed.
type vector struct {
	Name      string            `json:"name"`
	Method    string            `json:"method"`
	Path      string            `json:"path"`
	Query     string            `json:"query"`
	Body      string            `json:"body"`
	Presigned bool              `json:"presigned"`
	Headers   map[string]string `json:"headers"`
}

func vectors(t testing.TB) ([]vector, time.Time) {
	t.Helper()
	text, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Now     time.Time `json:"now"`
		Vectors []vector  `json:"vectors"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	return file.Vectors, file.Now
}

func (v vector) request() *sigv4.Request {
	return &sigv4.Request{Method: v.Method, Path: v.Path, Query: v.Query, Header: header(v.Headers), PayloadHash: sigv4.HashPayload([]byte(v.Body))}
}

func TestVectors(t *testing.T) {
	t.Parallel()
	signed, now := vectors(t)
	for _, one := range signed {
		t.Run(one.Name, func(t *testing.T) {
			t.Parallel()
			claim, err := verifier().Verify(t.Context(), one.request(), keys(), now)
			if err != nil {
				t.Fatal(err)
			}
			if claim.Presigned != one.Presigned || claim.Region != "us-east-1" || !strings.HasSuffix(claim.AccessKeyID, "EXAMPLE") {
				t.Errorf("claim %+v", claim)
			}
			changes := map[string]func(*vector){
				"method": func(v *vector) { v.Method = "PATCH" },
				"path":   func(v *vector) { v.Path += "x" },
				"query":  func(v *vector) { v.Query += "&x=1" },
				"body":   func(v *vector) { v.Body += "x" },
				"host":   func(v *vector) { v.Headers = with(v.Headers, "host", "other") },
			}
			for name, change := range changes {
				changed := one
				change(&changed)
				if _, err := verifier().Verify(t.Context(), changed.request(), keys(), now); !errors.Is(err, &sigv4.Error{Code: sigv4.CodeInvalid}) {
					t.Errorf("%s was changed: %v", name, err)
				}
			}
		})
	}
}

func with(values map[string]string, name, value string) map[string]string {
	changed := maps.Clone(values)
	if value == "" {
		delete(changed, name)
	} else {
		changed[name] = value
	}
	return changed
}

// TestAgainstSDK compares both directions with aws-sdk-go-v2's signer over
// requests of all kinds. The SDK does not normalise paths, so that they hold no
// dots or doubled slashes here; botocore's vectors do.
func TestAgainstSDK(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		method := rapid.SampledFrom([]string{"GET", "POST", "DELETE"}).Draw(t, "method")
		path := "/" + strings.Join(rapid.SliceOfN(rapid.StringMatching(`([a-zA-Z0-9~_@:=+,;$!*'()-]|%[2-7][0-9A-F]){1,8}`), 0, 5).Draw(t, "path"), "/")
		query := rapid.StringMatching(`([a-cA-C]{1,3}(=([a-z0-9~_-]|%[2-7][0-9A-F]){0,6})?&){0,5}`).Draw(t, "query")
		body := rapid.SliceOf(rapid.Byte()).Draw(t, "body")
		extra := rapid.StringMatching(`[a-zA-Z0-9 ;=,"]{0,20}`).Draw(t, "header")
		token := rapid.SampledFrom([]string{"", "session+token/=="}).Draw(t, "token")

		request, err := http.NewRequest(method, "https://h.example"+path+"?"+query, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Extra", extra)
		request.Header.Add("X-Extra", "second")
		credentials := aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: exampleSecret, SessionToken: token}
		if err := v4.NewSigner().SignHTTP(context.Background(), credentials, request, sigv4.HashPayload(body), "execute-api", "us-east-1", now); err != nil {
			t.Fatal(err)
		}
		// The SDK rewrites the query as it signs: what goes out is what counts.
		parts := &sigv4.Request{
			Method: method, Path: request.URL.EscapedPath(), Query: request.URL.RawQuery, PayloadHash: sigv4.HashPayload(body),
			Header: func(name string) []string {
				if name == "host" {
					return []string{"h.example"}
				}
				return request.Header.Values(name)
			},
		}
		if _, err := verifier().Verify(context.Background(), parts, keys(), now); err != nil {
			t.Fatalf("the SDK's signature: %v\n%s?%s", err, parts.Path, parts.Query)
		}
		signer := sigv4.NewSigner(ours(credentials), "us-east-1", "execute-api")
		made := signer.Sign(method, "h.example", parts.Path, parts.Query, []sigv4.Header{{Name: "x-extra", Value: extra}, {Name: "x-extra", Value: "second"}}, parts.PayloadHash, now)
		if theirs := request.Header.Get("Authorization"); made.Authorization != theirs || made.Date != request.Header.Get("X-Amz-Date") {
			t.Fatalf("ours   %s\ntheirs %s", made.Authorization, theirs)
		}
	})
}

func ours(from aws.Credentials) sigv4.Credentials {
	return sigv4.Credentials{AccessKeyID: from.AccessKeyID, SecretAccessKey: from.SecretAccessKey, SessionToken: from.SessionToken}
}

func TestTexts(t *testing.T) {
	t.Parallel()
	signed, now := vectors(t)
	plain, session := signed[0], signed[10]
	presigned := signed[11]
	edit := func(from, to string) func(*vector) {
		return func(v *vector) {
			v.Headers = with(v.Headers, "authorization", strings.Replace(v.Headers["authorization"], from, to, 1))
		}
	}
	set := func(name, value string) func(*vector) {
		return func(v *vector) { v.Headers = with(v.Headers, name, value) }
	}
	query := func(from, to string) func(*vector) {
		return func(v *vector) { v.Query = strings.Replace(v.Query, from, to, 1) }
	}
	cases := []struct {
		name   string
		from   vector
		change func(*vector)
		later  time.Duration
		code   string
		text   string
	}{
		{"nothing", plain, set("authorization", ""), 0, sigv4.CodeMissing, "Missing Authentication Token"},
		{"bearer", plain, set("authorization", "Bearer abc"), 0, sigv4.CodeIncomplete, "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): 'w1Xc6WwWEogNEZQP/dkBTThsJT4MNlKmzQanIm970rY='."},
		{"one word", plain, set("authorization", "allow"), 0, sigv4.CodeIncomplete, "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization=allow"},
		{"one word and no date", plain, func(v *vector) { v.Headers = map[string]string{"host": "h", "authorization": "allow"} }, 0, sigv4.CodeIncomplete, "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=allow"},
		{"no signature", plain, set("authorization", "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host"), 0, sigv4.CodeIncomplete, "Authorization header requires 'Signature' parameter. Authorization=AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host"},
		{"other algorithm", plain, edit("HMAC-SHA256", "ECDSA-P256-SHA256"), 0, sigv4.CodeIncomplete, "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'."},
		{"short scope", plain, edit("/us-east-1", ""), 0, sigv4.CodeIncomplete, "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIDEXAMPLE/20260304/execute-api/aws4_request'."},
		{"date that is none", plain, set("x-amz-date", "yesterday"), 0, sigv4.CodeIncomplete, "Date must be in ISO-8601 'basic format'. Got 'yesterday'. See http://en.wikipedia.org/wiki/ISO_8601"},
		{"region", plain, edit("us-east-1", "us-east-9"), 0, sigv4.CodeInvalid, "Credential should be scoped to a valid Region, not 'us-east-9'. "},
		{"service", plain, edit("execute-api", "s3"), 0, sigv4.CodeInvalid, "Credential should be scoped to correct service: 'execute-api'. "},
		{"terminator", plain, edit("aws4_request", "aws5"), 0, sigv4.CodeInvalid, "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'."},
		{"several faults of scope", plain, edit("us-east-1/execute-api", "x/y"), 0, sigv4.CodeInvalid, "Credential should be scoped to a valid Region, not 'x'. Credential should be scoped to correct service: 'execute-api'. "},
		{"day", plain, edit("20260304", "20260305"), 0, sigv4.CodeInvalid, "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20260305' != '20260304', from '20260304T050607Z'."},
		{"host unsigned", plain, edit("host;", ""), 0, sigv4.CodeInvalid, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."},
		{"token unsigned", plain, set("x-amz-security-token", "session+token/=="), 0, sigv4.CodeInvalid, "'X-Amz-Security-Token' must be a 'SignedHeader' in the AWS Authorization."},
		{"target unsigned", plain, set("x-amz-target", "CertificateManager.DeleteCertificate"), 0, sigv4.CodeInvalid, "'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization."},
		{"unknown key", plain, edit("AKIDEXAMPLE", "AKIDOTHER"), 0, sigv4.CodeUnrecognized, "The security token included in the request is invalid."},
		{"other token", session, set("x-amz-security-token", "other"), 0, sigv4.CodeUnrecognized, "The security token included in the request is invalid."},
		{"expired token", session, set("x-amz-security-token", "expired"), 0, sigv4.CodeExpired, "The security token included in the request is expired"},
		{"late by a second", plain, nil, 301 * time.Second, sigv4.CodeInvalid, "Signature expired: 20260304T050607Z is now earlier than 20260304T050608Z (20260304T051108Z - 5 min.)"},
		{"early by a second", plain, nil, -301 * time.Second, sigv4.CodeInvalid, "Signature not yet current: 20260304T050607Z is still later than 20260304T050606Z (20260304T050106Z + 5 min.)"},
		{"expiry before mismatch", plain, edit("Signature=", "Signature=00"), 301 * time.Second, sigv4.CodeInvalid, "Signature expired: 20260304T050607Z is now earlier than 20260304T050608Z (20260304T051108Z - 5 min.)"},
		{"signature", plain, edit("Signature=b", "Signature=c"), 0, sigv4.CodeInvalid, mismatch},
		{"signature that is no hex", plain, edit("Signature=b", "Signature=z"), 0, sigv4.CodeInvalid, mismatch},
		{"presigned and over", presigned, nil, 121 * time.Second, sigv4.CodeInvalid, "Signature expired: 20260304T050607Z is now earlier than 20260304T050608Z (20260304T050808Z - 2 min.)"},
		{"presigned for too long", presigned, query("Expires=120", "Expires=604801"), 0, sigv4.CodeIncomplete, "X-Amz-Expires must be a number of seconds between 0 and 604800. Re-examine the query-string parameters."},
		{"presigned without parts", presigned, func(v *vector) { v.Query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=x" }, 0, sigv4.CodeIncomplete, "AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. Re-examine the query-string parameters."},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			changed := test.from
			if test.change != nil {
				test.change(&changed)
			}
			claim, err := verifier().Verify(t.Context(), changed.request(), keys(), now.Add(test.later))
			var refused *sigv4.Error
			if claim != nil || !errors.As(err, &refused) {
				t.Fatalf("claim %v, error %v", claim, err)
			}
			if refused.Code != test.code || refused.Message != test.text {
				t.Errorf("got  %s %q\nwant %s %q", refused.Code, refused.Message, test.code, test.text)
			}
		})
	}
	for _, later := range []time.Duration{-5 * time.Minute, 5 * time.Minute} {
		if _, err := verifier().Verify(t.Context(), plain.request(), keys(), now.Add(later)); err != nil {
			t.Errorf("at the window's edge %v: %v", later, err)
		}
	}
}

const mismatch = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."

func TestExplain(t *testing.T) {
	t.Parallel()
	signed, now := vectors(t)
	one := signed[0]
	one.Path = "/prod/a%20b"
	explaining := verifier()
	explaining.Explain = true
	_, err := explaining.Verify(t.Context(), one.request(), keys(), now)
	want := mismatch + "\n\nThe Canonical String for this request should have been\n'GET\n/prod/a%2520b\n\nhost:abc.execute-api.us-east-1.amazonaws.com\nx-amz-date:20260304T050607Z\n\nhost;x-amz-date\n" + sigv4.EmptyPayload +
		"'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20260304T050607Z\n20260304/us-east-1/execute-api/aws4_request\n"
	if err == nil || !strings.HasPrefix(strings.TrimPrefix(err.Error(), "InvalidSignatureException: "), want) {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

// TestSignerDays wants a new key at midnight, and the same one before.
func TestSignerDays(t *testing.T) {
	t.Parallel()
	signer := sigv4.NewSigner(sigv4.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: exampleSecret}, "us-east-1", "execute-api")
	moment := time.Date(2026, 3, 4, 23, 59, 59, 0, time.UTC)
	for range 3 {
		signed := signer.Sign("GET", "h", "/", "", nil, sigv4.EmptyPayload, moment)
		request := &sigv4.Request{Method: "GET", Path: "/", PayloadHash: sigv4.EmptyPayload, Header: header(map[string]string{"host": "h", "authorization": signed.Authorization, "x-amz-date": signed.Date})}
		if _, err := verifier().Verify(t.Context(), request, keys(), moment); err != nil {
			t.Errorf("at %v: %v", moment, err)
		}
		moment = moment.Add(time.Second)
	}
}

func FuzzParse(f *testing.F) {
	signed, now := vectors(f)
	for _, one := range signed {
		f.Add(one.Headers["authorization"], one.Query, one.Path, one.Headers["x-amz-date"])
	}
	f.Add("Bearer x", "X-Amz-Signature=%zz&X-Amz-Date", "//../%", "Mon, 02 Jan 2006 15:04:05 GMT")
	f.Fuzz(func(t *testing.T, authorization, query, path, date string) {
		request := &sigv4.Request{Method: "GET", Path: path, Query: query, Header: header(map[string]string{"authorization": authorization, "x-amz-date": date, "host": "h"}), PayloadHash: sigv4.EmptyPayload}
		// The ring is empty: whatever is sent, nothing is proved.
		claim, err := verifier().Verify(t.Context(), request, ring{}, now)
		var refused *sigv4.Error
		if claim != nil || !errors.As(err, &refused) || refused.Message == "" {
			t.Errorf("claim %v, error %v", claim, err)
		}
		// With a key, all but the signature may hold; the canonical text is made.
		if claim, err := verifier().Verify(t.Context(), request, ring{"AKIDEXAMPLE": "other"}, now); claim != nil || err == nil {
			t.Errorf("claim %v, error %v", claim, err)
		}
	})
}

func BenchmarkSign(b *testing.B) {
	signer := sigv4.NewSigner(sigv4.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: exampleSecret}, "us-east-1", "lambda")
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		signer.Sign("POST", "lambda.us-east-1.amazonaws.com", "/2015-03-31/functions/hello/invocations", "", nil, sigv4.EmptyPayload, now)
	}
}

func BenchmarkVerify(b *testing.B) {
	signed, now := vectors(b)
	request := signed[2].request()
	one := verifier()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := one.Verify(b.Context(), request, keys(), now); err != nil {
			b.Fatal(err)
		}
	}
}
